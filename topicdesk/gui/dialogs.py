"""The dialogs that the menus open; none of them is modal."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QMessageBox, QWidget

from topicdesk.gui import help_texts
from topicdesk.gui.actions import entries
from topicdesk.gui.model_dialog import ModelDialog
from topicdesk.gui.session import Session


def openers(window: QWidget, session: Session) -> dict[str, Callable[[], None]]:
    """What to call for the actions that open a dialog, by the action's name."""

    def show_keys() -> None:
        shortcuts = [(entry.words.replace("&", ""), entry.shortcut) for entry in entries() if entry.shortcut]
        tell(window, "Keyboard", help_texts.keys(shortcuts))

    return {
        "figure": lambda: show_figure(window, session),
        "models": lambda: show_dialog(ModelDialog(session, window)),
        "privacy": lambda: tell(window, "Privacy", help_texts.privacy(session.project_path)),
        "keys": show_keys,
        "about": lambda: tell(window, "About TopicDesk", help_texts.about()),
    }


def show_figure(window: QWidget, session: Session) -> None:
    """Open the figure dialog; matplotlib is loaded with it."""
    from topicdesk.gui.figure_dialog import FigureDialog

    show_dialog(FigureDialog(session, window))


def show_dialog(dialog: QDialog) -> None:
    """Show a dialog beside the window; it is gone when it is closed."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()


def tell(window: QWidget, title: str, words: str) -> None:
    """Say something, as plain text."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, title, "", QMessageBox.StandardButton.Close, window)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(words)
    box.setModal(False)
    show_dialog(box)
