"""The first rows of a corpus file as understood, with a drop-down for each column's role above it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHeaderView, QTableView, QWidget

from topicdesk.gui.role_choices import JOINED, ROLES, shown_roles
from topicdesk.gui.two_lines import tooltip

Index = QModelIndex | QPersistentModelIndex
COLUMN_WIDTH = 160
TEXT_WIDTH = 360
MAX_SHOWN_CHARACTERS = 300


class PreviewModel(QAbstractTableModel):
    """Rows of cells under the names of their columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self._rows: list[list[str]] = []

    def show_preview(self, names: list[str], rows: list[list[str]]) -> None:
        """Show these rows instead."""
        self.beginResetModel()
        self._names, self._rows = names, rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """As many rows as the preview holds."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """As many columns as the file has."""
        return 0 if parent.isValid() else len(self._names)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The beginning of a cell on one line, and more of it in the tooltip."""
        if not index.isValid() or index.column() >= len(self._rows[index.row()]):
            return None
        cell = self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return " ".join(cell[:MAX_SHOWN_CHARACTERS].split())
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(cell[:1000])
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        """Names of columns; rows are counted from 1, as messages about them do."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._names[section] if orientation == Qt.Orientation.Horizontal else str(section + 1)
        return None


class RoleHeader(QHeaderView):
    """A header whose every section carries a drop-down under the column's name.

    Signals
    -------
    role_chosen : (int, str)
        Column and role.
    """

    role_chosen = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.boxes: list[QComboBox] = []
        self._reference = QComboBox(self)
        self._reference.hide()
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.sectionResized.connect(self.place_boxes)

    def show_roles(self, names: list[str], roles: list[str]) -> None:
        """Make a drop-down for each column, or set those that are there."""
        if len(self.boxes) != len(names):
            for box in self.boxes:
                box.deleteLater()
            self.boxes = [self._make_box(column) for column in range(len(names))]
        for box, name, role in zip(self.boxes, names, roles, strict=True):
            box.setAccessibleName(f"Role of the column {name}")
            box.setToolTip(tooltip(f"What the column {name} is"))
            box.setCurrentIndex(max(0, box.findData(role)))
        self.place_boxes()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for the name and the drop-down."""
        size = super().sizeHint()
        return QSize(size.width(), self.fontMetrics().height() + self._reference.sizeHint().height() + 16)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Move the drop-downs along."""
        super().resizeEvent(event)
        self.place_boxes()

    def place_boxes(self) -> None:
        """Put each drop-down into its section."""
        height = self._reference.sizeHint().height()
        for column, box in enumerate(self.boxes):
            box.setGeometry(self.sectionViewportPosition(column) + 4, self.height() - height - 4, self.sectionSize(column) - 8, height)
            box.show()

    def _make_box(self, column: int) -> QComboBox:
        box = QComboBox(self.viewport())
        for role, words in ROLES:
            box.addItem(words, role)
        box.activated.connect(lambda _: self.role_chosen.emit(column, box.currentData()))
        return box


class PreviewTable(QTableView):
    """The rows with their header of roles; keyboard focus in a drop-down scrolls its column into sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = PreviewModel(self)
        self.setModel(self.rows)
        self.roles = RoleHeader(self)
        self.setHorizontalHeader(self.roles)
        self.setAccessibleName("The first rows of the file")
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 10)
        self.horizontalScrollBar().valueChanged.connect(self.roles.place_boxes)

    def show_preview(self, preview: dict[str, Any]) -> None:
        """Show the preview's rows and roles; widths stay where the columns do."""
        names = [str(column["name"]) for column in preview["columns"]]
        roles = shown_roles(preview)
        is_new = len(names) != self.rows.columnCount()
        self.rows.show_preview(names, preview["rows"])
        self.roles.show_roles(names, roles)
        if is_new:
            for column, role in enumerate(roles):
                self.setColumnWidth(column, TEXT_WIDTH if role in ("text", JOINED) else COLUMN_WIDTH)
            self.roles.place_boxes()
