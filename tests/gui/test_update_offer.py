"""A corrected or extended file dropped on a project: what it would bring is told first, then done if it is wished."""

import pytest

from tests.gui.conftest import write_corpus
from tests.gui.test_session import heard, run, until
from topicdesk.core.events import TextsCompared
from topicdesk.gui.beside_bar import compared_words
from topicdesk.gui.preview_page import PreviewPage
from topicdesk.project.store import Project


@pytest.fixture
def session(make_session, qtbot, corpus_path):
    """With a project of 60 documents, one topic renamed."""
    session = make_session()
    run(qtbot, session, corpus_path)
    session.rename_topic(1, "My own name")
    return session


@pytest.fixture
def page(session, qtbot):
    page = PreviewPage(session)
    qtbot.addWidget(page)
    page.show()
    return page


def drop(qtbot, session, page, path):
    session.open_path(path)
    until(qtbot, lambda: session.state == "preview" and page.beside.isVisible())


def later_state(path):
    """Sixty-two documents: the first is gone, three came."""
    write_corpus(path, 63)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([lines[0], *lines[2:]]), "utf-8")
    return path


def test_that_a_changed_file_tells_what_it_would_bring_and_updates_its_project(session, page, qtbot, corpus_path):
    drop(qtbot, session, page, later_state(corpus_path))
    until(qtbot, page.beside.update_button.isVisible)
    assert page.beside.words.text() == (
        "corpus.topicdesk is here already: 1 analysis, 6 topics, 1 edit. In this file: 3 new, 1 gone, 59 the same (gone: gone 0)."
    )
    assert "gone 0" in page.beside.words.toolTip()
    assert page.start_button.text() == "Start a new project"
    states = heard(session.state_changed)
    page.beside.update_button.click()
    until(qtbot, lambda: session.state == "result")
    assert states == ["running", "result"]
    assert session.project_path == corpus_path.with_suffix(".topicdesk")
    assert len(session.corpus.documents) == 62
    assert session.edits.updates[0].gone == ("d0",)
    with Project(session.project_path) as project:
        assert list(project.edits.names().values()) == ["My own name"]


def test_that_a_file_of_another_name_is_offered_to_the_project_that_was_open(session, page, qtbot, corpus_path):
    drop(qtbot, session, page, later_state(corpus_path.with_name("corrected.csv")))
    until(qtbot, page.beside.update_button.isVisible)
    assert page.beside.words.text().startswith("corpus.topicdesk")
    session.start_run(fresh_name=True)  # the button for a new project: its own name is free
    until(qtbot, lambda: session.state == "result")
    assert session.project_path == corpus_path.with_name("corrected.topicdesk")


def test_that_an_unchanged_file_is_not_compared_and_a_foreign_one_gets_no_offer(session, page, qtbot, corpus_path, tmp_path):
    foreign = tmp_path / "foreign.csv"
    foreign.write_text("id,title,text\n" + "".join(f"x{i},t,Other words {i} altogether.\n" for i in range(30)), "utf-8")
    drop(qtbot, session, page, foreign)
    until(qtbot, lambda: "no document of it" in page.beside.words.text())
    assert not page.beside.update_button.isVisible()


def test_that_an_update_that_was_cancelled_goes_on_as_one(make_session, qtbot, corpus_path):
    session = make_session()
    run(qtbot, session, corpus_path)
    session.close()
    session = make_session("pause=0.2")
    session.open_path(later_state(corpus_path))
    until(qtbot, lambda: session.state == "preview")
    session.start_update(corpus_path.with_suffix(".topicdesk"))
    session.cancel()
    until(qtbot, lambda: session.state == "cancelled")
    asked = heard(session._engine.event_came)
    session.start_run()
    until(qtbot, lambda: session.state == "result", timeout=30_000)
    assert asked
    assert len(session.corpus.documents) == 62


COMPARED = TextsCompared("p", 2, 0, 3, 10, 1, False, ("a", "b", "c", "d"))
WORDS = [
    (COMPARED, "In this file: 2 new, 3 gone, 10 the same. 1 of these has other cells. Without a column of ids a changed text counts as gone and new."),
    (TextsCompared("p", 0, 0, 4, 1200, 0, True, ("a", "b", "c", "d")), "In this file: 4 gone, 1,200 the same (gone: a, b, c…)."),
    (TextsCompared("p", 0, 3, 0, 9, 0, True), "In this file: 3 changed, 9 the same."),
    (TextsCompared("p", 9, 0, 9, 0, 0, True), "This file has no document of it."),
]


@pytest.mark.parametrize(("compared", "words"), WORDS)
def test_that_what_would_come_is_told_in_words(compared, words):
    assert compared_words(compared) == words
