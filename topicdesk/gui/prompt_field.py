"""One text of a prompt: the profile's own until the researcher writes another, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget


class PromptField(QWidget):
    """A heading, a button back to the profile's text, and the text.

    Signals
    -------
    edited : ()
        The researcher typed.
    reset : ()
        The profile's text is wanted again.
    """

    edited = Signal()
    reset = Signal()

    def __init__(self, heading: str, hint: str, n_lines: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._profiles: str | None = None
        self._own = ""
        self._is_showing = False
        self.text = QPlainTextEdit(tabChangesFocus=True)
        self.text.setAcceptDrops(False)  # a dropped file is for the window
        self.text.setMinimumHeight(self.text.fontMetrics().lineSpacing() * n_lines + 12)
        self.text.setToolTip(hint)
        self.text.setAccessibleDescription(hint)
        label = QLabel(heading)
        label.setBuddy(self.text)
        self.text.setAccessibleName(heading.replace("&", ""))
        self.back = QToolButton()
        self.back.setAutoRaise(True)
        policy = self.back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # so that nothing moves when it comes
        self.back.setSizePolicy(policy)
        self.back.setText("Back to the profile's text")
        self.back.setAccessibleName(f"{self.text.accessibleName()}: back to the profile's text")
        line = QHBoxLayout()
        line.addWidget(label)
        line.addStretch()
        line.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        column.addWidget(self.text)
        self.text.textChanged.connect(self._on_text)
        self.back.clicked.connect(self._go_back)
        self._show_back()

    def own(self) -> str:
        """The researcher's text; empty where it is the profile's."""
        return self._own

    def show_own(self, text: str) -> None:
        """Show the researcher's text, or the profile's where it is empty."""
        if text != self._own:
            self._own = text
            self._set(text or self._profiles or "")

    def show_profiles(self, text: str) -> None:
        """The profile's own text from now on; a field that was emptied to be written anew stays empty."""
        self._profiles = text
        is_emptied = self.text.hasFocus() and not self.text.toPlainText()
        if not self._own and not is_emptied and text != self.text.toPlainText():
            self._set(text)
        self._show_back()

    def _set(self, text: str) -> None:
        self._is_showing = True
        self.text.setPlainText(text)
        self._is_showing = False
        self._show_back()

    def _on_text(self) -> None:
        if not self._is_showing:
            text = self.text.toPlainText()
            self._own = "" if text == self._profiles or not text.strip() else text
            self._show_back()
            self.edited.emit()

    def _go_back(self) -> None:
        if self._profiles is not None:
            self._own = ""
            self._set(self._profiles)
            self.reset.emit()

    def _show_back(self) -> None:
        self.back.setVisible(self._profiles is not None and self._own != "")
