"""Topics as rows of a table: number with colour, label, size, one line of keywords; it knows no widget."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QColor

from topicdesk.core.analysis import Analysis, Keyword, Topic
from topicdesk.gui.wording import count, share

NUMBER, LABEL, SIZE, KEYWORDS = range(4)
COLUMNS = ("#", "Label", "Size", "Keywords")
SORT_ROLE = Qt.ItemDataRole.UserRole + 1
TOPIC_ROLE = Qt.ItemDataRole.UserRole + 2
MARK_ROLE = Qt.ItemDataRole.UserRole + 3  # "checked", "hidden", "flagged", or the label's origin
KEYWORDS_ROLE = Qt.ItemDataRole.UserRole + 4
FLAGGED_ROLE = Qt.ItemDataRole.UserRole + 5
ORIGINS = {
    "language model": "named by the language model",
    "keywords": "named by its keywords",
    "researcher": "named by the researcher",
}

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()


def keyword_line(keywords: Sequence[Keyword]) -> str:
    """Keywords in one line, the heaviest first."""
    return ", ".join(keyword.term for keyword in keywords)


def is_flagged(topic: Topic) -> bool:
    """Whether the check doubts the label and nobody has looked at it yet."""
    return bool(topic.label.flags) and not topic.is_checked


class TopicsModel(QAbstractTableModel):
    """The topics of an analysis, the unassigned left out.

    Attributes
    ----------
    unit : str
        What topics are made of, in the singular.

    Signals
    -------
    rename_asked : (int, str)
        A topic's number and the label that was typed.
    """

    rename_asked = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._topics: tuple[Topic, ...] = ()
        self._colours: dict[int, QColor] = {}
        self._n_documents = 0
        self.unit = "document"

    @property
    def topics(self) -> tuple[Topic, ...]:
        """The topics shown, in the order of their numbers; those that edits left vacant are not among them."""
        return self._topics

    def show(self, analysis: Analysis | None, colours: dict[int, QColor]) -> None:
        """Show the topics of another analysis, with a colour for each number."""
        self.beginResetModel()
        self._topics = analysis.present if analysis else ()
        self._n_documents = len(analysis.assignment.topic_of) if analysis else 0
        self._colours = colours
        self.endResetModel()

    def show_labels(self, analysis: Analysis) -> None:
        """Put other words about the same topics in their places; a selection and an open editor stay."""
        self._topics = analysis.present
        if self._topics:
            self.dataChanged.emit(self.index(0, NUMBER), self.index(len(self._topics) - 1, KEYWORDS))

    def row_of(self, number: int) -> int | None:
        """The row of a topic; None where it is not shown."""
        return next((row for row, topic in enumerate(self._topics) if topic.number == number), None)

    def rowCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802
        """One row a topic."""
        return 0 if parent.isValid() else len(self._topics)

    def columnCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802
        """Number, label, size, keywords."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter if section == SIZE else _aligned(section)  # the style draws its arrow at the right
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Only labels can be changed."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() and index.column() == LABEL else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One cell; labels are plain text whatever they hold."""
        if not index.isValid() or index.row() >= len(self._topics):
            return None
        topic, column = self._topics[index.row()], index.column()
        value: Any = None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                value = (str(topic.number), topic.label.text, count(topic.size), keyword_line(topic.keywords))[column]
            case Qt.ItemDataRole.EditRole if column == LABEL:
                value = topic.label.text
            case Qt.ItemDataRole.DecorationRole if column == NUMBER:
                value = self._colours.get(topic.number)
            case Qt.ItemDataRole.TextAlignmentRole:
                value = _aligned(column)
            case Qt.ItemDataRole.AccessibleTextRole:
                value = self._spoken(topic, column)
            case _:
                value = _own_role(topic, column, role)
        return value

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        """Ask for another label; the model changes when the session says so."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or index.column() != LABEL:
            return False
        topic, text = self._topics[index.row()], " ".join(str(value).split())
        if text == topic.label.text:
            return False
        self.rename_asked.emit(topic.number, text)
        return True

    def _spoken(self, topic: Topic, column: int) -> str:
        return (
            f"Topic {topic.number}",
            f"{topic.label.text}, {ORIGINS[topic.label.origin]}{', checked' * topic.is_checked}{', flagged' * is_flagged(topic)}{', hidden' * topic.is_hidden}",
            f"{count(topic.size, self.unit)}, {share(topic.size, self._n_documents)}",
            keyword_line(topic.keywords),
        )[column]


class TopicFilter(QSortFilterProxyModel):
    """Topics sorted by any column, and only those whose label, keywords or number hold every word that was typed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self._only_flagged = False
        self.setSortRole(SORT_ROLE)

    def show_only_flagged(self, only: bool) -> None:
        """Show only topics whose label deserves a look, or all."""
        self.beginFilterChange()
        self._only_flagged = only
        self.endFilterChange()

    def set_words(self, text: str) -> None:
        """Show only topics that hold these words, upper or lower case."""
        self.beginFilterChange()
        self._words = text.casefold().split()
        self.endFilterChange()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:  # noqa: N802
        """Whether each word stands in the label or the keywords, or is the topic's number."""
        number = self.sourceModel().index(source_row, NUMBER, source_parent)
        if self._only_flagged and not number.data(FLAGGED_ROLE):
            return False
        topic = number.data(TOPIC_ROLE)
        label = self.sourceModel().data(self.sourceModel().index(source_row, LABEL, source_parent))
        keywords = self.sourceModel().data(self.sourceModel().index(source_row, KEYWORDS, source_parent))
        haystack = f"{label}\n{keywords}".casefold()
        return all(word in haystack or word == str(topic) for word in self._words)

    def lessThan(self, source_left: Index, source_right: Index) -> bool:  # noqa: N802
        """Numbers by value, texts without regard to case, equal ones by the topic's number."""
        left, right = source_left.data(SORT_ROLE), source_right.data(SORT_ROLE)
        if left == right:
            return bool(source_left.data(TOPIC_ROLE) < source_right.data(TOPIC_ROLE))
        return bool(left < right)


def _aligned(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column == SIZE else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _own_role(topic: Topic, column: int, role: int) -> Any:
    if role == SORT_ROLE:
        return (topic.number, topic.label.text.casefold(), topic.size, keyword_line(topic.keywords).casefold())[column]
    if role == MARK_ROLE:
        return "hidden" if topic.is_hidden else "checked" if topic.is_checked else "flagged" if topic.label.flags else topic.label.origin
    if role == KEYWORDS_ROLE:
        return keyword_line(topic.keywords)
    return {TOPIC_ROLE: topic.number, FLAGGED_ROLE: is_flagged(topic), Qt.ItemDataRole.ToolTipRole: topic.note}.get(role)
