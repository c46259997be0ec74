"""What the researcher brings: documents in the order of their file, and what was left aside; it knows no file format."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import NamedTuple, Self

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
    documents : tuple of Document
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
    wholes, spans : tuple of Document, Spans or None
        The rows, where `documents` are passages of them, and where each of these stands.
    """

    documents: tuple[Document, ...]
    fields: tuple[str, ...] = ()
    dropped: dict[str, int] = field(default_factory=dict)
    unreadable: tuple[tuple[int, str], ...] = ()
    mended: tuple[tuple[int, str], ...] = ()
    making: TextMaking = field(default_factory=TextMaking)
    wholes: tuple[Document, ...] = ()
    spans: Spans | None = None

    @property
    def rows(self) -> tuple[Document, ...]:
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
        """The text of each document, in order."""
        return [document.text for document in self.documents]

    def as_written(self, document: Document) -> str:
        """The text of a document as it stands in the file, whole and before anything was taken out; empty where its columns are not known."""
        cells = document.fields
        places = [self.fields.index(name) for name in self.making.columns if name in self.fields]
        return joined_text(cells[place] for place in places if place < len(cells))

    @cached_property
    def with_text(self) -> IntArray:
        """Indices, ascending, of the documents that have a text: int64 of shape (n_with_text,)."""
        return np.array([i for i, document in enumerate(self.documents) if document.text], dtype=np.int64)

    @cached_property
    def n_duplicates(self) -> int:
        """How many documents repeat the exact text of an earlier one; they are embedded once and kept."""
        return len(self.with_text) - len({self.documents[i].text for i in self.with_text})


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
