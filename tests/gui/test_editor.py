"""What a researcher does to topics and documents, through a session with a fake engine and a real project file."""

import numpy as np
import pytest

from tests.gui.test_session import heard, run, until
from topicdesk.core.errors import TopicDeskError
from topicdesk.project.store import Project


@pytest.fixture
def session(make_session, qtbot, corpus_path):
    session = make_session()
    run(qtbot, session, corpus_path)
    return session


def on_disk(session):
    """The edited analysis as the project file has it, once everything is written."""
    session._background.submit(lambda: None, lambda _: None, lambda _: None)
    session._background._executor.submit(lambda: None).result()
    with Project(session.project_path) as project:
        return project.edited(project.analyses.get(project.analyses.current(), ""))


def seen(edited):
    """All but the words that the engine may or may not have found yet."""
    analysis = edited.analysis
    topics = [
        (t.number, t.stable_id, t.size, t.label.text if t.label.origin != "keywords" else "", t.is_checked, t.note, t.colour, t.is_hidden)
        for t in analysis.topics
    ]
    return topics, analysis.assignment.topic_of.tolist()


def everything(session):
    """One edit of each kind."""
    editor = session.editor
    editor.rename(0, "Mine")
    editor.mark([0, 1], "check", True)
    editor.mark([1], "note", "Two things in one.")
    editor.mark([2], "colour", "#102030")
    editor.mark([3], "hide", True)
    editor.merge([4, 5])
    editor.create([1, 2, 3])
    editor.move([8, 9], 0)
    editor.move([10], None)
    editor.keep([0, 7], True)
    members = np.flatnonzero(session.analysis.assignment.topic_of == 0)
    editor.split(0, np.arange(len(members)) % 2)
    editor.assign(np.array([14, 21]), np.array([1, 2]), np.array([0.5, 0.6], dtype=np.float32), "embedding centroid, at least 0.5")
    editor.delete([3])
    editor.ban("model")


def test_that_what_is_shown_and_what_is_on_disk_are_one_after_every_edit_undo_and_redo(session):
    everything(session)
    n_edits = len(session.edits.edits)
    assert n_edits == 14
    states = [seen(session.editor.shown)]
    assert seen(on_disk(session)) == states[-1]
    for _ in range(n_edits):
        session.undo()
        states.append(seen(session.editor.shown))
    assert seen(on_disk(session)) == states[-1]
    assert not session.edits.can_undo
    assert [topic[3] for topic in states[-1][0]] == [topic.label.text for topic in session.editor.found.topics]
    for state in reversed(states[:-1]):
        session.redo()
        assert seen(session.editor.shown) == state
    assert seen(on_disk(session)) == states[0]


def test_that_undo_goes_on_after_reopening(session, make_session, qtbot):
    everything(session)
    before = seen(session.editor.shown)
    again = make_session()
    session.close()
    again.open_path(session.project_path)
    until(qtbot, lambda: again.state == "result")
    assert seen(again.editor.shown) == before
    for _ in range(14):
        again.undo()
    assert not again.edits.can_undo
    assert again.analysis.topics == again.editor.found.topics


def test_that_structure_is_told_anew_and_words_in_place(session):
    told = []
    session.analysis_changed.connect(lambda _: told.append("analysis"))
    session.labels_changed.connect(lambda _: told.append("labels"))
    session.editor.rename(1, "Other")
    session.editor.mark([1], "check", True)
    assert told == ["labels", "labels"]
    session.editor.mark([1], "hide", True)
    session.editor.merge([1, 2])
    assert told[2:] == ["analysis", "analysis"]


def test_that_the_chosen_topic_stays_chosen_where_it_is_still_there(session):
    session.choose_topic(4)
    session.editor.merge([1, 2])
    assert session.chosen_topic == 4
    session.editor.delete([4])
    assert session.chosen_topic is None


def test_that_an_edit_that_cannot_be_written_is_taken_back_with_a_word(session, qtbot):
    told = []
    session.notice.connect(told.append)
    session.editor._path = session.project_path.with_name("gone.topicdesk")
    session.editor.rename(0, "Lost")
    until(qtbot, lambda: told)
    assert "gone.topicdesk" in told[0]


def test_that_a_reason_can_be_given_later(session):
    session.editor.rename(0, "Mine")
    session.editor.explain(1, "The model missed the point.")
    assert session.edits.edits[0].why == "The model missed the point."
    on_disk(session)
    with Project(session.project_path) as project:
        assert project.edits.all()[0].why == "The model missed the point."


def test_that_a_rerun_keeps_every_edit(session, qtbot):
    everything(session)
    before = seen(session.editor.shown)
    session.start_run()
    until(qtbot, lambda: session.state == "result")
    assert seen(session.editor.shown) == before


def test_that_what_is_on_its_way_to_the_disk_is_counted_until_it_is_there(session, qtbot):
    before = session.editor.saved
    assert before is not None
    session.rename_topic(0, "Mine")
    assert session.editor.n_unwritten == 1
    until(qtbot, lambda: not session.editor.n_unwritten)
    assert session.editor.saved >= before


def test_that_an_edit_that_cannot_be_written_does_not_count_as_saved(session, qtbot, monkeypatch):
    before = session.editor.saved
    reasons = heard(session.notice)
    monkeypatch.setattr("topicdesk.gui.project_work.adding", lambda edit: fail)
    session.rename_topic(0, "Mine")
    until(qtbot, lambda: reasons and not session.editor.n_unwritten)
    assert session.editor.saved == before


def fail(_):
    raise TopicDeskError("The disk is full.")
