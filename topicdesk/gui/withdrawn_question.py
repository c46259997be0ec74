"""The question before backups that hold withdrawn texts are deleted, which cannot be undone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from topicdesk.gui.session import Session
from topicdesk.project.withdrawn import Withdrawn


def ask_delete_withdrawn(parent: QWidget, session: Session, found: Withdrawn) -> None:
    """Make sure, then let the session delete them."""
    what = "this backup" if len(found.paths) == 1 else f"these {len(found.paths):,} backups"
    box = QMessageBox(QMessageBox.Icon.Warning, "Withdrawn texts", f"Delete {what}?", QMessageBox.StandardButton.Cancel, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(
        f"{found.words}\n\nWithout them there is no way back to the state before the update. The project itself stays as it is; "
        "files that you copied or exported elsewhere are not touched."
    )
    box.addButton("&Delete", QMessageBox.ButtonRole.DestructiveRole).clicked.connect(session.care.delete_withdrawn)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    box.setWindowModality(Qt.WindowModality.WindowModal)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.show()
