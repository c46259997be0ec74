"""The model's other answers on the label card, each of which becomes the label when it is pressed; it changes nothing itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from topicdesk.gui.plain_texts import TextButton
from topicdesk.gui.two_lines import tooltip

HINT = "Call the topic so. Ctrl+Z takes it back."


class OtherAnswers(QWidget):
    """A heading and a line for each answer; away where there is none.

    Signals
    -------
    chosen : (str)
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[TextButton] = []
        heading = QLabel("Other answers: press one to take it")
        heading.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(heading)

    def show_answers(self, answers: Sequence[str]) -> None:
        """Show these answers instead, best first."""
        old, self.buttons = self.buttons, [self._button(answer) for answer in answers]
        self.setVisible(bool(answers))
        if self.buttons and any(button.hasFocus() for button in old):
            self.buttons[0].show()  # before the layout does: what is hidden takes no focus
            self.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)
        for button in old:
            button.hide()
            button.deleteLater()

    def _button(self, answer: str) -> TextButton:
        button = TextButton(answer)
        button.setToolTip(tooltip(answer, HINT))
        button.setAccessibleName(f"Call the topic “{answer}”")
        button.clicked.connect(lambda: self.chosen.emit(answer))
        self._column.addWidget(button)
        return button
