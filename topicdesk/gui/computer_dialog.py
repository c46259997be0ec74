"""Help, This computer: the report of `topicdesk doctor`, made by a child process, as text that can be copied."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.preview_process import PreviewProcess
from topicdesk.gui.screen_room import resize_within_screen
from topicdesk.gui.session import Session


class ComputerDialog(QDialog):
    """Not modal; it asks when it opens, which takes some seconds."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("This computer")
        self.said = PlainLabel(is_quiet=True)
        self.said.setAccessibleName("State")
        self.report = QPlainTextEdit(readOnly=True)
        self.report.setAccessibleName("Report")
        self.report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.copy_button = QPushButton("&Copy")
        self.again_button = QPushButton("Look &again")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        for button in (self.copy_button, self.again_button):
            button.setAutoDefault(False)
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(self.said)
        column.addWidget(self.report, 1)
        column.addWidget(buttons)
        self._command = session.doctor_command
        self._process = PreviewProcess(self)
        self._process.finished.connect(self._show)
        self._process.failed.connect(self.said.setText)
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.report.toPlainText()))
        self.again_button.clicked.connect(self._look)
        buttons.rejected.connect(self.close)
        self.finished.connect(lambda _: self._process.stop())
        resize_within_screen(self, 720, 480)
        self._look()

    def _look(self) -> None:
        self.said.setText("Looking at processor, graphics card, libraries, fonts and models. This takes some seconds; nothing is downloaded.")
        self.copy_button.setEnabled(False)
        self._process.ask(self._command)

    def _show(self, stdout: bytes) -> None:
        self.report.setPlainText(stdout.decode("utf-8", "replace").strip())
        self.said.setText("What this computer has for TopicDesk. Below each lack stands the command that mends it.")
        self.copy_button.setEnabled(True)
