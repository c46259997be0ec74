"""Each migration, from a file of the version before it: version_1.sql is what the first TopicDesk wrote, later ones follow by the steps between."""

import dataclasses
import sqlite3
from pathlib import Path

import pytest

from topicdesk.project import schema
from topicdesk.project.snapshots import snapshots_of
from topicdesk.project.store import Project
from topicdesk.project.summary import summary_of, summary_of_backup

FIRST = Path(__file__).parent / "old_versions" / "version_1.sql"


def file_of_version(version, path):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(FIRST.read_text("utf-8"))
    schema.apply(connection, 1, version)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    return path


@pytest.mark.parametrize("version", range(1, len(schema.MIGRATIONS) + 1))
def test_that_a_file_of_an_older_version_opens_with_everything_in_it(version, tmp_path):
    path = file_of_version(version, tmp_path / "old.topicdesk")
    with Project(path) as project:
        project.check()
        corpus = project.corpus()
        assert [(document.id, document.text, document.title, document.fields) for document in corpus.documents] == [
            ("d0", "Zürich and the moon", "First", ("d0", "Zürich and the moon")),
            ("d1", "The court's 'ruling'", None, ("d1", "The court's 'ruling'")),
            ("d2", "", None, ("d2", "")),
        ]
        assert (corpus.fields, corpus.dropped, corpus.unreadable) == (("id", "text"), {"empty text": 1}, ((4, "too few cells"),))
        assert project.source()["path"] == "corpus.csv"
        assert project.artifacts.array("vectors").tolist() == [[1.0, 2.0], [3.0, 4.0], [0.0, 0.0]]
        analysis = project.analyses.get(project.analyses.current(), "")
        assert [(topic.number, topic.stable_id, topic.label.text, topic.label.prompt) for topic in analysis.topics] == [
            (0, "aaa", "Moon", "Keywords: moon"), (1, "bbb", "law, court", "")
        ]  # fmt: skip
        assert analysis.assignment.topic_of.tolist() == [0, 1, -1]
        assert project.edits.names() == {"bbb": "Courts"}
        assert project.edits.can_redo()
        assert project.layout("window") == {"tab": 1}
        project.edits.rename("aaa", "A new edit")
    assert len(snapshots_of(path)) == (version < len(schema.MIGRATIONS))
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone()[0] == len(schema.MIGRATIONS)
    connection.close()


@pytest.mark.parametrize("version", range(1, len(schema.MIGRATIONS) + 1))
def test_that_a_backup_of_any_version_is_counted_and_left_as_it_is(version, tmp_path):
    path = file_of_version(version, tmp_path / "old.topicdesk")
    before = path.read_bytes()
    counted = summary_of_backup(path)
    assert (counted.n_documents, counted.n_analyses, counted.n_topics, counted.has_texts, counted.source["path"]) == (3, 1, 2, True, "corpus.csv")
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == [path.name]
    with Project(path) as project:
        assert dataclasses.replace(summary_of(project), n_bytes=0) == dataclasses.replace(counted, n_bytes=0)
