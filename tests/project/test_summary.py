import os

from tests.project.made_projects import make_project
from topicdesk.core.corpus import Corpus, Document
from topicdesk.project.store import Project
from topicdesk.project.summary import summary_of


def test_that_a_project_is_counted(tmp_path):
    path = make_project(tmp_path / "p.topicdesk")
    with Project(path) as project:
        summary = summary_of(project)
        assert (summary.n_documents, summary.n_analyses, summary.n_topics, summary.n_edits) == (40, 1, 2, 1)
        assert 0 < summary.n_cache_bytes < summary.n_bytes == path.stat().st_size
        assert summary.has_texts
        assert not summary.is_unfinished
        project.set_unfinished(True)
        assert summary_of(project).is_unfinished
        project.set_unfinished(False)
        assert not summary_of(project).is_unfinished


def test_that_a_project_without_a_corpus_counts_nothing(tmp_path):
    with Project(tmp_path / "p.topicdesk", create=True) as project:
        assert summary_of(project).n_documents == 0
        assert not summary_of(project).is_of(tmp_path / "absent.csv")


def test_that_an_unchanged_corpus_file_is_known(tmp_path):
    corpus = tmp_path / "c.csv"
    corpus.write_text("text\nalpha\n")
    state = corpus.stat()
    with Project(tmp_path / "p.topicdesk", create=True) as project:
        project.put_corpus(Corpus((Document("1", "alpha"),)), {"path": str(corpus), "n_bytes": state.st_size, "changed": state.st_mtime_ns})
        assert summary_of(project).is_of(corpus)
        os.utime(corpus, (1, 1))
        assert not summary_of(project).is_of(corpus)
