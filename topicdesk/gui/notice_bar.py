"""One line above the page for what the researcher should know; it stays until it is closed, another run begins or another file is opened."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from topicdesk.gui.plain_texts import PlainLabel

MAX_NOTICES = 3


class NoticeBar(QFrame):
    """Shows the newest notices."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.words = PlainLabel()
        self.words.setAccessibleName("Notices")
        close = QToolButton(autoRaise=True)
        close.setText("×")
        close.setToolTip("Close")
        close.setAccessibleName("Close the notices")
        close.clicked.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.addWidget(self.words, 1)
        row.addWidget(close)
        self._notices: list[str] = []
        self.hide()

    def add(self, notice: str) -> None:
        """Show one more; one that stands there already is not repeated."""
        if notice not in self._notices:
            self._notices = [*self._notices, notice][-MAX_NOTICES:]
            self.words.setText("\n".join(self._notices))
        self.show()

    def clear(self) -> None:
        """Show none."""
        self._notices = []
        self.hide()
