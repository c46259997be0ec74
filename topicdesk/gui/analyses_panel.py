"""The analyses of a project: when each was made, how its settings differ from those of the one that is shown, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QListView, QPushButton, QVBoxLayout, QWidget

from topicdesk.core.settings_words import differences
from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.two_lines import ListLineDelegate
from topicdesk.gui.wording import count, local_time, share
from topicdesk.project.analyses import AnalysisSummary

if TYPE_CHECKING:
    from topicdesk.gui.session import Session

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
SECOND_ROLE = Qt.ItemDataRole.UserRole + 1
SAME = "the same settings"


class AnalysesModel(QAbstractListModel):
    """Analyses, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.summaries: list[AnalysisSummary] = []
        self.current: int | None = None
        self._n_texts = self._n_empty = 0

    def show(self, summaries: list[AnalysisSummary], current: int | None, n_texts: int, n_empty: int) -> None:
        """Show other analyses; `current` is the number of the one that is shown in the window. Empty documents, which none assigns, do not count."""
        self.beginResetModel()
        self.summaries, self.current, self._n_texts, self._n_empty = summaries, current, n_texts, n_empty
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802
        """One row an analysis."""
        return 0 if parent.isValid() else len(self.summaries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """When and what came of it; then what differs."""
        if not index.isValid() or index.row() >= len(self.summaries):
            return None
        summary = self.summaries[index.row()]
        value: Any = None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                rest = share(summary.n_unassigned - self._n_empty, self._n_texts)
                value = f"{local_time(summary.created)} · {count(summary.n_topics, 'topic')}, {rest} unassigned"
            case _ if role == SECOND_ROLE:
                value = "shown now" if summary.number == self.current else "; ".join(self.differing(summary)) or SAME
            case Qt.ItemDataRole.FontRole if summary.number == self.current:
                value = QFont()
                value.setBold(True)
        return value

    def differing(self, summary: AnalysisSummary) -> list[str]:
        """How an analysis's settings and models differ from those of the one that is shown."""
        shown = next((other for other in self.summaries if other.number == self.current), None)
        if shown is None:
            return []
        words = differences(summary.settings, shown.settings)
        hashes = [{model.role: model.sha256 for model in one.models} for one in (summary, shown)]
        return words + [f"another {role} model" for role in ("embedding", "language") if hashes[0].get(role) != hashes[1].get(role)]


class AnalysesPanel(QWidget):
    """Shows the analyses of `session`'s project, and switches between them through it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.model = AnalysesModel(self)
        self.list = QListView()
        self.list.setAccessibleName("Analyses")
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(ListLineDelegate(SECOND_ROLE, parent=self))
        self.list.setModel(self.model)
        self.difference = PlainLabel(is_quiet=True)
        self.edits = PlainLabel(is_quiet=True)
        self.show_button = QPushButton("Show this analysis")
        buttons = QHBoxLayout()
        buttons.addWidget(self.show_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(8)
        column.addWidget(self.list, 1)
        below = QVBoxLayout()
        below.setContentsMargins(8, 0, 8, 0)
        below.setSpacing(8)
        for part in (self.difference, self.edits):
            below.addWidget(part)
        below.addLayout(buttons)
        column.addLayout(below)
        self.list.selectionModel().currentChanged.connect(lambda *_: self._show_chosen())
        self.list.activated.connect(lambda _: self._switch())
        self.show_button.clicked.connect(self._switch)
        session.analyses_changed.connect(self._show)
        session.edits_changed.connect(self._show_chosen)
        session.analysis_changed.connect(lambda _: self._show_chosen())
        self._show()

    @property
    def has_content(self) -> bool:
        """Whether there is something to choose between."""
        return len(self.model.summaries) > 1

    def _show(self) -> None:
        analysis = self._session.analysis
        listed = self._session.analyses
        n_documents, n_texts = (0, 0) if analysis is None else (len(analysis.positions), analysis.n_texts)
        self.model.show(list(listed.summaries), listed.current, n_texts, n_documents - n_texts)
        rows = [row for row, summary in enumerate(self.model.summaries) if summary.number == listed.current]
        self.list.setCurrentIndex(self.model.index(rows[0] if rows else 0))
        self._show_chosen()

    def _chosen(self) -> AnalysisSummary | None:
        row = self.list.currentIndex().row()
        return self.model.summaries[row] if 0 <= row < len(self.model.summaries) else None

    def _show_chosen(self) -> None:
        chosen, shown = self._chosen(), self._session.editor.shown
        is_other = chosen is not None and chosen.number != self.model.current
        words = self.model.differing(chosen) if chosen is not None and is_other else []
        self.difference.setText("\n".join(words) or (SAME.capitalize() + "." if is_other else "This analysis is shown."))
        n_done, n_lacking = len(self._session.edits.done), 0 if shown is None else len(shown.not_carried)
        held = f"Of {count(n_done, 'edit')}, {count(n_done - n_lacking)} hold wholly in the analysis that is shown" if n_done else ""
        self.edits.setText(held + ("; History says why the others do not." if n_lacking else "." if held else ""))
        self.edits.setVisible(bool(held))
        self.show_button.setEnabled(is_other and self._session.state != "running")

    def _switch(self) -> None:
        chosen = self._chosen()
        if chosen is not None and chosen.number != self.model.current:
            self._session.show_analysis(chosen.number)
