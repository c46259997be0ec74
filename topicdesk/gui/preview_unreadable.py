"""Rows that cannot be read, before anything is imported: what is wrong with the first, how they stand in the file, and the way on without them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.wording import count

MOST_LISTED = 100


class UnreadableBar(QFrame):
    """Hidden where every row that was looked at can be read.

    Signals
    -------
    import_asked : ()
        The others are to be imported, and these listed.
    """

    import_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.words = PlainLabel()
        self.words.setAccessibleName("Rows that cannot be read")
        self.show_button = QPushButton()
        self.show_button.setCheckable(True)
        self.import_button = QPushButton()
        self.import_button.setToolTip("Make the topic map of the rows that can be read (Enter); the others stay listed in the project")
        self.rows = QPlainTextEdit(readOnly=True)
        self.rows.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.rows.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.rows.setAccessibleName("The rows that cannot be read, as they stand in the file")
        self.rows.setMaximumHeight(120)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addStretch()
        line.addWidget(self.show_button)
        line.addWidget(self.import_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.words)
        column.addWidget(self.rows)
        column.addLayout(line)
        self.show_button.toggled.connect(self.rows.setVisible)
        self.import_button.clicked.connect(lambda _: self.import_asked.emit())
        self.hide()

    def show_preview(self, preview: dict[str, Any]) -> None:
        """Say what is wrong in this preview."""
        unreadable = preview["unreadable"]
        number = len(unreadable)
        self.words.setText(unreadable_words(unreadable))
        self.show_button.setText("Show &row" if number == 1 else "Show &rows")
        self.import_button.setText("&Import the others, list this one" if number == 1 else f"&Import the others, list these {count(number)}")
        self.rows.setPlainText(listed_rows(unreadable, preview.get("excerpts", {})))
        self.show_button.setChecked(False)
        self.rows.hide()
        self.setVisible(number > 0)


def unreadable_words(unreadable: list[dict[str, Any]]) -> str:
    """The first row's reason, how many more there are, and that nothing has happened yet; empty where there is none."""
    if not unreadable:
        return ""
    more = f" {count(len(unreadable) - 1, 'more row')} cannot be read." if len(unreadable) > 1 else ""
    return f"{unreadable[0]['reason']}{more} Nothing imported yet."


def listed_rows(unreadable: list[dict[str, Any]], excerpts: dict[str, str]) -> str:
    """Each row with its reason and, where it is known, how it stands in the file."""
    lines = []
    for entry in unreadable[:MOST_LISTED]:
        excerpt = excerpts.get(str(entry["row"]))
        lines += [entry["reason"], *([f"    {line}" for line in excerpt.splitlines()] if excerpt else [])]
    if len(unreadable) > MOST_LISTED:
        lines.append(f"… and {count(len(unreadable) - MOST_LISTED)} more; all are listed in the project.")
    return "\n".join(lines)
