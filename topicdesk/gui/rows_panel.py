"""Rows of the file that were not read as they stand there, after the import: which could not be read and why, which were put right and how."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QPushButton, QTableView, QVBoxLayout, QWidget

from topicdesk.core.corpus import Corpus
from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.session import Session
from topicdesk.gui.wording import count

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
HEADINGS = ("Row", "What became of it")
UNREADABLE, MENDED = "not read", "put right"
LINES_A_ROW, ROW_MARGIN = 2, 8
_ALIGNED = (Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


def summed_up(corpus: Corpus) -> str:
    """How many rows came in, how many did not, how many were put right: together all rows of the file."""
    came, lost, mended = len(corpus.rows), len(corpus.unreadable), len(corpus.mended)
    parts = [f"{count(came + lost, 'row')}: {count(came)} read"] if lost else [f"{count(came, 'row')} read"]
    if lost:
        parts.append(f"{count(lost)} could not be read")
    if mended:
        parts.append(f"{count(mended)} of those read {'was' if mended == 1 else 'were'} put right")
    return ", ".join(parts) + "."


class RowsModel(QAbstractTableModel):
    """Number, kind and reason of each such row, in the order of the file."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[tuple[int, str, str]] = []

    def show(self, corpus: Corpus | None) -> None:
        """Show those of another corpus."""
        self.beginResetModel()
        unreadable = () if corpus is None else corpus.unreadable
        mended = () if corpus is None else corpus.mended
        self.rows = sorted([(number, UNREADABLE, reason) for number, reason in unreadable] + [(number, MENDED, reason) for number, reason in mended])
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802
        """One a row of the file."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802
        """Number; kind and reason."""
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        """The columns' names."""
        if orientation != Qt.Orientation.Horizontal or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.TextAlignmentRole):
            return None
        return HEADINGS[section] if role == Qt.ItemDataRole.DisplayRole else _ALIGNED[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The cell; the reason whole as a tooltip."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        number, kind, reason = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (f"{number:,}", f"{kind.capitalize()}: {_without_number(reason, number)}")[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return reason
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGNED[index.column()]
        return None

    def as_text(self) -> str:
        """All of them for a spreadsheet or a letter: tabs between cells, a line each."""
        return "\n".join("\t".join((str(number), kind, reason)) for number, kind, reason in self.rows)


class RowsPanel(QWidget):
    """Shows what the project keeps of the import of `session.corpus`."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.model = RowsModel(self)
        self.words = PlainLabel()
        self.table = QTableView(wordWrap=True, showGrid=False)
        self.table.setAlternatingRowColors(True)
        self.table.setModel(self.model)
        self.table.setAccessibleName("Rows that were not read as they stand in the file")
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.table.verticalHeader().setDefaultSectionSize(LINES_A_ROW * self.table.fontMetrics().lineSpacing() + ROW_MARGIN)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setResizeContentsPrecision(100)
        self.copy_button = QPushButton("&Copy the list")
        self.copy_button.setToolTip("All rows with their reasons, as text with tabs")
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.copy_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.words)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)
        self.copy_button.clicked.connect(lambda _: QGuiApplication.clipboard().setText(self.model.as_text()))
        session.corpus_changed.connect(self._show)
        self._show()

    @property
    def has_content(self) -> bool:
        """Whether any row was not read as it stands."""
        return bool(self.model.rows)

    def _show(self) -> None:
        corpus = self._session.corpus
        self.model.show(corpus)
        self.words.setText("" if corpus is None else summed_up(corpus))


def _without_number(reason: str, number: int) -> str:
    """The reason in a table whose first column says which row."""
    return reason.removeprefix(f"Row {number:,}").lstrip(": ")
