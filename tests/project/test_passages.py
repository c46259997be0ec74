"""Passages in the project file: stored as places in the documents' texts, whole or not at all."""

import sqlite3

import pytest

from tests.core.test_passages import CORPUS, SPANS, WHOLES
from topicdesk.core.corpus import Corpus
from topicdesk.core.errors import DamagedProject
from topicdesk.project.sharing import share_project
from topicdesk.project.store import Project


@pytest.fixture
def path(tmp_path):
    with Project(tmp_path / "a.topicdesk", create=True) as project:
        project.put_corpus(CORPUS, {"path": "a.csv", "split": "speaker"})
    return tmp_path / "a.topicdesk"


def test_that_passages_come_back_as_they_were(path):
    with Project(path) as project:
        corpus = project.corpus()
        project.check()
    assert corpus.documents == CORPUS.documents and corpus.rows == WHOLES
    assert list(corpus.spans.rows()) == list(SPANS.rows())
    assert corpus.fingerprint == CORPUS.fingerprint


def test_that_a_passage_that_was_tampered_with_is_noticed(path):
    connection = sqlite3.connect(path)
    connection.execute("UPDATE passage SET stop = stop + 1 WHERE row = 3")
    connection.commit()
    connection.close()
    with Project(path) as project, pytest.raises(DamagedProject, match="not as it was imported"):
        project.check()


def test_that_a_later_state_without_passages_leaves_none(path):
    with Project(path) as project:
        with project.transaction() as connection:
            project.write_documents(connection, Corpus(WHOLES), {})
        assert project.corpus().spans is None


def test_that_a_copy_without_texts_names_no_speaker(path, tmp_path):
    share_project(path, tmp_path / "b.topicdesk", with_texts=False)
    with Project(tmp_path / "b.topicdesk") as project:
        corpus = project.corpus()
    assert set(corpus.spans.speakers) == {""}
    assert (len(corpus.documents), {passage.text for passage in corpus.documents}, corpus.documents[1].id) == (7, {""}, "1:2")
