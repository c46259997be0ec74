from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from tests.gui.fake_session import FakeSession, made_up
from topicdesk.core.events import PromptFilled
from topicdesk.gui.dialogs import show_dialog
from topicdesk.gui.prompt_desk import NO_LANGUAGE_MODEL, asked_in, material_of
from topicdesk.gui.prompt_editor import NO_TOPICS, WAITING, PromptEditor

FILLED = PromptFilled("Be kind.\n\nName sun, wind", 12, 4096, True, "chat", "Be kind.", "Q\n---\nA", "Name [KEYWORDS]", "chatml")


class FakeDesk(QObject):
    filled = Signal(object)
    failed = Signal(str)

    def __init__(self):
        super().__init__()
        self.newest = None
        self.asked = []

    def ask(self, *asked):
        self.asked.append(asked)

    def answer(self, filled):
        self.newest = filled
        self.filled.emit(filled)

    def forget(self):
        self.asked.append("forgotten")


class Shelf:
    found = ()

    def path(self, role):
        return "/models/llama.gguf"


class PromptSession(FakeSession):
    models_changed = Signal()

    def __init__(self, *shown):
        super().__init__(*shown)
        self.prompts, self.shelf, self.has_model = FakeDesk(), Shelf(), True

    def model(self, role):
        return "llama" if self.has_model else None


@pytest.fixture
def session():
    return PromptSession(*made_up(n_topics=4))


@pytest.fixture
def editor(qtbot, session):
    editor = PromptEditor(session)
    qtbot.addWidget(editor)
    editor.show()
    session.prompts.answer(FILLED)
    return editor


def type_into(editor, name, text):
    editor.fields[name].text.setPlainText(text)
    editor._store()


def test_that_it_says_what_it_waits_for_and_offers_no_template_before_it_is_there(qtbot, session):
    editor = PromptEditor(session)
    qtbot.addWidget(editor)
    assert editor.facts.text() == WAITING and editor.accept_template.isHidden()
    session.prompts.answer(FILLED)
    assert editor.facts.text() != WAITING and editor.filled.toPlainText() == FILLED.text


def test_that_the_filled_prompt_of_a_topic_is_shown_with_its_length(editor, session):
    assert editor.filled.toPlainText() == FILLED.text
    assert editor.facts.text() == "12 tokens of the 4,096 that the model reads, template chatml, texts are cut to excerpts"
    settings, model, keywords, documents = session.prompts.asked[-1]
    topic = session.analysis.topics[0]
    assert (settings, model) == (session.settings, "/models/llama.gguf")
    assert keywords == tuple(keyword.term for keyword in topic.keywords)
    assert documents == tuple(session.corpus.documents[row].text for row in topic.exemplars)


def test_that_the_profiles_texts_stand_until_the_researcher_writes_others_and_can_come_back(editor, session):
    field = editor.fields["system_text"]
    assert field.text.toPlainText() == "Be kind."
    assert not field.back.isVisible()
    type_into(editor, "system_text", "Be brief.")
    assert session.settings.labelling.system_text == "Be brief."
    assert field.back.isVisible()
    field.back.click()
    assert session.settings.labelling.system_text == ""
    assert field.text.toPlainText() == "Be kind."
    assert not field.back.isVisible()


def test_that_another_profiles_texts_replace_only_those_that_are_not_the_researchers(editor, session):
    type_into(editor, "example", "Mine\n---\nOne")
    session.prompts.answer(replace(FILLED, system_text="Other.", example="Its own"))
    assert editor.fields["system_text"].text.toPlainText() == "Other."
    assert editor.fields["example"].text.toPlainText() == "Mine\n---\nOne"


def test_that_what_is_typed_is_stored_after_a_pause_and_the_prompt_asked_anew(editor, session, qtbot):
    n_asked = len(session.prompts.asked)
    with qtbot.waitSignal(session.settings_changed, timeout=3000):
        qtbot.keyClicks(editor.fields["main_prompt"].text, "!")
    assert session.settings.labelling.main_prompt == "!Name [KEYWORDS]"
    assert session.prompts.asked[n_asked][0] == session.settings


def test_that_a_missing_tag_is_an_error_at_once_and_is_not_stored(editor, session):
    type_into(editor, "main_prompt", "Name it.")
    assert "neither [KEYWORDS] nor [DOCUMENTS]" in editor.wrong.text()
    assert editor.wrong.isVisible()
    assert session.settings.labelling.main_prompt == ""
    type_into(editor, "main_prompt", "Name it: [DOCUMENTS]")
    assert not editor.wrong.isVisible()
    assert session.settings.labelling.main_prompt == "Name it: [DOCUMENTS]"


def test_that_a_topic_chosen_anywhere_is_the_one_shown(editor, session):
    session.choose_topic(2)
    assert editor.topic.currentData() == 2
    assert session.prompts.asked[-1][2] == tuple(keyword.term for keyword in session.analysis.topics[2].keywords)


def test_that_an_unknown_template_is_used_only_when_the_researcher_says_so(editor, session):
    assert not editor.accept_template.isVisible()
    session.prompts.answer(replace(FILLED, template="", unknown_template="abc"))
    assert editor.unknown.isVisible()
    assert not editor.accept_template.isChecked()
    editor.accept_template.click()
    assert session.settings.labelling.accepted_template == "abc"
    editor.accept_template.click()
    assert session.settings.labelling.accepted_template == ""
    session.prompts.answer(replace(FILLED, template="", unknown_template="abc", problem="It does not end."))
    assert editor.unknown.text() == "It does not end."
    assert not editor.accept_template.isVisible()


def test_that_a_prompt_that_cannot_be_filled_says_why(editor, session):
    session.prompts.failed.emit("The prompt is too long.")
    assert editor.facts.text() == "The prompt is too long."
    assert editor.filled.toPlainText() == ""
    session.has_model = False
    session.models_changed.emit()
    assert editor.facts.text() == NO_LANGUAGE_MODEL


def test_that_nothing_can_be_changed_while_a_run_goes_on(editor, session):
    session.state = "running"
    session.state_changed.emit("running")
    assert not any(field.isEnabled() for field in editor.fields.values())
    assert editor.topic.isEnabled()


def test_that_without_topics_the_tags_stand_for_themselves(qtbot):
    session = PromptSession()
    editor = PromptEditor(session)
    qtbot.addWidget(editor)
    assert editor.topic.currentText() == NO_TOPICS
    assert session.prompts.asked[-1][2:] == (("[KEYWORDS]",), ("[DOCUMENTS]",))
    assert material_of(0, None, None) == (("[KEYWORDS]",), ("[DOCUMENTS]",))


def test_that_closing_keeps_what_was_typed_last(editor, session, qtbot):
    editor.fields["example"].text.setPlainText("Last\n---\nWord")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert session.settings.labelling.example == "Last\n---\nWord"
    assert session.prompts.asked[-1] == "forgotten"


def test_that_the_whole_dialog_can_be_worked_by_keyboard(editor, qtbot):
    reached = set()
    editor.profile.setFocus()
    for _ in range(30):
        reached.add(editor.focusWidget())
        editor.focusNextChild()
    assert {editor.profile, editor.language, *(field.text for field in editor.fields.values()), editor.topic, editor.filled} <= reached


def test_that_a_closed_editor_hears_nothing_more(session, qtbot):
    editor = PromptEditor(session)
    show_dialog(editor)
    editor.close()
    qtbot.waitUntil(lambda: not shiboken6.isValid(editor))
    session.labels_changed.emit(session.analysis)
    session.state_changed.emit("running")


def test_that_the_prompt_is_shown_in_the_language_that_a_run_would_ask_in():
    german = replace(made_up()[1], numerics={"languages": {"read_as": ["German", "English"]}})
    settings = german.settings
    assert asked_in(settings, german).labelling.language == "German"
    assert asked_in(replace(settings, labelling=replace(settings.labelling, language="French")), german).labelling.language == "French"
    assert asked_in(settings, None) == asked_in(settings, replace(german, numerics={"languages": {"read_as": ["English"]}})) == settings
