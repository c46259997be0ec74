"""Notes and colours of topics: the menu's actions with their dialogs, in the window."""

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QDialogButtonBox

from topicdesk.gui.map_palette import colours_of
from topicdesk.gui.note_dialog import NoteDialog


def note_of(window, *numbers):
    """The note dialog for these topics."""
    window.session.choose_topics(numbers)
    window.actions_["note"].trigger()
    return window.findChildren(NoteDialog)[-1]


def press(dialog, button=QDialogButtonBox.StandardButton.Ok):
    dialog.findChild(QDialogButtonBox).button(button).click()


def notes(window):
    return [topic.note for topic in window.session.analysis.topics]


def test_that_a_note_is_written_rewritten_and_taken_away(window):
    dialog = note_of(window, 1)
    assert not dialog.isModal() and dialog.text.toPlainText() == ""
    dialog.text.setPlainText("  Two things in one.\nSplit it?  ")
    press(dialog)
    assert notes(window)[:3] == ["", "Two things in one.\nSplit it?", ""]
    dialog = note_of(window, 1)
    assert dialog.text.toPlainText() == "Two things in one.\nSplit it?"
    dialog.text.setPlainText("Never mind")
    press(dialog, QDialogButtonBox.StandardButton.Cancel)
    assert notes(window)[1] == "Two things in one.\nSplit it?"
    dialog = note_of(window, 1)
    dialog.text.clear()
    press(dialog)
    assert not any(notes(window))
    window.session.undo()
    assert notes(window)[1] == "Two things in one.\nSplit it?"


def test_that_topics_whose_notes_differ_keep_them_where_nothing_is_written(window):
    window.session.editor.mark([1], "note", "Of one.")
    window.session.editor.mark([2], "note", "Of another.")
    n_edits = len(window.session.edits.edits)
    dialog = note_of(window, 1, 2)
    assert dialog.text.toPlainText() == "" and "different notes" in dialog.text.placeholderText()
    assert "2 topics" in dialog.heading.text()
    press(dialog)
    assert notes(window)[1:3] == ["Of one.", "Of another."] and len(window.session.edits.edits) == n_edits
    dialog = note_of(window, 1, 2)
    dialog.text.setPlainText("Of both.")
    press(dialog)
    assert notes(window)[:4] == ["", "Of both.", "Of both.", ""]


def test_that_topics_with_one_note_are_shown_it(window):
    window.session.editor.mark([1, 2], "note", "Of both.")
    dialog = note_of(window, 1, 2)
    assert dialog.text.toPlainText() == "Of both." and not dialog.text.placeholderText()
    dialog.text.clear()
    press(dialog)
    assert not any(notes(window))


def colour_of(window, *numbers):
    """The colour dialog for these topics."""
    window.session.choose_topics(numbers)
    window.actions_["colour"].trigger()
    return window.findChildren(QColorDialog)[-1]


def test_that_a_chosen_colour_is_the_topics_and_undone(window):
    before = colours_of(window.session.analysis, window.palette())[2]
    dialog = colour_of(window, 2)
    assert dialog.currentColor().name() == before.name() and dialog.windowTitle() == "Colour of the topic"
    dialog.setCurrentColor(QColor("#102030"))
    dialog.accept()
    assert [topic.colour for topic in window.session.analysis.topics[1:4]] == ["", "#102030", ""]
    assert colours_of(window.session.analysis, window.palette())[2].name() == "#102030"
    window.session.undo()
    assert colours_of(window.session.analysis, window.palette())[2] == before


def test_that_several_topics_get_one_colour_and_a_cancelled_dialog_changes_nothing(window):
    dialog = colour_of(window, 0, 3)
    assert dialog.windowTitle() == "Colour of 2 topics"
    dialog.setCurrentColor(QColor("#405060"))
    dialog.reject()
    assert not window.session.edits.edits
    dialog = colour_of(window, 0, 3)
    dialog.setCurrentColor(QColor("#405060"))
    dialog.accept()
    assert [topic.number for topic in window.session.analysis.topics if topic.colour == "#405060"] == [0, 3]
