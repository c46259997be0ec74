"""The backups of the open project, newest first, and the way back to one of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.session import Session
from topicdesk.gui.withdrawn_question import ask_delete_withdrawn
from topicdesk.gui.wording import count, file_size
from topicdesk.project.snapshots import Snapshot, backups_folder
from topicdesk.project.summary import Summary
from topicdesk.project.withdrawn import Withdrawn

COLUMNS = ("Taken", "Why", "Topics", "Edits", "Size")
REASONS = {"daily": "once a day", "asked for": "you asked for it"}
EXPLAINED = (
    "Backups hold the texts and everything but the cache. They lie beside the project, in {folder}. "
    "Restoring one keeps the present state as a further backup."
)  # fmt: skip
NONE_YET = "There is no backup yet. One is made once a day while you work, and before anything that cannot be undone."


def when_words(snapshot: Snapshot) -> str:
    """When a backup was taken, in this computer's time and way of writing it."""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(snapshot.taken.timestamp())), QLocale.FormatType.ShortFormat)


class BackupsDialog(QDialog):
    """Not modal: the project stays usable beside it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Backups")
        self._session = session
        self._path = session.project_path or Path()
        self.explained = PlainLabel(is_quiet=True)
        self.explained.setText(EXPLAINED.format(folder=backups_folder(self._path).name))
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setAlternatingRowColors(True)
        self.list.setUniformRowHeights(True)
        self.list.setHeaderLabels(COLUMNS)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setAccessibleName("Backups")
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.said, self.withdrawn = PlainLabel(), PlainLabel()
        self._withdrawn: Withdrawn | None = None
        self.restore_button = QPushButton("&Restore")
        self.now_button = QPushButton("&Back up now")
        self.folder_button = QPushButton("Show &folder")
        self.withdraw_button = QPushButton("&Delete these…")
        held = QHBoxLayout()
        held.addWidget(self.withdrawn, 1)
        held.addWidget(self.withdraw_button)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.withdraw_button.setAutoDefault(False)
        for button in (self.restore_button, self.now_button, self.folder_button):
            button.setAutoDefault(False)
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        column = QVBoxLayout(self)
        column.setSpacing(16)
        for widget in (self.explained, self.list, self.said):
            column.addWidget(widget)
        column.addLayout(held)
        column.addWidget(buttons)
        buttons.rejected.connect(self.close)
        self.list.itemSelectionChanged.connect(self._follow)
        self.restore_button.clicked.connect(self._restore)
        self.now_button.clicked.connect(session.care.back_up_now)
        self.folder_button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(backups_folder(self._path)))))
        self.withdraw_button.clicked.connect(self._ask_delete)
        session.care.files.backups_listed.connect(self._show)
        session.care.files.withdrawn_found.connect(self._show_withdrawn)
        session.leaving.connect(self.close)
        session.state_changed.connect(self._follow)
        self.resize(600, 360)
        self._show_withdrawn(None)
        self._follow()
        session.care.files.list_backups(self._path)
        session.care.files.look_for_withdrawn(self._path)

    def _show(self, found: list[tuple[Snapshot, Summary | None]]) -> None:
        self.list.clear()
        for snapshot, summary in found:
            taken = when_words(snapshot)
            counts = (count(summary.n_topics), count(summary.n_edits)) if summary is not None else ("damaged", "")
            item = QTreeWidgetItem([taken, REASONS.get(snapshot.reason, snapshot.reason), *counts, file_size(snapshot.n_bytes)])
            for place in (2, 3, 4):
                item.setTextAlignment(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setData(0, Qt.ItemDataRole.UserRole, snapshot)
            item.setDisabled(summary is None)
            self.list.addTopLevelItem(item)
        self.said.setText("" if found else NONE_YET)
        self.said.setVisible(not found)
        self._follow()

    def _show_withdrawn(self, found: Withdrawn | None) -> None:
        self._withdrawn = found
        self.withdrawn.setText(found.words if found is not None else "")
        self.withdrawn.setVisible(found is not None)
        self.withdraw_button.setVisible(found is not None)

    def _ask_delete(self) -> None:
        if self._withdrawn is not None:
            ask_delete_withdrawn(self, self._session, self._withdrawn)

    def _follow(self, *_: object) -> None:
        is_idle = self._session.state != "running"
        self.restore_button.setEnabled(is_idle and self._selected() is not None)
        self.now_button.setEnabled(is_idle)
        self.withdraw_button.setEnabled(is_idle)
        self.folder_button.setEnabled(self.list.topLevelItemCount() > 0)

    def _selected(self) -> QTreeWidgetItem | None:
        """What the researcher has selected, not what the list makes current when it gets the keyboard; a damaged one cannot be."""
        return next(iter(self.list.selectedItems()), None)

    def _restore(self) -> None:
        if (item := self._selected()) is not None:
            self._session.care.restore(self._path, item.data(0, Qt.ItemDataRole.UserRole))
