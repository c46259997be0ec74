"""Proposed labels as a table: number, label as it was, what the model says now; it knows no session."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from topicdesk.gui.map_icons import icon
from topicdesk.gui.proposals import Proposal
from topicdesk.gui.two_lines import tooltip

NUMBER, BEFORE, NEW = range(3)
HEADINGS = ("#", "Label", "New label")
SAME = "the same"
_ROW = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


class ProposalsTable(QTableWidget):
    """Rows are the proposals in their order; several can be selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(HEADINGS), parent)
        self.proposals: list[Proposal] = []
        self.setHorizontalHeaderLabels(HEADINGS)
        self.setAccessibleName("Old and new labels")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setIconSize(QSize(14, 14))
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(NUMBER, QHeaderView.ResizeMode.ResizeToContents)

    def show_proposals(self, proposals: Sequence[Proposal]) -> None:
        """Show these; topics that were selected stay so."""
        chosen = {one.topic.stable_id for one in self.selected()}
        self.proposals = list(proposals)
        self.blockSignals(True)
        self.setRowCount(len(proposals))
        for row, one in enumerate(proposals):
            self.setItem(row, NUMBER, QTableWidgetItem(str(one.topic.number)))
            self.setItem(row, BEFORE, self._cell(one.before.text, one.before.origin))
            self.setItem(row, NEW, self._new_cell(one))
        self.clearSelection()
        for row, one in enumerate(proposals):
            if one.topic.stable_id in chosen:
                self.selectionModel().select(self.model().index(row, 0), _ROW)
        self.blockSignals(False)

    def selected(self) -> list[Proposal]:
        """Those of the selected rows, in their order."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.proposals[row] for row in rows if row < len(self.proposals)]

    def _new_cell(self, one: Proposal) -> QTableWidgetItem:
        if one.new is None:
            return QTableWidgetItem("")
        if not one.is_other:
            return self._cell(SAME, "", is_quiet=True)
        item = self._cell(one.new.text, "checked" if one.is_accepted else one.new.origin, is_quiet=one.new.origin == "keywords")
        if one.is_accepted:
            item.setToolTip(tooltip(f"{one.new.text} (accepted)"))
        return item

    def _cell(self, text: str, mark: str, is_quiet: bool = False) -> QTableWidgetItem:
        item = QTableWidgetItem(text)
        item.setToolTip(tooltip(text))
        if mark:
            item.setIcon(icon(mark, self.palette(), QPalette.ColorRole.PlaceholderText))
        if is_quiet:
            item.setForeground(self.palette().placeholderText())
        return item
