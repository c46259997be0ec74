"""The model's other answers: one click or key makes one of them the label, as an edit."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from tests.gui.test_session import run
from topicdesk.core.analysis import Label
from topicdesk.core.label_cards import labels_from_text, with_answer
from topicdesk.gui.main_window import MainWindow

SAID = Label(
    "Solar power", "language model", "Keywords: sun\nTopic label:", log_probability=-0.2, alternatives=("Sun & wind", "Energy from the sun"),
    model="a-model.gguf", model_sha256="ab" * 32, flags=("too broad",),
)  # fmt: skip


@pytest.fixture
def window(make_session, qtbot, corpus_path):
    window = MainWindow(make_session())
    window.show()
    run(qtbot, window.session, corpus_path)
    window.session.editor.relabel({2: SAID})
    window.session.choose_topic(2)
    window.inspector.setCurrentWidget(window.topics_panel)
    yield window
    window.close()


def label_of(window, number=2):
    return window.session.analysis.topics[number].label


def test_that_another_answer_keeps_the_card_and_claims_no_sureness():
    other = with_answer(SAID, "Sun & wind")
    assert (other.text, other.origin, other.alternatives) == ("Sun & wind", "language model", ("Solar power", "Energy from the sun"))
    assert (other.prompt, other.model_sha256, other.confidence, other.flags) == (SAID.prompt, SAID.model_sha256, "", ())
    own = replace(SAID, text="Mine", origin="researcher", alternatives=("Solar power", "Sun & wind"))
    assert with_answer(own, "Sun & wind").alternatives == ("Solar power",)


def test_that_a_click_on_an_answer_makes_it_the_label_and_undo_takes_it_back(window, qtbot):
    card, session = window.topics_panel.card, window.session
    assert card.answers.isVisible() and len(card.answers.buttons) == 2
    qtbot.mouseClick(card.answers.buttons[0], Qt.MouseButton.LeftButton)
    assert card.label.text() == "Sun & wind" == label_of(window).text
    edit = session.edits.edits[-1]
    assert (edit.what, edit.before, edit.after) == ("relabel", "Solar power", "Sun & wind")
    assert labels_from_text(edit.value)[0].model == "a-model.gguf"
    assert len(card.answers.buttons) == 2
    session.undo()
    assert label_of(window) == SAID
    session.redo()
    assert label_of(window).text == "Sun & wind"


def test_that_the_keyboard_reaches_answers_and_stays_with_them(window, qtbot):
    card = window.topics_panel.card
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    card.answers.buttons[1].setFocus()
    qtbot.keyClick(card.answers.buttons[1], Qt.Key.Key_Space)
    assert label_of(window).text == "Energy from the sun"
    assert card.answers.buttons[0].hasFocus()
    action = window.actions_["answers"]
    assert action.isEnabled() and action.shortcut().toString() == "A"
    action.trigger()
    menu = action.menu()
    assert menu.isVisible() and [entry.text() for entry in menu.actions()] == ["&1  Solar power", "&2  Sun && wind"]
    qtbot.keyClick(menu, Qt.Key.Key_2)
    assert label_of(window).text == "Sun & wind"
    assert not menu.isVisible()


def test_that_a_name_of_ones_own_gives_way_to_an_answer_and_comes_back(window):
    window.session.rename_topic(2, "Mine")
    assert label_of(window).alternatives[0] == "Solar power"
    window.session.take_answer(2, "Solar power")
    assert (label_of(window).text, label_of(window).origin) == ("Solar power", "language model")
    window.session.take_answer(2, "never said")
    assert label_of(window).text == "Solar power"
    window.session.undo()
    assert (label_of(window).text, label_of(window).origin) == ("Mine", "researcher")


def test_that_a_topic_without_other_answers_offers_none_and_says_so(window):
    window.session.choose_topic(0)
    assert window.topics_panel.card.answers.isHidden()
    action = window.actions_["answers"]
    assert not action.isEnabled() and "gave no other answer" in action.toolTip()


def test_that_an_action_that_cannot_be_taken_says_why(window):
    session, actions = window.session, window.actions_
    assert "\n" not in actions["relabel"].toolTip() and actions["relabel"].isEnabled()
    session.state = "running"
    session.state_changed.emit("running")
    assert not actions["relabel"].isEnabled()
    assert actions["relabel"].toolTip().endswith("relabel when it has ended.")
    session.state = "result"
    session.state_changed.emit("result")
    session.choose_nothing()
    assert actions["relabel"].toolTip().endswith("Choose a topic first.")
    assert actions["merge"].toolTip().endswith("Choose two topics or more.")
    assert all("\n" in action.toolTip() for action in actions.by_name.values() if not action.isEnabled())
    assert all(menu.toolTipsVisible() for menu in actions.menus.values())
