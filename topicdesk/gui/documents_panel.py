"""The documents of the chosen topic, of a selection on the map, or all of them: searched, sorted, and read below."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QSplitter,
    QStackedWidget,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from topicdesk.core.arrays import IntArray
from topicdesk.core.corpus import Corpus
from topicdesk.gui.document_models import DOCUMENT, EXCERPT_ROLE, INDEX_ROLE, STRENGTH, DocumentQuery, DocumentsModel, find_documents, one_line, title_of
from topicdesk.gui.finder import Found
from topicdesk.gui.latest import Latest
from topicdesk.gui.plain_texts import ElidedLabel
from topicdesk.gui.reader import Reader
from topicdesk.gui.two_lines import TwoLineDelegate, row_height
from topicdesk.gui.wording import count, isolated, unit_of

if TYPE_CHECKING:
    from topicdesk.gui.session import Session

DEBOUNCE_MILLISECONDS = 150
NO_CORPUS = "The documents of a corpus appear here."
NO_MATCH = "No {} holds these words."


class DocumentsTable(QTableView):
    """A table of documents; Escape is left to the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Documents")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Escape is not taken, so that it clears what is chosen."""
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)


class DocumentsPanel(QWidget):
    """Shows documents of `session`; chooses through it. Searching and sorting happen off the window's thread."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._is_following = False
        self._is_choosing = False
        self._topic = session.chosen_topic  # whose documents are listed; reading on through a longer list does not narrow it
        self._order: tuple[int, bool] | None = None  # column and whether ascending, where the researcher chose one
        self.model = DocumentsModel(self)
        self.table = DocumentsTable()
        self.table.setModel(self.model)
        self.table.setItemDelegateForColumn(DOCUMENT, TwoLineDelegate(EXCERPT_ROLE, parent=self))
        self.table.verticalHeader().setDefaultSectionSize(row_height(self.table.font(), True))
        self.search_line = QLineEdit(clearButtonEnabled=True)
        self.search_line.setToolTip("Only those whose title or text holds each of these words")
        self.scope = ElidedLabel()
        self.scope_button, self.all_button = QToolButton(autoRaise=True), QToolButton(autoRaise=True)
        self.all_button.setToolTip("Search for nothing and choose nothing")
        self.reader = Reader(session)
        self._search = Latest(self)
        self._debounce = QTimer(self, singleShot=True, interval=DEBOUNCE_MILLISECONDS)
        self._lay_out()
        self._set_up_header()
        self._connect()
        self._ask()

    @property
    def is_searching(self) -> bool:
        """Whether the rows are about to change."""
        return self._search.is_busy or self._debounce.isActive()

    def go_to_list(self) -> None:
        """Go on with the keyboard in the list, at its first document."""
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if self.model.rowCount() and not self.table.selectionModel().hasSelection():
            self.table.selectRow(0)

    def _lay_out(self) -> None:
        self._empty = QLabel(NO_CORPUS, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True, margin=24)
        self._empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        self._stack.setMinimumHeight(120)
        self._scope_line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._scope_line.setSpacing(4)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.scope_button)
        buttons.addWidget(self.all_button)
        buttons.addStretch(1)
        self._scope_line.addWidget(self.scope, 1)
        self._scope_line.addLayout(buttons)
        top = QVBoxLayout()
        top.setContentsMargins(8, 0, 8, 0)
        top.setSpacing(4)
        top.addWidget(self.search_line)
        top.addLayout(self._scope_line)
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._stack)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(upper)
        self.splitter.addWidget(self.reader)
        self.splitter.setSizes([500, 450])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.splitter)

    def _set_up_header(self) -> None:
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(DOCUMENT, QHeaderView.ResizeMode.Stretch)
        header.setSortIndicatorClearable(False)
        header.setSortIndicatorShown(True)
        header.setSectionsClickable(True)
        self.table.setColumnWidth(STRENGTH, 30 + self.table.fontMetrics().horizontalAdvance("Strength"))

    def _connect(self) -> None:
        self._debounce.timeout.connect(self._ask)
        self._search.answered.connect(self._show)
        self.search_line.textChanged.connect(self._debounce.start)
        self.search_line.returnPressed.connect(self._ask)
        self.all_button.clicked.connect(self._show_all)
        self.scope_button.clicked.connect(lambda: self._session.finder.narrow(not self._session.finder.is_within))
        self.table.horizontalHeader().sortIndicatorChanged.connect(self._on_order)
        self.table.selectionModel().selectionChanged.connect(self._on_selection)
        for signal in (self._session.corpus_changed, self._session.analysis_changed, self._session.documents_chosen, self._session.state_changed):
            signal.connect(self._on_scope)
        self._session.topic_chosen.connect(self._on_topic)
        self._session.labels_changed.connect(self._name_scope)
        self._session.document_chosen.connect(self._follow)
        self._session.finder.changed.connect(self._on_found)

    def _speak_of(self, unit: str) -> None:
        words = f"Search these {unit}s"
        self.search_line.setPlaceholderText(words)
        self.search_line.setAccessibleName(words)
        self.all_button.setText(f"All {unit}s")

    def _on_scope(self) -> None:
        if not self._is_choosing:
            self._ask()

    def _on_found(self) -> None:
        """What was found is listed in its own order, the best first."""
        self._order = None
        self._ask()

    def _on_topic(self, topic: int | None) -> None:
        if not self._is_choosing:
            self._topic = topic
            self._session.finder.narrow(topic is not None)  # who chooses a topic after searching looks into it
            self._ask()

    def _on_order(self, column: int, order: Qt.SortOrder) -> None:
        self._order = (column, order == Qt.SortOrder.AscendingOrder)
        self._ask()

    def _show_all(self) -> None:
        self._topic = None
        self._session.finder.clear()
        self._session.choose_documents(None)
        self._session.choose_topic(None)

    def _shown_order(self) -> tuple[int, bool]:
        """The column to sort by and whether it ascends: a topic's firmest documents first, all others as in the corpus."""
        is_topic = self._topic is not None and self._session.chosen_documents is None and self._session.finder.found is None
        return self._order or ((STRENGTH, False) if is_topic else (DOCUMENT, True))

    def _query(self) -> DocumentQuery:
        column, is_ascending = self._shown_order()
        chosen = self._session.chosen_documents
        by_strength = column == STRENGTH
        is_reversed = is_ascending if by_strength else not is_ascending
        found = self._session.finder.found
        rows = None if found is None else found.rows
        topic = self._topic if found is None or self._session.finder.is_within else None
        return DocumentQuery(topic, None if chosen is None else tuple(chosen), self.search_line.text(), rows, by_strength, is_reversed)

    def _show_order(self) -> None:
        column, is_ascending = self._shown_order()
        header = self.table.horizontalHeader()
        header.blockSignals(True)
        header.setSortIndicator(column, Qt.SortOrder.AscendingOrder if is_ascending else Qt.SortOrder.DescendingOrder)
        header.blockSignals(False)
        header.viewport().update()

    def _ask(self) -> None:
        self._debounce.stop()
        corpus, analysis = self._session.corpus, self._session.analysis
        self._speak_of(unit_of(corpus))
        self._show_order()
        self._name_scope()
        if corpus is None:
            self._search.forget()
            self._show(self.model.rows[:0])
            return
        assignment = analysis.assignment if analysis else None
        self._search.ask(partial(find_documents, corpus, assignment, self._query()))

    def _show(self, rows: IntArray) -> None:
        corpus, analysis = self._session.corpus, self._session.analysis
        self._is_following = True
        self.model.show(corpus, analysis.assignment if analysis else None, rows)
        self._session.pick_documents(())
        self._is_following = False
        self._empty.setText(NO_CORPUS if corpus is None else NO_MATCH.format(corpus.unit))
        self._stack.setCurrentWidget(self.table if len(rows) else self._empty)
        self.search_line.setEnabled(corpus is not None)
        self._name_scope()
        self._follow(self._session.chosen_document)

    def _name_scope(self) -> None:
        """Say in words whose documents these are, and how many."""
        corpus, analysis = self._session.corpus, self._session.analysis
        topic, chosen = self._topic, self._session.chosen_documents
        name = self.all_button.text()
        if chosen is not None:
            name = "Selected on the map"
        elif topic is not None and analysis is not None:
            name = isolated(analysis.topics[topic].label.text) if 0 <= topic < len(analysis.topics) else "In no topic"
        finder = self._session.finder
        is_topic = chosen is None and topic is not None
        if finder.found is not None:
            where = f" · {name}" if chosen is not None else "" if not is_topic else f" in {name}" if finder.is_within else " in all topics"
            name = _what_was_found(finder.found, corpus) + where
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._scope_line.setDirection(down if finder.found is not None and is_topic else across)  # two buttons beside it would leave it no room
        self.scope.show_text("" if corpus is None else f"{count(len(self.model.rows))} · {name}")
        self.scope_button.setVisible(finder.found is not None and is_topic)
        self.scope_button.setText("In all topics" if finder.is_within else "Only in this topic")
        self.all_button.setVisible(chosen is not None or topic is not None or finder.found is not None)

    def _on_selection(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        if self._is_following:
            return
        rows = self.table.selectionModel().selectedRows()
        current = self.table.currentIndex().siblingAtColumn(DOCUMENT)
        shown = current if current in rows else rows[0] if rows else None
        self._is_choosing = True
        self._session.pick_documents([index.data(INDEX_ROLE) for index in rows])
        self._session.choose_document(None if shown is None else shown.data(INDEX_ROLE))
        self._is_choosing = False

    def _follow(self, document: int | None) -> None:
        """Select the row of a document that was chosen anywhere."""
        row = None if document is None else self.model.row_of(document)
        selection = self.table.selectionModel()
        self._is_following = True
        if row is None:
            selection.clear()
        elif not selection.isRowSelected(row, QModelIndex()):
            index = self.model.index(row, DOCUMENT)
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows)
            self.table.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
        self._is_following = False


def _what_was_found(found: Found, corpus: Corpus | None) -> str:
    if found.kind == "likeness" and corpus is not None and found.document is not None:
        return f"Like “{isolated(one_line(title_of(corpus.documents[found.document]), 60))}”"
    return f"{'With' if found.kind == 'words' else 'About'} “{isolated(found.words.strip())}”"
