"""The topics of an analysis as a table to sort, filter, choose from and rename in, with the label card of the chosen one below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
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

from topicdesk.core.analysis import Analysis
from topicdesk.gui.label_card import LabelCard
from topicdesk.gui.map_icons import icon
from topicdesk.gui.map_palette import colours_of
from topicdesk.gui.topic_models import COLUMNS, KEYWORDS, KEYWORDS_ROLE, LABEL, MARK_ROLE, NUMBER, SIZE, TOPIC_ROLE, TopicFilter, TopicsModel, is_flagged
from topicdesk.gui.two_lines import Index, SwatchDelegate, TwoLineDelegate, row_height
from topicdesk.gui.wording import unit_of

if TYPE_CHECKING:
    from topicdesk.gui.session import Session

WIDE = 560  # from this width on keywords have a column of their own
NO_TOPICS = "Topics appear here once a run has found them."
NO_MATCH = "No topic holds these words."


class TopicsTable(QTableView):
    """A table of topics whose label can be changed with F2 wherever in the row the focus is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Topics")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """F2 changes the label, Escape is left to the window."""
        if event.key() == Qt.Key.Key_F2:
            self.edit_label()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def edit_label(self) -> None:
        """Open the editor on the label of the current row."""
        if self.currentIndex().isValid():
            self.edit(self.currentIndex().siblingAtColumn(LABEL))


class TopicsPanel(QWidget):
    """Shows `session.analysis`; chooses and renames through the session."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._is_following = False
        self._marks: dict[tuple[str, QPalette.ColorRole], QIcon] = {}
        self.model = TopicsModel(self)
        self.filtered = TopicFilter(self)
        self.filtered.setSourceModel(self.model)
        self.table = TopicsTable()
        self.table.setModel(self.filtered)
        self._lines = TwoLineDelegate(KEYWORDS_ROLE, self._mark, self)
        self.table.setItemDelegateForColumn(LABEL, self._lines)
        self.table.setItemDelegateForColumn(NUMBER, SwatchDelegate(self))
        self.filter_line = QLineEdit(placeholderText="Filter topics", clearButtonEnabled=True)
        self.filter_line.setAccessibleName("Filter topics")
        self.filter_line.setToolTip("Only topics whose label or keywords hold these words")
        self.flagged_button = QToolButton(autoRaise=True, toolButtonStyle=Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.flagged_button.setCheckable(True)
        self.flagged_button.setToolTip("Only topics whose label may not tell them from the others")
        self.card = LabelCard(session)
        self._lay_out()
        self._set_up_header()
        self._connect()
        self._show(session.analysis)

    def add_strip(self, strip: QWidget) -> None:
        """Show a row of buttons under the table."""
        self._column.addWidget(strip)

    def rename_chosen(self) -> None:
        """Let the researcher change the label of the chosen topic in its place."""
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.table.edit_label()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keywords stand under the label, or beside it where there is room."""
        super().resizeEvent(event)
        self._fit_columns()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Colours and marks follow the palette, rows the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._marks.clear()
            self._show(self._session.analysis)
        elif event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_columns()

    def _lay_out(self) -> None:
        self._empty = QLabel(NO_TOPICS, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True, margin=24)
        self._empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        self._stack.setMinimumHeight(120)
        upper = QWidget()
        column = self._column = QVBoxLayout(upper)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        line = QHBoxLayout()
        line.setContentsMargins(8, 0, 8, 0)
        line.addWidget(self.filter_line)
        line.addWidget(self.flagged_button)
        column.addLayout(line)
        column.addWidget(self._stack)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(upper)
        self.splitter.addWidget(self.card)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([500, 450])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.splitter)

    def _set_up_header(self) -> None:
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(NUMBER, Qt.SortOrder.AscendingOrder)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(LABEL, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(32)

    def _connect(self) -> None:
        self.filter_line.textChanged.connect(self._filter)
        self.flagged_button.toggled.connect(lambda only: self._filter(self.filter_line.text()))
        self.model.rename_asked.connect(self._session.rename_topic)
        self.table.selectionModel().selectionChanged.connect(self._on_selection)
        self._session.analysis_changed.connect(self._show)
        self._session.labels_changed.connect(self._show_labels)
        self._session.topics_chosen.connect(self._follow)

    def _show(self, analysis: Analysis | None) -> None:
        self._is_following = True
        self.model.unit = unit_of(self._session.corpus)
        self.model.show(analysis, colours_of(analysis, self.palette()))
        self._is_following = False
        self._fit_columns()
        self._show_table_or_words()
        self._follow(self._session.chosen_topics)

    def _show_labels(self, analysis: Analysis) -> None:
        self.model.show_labels(analysis)
        self._show_table_or_words()

    def _filter(self, text: str) -> None:
        self._is_following = True
        self.filtered.set_words(text)
        self.filtered.show_only_flagged(self.flagged_button.isChecked())
        self._is_following = False
        self._show_table_or_words()
        self._follow(self._session.chosen_topics)

    def _show_table_or_words(self) -> None:
        self._show_flagged_button()
        self.filter_line.setEnabled(bool(self.model.topics))
        self._empty.setText(NO_MATCH if self.model.topics else NO_TOPICS)
        self._stack.setCurrentWidget(self.table if self.filtered.rowCount() else self._empty)

    def _show_flagged_button(self) -> None:
        """There only while a label is flagged; without one nothing is filtered by it."""
        n_flagged = sum(map(is_flagged, self.model.topics))
        self.flagged_button.setVisible(n_flagged > 0)
        self.flagged_button.setText(str(n_flagged))
        self.flagged_button.setAccessibleName(f"Only the {n_flagged} flagged topics")
        self.flagged_button.setIcon(icon("flagged", self.palette()))
        if not n_flagged and self.flagged_button.isChecked():
            self.flagged_button.setChecked(False)

    def _on_selection(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        if self._is_following:
            return
        numbers = [index.data(TOPIC_ROLE) for index in self.table.selectionModel().selectedRows()]
        current = self.table.currentIndex().data(TOPIC_ROLE)
        self._session.choose_topics(sorted(numbers, key=lambda number: (number == current, number)))

    def _follow(self, numbers: Sequence[int]) -> None:
        """Select the rows of the topics that were chosen anywhere, and show the last of them."""
        rows = [index for number in numbers if (index := self._row_of(number)) is not None]
        selection = self.table.selectionModel()
        if {index.row() for index in rows} == {index.row() for index in selection.selectedRows()}:
            return
        self._is_following = True
        selection.clear()
        for index in rows:
            flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
            selection.setCurrentIndex(index, flags)
            self.table.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
        self._is_following = False

    def _row_of(self, number: int) -> QModelIndex | None:
        row = self.model.row_of(number)
        if row is None:
            return None
        index = self.filtered.mapFromSource(self.model.index(row, LABEL))
        return index if index.isValid() else None

    def _fit_columns(self) -> None:
        is_wide = self.width() >= WIDE
        self._lines.has_second_line = not is_wide
        self.table.setColumnHidden(KEYWORDS, not is_wide)
        metrics = self.table.fontMetrics()
        digits = len(str(max((topic.number for topic in self.model.topics), default=0)))
        largest = max((topic.size for topic in self.model.topics), default=0)
        heading = 40 + metrics.horizontalAdvance(COLUMNS[SIZE])
        self.table.setColumnWidth(NUMBER, 36 + metrics.horizontalAdvance("0" * max(digits, 2)))
        self.table.setColumnWidth(SIZE, max(heading, 16 + metrics.horizontalAdvance(f"{largest:,}")))
        self.table.setColumnWidth(KEYWORDS, max(self.width() // 2 - 60, 200))
        self.table.verticalHeader().setDefaultSectionSize(row_height(self.table.font(), not is_wide))

    def _mark(self, index: Index, role: QPalette.ColorRole) -> QIcon | None:
        mark = index.data(MARK_ROLE)
        if mark is None:
            return None
        if (mark, role) not in self._marks:
            self._marks[mark, role] = icon(mark, self.table.palette(), role)
        return self._marks[mark, role]
