"""The documents panel and its reader: scope, search off the window's thread, reading, and quoting with the id."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextCursor

from tests.gui.fake_session import FakeSession, made_up
from topicdesk.core.corpus import Corpus, Document
from topicdesk.gui.document_models import DOCUMENT, STRENGTH
from topicdesk.gui.documents_panel import NO_CORPUS, NO_MATCH, DocumentsPanel
from topicdesk.gui.reader import keyword_pattern, parts_of, quote


@pytest.fixture
def session(qapp):
    return FakeSession(*made_up(400, 8))


@pytest.fixture
def panel(qtbot, session):
    panel = DocumentsPanel(session)
    qtbot.addWidget(panel)
    panel.resize(320, 700)
    panel.show()
    settle(qtbot, panel)
    return panel


def settle(qtbot, panel):
    qtbot.waitUntil(lambda: not panel.is_searching)


def found(pattern, text):
    matches, words = pattern.globalMatch(text), []
    while matches.hasNext():
        words.append(matches.next().captured())
    return words


def test_that_all_documents_are_listed_at_first(panel, session):
    assert len(panel.model.rows) == len(session.corpus.documents)
    assert panel.scope.text() == "400 · All documents"
    assert panel.all_button.isHidden()


def test_that_a_chosen_topic_narrows_the_list_and_all_documents_widens_it(qtbot, panel, session):
    session.choose_topic(2)
    settle(qtbot, panel)
    assert len(panel.model.rows) == session.analysis.topics[2].size
    assert session.analysis.topics[2].label.text in panel.scope.text()
    panel.all_button.click()
    settle(qtbot, panel)
    assert len(panel.model.rows) == 400
    assert session.chosen_topic is None


def test_that_reading_on_through_all_documents_does_not_narrow_the_list(qtbot, panel, session):
    place = panel.table.visualRect(panel.model.index(3, DOCUMENT)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle(qtbot, panel)
    assert session.chosen_document == 3
    assert session.chosen_topic is not None or session.analysis.assignment.topic_of[3] == -1
    assert len(panel.model.rows) == 400


def test_that_a_selection_on_the_map_is_listed(qtbot, panel, session):
    session.choose_documents([5, 3, 9])
    settle(qtbot, panel)
    assert panel.model.rows.tolist() == [3, 5, 9]
    assert panel.scope.text() == "3 · Selected on the map"


def test_that_searching_waits_for_a_pause_and_says_when_nothing_fits(qtbot, panel):
    qtbot.keyClicks(panel.search_line, "quantum")
    settle(qtbot, panel)
    assert 0 < len(panel.model.rows) < 400
    panel.search_line.setText("no such word")
    settle(qtbot, panel)
    assert panel._stack.currentWidget().text() == NO_MATCH.format("document")


def test_that_the_header_sorts_by_strength(qtbot, panel, session):
    panel.table.horizontalHeader().setSortIndicator(STRENGTH, Qt.SortOrder.AscendingOrder)
    settle(qtbot, panel)
    strengths = session.analysis.assignment.strength[panel.model.rows].tolist()
    assert strengths == sorted(strengths)


def test_that_a_document_chosen_elsewhere_is_selected_and_read(qtbot, panel, session):
    session.choose_document(11)
    settle(qtbot, panel)
    assert panel.table.selectionModel().selectedRows()[0].data() == session.corpus.documents[11].title
    assert panel.reader.text.toPlainText() == session.corpus.documents[11].text


def test_that_without_a_corpus_the_panel_says_what_will_be_there(qtbot):
    panel = DocumentsPanel(FakeSession())
    qtbot.addWidget(panel)
    assert panel._stack.currentWidget().text() == NO_CORPUS


def test_that_the_reader_shows_markup_as_text_and_quotes_with_the_id(qtbot, panel, session):
    documents = list(session.corpus.documents)
    documents[4] = documents[4]._replace(text="<b>One</b> & two.\n\nThree 😀 $x$.", title="<i>T</i>")
    session.corpus = Corpus(tuple(documents))
    session.choose_document(4)
    assert panel.reader.text.toPlainText() == "<b>One</b> & two.\n\nThree 😀 $x$."
    panel.reader.copy_button.click()
    assert QGuiApplication.clipboard().text() == "“<b>One</b> & two. Three 😀 $x$.” (d4)"
    cursor = panel.reader.text.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.NextWord, QTextCursor.MoveMode.KeepAnchor, 2)
    panel.reader.text.setTextCursor(cursor)
    panel.reader.copy_quote()
    assert QGuiApplication.clipboard().text().endswith("(d4)")
    assert len(QGuiApplication.clipboard().text()) < 20


def test_that_a_very_long_paragraph_is_read_in_parts(panel, session):
    documents = list(session.corpus.documents)
    documents[4] = Document("d4", "a b " * 30_000, "long")
    documents[5] = Document("d5", "a line of text\n" * 10_000, "many lines")
    session.corpus = Corpus(tuple(documents))
    session.choose_document(4)
    assert panel.reader.part_label.text() == "Part 1 of 3"
    panel.reader.on_button.click()
    panel.reader.on_button.click()
    assert len(panel.reader.text.toPlainText()) == 20_000
    assert not panel.reader.on_button.isEnabled()
    session.choose_document(5)
    assert len(panel.reader.text.toPlainText()) == 150_000
    assert panel.reader.part_label.parentWidget().isHidden()


def test_that_parts_together_are_the_text():
    assert "".join(parts_of("x" * 120_000)) == "x" * 120_000
    assert parts_of("") == [""]


def test_that_the_header_tells_the_order(qtbot, panel, session):
    header = panel.table.horizontalHeader()
    assert header.sortIndicatorSection() == DOCUMENT
    session.choose_topic(1)
    settle(qtbot, panel)
    assert (header.sortIndicatorSection(), header.sortIndicatorOrder()) == (STRENGTH, Qt.SortOrder.DescendingOrder)


def test_that_keywords_of_the_topic_are_marked(panel, session):
    topic = session.analysis.topics[1]
    session.choose_document(topic.exemplars[0])
    marked = [text_format.format.fontWeight() for text_format in panel.reader.text.document().firstBlock().layout().formats()]
    assert marked


def test_that_whole_terms_are_found_longest_first_and_in_any_script():
    pattern = keyword_pattern(["neural", "neural network", "学习", "c++"])
    assert found(pattern, "Neural\u00a0 network, neurally, NEURAL; 深度学习方法 and C++.") == ["Neural\u00a0 network", "NEURAL", "学习", "C++"]
    assert found(keyword_pattern([]), "anything") == []


def test_that_a_quote_is_one_line():
    assert quote(" a\n b ", "id 7") == "“a b” (id 7)"


def test_that_documents_are_listed_before_there_are_topics_and_let_go_with_the_corpus(qtbot):
    session = FakeSession()
    panel = DocumentsPanel(session)
    qtbot.addWidget(panel)
    session.corpus = made_up(50, 3)[0]
    session.corpus_changed.emit()
    settle(qtbot, panel)
    assert len(panel.model.rows) == 50
    session.corpus = None
    session.corpus_changed.emit()
    assert len(panel.model.rows) == 0
    assert not panel.search_line.isEnabled()
