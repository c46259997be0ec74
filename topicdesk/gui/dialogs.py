"""The dialogs that the menus open; none of them is modal but the question before what cannot be undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QWidget

from topicdesk.gui import help_texts
from topicdesk.gui.actions import entries
from topicdesk.gui.backups_dialog import BackupsDialog
from topicdesk.gui.cache_dialog import CacheDialog
from topicdesk.gui.computer_dialog import ComputerDialog
from topicdesk.gui.keys_dialog import KeysDialog
from topicdesk.gui.model_dialog import ModelDialog
from topicdesk.gui.prompt_editor import PromptEditor
from topicdesk.gui.session import Session
from topicdesk.gui.share_dialog import FILTER as PROJECTS
from topicdesk.gui.share_dialog import ShareDialog
from topicdesk.project.opening import SUFFIX
from topicdesk.project.snapshots import snapshots_of


def openers(window: QWidget, session: Session) -> dict[str, Callable[[], None]]:
    """What to call for the actions that open a dialog, by the action's name."""

    def show_keys() -> None:
        show_dialog(KeysDialog([(entry.words.replace("&", ""), entry.shortcut) for entry in entries() if entry.shortcut], window))

    return {
        "models": lambda: show_dialog(ModelDialog(session, window)),
        "prompt": lambda: show_dialog(PromptEditor(session, window)),
        "share": lambda: show_dialog(ShareDialog(session, window)),
        "backups": lambda: show_dialog(BackupsDialog(session, window)),
        "cache": lambda: show_dialog(CacheDialog(session, window)),
        "save_as": lambda: ask_save_as(window, session),
        "delete_project": lambda: ask_delete(window, session),
        "report": lambda: ask_report(window, session),
        "privacy": lambda: tell(window, "Privacy", help_texts.privacy(session.project_path)),
        "keys": show_keys,
        "computer": lambda: show_dialog(ComputerDialog(session, window)),
        "about": lambda: tell(window, "About TopicDesk", help_texts.about()),
    }


def ask_save_as(window: QWidget, session: Session) -> None:
    """Let the researcher choose where the copy lies that is gone on with."""
    if (path := session.project_path) is not None:
        chosen = QFileDialog.getSaveFileName(window, "Save the project as", str(path.with_name(f"{path.stem} copy{SUFFIX}")), PROJECTS)[0]
        if chosen:
            session.care.save_as(Path(chosen).with_suffix(SUFFIX))


def ask_place(window: QWidget, session: Session, path: Path) -> None:
    """Let the researcher choose where a project lies that cannot lie beside its corpus."""
    chosen = QFileDialog.getSaveFileName(window, f"{path.parent} cannot be written: choose where the project lies", str(Path.home() / path.name), PROJECTS)[0]
    if chosen:
        session.start_run(place=Path(chosen).with_suffix(SUFFIX))


def ask_report(window: QWidget, session: Session) -> None:
    """Let the researcher choose where a report for the makers of TopicDesk is written."""
    chosen = QFileDialog.getSaveFileName(window, "Write a bug report", str(Path.home() / "topicdesk-report.txt"), "Text (*.txt)")[0]
    if chosen:
        session.write_bug_report(Path(chosen))


def ask_delete(window: QWidget, session: Session) -> None:
    """Make sure; this cannot be undone."""
    if (path := session.project_path) is None:
        return
    backups = snapshots_of(path)
    what = f"{path.name} and its {len(backups)} backups" if len(backups) > 1 else f"{path.name} and its backup" if backups else path.name
    box = QMessageBox(QMessageBox.Icon.Warning, "Delete project", f"Delete {what}?", QMessageBox.StandardButton.Cancel, window)
    box.setTextFormat(Qt.TextFormat.PlainText)
    pasted = [file.name if file.parent == path.parent else str(file) for file in session.care.pasted_files()]
    corpus = f"{' and '.join(pasted)}, which TopicDesk wrote when you pasted the texts, is deleted too. E" if pasted else "The corpus file, e"
    box.setInformativeText(f"{path.parent}\n\nAll labels and edits in it are lost for good. {corpus}xported tables and figures stay.")
    box.addButton("&Delete", QMessageBox.ButtonRole.DestructiveRole).clicked.connect(session.care.delete)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    box.setWindowModality(Qt.WindowModality.WindowModal)
    show_dialog(box)


def show_figure(window: QWidget, session: Session, colour_by: str) -> None:
    """Open the figure dialog, with the colours of the window's map; matplotlib is loaded with it."""
    from topicdesk.gui.figure_dialog import FigureDialog

    show_dialog(FigureDialog(session, window, colour_by))


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
