import pytest

from tests.gui.test_session import until
from topicdesk.core.events import ForecastReady
from topicdesk.gui import forecast_wording
from topicdesk.gui.language_choice import LanguageChoice
from topicdesk.gui.preview_page import PreviewPage


@pytest.fixture
def previewed(make_session, qtbot, corpus_path):
    session = make_session("german")
    choice = LanguageChoice(session)
    qtbot.addWidget(choice)
    session.start_engine()
    session.open_path(corpus_path)
    until(qtbot, lambda: "German" in choice.box.itemText(0))
    return session, choice


def write(choice, words):
    choice.box.setEditText(words)
    choice.box.lineEdit().editingFinished.emit()


def test_that_what_was_found_is_shown_with_what_stands_in_its_way(previewed):
    session, choice = previewed
    assert choice.box.currentText() == "German 88 %, English 12 %"
    assert "made for English" in choice.note.text() and not choice.note.isHidden()
    assert session.settings.keywords.language == ""


def test_that_another_language_is_chosen_named_and_taken_back(previewed):
    session, choice = previewed
    changed = []
    session.settings_changed.connect(lambda: changed.append(session.settings.keywords.language))
    choice.box.setCurrentIndex(choice.box.findText("Dutch"))
    choice.box.activated.emit(choice.box.currentIndex())
    assert session.settings.keywords.language == "Dutch"
    assert choice.note.text() == "Found: German 88 %, English 12 %"
    write(choice, "deutsch, en")
    assert choice.box.currentText() == session.settings.keywords.language == "German, English"
    assert "made for English" in choice.note.text()
    write(choice, "")
    assert session.settings.keywords.language == "" and choice.box.currentText().startswith("German 88 %")
    assert changed == ["Dutch", "German, English", ""]


def test_that_what_is_no_language_is_said_and_changes_nothing(previewed):
    session, choice = previewed
    write(choice, "Klingon")
    assert "'Klingon' is no language" in choice.note.text() and not choice.note.isHidden()
    assert session.settings.keywords.language == ""


def test_that_the_preview_names_languages_that_are_not_all_english(make_session, qtbot):
    page = PreviewPage(make_session())
    qtbot.addWidget(page)
    forecast = ForecastReady(10, 0, 256, {"embed": 1.0}, 1, 2, 3, languages={"German": 0.883, "English": 0.117}, language_notes=("It was made for English.",))
    page._session.forecast_ready.emit(forecast)
    assert page.languages.text() == "Language: German 88 %, English 12 %. Another can be chosen in Setup.\nIt was made for English."
    assert forecast_wording.written_in(ForecastReady(10, 0, 256, {}, 1, 2, 3, languages={"English": 1.0})) == ""
