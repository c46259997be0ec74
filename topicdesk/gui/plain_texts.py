"""Widgets that show texts of documents, of models and of people: as plain text whatever it holds, wrapped or ended by an ellipsis."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from topicdesk.gui.two_lines import tooltip


class PlainLabel(QLabel):
    """Text that wraps, can be selected and is never read as HTML."""

    def __init__(self, is_quiet: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        if is_quiet:
            self.setForegroundRole(QPalette.ColorRole.PlaceholderText)


class ElidedLabel(QLabel):
    """One line that ends in an ellipsis where the room does; the tooltip holds the whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, textFormat=Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        """Show this text instead."""
        self.setText(text)
        self.setToolTip(tooltip(text))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Any width will do."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw as much as fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        room = self.contentsRect()
        elided = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, elided)


class TextButton(QToolButton):
    """A line of text, and perhaps a quiet second one, to be pressed; the tooltip holds the whole."""

    def __init__(self, first: str, second: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent, autoRaise=True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(first)
        self.setToolTip(tooltip(first, second))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(6, 4, 6, 4)
        self._column.setSpacing(0)
        for text in filter(None, (first, second)):
            line = ElidedLabel()
            line.setText(text)
            self._column.addWidget(line)
        if second:
            line.setForegroundRole(QPalette.ColorRole.PlaceholderText)

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as its lines."""
        return QSize(120, self._column.sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Lines are never squeezed into one another; what holds them scrolls."""
        return QSize(0, self._column.sizeHint().height())
