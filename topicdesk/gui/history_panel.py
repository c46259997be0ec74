"""The history of edits, newest first: what was done, when, from what to what, and why, which can be said later; the way to its topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView, QPushButton, QVBoxLayout, QWidget

from topicdesk.core.edit_words import what_was_done
from topicdesk.core.edits import Edit
from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.two_lines import ListLineDelegate, tooltip
from topicdesk.gui.wording import count, isolated, local_time

if TYPE_CHECKING:
    from topicdesk.gui.session import Session

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
SECOND_ROLE = Qt.ItemDataRole.UserRole + 1


class HistoryModel(QAbstractListModel):
    """Edits that stand or can be redone, newest first; what was withdrawn is only in the exported history."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.edits: list[Edit] = []
        self._not_carried: dict[int, str] = {}

    def show(self, edits: tuple[Edit, ...], not_carried: dict[int, str]) -> None:
        """Show another log."""
        self.beginResetModel()
        self.edits = [edit for edit in reversed(edits) if edit.state != "withdrawn"]
        self._not_carried = not_carried
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802
        """One row an edit."""
        return 0 if parent.isValid() else len(self.edits)

    def objection(self, edit: Edit) -> str:
        """Why an edit does not stand here; empty where it does."""
        if edit.state == "undone":
            return "Undone; redo brings it back."
        return self._not_carried.get(edit.sequence, "")

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """First what was done to what, then what came of it, when, and why."""
        if not index.isValid() or index.row() >= len(self.edits):
            return None
        edit = self.edits[index.row()]
        value: Any = None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                value = f"{what_was_done(edit)}: {edit.before}" if edit.before else what_was_done(edit)
            case _ if role == SECOND_ROLE:
                value = " · ".join(part for part in (f"→ {isolated(edit.after)}" if edit.after else "", local_time(edit.made), isolated(edit.why)) if part)
            case Qt.ItemDataRole.ToolTipRole:
                value = self.objection(edit)
            case Qt.ItemDataRole.FontRole if self.objection(edit):
                value = QFont()
                value.setItalic(True)
                value.setStrikeOut(edit.state == "undone")
        return value


class HistoryPanel(QWidget):
    """Shows the log of `session`; writes reasons through it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.model = HistoryModel(self)
        self.list = QListView()
        self.list.setAccessibleName("History of edits")
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setItemDelegate(ListLineDelegate(SECOND_ROLE, parent=self))
        self.list.setModel(self.model)
        self.facts = PlainLabel(is_quiet=True)
        self.objection = PlainLabel()
        self.why = QLineEdit(placeholderText="Why? (optional)", clearButtonEnabled=True)
        self.why.setAccessibleName("Why the edit was made")
        self.show_button = QPushButton("Show on the map")
        self.show_button.setToolTip("Choose the topics that this edit was about, or its documents (Enter, or a double click)")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(8)
        column.addWidget(self.list, 1)
        below = QVBoxLayout()
        below.setContentsMargins(8, 0, 8, 0)
        below.setSpacing(8)
        for part in (self.objection, self.why):
            below.addWidget(part)
        below.addWidget(self.show_button, alignment=Qt.AlignmentFlag.AlignLeft)
        below.addWidget(self.facts)
        column.addLayout(below)
        session.edits_changed.connect(self._show)
        session.analysis_changed.connect(lambda _: self._show())
        self.list.selectionModel().currentChanged.connect(lambda *_: self._show_why())
        self.why.editingFinished.connect(self._explain)
        self.list.activated.connect(lambda _: self._go_to())
        self.show_button.clicked.connect(self._go_to)
        self._show()

    @property
    def has_content(self) -> bool:
        """Whether there is an edit or an update of the texts to show."""
        return bool(self.model.edits or self._session.edits.updates)

    def _show(self) -> None:
        edit = self._chosen() if self.list.hasFocus() or self.why.hasFocus() else None
        chosen = None if edit is None else edit.sequence
        shown = self._session.editor.shown
        self.model.show(self._session.edits.edits, shown.not_carried if shown is not None else {})
        rows = [place for place, edit in enumerate(self.model.edits) if edit.sequence == chosen]
        self.list.setCurrentIndex(self.model.index(rows[0] if rows else 0))
        n_here = sum(edit.state == "done" for edit in self.model.edits)
        n_lacking = sum(bool(self.model.objection(edit)) and edit.state == "done" for edit in self.model.edits)
        words = count(n_here, "edit") + (f", {n_lacking:,} of them not or not wholly in this analysis" if n_lacking else "")
        updates = self._session.edits.updates
        self.facts.setText("\n".join([words, *(f"Texts updated {local_time(update.made)}: {update.words}" for update in updates)]))
        self.facts.setToolTip(tooltip("\n".join(f"Gone: {', '.join(update.gone)}" for update in updates if update.gone)))
        self._show_why()

    def _chosen(self) -> Edit | None:
        row = self.list.currentIndex().row()
        return self.model.edits[row] if 0 <= row < len(self.model.edits) else None

    def _show_why(self) -> None:
        edit = self._chosen()
        objection = "" if edit is None else self.model.objection(edit)
        self.objection.setText(objection)
        self.objection.setVisible(bool(objection))
        self.why.setEnabled(edit is not None)
        topics, documents = self._concerned()
        self.show_button.setEnabled(bool(topics or documents))
        if not self.why.hasFocus() or not self.why.isModified():
            self.why.setText("" if edit is None else edit.why)

    def _concerned(self) -> tuple[list[int], list[int]]:
        """The topics that the chosen edit was about, as far as they are there, and its documents."""
        edit, analysis = self._chosen(), self._session.analysis
        if edit is None or analysis is None:
            return [], []
        topics = [topic.number for topic in analysis.present if topic.stable_id in edit.topics]
        return topics, [] if edit.moves is None else edit.moves.rows.tolist()

    def _go_to(self) -> None:
        topics, documents = self._concerned()
        if topics:
            self._session.choose_topics(topics)
        elif documents:
            self._session.choose_documents(documents)

    def _explain(self) -> None:
        edit = self._chosen()
        if edit is not None and self.why.text().strip() != edit.why:
            self.why.setModified(False)
            self._session.editor.explain(edit.sequence, self.why.text().strip())
