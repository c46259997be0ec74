"""The list of models by what they are for: those that are here, those that cannot be used, those still to get."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from topicdesk.core.model_card import KnownModel, ModelCard, Shelf
from topicdesk.core.model_files import Role
from topicdesk.gui.model_wording import size
from topicdesk.gui.two_lines import tooltip

GROUPS: tuple[tuple[Role, str], ...] = (("language", "Naming topics"), ("embedding", "Comparing texts"))
HELD = Qt.ItemDataRole.UserRole


class ModelList(QTreeWidget):
    """Shows a shelf.

    Signals
    -------
    shown : (ModelCard, KnownModel or None)
        What the researcher looks at.
    """

    shown = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setColumnCount(2)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setItemsExpandable(False)
        self.setHeaderHidden(True)
        self.setIndentation(12)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setAccessibleName("Models")
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._items: list[QTreeWidgetItem] = []
        self.itemSelectionChanged.connect(lambda: self.shown.emit(self.looked_at))

    @property
    def looked_at(self) -> ModelCard | KnownModel | None:
        """The model that is chosen in the list."""
        items = self.selectedItems()
        held: ModelCard | KnownModel | None = items[0].data(0, HELD) if items else None
        return held

    def show_shelf(self, shelf: Shelf, used: Mapping[Role, str]) -> None:
        """Show these; `used` has the path that the next run takes, by role. What was looked at stays so."""
        looked_at = _key(self.looked_at)
        self.blockSignals(True)
        self.clear()
        self._items = []
        for role, title in GROUPS:
            group = self._add_group(title)
            for card in (card for card in shelf.models if card.role == role):
                self._add(group, card, f"{card.name} ✓" if used.get(role) == str(card.path) else card.name, "unusable" if card.refused else size(card.n_bytes))
            for known in (known for known in shelf.lacking if known.role == role):
                self._add(group, known, known.name, "to get")
        self.expandAll()
        self.blockSignals(False)
        self.show_key(looked_at or used.get("language", ""))

    def show_key(self, key: str) -> None:
        """Look at the model of this path or name; at the first where it is not there."""
        found = next((item for item in self._items if _key(item.data(0, HELD)) == key), self._items[0] if self._items else None)
        if found is not None:
            self.setCurrentItem(found)
        self.shown.emit(self.looked_at)

    def _add_group(self, title: str) -> QTreeWidgetItem:
        group = QTreeWidgetItem(self, [title])
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        font = group.font(0)
        font.setBold(True)
        group.setFont(0, font)
        return group

    def _add(self, group: QTreeWidgetItem, held: ModelCard | KnownModel, words: str, beside: str) -> None:
        item = QTreeWidgetItem(group, [words, beside])
        self._items.append(item)
        item.setData(0, HELD, held)
        item.setToolTip(0, tooltip(_key(held)))
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        is_usable = isinstance(held, ModelCard) and not held.refused
        quiet = self.palette().placeholderText()
        for column in (0, 1):
            if not is_usable or column:
                item.setForeground(column, quiet)


def _key(held: ModelCard | KnownModel | None) -> str:
    return "" if held is None else str(held.path) if isinstance(held, ModelCard) else held.name
