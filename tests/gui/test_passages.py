"""Documents in passages, in the window: the choice before a run, the profile and the whole document after it."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from tests.core.test_passages import ANALYSIS, CORPUS
from tests.gui.fake_session import FakeSession
from topicdesk.core.corpus import Corpus, Document, Spans
from topicdesk.core.events import ForecastReady
from topicdesk.core.passages import in_passages
from topicdesk.core.requests import CorpusSource
from topicdesk.core.text_making import SPLITS, TextMaking
from topicdesk.gui import forecast_wording
from topicdesk.gui.actions import DOCUMENTS, Actions
from topicdesk.gui.documents_panel import DocumentsPanel
from topicdesk.gui.long_texts import LongTexts
from topicdesk.gui.preview_process import preview_command
from topicdesk.gui.reader import Reader
from topicdesk.gui.topic_models import SIZE
from topicdesk.gui.topics_panel import TopicsPanel


@pytest.fixture
def reader(make_session, qtbot):
    session = make_session()
    session.corpus, session.analysis = CORPUS, ANALYSIS
    reader = Reader(session)
    qtbot.addWidget(reader)
    reader.resize(400, 300)
    reader.show()
    return reader


def test_that_the_choice_stands_beside_what_is_said_of_long_texts(qtbot):
    texts = LongTexts()
    qtbot.addWidget(texts)
    assert texts.isHidden()
    texts.show_words("480 of 4,000 texts: only the beginning is read.", None)
    assert not texts.isHidden() and texts.choice.currentText() == "Read the beginning"
    with qtbot.waitSignal(texts.corrected) as asked:
        texts.choice.setCurrentIndex(texts.choice.findData("speaker"))
        texts.choice.activated.emit(texts.choice.currentIndex())
    assert asked.args == [{"split": "speaker", "without_speakers": ()}]
    texts.show_words("", "speaker")
    assert not texts.isHidden() and texts.choice.currentData() == "speaker"
    assert {texts.choice.itemData(place) for place in range(texts.choice.count())} == {None, *SPLITS}


def test_that_those_who_speak_most_are_offered_first_however_their_names_are_ordered(qtbot):
    texts = LongTexts()
    qtbot.addWidget(texts)
    texts.show_speakers({f"Guest {i}": i for i in range(1, 31)} | {"Zoe": 99}, ())
    offered = [entry.text() for entry in texts.menu.actions()]
    assert offered[:2] == ["Leave out Zoe (99 turns)", "Leave out Guest 30 (30 turns)"] and len(offered) == 20


def test_that_speakers_can_be_left_out_where_texts_are_split_by_them(qtbot):
    texts = LongTexts()
    qtbot.addWidget(texts)
    texts.show_words("", "speaker")
    texts.show_speakers({"INT": 40, "A & B": 38}, ())
    assert not texts.speakers.isHidden() and texts.speakers.text() == "All speakers"
    assert [entry.text() for entry in texts.menu.actions()] == ["Leave out INT (40 turns)", "Leave out A && B (38 turns)"]
    with qtbot.waitSignal(texts.corrected) as asked:
        texts.menu.actions()[0].trigger()
    assert asked.args == [{"without_speakers": ("INT",)}]
    texts.show_speakers({"INT": 40}, ("INT", "Moderator"))
    assert [(entry.data(), entry.isChecked()) for entry in texts.menu.actions()] == [("INT", True), ("Moderator", True)]
    assert texts.speakers.text() == "Without INT, Moderator"
    before = texts.speakers.sizeHint().width()
    texts.show_speakers({}, [f"Dr. Maria-Theresia von Hohenstein {i}" for i in range(4)])
    assert texts.speakers.text().endswith("…") and texts.speakers.sizeHint().width() < 2 * before
    texts.show_speakers({}, ())
    assert texts.speakers.isHidden()
    command = preview_command(CorpusSource("a.csv", split="speaker", without_speakers=("INT", "A & B")))
    assert {"--without-speaker=INT", "--without-speaker=A & B"} <= set(command)


def test_that_the_forecast_counts_passages_where_texts_are_split():
    forecast = ForecastReady(40, 0, 256, {}, 1, 2, 3, n_passages=1200)
    assert forecast_wording.cut(forecast) == "40 texts in 1,200 passages: all is read, topics are by passage."
    assert "--split=speaker" in preview_command(CorpusSource("a.csv", split="speaker"))


def test_that_a_passage_shows_the_profile_of_its_document(reader):
    reader._session.choose_document(1)
    assert reader.title.text() == "First · 2/3 · B"
    words = reader.profile.words.text().replace("\N{NO-BREAK SPACE}", " ")
    labels = [topic.label.text for topic in ANALYSIS.topics]
    assert words == f"First: 67 % {labels[1]} · 33 % {labels[0]}"
    assert "2 passages" in reader.profile.bar.toolTip()


def test_that_a_click_on_a_share_chooses_its_topic(reader, qtbot):
    reader._session.choose_document(1)
    qtbot.mouseClick(reader.profile.bar, Qt.MouseButton.LeftButton, pos=QPoint(reader.profile.bar.width() - 3, 3))
    assert reader._session.chosen_topic == 0


def test_that_what_is_in_no_topic_is_said_so(reader):
    reader._session.choose_document(3)
    assert reader.profile.words.text().replace("\N{NO-BREAK SPACE}", " ") == "d2: 100 % in no topic"


def test_that_a_quote_names_its_document(reader):
    reader._session.choose_document(1)
    reader.copy_quote()
    assert QGuiApplication.clipboard().text() == "“890123456789” (d0:2)"


def test_that_documents_that_are_whole_have_no_profile(reader):
    reader._session.corpus = Corpus(CORPUS.documents)
    reader._session.choose_document(2)
    assert reader.profile.isHidden()


def test_that_the_whole_document_is_shown_with_the_passage_selected(reader):
    text = "🙂 First turn.\n\nSecond turn here."
    whole = Corpus((Document("a", text, fields=(text,)),), ("talk",), making=TextMaking(("talk",)))
    reader._session.corpus = in_passages(whole, Spans.from_rows([(0, 0, 13, ""), (0, 15, len(text), "")]))
    reader._session.choose_document(1)
    assert reader.text.toPlainText() == "Second turn here."
    reader.original_button.click()
    assert reader.text.toPlainText() == text
    assert reader.text.textCursor().selectedText() == "Second turn here."


def test_that_the_window_counts_passages_where_documents_are_split(qtbot):
    session = FakeSession(CORPUS, ANALYSIS)
    panel = TopicsPanel(session)
    qtbot.addWidget(panel)
    session.choose_topic(0)
    assert "passage" in panel.card.facts.text() and panel.card.heading.text() == "Typical passages"
    assert "passage" in panel.model.index(0, SIZE).data(Qt.ItemDataRole.AccessibleTextRole)
    documents = DocumentsPanel(session)
    qtbot.addWidget(documents)
    assert (documents.all_button.text(), documents.search_line.placeholderText()) == ("All passages", "Search these passages")


def test_that_actions_speak_of_passages_and_of_documents_again(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = Actions(window)
    actions.speak_of("passage")
    actions.enable({DOCUMENTS})
    assert actions["move"].text() == "Move passages &to…" and "selected passages" in actions["move"].toolTip()
    actions.speak_of("document")
    actions.enable({DOCUMENTS})
    assert actions["move"].text() == "Move documents &to…" and "selected documents" in actions["move"].toolTip()
