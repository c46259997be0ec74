"""A corpus gives way to a later state of it, and everything that names documents by rows follows, or nothing does."""

import sqlite3

import numpy as np
import pytest

from tests.project.made_projects import SECRET, everything_of, make_project
from topicdesk.core.analysis import Keyword, Label
from topicdesk.core.corpus import Corpus
from topicdesk.core.corpus_change import compare
from topicdesk.core.edited_analysis import Description
from topicdesk.core.edits import Edit, Moves
from topicdesk.core.errors import TopicDeskError
from topicdesk.core.label_cards import labels_to_text
from topicdesk.project.store import Project
from topicdesk.project.updating import TextUpdates

SOURCE = {"path": "/home/me/later.csv", "n_bytes": 1, "changed": 2}


@pytest.fixture
def path(tmp_path):
    path = make_project(tmp_path / "p.topicdesk")
    with Project(path) as project:
        project.artifacts.put("projection", "project", np.arange(80, dtype=np.float32).reshape(40, 2), 1)
        project.edits.add(Edit("move", ("stable-1",), moves=Moves.of([2, 4, 5])))
        project.edits.add(Edit("keep", (), "yes", Moves.of([9])))
        edited = project.edited(project.analyses.get(1, ""))
        (key,) = {edited.keys[1]}
        project.descriptions.put({key: Description((Keyword("law", 1.0),), exemplars=(1, 5), likeness={2: 0.5, 4: 0.25})})
        project.edits.add(
            Edit("relabel", ("stable-1",), labels_to_text([Label("Law and more", "language model", prompt=f"What of {SECRET}?", quotes=(SECRET,))]))
        )
    return path


def later_corpus(before):
    """The fifth document is gone, the second and the third have changed places, the tenth has another text."""
    documents = [before.documents[row] for row in (0, 2, 1, 3, *range(5, 40))]
    documents[8] = documents[8]._replace(text="Quite another text.")
    return Corpus(tuple(documents), before.fields, before.dropped, before.unreadable)


def updated(path):
    with Project(path) as project:
        before = project.corpus()
        later = later_corpus(before)
        change = compare(before, later)
        update = TextUpdates(project).replace_corpus(later, SOURCE, change, [("plan", [(0, {"keys": []})])])
        return later, update


def test_that_topics_places_edits_and_words_follow_their_documents(path):
    with Project(path) as project:
        found_before = project.analyses.get(1, "")
    later, update = updated(path)
    assert (update.n_new, update.n_changed, update.n_gone, update.n_same, update.gone) == (0, 1, 1, 38, ("d4",))
    with Project(path) as project:
        project.check()
        assert project.corpus() == later
        assert project.source() == SOURCE
        found = project.analyses.get(1, "")
        edited = project.edited(found)
        rows_before = [0, 2, 1, 3, *range(5, 40)]
        there = [row for row in range(39) if row != 8]
        assert np.array_equal(found.positions[there], found_before.positions[[rows_before[row] for row in there]])
        assert found.assignment.topic_of[there].tolist() == found_before.assignment.topic_of[[rows_before[row] for row in there]].tolist()
        assert np.isnan(found.positions[8]).all() and found.assignment.topic_of[8] == -1
        assert [topic.size for topic in found.topics] == [int((found.assignment.topic_of == number).sum()) for number in (0, 1)]
        assert found.topics[0].exemplars == (0, 1) and found.topics[1].exemplars == (2, 3)
        moves = [edit.moves.rows.tolist() for edit in project.edits.all() if edit.moves is not None]
        assert moves == [[1, 4], [8]]
        assert edited.analysis.topics[1].label == Label("Law and more", "language model")
        assert edited.lacking == (0,)  # nobody has described it before either
        assert edited.analysis.assignment.strength[1] == pytest.approx(0.5)
        layout = project.artifacts.array(found.keys["project"], 1)
        assert layout[1].tolist() == [4, 5] and np.isnan(layout[8]).all()
        assert TextUpdates(project).waiting == 1


def test_that_what_the_cache_holds_by_rows_is_forgotten_and_embeddings_stay(path):
    updated(path)
    with Project(path) as project:
        assert project.artifacts.array("vectors") is not None
        assert project.artifacts.values("said") is None
        assert project.artifacts.array("projection", 1) is None
        assert project.artifacts.values("plan") == {"keys": []}


def test_that_an_update_that_fails_half_way_leaves_everything_as_it_was(path, monkeypatch):
    before = everything_of(path)

    def fail(*_):
        raise sqlite3.OperationalError("database or disk is full")

    with Project(path) as project, monkeypatch.context() as patch:
        corpus = project.corpus()
        later = later_corpus(corpus)
        patch.setattr(project.descriptions, "write", fail)
        with pytest.raises(TopicDeskError, match="disk is full"):
            TextUpdates(project).replace_corpus(later, SOURCE, compare(corpus, later))
    assert everything_of(path) == before
    with Project(path) as project:
        project.check()
        assert project.text_updates() == ()
        assert TextUpdates(project).waiting is None


def test_that_a_text_that_is_gone_leaves_nothing_in_the_file(path):
    with Project(path) as project:
        corpus = project.corpus()
        keep = [document for document in corpus.documents if SECRET not in "".join((document.id, document.text, document.title or "", *document.fields))]
        later = Corpus(tuple(keep), corpus.fields)
        words = corpus.documents[4].text
        assert words.encode() in path.read_bytes() or path.with_name(path.name + "-wal").exists()
        TextUpdates(project).replace_corpus(later, SOURCE, compare(corpus, later))
    assert words.encode() not in path.read_bytes()


def test_that_an_update_can_be_given_up(path):
    updated(path)
    with Project(path) as project:
        TextUpdates(project).give_up()
        assert TextUpdates(project).waiting is None
