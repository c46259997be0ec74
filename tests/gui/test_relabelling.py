"""Topics asked anew for their labels: compared, accepted one by one or all, undone; through the window with a fake engine."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from tests.gui.test_session import run, until
from topicdesk.core.model_card import ModelCard
from topicdesk.gui.actions import entries
from topicdesk.gui.main_window import MainWindow
from topicdesk.gui.map_keys import TOOLS
from topicdesk.gui.proposals import followed
from topicdesk.gui.relabel_dialog import OWN_PROMPT, RelabelDialog
from topicdesk.gui.relabelling import ENGINE_ENDED
from topicdesk.project.store import Project


@pytest.fixture
def window(make_session, qtbot, corpus_path):
    window = MainWindow(make_session())
    window.show()
    run(qtbot, window.session, corpus_path)
    show_models(window.session, "other", "wait", "deadly")
    yield window
    window.close()


def show_models(session, *names):
    session.shelf.found = [ModelCard("language", name, Path(f"{name}.gguf"), 1) for name in names]
    session.models_changed.emit()


def opened(window, *topics):
    window.session.choose_topics(topics)
    window.actions_["relabel"].trigger()
    return next(child for child in window.children() if isinstance(child, RelabelDialog))


def asked(window, qtbot, *topics):
    dialog = opened(window, *topics)
    dialog.ask_button.click()
    until(qtbot, lambda: dialog.proposals[0].new is not None)
    return dialog


def labels(window):
    return [topic.label.text for topic in window.session.analysis.topics]


def test_that_no_action_takes_a_key_that_the_map_knows():
    keys = {QKeySequence(key).toString() for key in TOOLS}
    assert [entry.name for entry in entries() if entry.shortcut in keys and not entry.name.startswith("zoom")] == []


def test_that_nothing_changes_before_a_label_is_accepted_and_that_undo_takes_it_back(window, qtbot):
    before = labels(window)
    dialog = asked(window, qtbot, 0)
    assert labels(window) == before and not window.session.edits.edits
    assert dialog.table.item(0, 2).text() == "Other Bayesian inference"
    assert [side.label.text() for side in dialog.sides] == ["Bayesian inference", "Other Bayesian inference"]
    assert "●●● sure" in dialog.sides[1].facts.text()
    assert not dialog.accept_all_button.isVisible()
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    assert labels(window) == ["Other Bayesian inference", *before[1:]]
    edit = window.session.edits.edits[-1]
    assert (edit.what, edit.before, edit.after) == ("relabel", "Bayesian inference", "Other Bayesian inference")
    accepted = window.session.analysis.topics[0].label
    assert (accepted.prompt, accepted.model, accepted.n_prompt_tokens, accepted.seconds) == ("Asked anew:", "other.gguf", 99, 0.4)
    assert not dialog.accept_button.isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert labels(window) == before
    assert dialog.accept_button.isEnabled()


def test_that_all_takes_names_by_the_model_and_leaves_own_labels_refused_answers_and_equal_ones(window, qtbot):
    window.session.rename_topic(1, "Mine")
    before = labels(window)
    dialog = asked(window, qtbot, *range(6))
    assert dialog.table.item(5, 2).text() == "the same"
    dialog.accept_all_button.click()
    assert labels(window) == [f"Other {before[0]}", "Mine", f"Other {before[2]}"[:40], f"Other {before[3]}", *before[4:]]
    assert len(window.session.edits.done) == 2
    assert dialog.said.text().startswith("5 new labels, 3 accepted. One would replace a label of your own")
    assert not dialog.accept_all_button.isEnabled()
    window.session.undo()
    assert labels(window) == before


def test_that_an_own_label_goes_only_when_the_researcher_says_so(window, qtbot):
    window.session.rename_topic(1, "Mine")
    dialog = asked(window, qtbot, 0, 1)
    dialog.table.selectAll()
    dialog.accept_button.click()
    assert labels(window)[:2] == ["Other Bayesian inference", "Mine"]
    assert dialog.question.isVisible() and dialog.asked_about.text() == "“Mine” is your own label. Replace it?"
    dialog.keep_button.click()
    assert labels(window)[1] == "Mine" and not dialog.question.isVisible()
    dialog.accept_button.click()
    dialog.replace_button.click()
    assert labels(window)[1] == "Other Mine"
    window.session.undo()
    assert labels(window)[1] == "Mine"


def test_that_an_answer_in_which_nothing_was_fit_can_be_taken_alone(window, qtbot):
    dialog = asked(window, qtbot, 0, 1, 2)
    dialog.table.selectRow(1)
    dialog.accept_button.click()
    assert window.session.analysis.topics[1].label.refusals == (("It is about", "it is a sentence"),)


def test_that_it_can_be_stopped_and_that_an_engine_that_dies_says_so(window, qtbot):
    dialog = opened(window, 0)
    dialog.model.setCurrentIndex(1)
    dialog.ask_button.click()
    until(qtbot, lambda: dialog.said.text() == "Loading the model…")
    assert dialog.ask_button.text() == "&Stop" and not dialog.model.isEnabled()
    dialog.ask_button.click()
    until(qtbot, lambda: dialog.said.text() == "Stopped.")
    dialog.model.setCurrentIndex(2)
    dialog.ask_button.click()
    until(qtbot, lambda: dialog.said.text() == ENGINE_ENDED)
    dialog.model.setCurrentIndex(0)
    dialog.ask_button.click()
    until(qtbot, lambda: dialog.proposals[0].new is not None)


def test_that_topics_that_change_or_go_are_no_longer_compared(window, qtbot):
    dialog = asked(window, qtbot, 0, 1, 2)
    window.session.editor.delete([1])
    assert [one.topic.number for one in dialog.proposals] == [0, 2] == [int(dialog.table.item(row, 0).text()) for row in range(2)]
    window.session.editor.merge([0, 2])
    assert not dialog.isVisible()
    assert followed(dialog.proposals, None) == []


def test_that_it_says_which_prompt_is_asked_and_waits_for_a_model_and_for_the_end_of_a_run(window, qtbot):
    dialog = opened(window, 0)
    show_models(window.session)
    assert not dialog.ask_button.isEnabled() and "no language model" in dialog.said.text()
    settings = window.session.settings
    window.session.change_settings(type(settings).from_dict(settings.to_dict() | {"labelling": {"system_text": "You name topics."}}))
    assert dialog.prompt_button.text() == OWN_PROMPT
    window.session.state = "running"
    window.session.state_changed.emit("running")
    assert not window.actions_["relabel"].isEnabled()
    window.session.state = "result"
    window.session.state_changed.emit("result")
    assert window.actions_["relabel"].isEnabled()


def test_that_an_accepted_label_is_there_after_reopening_with_its_card(window, qtbot):
    dialog = asked(window, qtbot, 0)
    dialog.accept_button.click()
    label, path = window.session.analysis.topics[0].label, window.session.project_path
    window.close()
    with Project(path) as project:
        assert project.edited(project.analyses.get(project.analyses.current(), "")).analysis.topics[0].label == label
