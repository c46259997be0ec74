"""Help, Keyboard: every shortcut beside what it does, in two columns."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from topicdesk.gui.help_texts import ON_THE_MAP

Keys = Sequence[tuple[str, str]]


class KeysDialog(QDialog):
    """Not modal; `shortcuts` are the actions' words and keys."""

    def __init__(self, shortcuts: Keys, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        middle = (len(shortcuts) + len(ON_THE_MAP) + 1) // 2
        row = QHBoxLayout()
        row.setSpacing(32)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addLayout(_listed(shortcuts[:middle]))
        right.addLayout(_listed(shortcuts[middle:]))
        right.addWidget(_heading("On the map"))
        right.addLayout(_listed(ON_THE_MAP))
        for column in (left, right):
            column.addStretch(1)
            row.addLayout(column)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(16)
        whole.addLayout(row)
        whole.addWidget(buttons)

    @property
    def text(self) -> str:
        """All that is said, for those who look for a key."""
        return "\n".join(label.text() for label in self.findChildren(QLabel))


def _listed(keys: Keys) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    for row, (words, key) in enumerate(keys):
        quiet = QLabel(key, textFormat=Qt.TextFormat.PlainText)
        quiet.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        grid.addWidget(quiet, row, 0)
        grid.addWidget(QLabel(words, textFormat=Qt.TextFormat.PlainText), row, 1)
    return grid


def _heading(words: str) -> QLabel:
    label = QLabel(words)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    label.setContentsMargins(0, 12, 0, 4)
    label.setFixedHeight(label.sizeHint().height())
    return label
