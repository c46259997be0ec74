"""Documents as rows of a table: which ones, in which order, and how each reads in one line; it knows no widget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from topicdesk.core.analysis import TopicAssignment
from topicdesk.core.arrays import IntArray
from topicdesk.core.corpus import Corpus, Document

DOCUMENT, STRENGTH = 0, 1
EXCERPT_ROLE = Qt.ItemDataRole.UserRole + 1
INDEX_ROLE = Qt.ItemDataRole.UserRole + 2
N_TITLE = 120
N_EXCERPT = 240
N_BETWEEN_CHECKS = 2000

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()


@dataclass(frozen=True, eq=False)
class DocumentQuery:
    """Which documents are asked for, and in which order.

    Attributes
    ----------
    topic : int or None
        Only those of this topic; -1 asks for the unassigned.
    chosen : tuple of int or None
        Only these, whatever their topic.
    words : str
        Only those whose title or text holds each of these words, upper or lower case.
    found : int64 of shape (n,) or None
        Only these, in this order unless by strength.
    by_strength : bool
        The firmest first; else the order of the corpus. `is_reversed` turns either round.
    """

    topic: int | None = None
    chosen: tuple[int, ...] | None = None
    words: str = ""
    found: IntArray | None = None
    by_strength: bool = False
    is_reversed: bool = False


def find_documents(corpus: Corpus, assignment: TopicAssignment | None, query: DocumentQuery, is_stale: Callable[[], bool] = lambda: False) -> IntArray:
    """Indices of the documents that a query asks for, int64; an incomplete answer once `is_stale()`."""
    rows = _candidates(len(corpus.documents), assignment, query)
    if words := query.words.casefold().split():
        rows = _with_words(corpus, rows, words, is_stale)
    if query.by_strength and assignment is not None:
        rows = rows[np.argsort(-assignment.strength[rows], kind="stable")]
    return rows[::-1] if query.is_reversed else rows


def title_of(document: Document) -> str:
    """One line that names a document: its title, else the beginning of its text, else its id."""
    line = one_line(document.title or "", N_TITLE) or one_line(document.text, N_TITLE)
    return line or document.id


def excerpt_of(document: Document, n_characters: int = N_EXCERPT) -> str:
    """The beginning of the text in one line; where that is the title already, what follows it from the word on that the title may have cut."""
    if document.title:
        return one_line(document.text, n_characters)
    line = " ".join(document.text[: 4 * (N_TITLE + n_characters)].split())
    if len(line) <= N_TITLE:
        return ""
    last_word = line.rfind(" ", 0, N_TITLE) + 1 or N_TITLE - 1
    return one_line(line[last_word:], n_characters)


def one_line(text: str, n_characters: int) -> str:
    """The beginning of a text without line breaks, with an ellipsis where it goes on."""
    line = " ".join(text[: 4 * n_characters].split())
    return line if len(line) <= n_characters else line[: n_characters - 1].rstrip() + "…"


class DocumentsModel(QAbstractTableModel):
    """Documents by their indices; nothing is read from the corpus before a row is seen.

    Signals
    -------
    order_asked : (int, bool)
        A column and whether it shall ascend: sorting is the panel's, off the window's thread.
    """

    order_asked = Signal(int, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._corpus: Corpus | None = None
        self._assignment: TopicAssignment | None = None
        self._rows = np.empty(0, dtype=np.int64)

    @property
    def rows(self) -> IntArray:
        """The indices of the documents shown, in their order."""
        return self._rows

    def show(self, corpus: Corpus | None, assignment: TopicAssignment | None, rows: IntArray) -> None:
        """Show these documents instead."""
        self.beginResetModel()
        self._corpus, self._assignment = corpus, assignment
        self._rows = rows if corpus is not None else rows[:0]
        self.endResetModel()

    def row_of(self, document: int) -> int | None:
        """The row of a document, None where it is not among those shown."""
        found = np.flatnonzero(self._rows == document)
        return int(found[0]) if len(found) else None

    def rowCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802
        """One row a document."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802
        """The document and its strength."""
        return 0 if parent.isValid() else 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        """Names of the columns, and what they mean."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < 2:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return ("Document", "Strength")[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if section == DOCUMENT else Qt.AlignmentFlag.AlignHCenter  # the style draws its arrow at the right
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return ("In the order of the corpus", "How firmly the document belongs to its topic, 0 to 1 (HDBSCAN's membership)")[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One cell, as plain text."""
        if self._corpus is None or not index.isValid() or index.row() >= len(self._rows):
            return None
        number = int(self._rows[index.row()])
        if role == INDEX_ROLE:
            return number
        if index.column() == STRENGTH:
            return self._strength(number, role)
        return _document_cell(self._corpus.documents[number], role)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask for another order."""
        self.order_asked.emit(column, order == Qt.SortOrder.AscendingOrder)

    def _strength(self, number: int, role: int) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole or self._assignment is None or self._assignment.topic_of[number] < 0:
            return None
        return f"{self._assignment.strength[number]:.2f}"


def _document_cell(document: Document, role: int) -> str | None:
    match role:
        case Qt.ItemDataRole.DisplayRole:
            return title_of(document)
        case Qt.ItemDataRole.AccessibleTextRole:
            return f"{title_of(document)}. {excerpt_of(document, 80)}"
        case _ if role == EXCERPT_ROLE:
            return excerpt_of(document)
    return None


def _candidates(n_documents: int, assignment: TopicAssignment | None, query: DocumentQuery) -> IntArray:
    if query.found is not None:
        rest = _candidates(n_documents, assignment, replace(query, found=None))
        return query.found if len(rest) == n_documents else query.found[np.isin(query.found, rest)]
    if query.chosen is not None:
        return np.sort(np.array(query.chosen, dtype=np.int64))
    if query.topic is not None and assignment is not None:
        return np.flatnonzero(assignment.topic_of == query.topic)
    return np.arange(n_documents)


def _with_words(corpus: Corpus, rows: IntArray, words: list[str], is_stale: Callable[[], bool]) -> IntArray:
    kept = []
    for n_seen, row in enumerate(rows.tolist()):
        if n_seen % N_BETWEEN_CHECKS == 0 and is_stale():
            break
        document = corpus.documents[row]
        haystack = f"{document.title or ''}\n{document.text}".casefold()
        if all(word in haystack for word in words):
            kept.append(row)
    return np.array(kept, dtype=np.int64)
