"""The topics panel and its label card: choosing, renaming, following, and texts that look like markup."""

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLineEdit

from tests.gui.fake_session import FakeSession, made_up, with_label
from topicdesk.gui.topic_models import KEYWORDS, LABEL, NUMBER
from topicdesk.gui.topics_panel import NO_MATCH, NO_TOPICS, TopicsPanel

LONG = "A label of one hundred and fifty characters that goes on and on <b>bold</b> $x^2$ and never comes to an end before it has been said and done"


@pytest.fixture
def session(qapp):
    return FakeSession(*made_up(400, 12))


@pytest.fixture
def panel(qtbot, session):
    panel = TopicsPanel(session)
    qtbot.addWidget(panel)
    panel.resize(320, 700)
    panel.show()
    return panel


def chosen_rows(panel):
    return [index.data() for index in panel.table.selectionModel().selectedRows(LABEL)]


def test_that_a_click_on_a_row_chooses_its_topic(qtbot, panel, session):
    place = panel.table.visualRect(panel.filtered.index(3, LABEL)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.chosen_topic == 3
    assert panel.card.label.text() == session.analysis.topics[3].label.text


def test_that_a_topic_chosen_elsewhere_is_selected_and_escape_from_it_too(panel, session):
    session.choose_topic(7)
    assert chosen_rows(panel) == [session.analysis.topics[7].label.text]
    session.choose_topic(None)
    assert chosen_rows(panel) == []


def test_that_following_a_choice_does_not_choose_again(qtbot, panel, session):
    asked = []
    session.choose_topic = asked.append
    session.topic_chosen.emit(2)
    session.analysis_changed.emit(session.analysis)
    assert asked == []


def test_that_f2_renames_the_chosen_topic_in_place(qtbot, panel, session):
    session.choose_topic(4)
    panel.rename_chosen()
    editor = panel.table.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "Robots and speech")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.renamed == [(4, "Robots and speech")])
    assert panel.filtered.index(4, LABEL).data() == "Robots and speech"
    assert panel.card.facts.text().startswith("Researcher")


def test_that_a_label_that_arrives_does_not_overwrite_what_is_being_typed(qtbot, panel, session):
    session.choose_topic(4)
    panel.rename_chosen()
    editor = panel.table.findChild(QLineEdit)
    qtbot.keyClicks(editor, "half a w")
    session.labels_changed.emit(with_label(session.analysis, 4, "The model's name"))
    assert editor.text().endswith("half a w")


def test_that_escape_in_the_table_is_left_to_the_window(qtbot, panel, session):
    session.choose_topic(1)
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_Escape)
    assert session.chosen_topic == 1


def test_that_the_filter_keeps_the_choice_and_says_when_nothing_fits(qtbot, panel, session):
    session.choose_topic(0)
    panel.filter_line.setText("no such topic")
    assert panel.filtered.rowCount() == 0
    assert panel._empty.text() == NO_MATCH
    panel.filter_line.clear()
    assert session.chosen_topic == 0
    assert chosen_rows(panel) == [session.analysis.topics[0].label.text]


def test_that_without_an_analysis_the_panel_says_what_will_be_there(qtbot):
    panel = TopicsPanel(FakeSession())
    qtbot.addWidget(panel)
    assert panel._stack.currentWidget().text() == NO_TOPICS
    assert not panel.filter_line.isEnabled()


def test_that_keywords_have_their_own_column_only_where_there_is_room(panel):
    assert panel.table.isColumnHidden(KEYWORDS)
    panel.resize(800, 500)
    assert not panel.table.isColumnHidden(KEYWORDS)


def test_that_the_card_shows_markup_as_it_stands_and_wraps_long_labels(panel, session):
    session.show(session.corpus, with_label(session.analysis, 1, LONG, "researcher"))
    session.choose_topic(1)
    assert panel.card.label.text() == LONG
    assert panel.card.label.textFormat() == Qt.TextFormat.PlainText
    assert panel.card._card.sizeHint().width() <= 320
    assert panel.card.asked.isHidden()


def test_that_compare_unfolds_the_other_keywords_and_the_prompt_is_folded(panel, session):
    session.choose_topic(0)
    assert panel.card.aspects["keybert"].isHidden() or not panel.card.aspects["keybert"].isVisible()
    panel.card.compare.button.click()
    assert panel.card.aspects["keybert"].isVisible()
    assert not panel.card.prompt.isVisible()
    panel.card.asked.button.click()
    assert panel.card.prompt.toPlainText() == session.analysis.topics[0].label.prompt


def test_that_a_typical_document_is_chosen_from_the_card(panel, session):
    session.choose_topic(2)
    quotation = panel.card._quotations.itemAt(1).widget()
    quotation.click()
    assert session.chosen_document == session.analysis.topics[2].exemplars[1]


def test_that_colours_follow_the_palette(qapp, panel, session):
    before = panel.filtered.index(0, NUMBER).data(Qt.ItemDataRole.DecorationRole)
    dark = QPalette(Qt.GlobalColor.black)
    panel.setPalette(dark)
    after = panel.filtered.index(0, NUMBER).data(Qt.ItemDataRole.DecorationRole)
    assert after.lightnessF() > before.lightnessF()


def test_that_two_hundred_topics_are_shown_at_once_and_sorted(qtbot):
    session = FakeSession(*made_up(3000, 200))
    panel = TopicsPanel(session)
    qtbot.addWidget(panel)
    assert panel.filtered.rowCount(QModelIndex()) == 200
    session.choose_topic(199)
    assert chosen_rows(panel) == [session.analysis.topics[199].label.text]


def test_that_a_long_label_squeezes_nothing_on_the_card(qtbot, panel, session):
    session.show(session.corpus, with_label(session.analysis, 1, LONG))
    session.choose_topic(1)
    panel.card.asked.button.click()
    column = panel.card.widget()
    qtbot.waitUntil(lambda: column.height() > panel.card.viewport().height())
    quotation = panel.card._quotations.itemAt(0).widget()
    qtbot.waitUntil(lambda: quotation.height() >= quotation.sizeHint().height() > 0)
