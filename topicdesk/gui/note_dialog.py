"""A sheet of paper for what a researcher thinks of a topic, or for why something was done; it knows no session."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget


class NoteDialog(QDialog):
    """Not modal; gone when it is closed.

    Signals
    -------
    written : (str)
    """

    written = Signal(str)

    def __init__(self, heading: str, text: str, parent: QWidget, hint: str = "") -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Note")
        self.heading = QLabel(heading, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.text = QPlainTextEdit(text)
        self.text.setPlaceholderText(hint)
        self.text.setAccessibleName("Note")
        self.text.setTabChangesFocus(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self.written.emit(self.text.toPlainText().strip()))
        column = QVBoxLayout(self)
        column.setSpacing(8)
        for part in (self.heading, self.text, buttons):
            column.addWidget(part)
        self.resize(360, 240)
        self.text.setFocus()
