"""A short list to choose one topic from, narrowed by typing; it knows no session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from topicdesk.core.analysis import Topic

WIDTH, HEIGHT = 340, 380
NUMBER_ROLE = Qt.ItemDataRole.UserRole


class TopicPicker(QDialog):
    """A popup: Enter or a click takes a topic, Escape or a click elsewhere none.

    Signals
    -------
    picked : (int)
        The topic's number.
    """

    picked = Signal(int)

    def __init__(self, heading: str, topics: Sequence[Topic], colours: Mapping[int, QColor], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.line = QLineEdit(placeholderText="Type a label or a number", clearButtonEnabled=True)
        self.list = QListWidget()
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(heading)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for topic in topics:
            item = QListWidgetItem(_dot(colours.get(topic.number, QColor("grey"))), f"{topic.number}  {topic.label.text}")
            item.setData(NUMBER_ROLE, topic.number)
            self.list.addItem(item)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        for part in (QLabel(heading), self.line, self.list):
            column.addWidget(part)
        self.resize(WIDTH, HEIGHT)
        self.list.setCurrentRow(0)
        self.line.textChanged.connect(self._narrow)
        self.line.returnPressed.connect(self._take)
        self.list.itemClicked.connect(lambda _: self._take())
        self.line.installEventFilter(self)
        self.line.setFocus()

    def open_at(self, window: QWidget) -> None:
        """Show it in the middle of the window."""
        self.move(window.mapToGlobal(window.rect().center()) - self.rect().center())
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Up and down move through the list while the cursor stays in the line."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(1 if event.key() == Qt.Key.Key_Down else -1)
            return True
        return super().eventFilter(watched, event)

    def _narrow(self, text: str) -> None:
        words = text.casefold().split()
        items = [self.list.item(row) for row in range(self.list.count())]
        for item in items:
            item.setHidden(not all(word in item.text().casefold() for word in words))
        shown = (row for row, item in enumerate(items) if not item.isHidden())
        self.list.setCurrentRow(next(shown, -1))

    def _step(self, by: int) -> None:
        rows = [row for row in range(self.list.count()) if not self.list.item(row).isHidden()]
        if rows:
            place = rows.index(self.list.currentRow()) if self.list.currentRow() in rows else 0
            self.list.setCurrentRow(rows[min(max(place + by, 0), len(rows) - 1)])

    def _take(self) -> None:
        item = self.list.currentItem()
        if item is not None and not item.isHidden():
            self.close()
            self.picked.emit(int(item.data(NUMBER_ROLE)))


def _dot(colour: QColor) -> QIcon:
    picture = QPixmap(24, 24)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(4, 4, 16, 16)
    painter.end()
    return QIcon(picture)
