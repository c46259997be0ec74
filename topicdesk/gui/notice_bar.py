"""One line above the page for what the researcher should know; it stays until it is closed, another run begins or another file is opened."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from topicdesk.gui.plain_texts import PlainLabel

MAX_NOTICES = 3


class NoticeBar(QFrame):
    """Shows the newest notices, and beside them what can be done about one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.words = PlainLabel()
        self.words.setAccessibleName("Notices")
        self.action = QPushButton()
        self.action.clicked.connect(self._act)
        close = QToolButton(autoRaise=True)
        close.setText("×")
        close.setToolTip("Close")
        close.setAccessibleName("Close the notices")
        close.clicked.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.addWidget(self.words, 1)
        row.addWidget(self.action)
        row.addWidget(close)
        self._notices: list[str] = []
        self._offered = ""
        self._act_on_offer: Callable[[], None] = lambda: None
        self.action.hide()
        self.hide()

    def add(self, notice: str) -> None:
        """Show one more; one that stands there already is not repeated."""
        if notice not in self._notices:
            self._notices = [*self._notices, notice][-MAX_NOTICES:]
            if self._offered and self._offered not in self._notices:
                self._notices = [self._offered, *self._notices[1:]]
            self.words.setText("\n".join(self._notices))
        self.show()

    def offer(self, notice: str, button: str, act: Callable[[], None]) -> None:
        """Show one more, with a button that calls `act`; it takes the place of an earlier offer."""
        self.withdraw_offer()
        self._offered, self._act_on_offer = notice, act
        self.action.setText(button)
        self.action.show()
        self.add(notice)

    def withdraw_offer(self) -> None:
        """What was offered no longer holds."""
        self._notices = [notice for notice in self._notices if notice != self._offered]
        self.words.setText("\n".join(self._notices))
        self._offered, self._act_on_offer = "", lambda: None
        self.action.hide()
        if not self._notices:
            self.hide()

    def clear(self) -> None:
        """Show none."""
        self._notices = []
        self.withdraw_offer()

    def _act(self) -> None:
        self._act_on_offer()
