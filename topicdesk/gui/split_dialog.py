"""A topic before it is split: its parts with their sizes and words, each lit on the map when it is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from topicdesk.core.analysis import Topic
from topicdesk.core.requests import SplitRequest
from topicdesk.gui.edit_questions import Parts
from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.wording import count, unit_of

if TYPE_CHECKING:
    from topicdesk.gui.session import Session

MOST_PARTS = 8
N_WORDS = 5
PART_ROLE = Qt.ItemDataRole.UserRole
ASKING = "Looking for parts…"


class SplitDialog(QDialog):
    """Shows into what a topic of `session` falls, and splits it through the session. Not modal."""

    def __init__(self, session: Session, topic: Topic, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Split topic")
        self._session, self._topic = session, topic
        self._parts: Parts | None = None
        self.heading = PlainLabel()
        self.heading.setText(f"{topic.label.text} · {count(topic.size, unit_of(session.corpus))}")
        self.number = QComboBox()
        self.number.setAccessibleName("Number of parts")
        self.number.addItem("As many as there are", 0)
        for n_parts in range(2, MOST_PARTS + 1):
            self.number.addItem(f"{n_parts} parts", n_parts)
        self.list = QListWidget()
        self.list.setAccessibleName("Parts")
        self.list.setWordWrap(True)
        self.said = PlainLabel(is_quiet=True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.split_button = QPushButton("Split")
        self.buttons.addButton(self.split_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self._lay_out()
        self.number.currentIndexChanged.connect(lambda _: self._ask())
        self.list.currentItemChanged.connect(lambda item, _: self._light(item))
        self.buttons.accepted.connect(self._split)
        self.buttons.rejected.connect(self.close)
        session.questions.parts_found.connect(self._take)
        session.questions.failed.connect(self._fail)
        session.analysis_changed.connect(self._on_analysis)
        self._ask()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """The map is not left lit."""
        if self._parts is not None and self.list.currentItem() is not None:
            self._session.choose_documents(None)
        super().closeEvent(event)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(QLabel("Into"))
        line.addWidget(self.number, 1)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(self.heading)
        column.addLayout(line)
        column.addWidget(self.list, 1)
        column.addWidget(self.said)
        column.addWidget(self.buttons)
        self.resize(400, 320)

    def _ask(self) -> None:
        self._parts = None
        self.list.clear()
        self.split_button.setEnabled(False)
        self.said.setText(ASKING)
        if (path := self._session.project_path) is not None:
            self._session.questions.ask(SplitRequest(str(path), self._topic.stable_id, self.number.currentData()))

    def _take(self, parts: Parts) -> None:
        if parts.topic != self._topic.stable_id or len(parts.part_of) != self._topic.size:
            return
        self._parts = parts
        self.list.clear()
        for part, size in enumerate(np.bincount(parts.part_of).tolist()):
            words = ", ".join(parts.keywords[part][:N_WORDS]) if part < len(parts.keywords) else ""
            item = QListWidgetItem(" · ".join(filter(None, (count(size, unit_of(self._session.corpus)), words))))
            item.setData(PART_ROLE, part)
            self.list.addItem(item)
        self.said.setText("The first part stays the topic; the others become topics of their own. Choose a part to see it on the map.")
        self.split_button.setEnabled(self.list.count() > 1)

    def _fail(self, request: str, reason: str) -> None:
        if request == SplitRequest.__name__:
            self.said.setText(reason)

    def _members(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        analysis = self._session.analysis
        return np.flatnonzero(analysis.assignment.topic_of == self._topic.number) if analysis is not None else np.zeros(0, dtype=np.int64)

    def _light(self, item: QListWidgetItem | None) -> None:
        if item is not None and self._parts is not None:
            members = self._members()
            self._session.choose_documents(members[self._parts.part_of == item.data(PART_ROLE)].tolist())

    def _split(self) -> None:
        if self._parts is not None:
            parts, self._parts = self._parts, None
            self._session.choose_documents(None)
            self._session.editor.split(self._topic.number, parts.part_of)
        self.close()

    def _on_analysis(self) -> None:
        """The topic is another one now: what is shown of it would be wrong."""
        analysis = self._session.analysis
        topics = analysis.topics if analysis is not None else ()
        now = topics[self._topic.number] if self._topic.number < len(topics) else None
        if now is None or (now.stable_id, now.size) != (self._topic.stable_id, self._topic.size):
            self.close()
