"""Search: words in the window's background, meaning in the engine, its hits on the map, in the list and in the field."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from tests.gui.fake_session import FakeSession, made_up
from tests.gui.test_session import run
from topicdesk.core.corpus import Corpus, Document
from topicdesk.gui.documents_panel import DocumentsPanel
from topicdesk.gui.engine_process import EngineProcess
from topicdesk.gui.finder import Finder
from topicdesk.gui.main_window import MainWindow
from topicdesk.gui.search_field import SearchField
from topicdesk.gui.word_search import documents_with, narrows, words_of

CORPUS = Corpus(
    (
        Document("a", "The moon and the moon again, and the moon."),
        Document("b", "Nothing of the kind."),
        Document("c", "A moon.", "Moons of Jupiter"),
        Document("d", "A moon in STRASSE 12."),
        Document("e", "月について"),
    )
)


@pytest.fixture
def session(qapp):
    return FakeSession(*made_up(400, 8))


@pytest.fixture
def finder(qtbot):
    """A finder with an engine that answers every search with the documents 5, 3 and 8."""
    from tests.gui.conftest import fake_commands

    engine = EngineProcess(fake_commands().engine)
    finder = Finder(engine)
    finder.search_in(Corpus(tuple(Document(str(i), f"text {i}") for i in range(9))), "p.topicdesk")
    yield finder
    engine.shut_down()


def settle(qtbot, *busy):
    qtbot.waitUntil(lambda: not any(thing.is_busy if isinstance(thing, Finder) else thing.is_searching for thing in busy), timeout=10_000)


@pytest.mark.parametrize(("text", "rows"), [("moon", [2, 0, 3]), ("MOON strasse", [3]), ("straße", [3]), ("月", [4]), ("absent", []), ("a", []), ("", [])])
def test_that_words_find_documents_the_best_first(text, rows):
    assert documents_with(words_of(text), CORPUS).tolist() == rows


def test_that_going_on_typing_looks_only_among_what_was_found():
    assert narrows(words_of("moons jup"), words_of("moon"))
    assert not narrows(words_of("jupiter"), words_of("moon"))
    assert not narrows(words_of("moon"), words_of(""))
    assert documents_with(("moon",), CORPUS, np.array([3, 1])).tolist() == [3]


def test_that_a_stale_search_ends_early():
    assert documents_with(("moon",), CORPUS, is_stale=lambda: True).tolist() == []


def test_that_meaning_is_asked_of_the_engine_and_failures_are_said(qtbot, finder):
    finder.look_for("what a query means", "meaning")
    settle(qtbot, finder)
    assert (finder.found.kind, finder.found.rows.tolist()) == ("meaning", [5, 3, 8])
    with qtbot.waitSignal(finder.failed) as said:
        finder.look_for("fail", "meaning")
    assert said.args == ["There is no map yet."]
    assert not finder.is_busy


def test_that_documents_like_a_document_are_asked_of_the_engine(qtbot, finder):
    finder.look_like(7)
    settle(qtbot, finder)
    assert (finder.found.kind, finder.found.document) == ("likeness", 7)


def test_that_a_cleared_search_takes_no_late_answer(qtbot, finder):
    finder.look_for("something", "meaning")
    finder.clear()
    qtbot.wait(300)
    assert finder.found is None


def test_that_what_is_found_is_listed_best_first_and_narrowed_by_a_topic(qtbot, session):
    panel = DocumentsPanel(session)
    qtbot.addWidget(panel)
    session.finder.look_for("we study")
    settle(qtbot, session.finder, panel)
    assert panel.model.rows.tolist() == session.finder.found.rows.tolist()
    assert "With “we study”" in panel.scope.text()
    session.choose_topic(1)
    settle(qtbot, panel)
    rows = panel.model.rows
    assert len(rows) == session.analysis.topics[1].size
    assert (session.analysis.assignment.topic_of[rows] == 1).all()
    panel.all_button.click()
    settle(qtbot, panel)
    assert session.finder.found is None
    assert len(panel.model.rows) == 400


def test_that_a_search_begins_in_all_topics_whatever_is_chosen_and_can_be_narrowed(qtbot, session):
    panel, n_all = DocumentsPanel(session), session.analysis.topics[1].size
    qtbot.addWidget(panel)
    session.choose_topic(1)
    session.finder.look_for("document")
    qtbot.waitUntil(lambda: session.finder.found is not None and not panel.is_searching)
    n_found = len(session.finder.found.rows)
    assert len(panel.model.rows) == n_found > n_all
    assert "in all topics" in panel.scope.toolTip() + panel.scope.text()
    assert panel.scope_button.text() == "Only in this topic"
    panel.scope_button.click()
    qtbot.waitUntil(lambda: not panel.is_searching)
    assert (len(panel.model.rows), panel.scope_button.text()) == (n_all, "In all topics")
    assert session.analysis.topics[1].label.text in panel.scope.toolTip() + panel.scope.text()
    panel.scope_button.click()
    qtbot.waitUntil(lambda: not panel.is_searching)
    assert len(panel.model.rows) == n_found
    session.finder.clear()
    session.finder.look_for("document")
    qtbot.waitUntil(lambda: session.finder.found is not None and not panel.is_searching)
    assert not session.finder.is_within


def test_that_the_field_searches_while_typing_and_escape_clears_it_then_leaves(qtbot, session):
    field = SearchField(session)
    qtbot.addWidget(field)
    field.setEnabled(True)
    field.show()
    qtbot.keyClicks(field.line, "bayesian")
    qtbot.waitUntil(lambda: session.finder.found is not None, timeout=10_000)
    assert session.finder.found.words == "bayesian"
    with qtbot.waitSignal(field.results_wanted):
        qtbot.keyClick(field.line, Qt.Key.Key_Return)
    qtbot.keyClick(field.line, Qt.Key.Key_Escape)
    assert field.line.text() == ""
    assert session.finder.found is None
    with qtbot.waitSignal(field.left):
        qtbot.keyClick(field.line, Qt.Key.Key_Escape)


def test_that_the_field_says_when_meaning_cannot_be_searched(qtbot, session):
    field = SearchField(session)
    qtbot.addWidget(field)
    field.choose_kind("meaning")
    assert field.kind_button.text() == "Meaning"
    field.line.setText("stars")
    with qtbot.waitSignal(session.finder.failed):
        field.search()


def test_that_the_search_stands_in_the_middle_of_the_toolbar_and_finds_in_an_open_project(make_session, qtbot, corpus_path):
    session = make_session()
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    run(qtbot, session, corpus_path)
    names = [action.iconText() for action in window.toolbar.actions() if action.iconText()]
    assert names == ["Open", "Sample", "Run", "Cancel", "Undo", "Redo", "Figure", "Export"]
    assert window.toolbar.isAncestorOf(window.search_field)
    window.actions_["find"].trigger()
    qtbot.keyClicks(window.search_field.line, "number 17")
    qtbot.waitUntil(lambda: session.finder.found is not None, timeout=10_000)
    assert session.finder.found.rows.tolist() == [17]
    assert window.inspector.currentWidget() is window.documents_panel
    qtbot.waitUntil(lambda: window.documents_panel.model.rows.tolist() == [17], timeout=10_000)
    session.choose_document(17)
    assert session.chosen_topic is None
    window.actions_["similar"].trigger()
    qtbot.waitUntil(lambda: session.finder.found is not None and session.finder.found.kind == "likeness", timeout=10_000)
    assert window.search_field.line.text() == ""
    qtbot.waitUntil(lambda: window.documents_panel.scope.text().startswith("3 · Like “"), timeout=10_000)
    session.choose_nothing()
    session.choose_nothing()
    assert session.finder.found is None
