"""What the researcher brings: documents in the order of their file, and what was left aside; it knows no file format."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain, repeat
from typing import Any, NamedTuple, Self, overload

import numpy as np

from topicdesk.core.arrays import IntArray
from topicdesk.core.text_making import TextMaking, joined_text


class Document(NamedTuple):
    """One row of the corpus; a tuple, because a million are made, in half of the time that a frozen dataclass takes.

    Attributes
    ----------
    id : str
        The corpus's own identifier, or the row number counted from 1 where it has none.
    text : str
        What is embedded; empty where the row holds none. Such a document is kept, in no topic.
    title, date, group : str or None
        Optional roles; `group` is the corpus's own class of the document.
    fields : tuple of str
        Every cell of the row, aligned with `Corpus.fields`.
    """

    id: str
    text: str
    title: str | None = None
    date: str | None = None
    group: str | None = None
    fields: tuple[str, ...] = ()


_AS_DOCUMENT: Any = partial(tuple.__new__, Document)  # Document._make without a step in Python


@dataclass(frozen=True, eq=False)
class DocumentColumns(Sequence[Document]):
    """Documents kept column by column, each made when it is asked for: a million rows cost no tuples, and Python's search for garbage passes them over.

    Attributes
    ----------
    ids, texts : list of str
    titles, dates, groups : list of (str or None), or None
        None where no column has the role.
    cells : tuple of lists of str
        The file's own columns.
    """

    ids: list[str]
    texts: list[str]
    titles: list[str | None] | None = None
    dates: list[str | None] | None = None
    groups: list[str | None] | None = None
    cells: tuple[list[str], ...] = ()

    def __len__(self) -> int:
        """How many documents there are."""
        return len(self.texts)

    def __iter__(self) -> Iterator[Document]:
        """Each document, in order."""
        return self._made(slice(None))

    def extend(self, others: DocumentColumns) -> None:
        """Take in documents that come after these, of the same columns."""
        for column, more in zip(self._columns(), others._columns(), strict=True):
            column.extend(more)

    @overload
    def __getitem__(self, place: int) -> Document: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Document, ...]: ...

    def __getitem__(self, place: int | slice) -> Document | tuple[Document, ...]:
        """One document, or some."""
        if isinstance(place, slice):
            return tuple(self._made(place))
        titles, dates, groups = (None if column is None else column[place] for column in (self.titles, self.dates, self.groups))
        return Document(self.ids[place], self.texts[place], titles, dates, groups, tuple([column[place] for column in self.cells]))

    def _columns(self) -> list[list[Any]]:
        optional = (column for column in (self.titles, self.dates, self.groups) if column is not None)
        return [self.ids, self.texts, *optional, *self.cells]

    def _made(self, places: slice) -> Iterator[Document]:
        optional = (repeat(None) if column is None else column[places] for column in (self.titles, self.dates, self.groups))
        cells: Iterable[tuple[str, ...]] = zip(*(column[places] for column in self.cells)) if self.cells else repeat(())
        return map(_AS_DOCUMENT, zip(self.ids[places], self.texts[places], *optional, cells))


@dataclass(frozen=True, eq=False)
class Spans:
    """Where the passages of documents stand: int64 arrays of shape (n_passages,), by document, in the order of its text.

    Attributes
    ----------
    of : index of the document
    start, stop : first character of its text, and the one after the last; a passage may begin before the one before it ends
    speakers : tuple of str
        Who speaks, "" where nobody is named.
    """

    of: IntArray
    start: IntArray
    stop: IntArray
    speakers: tuple[str, ...]

    @classmethod
    def from_rows(cls, rows: Sequence[tuple[int, int, int, str]]) -> Self:
        """Of passages, one after the other."""
        of, start, stop = (np.array([row[column] for row in rows], dtype=np.int64) for column in range(3))
        return cls(of, start, stop, tuple(row[3] for row in rows))

    def rows(self) -> Iterator[tuple[int, int, int, str]]:
        """One passage after the other."""
        return zip(self.of.tolist(), self.start.tolist(), self.stop.tolist(), self.speakers, strict=True)


@dataclass(frozen=True)
class Corpus:
    """All readable rows, in their order, or their passages: row i of every array is `documents[i]`.

    Attributes
    ----------
    documents : sequence of Document
        What is embedded and put into topics: the rows, or where `spans` says so their passages.
    fields : tuple of str
        The corpus's own columns, in their order, made unique.
    dropped : dict of str to int
        How many documents are not analysed, by reason ("empty text").
    unreadable : tuple of (int, str)
        Row numbers (the first row under the header is 1) that could not be read, each with its reason.
    mended : tuple of (int, str)
        Row numbers, among those that were read, whose cells did not line up and were put right, each with what was done.
    making : TextMaking
        How the texts were made from the rows' cells.
    wholes, spans : sequence of Document, Spans or None
        The rows, where `documents` are passages of them, and where each of these stands.
    """

    documents: Sequence[Document]
    fields: tuple[str, ...] = ()
    dropped: dict[str, int] = field(default_factory=dict)
    unreadable: tuple[tuple[int, str], ...] = ()
    mended: tuple[tuple[int, str], ...] = ()
    making: TextMaking = field(default_factory=TextMaking)
    wholes: Sequence[Document] = ()
    spans: Spans | None = None

    @property
    def rows(self) -> Sequence[Document]:
        """The readable rows of the file, whole."""
        return self.documents if self.spans is None else self.wholes

    @property
    def unit(self) -> str:
        """What is analysed: "document" or "passage"."""
        return "document" if self.spans is None else "passage"

    @cached_property
    def fingerprint(self) -> str:
        """sha256 of all cells, ids, texts and titles: two corpora with one fingerprint give the same analysis."""
        rows = ((d.id, d.text, d.title or "", *d.fields) for d in self.rows)
        return fingerprint_of(self.fields, rows if self.spans is None else chain(rows, map(passage_cells, self.spans.rows())))

    @property
    def texts(self) -> list[str]:
        """The text of each document, in order; not to be changed."""
        return self.documents.texts if isinstance(self.documents, DocumentColumns) else [document.text for document in self.documents]

    def as_written(self, document: Document) -> str:
        """The text of a document as it stands in the file, whole and before anything was taken out; empty where its columns are not known."""
        cells = document.fields
        places = [self.fields.index(name) for name in self.making.columns if name in self.fields]
        return joined_text(cells[place] for place in places if place < len(cells))

    @cached_property
    def with_text(self) -> IntArray:
        """Indices, ascending, of the documents that have a text: int64 of shape (n_with_text,)."""
        return np.array([i for i, text in enumerate(self.texts) if text], dtype=np.int64)

    @cached_property
    def n_duplicates(self) -> int:
        """How many documents repeat the exact text of an earlier one; they are embedded once and kept."""
        return len(self.with_text) - len(set(filter(None, self.texts)))


def fingerprint_of(fields: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """sha256 over the names of the columns and, for each document, its id, text, title ("" for none) and all its cells."""
    digest = hashlib.sha256()
    _feed(digest, fields)
    for row in rows:
        _feed(digest, row)
    return digest.hexdigest()


def passage_cells(passage: tuple[int, int, int, str]) -> tuple[str, ...]:
    """A passage as cells, which follow those of the documents in a fingerprint."""
    return tuple(map(str, passage))


def _feed(digest: hashlib._Hash, cells: Iterable[str]) -> None:
    """Hash cells with their lengths, so that ("ab", "c") and ("a", "bc") differ."""
    for cell in cells:
        encoded = cell.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "little"))
        digest.update(encoded)
    digest.update(b"\xff")
