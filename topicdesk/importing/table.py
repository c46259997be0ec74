"""The one interface behind which every file format stands: a table of text cells whose rows are streamed; it knows no format."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from topicdesk.importing.opening import CorpusFile

_ROWS_A_BLOCK = 1000


@dataclass(frozen=True)
class Layout:
    """How a file was understood, before any row is read.

    Attributes
    ----------
    names : tuple of str
        The columns' names, unique.
    delimiter, quote : str
        "" = none, or none in this format.
    header : bool
        Whether the names stand in the file.
    n_above : int
        Rows above the header that are left out.
    sheet, sheets : str, tuple of str
        The one that is read, and all there are; empty where the format has none. For an archive these are its files.
    is_beginning : bool
        Whether the file goes on after the rows of this table.
    n_sample : int
        How many of the first rows tell what the columns hold: fewer where a row takes long to read and the columns are known.
    """

    format: str
    names: tuple[str, ...]
    encoding: str = "utf-8"
    delimiter: str = ""
    quote: str = ""
    header: bool = True
    n_above: int = 0
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    is_beginning: bool = False
    n_sample: int = 1000


@dataclass(frozen=True, slots=True)
class Block:
    """Readable rows that follow one another, column by column.

    Attributes
    ----------
    numbers : sequence of int
        Of each row.
    columns : sequence of sequences of str
        All as long as `numbers`.
    """

    numbers: Sequence[int]
    columns: Sequence[Sequence[str]]


class Rows(ABC):
    """The data rows of a table, one list of as many cells as there are columns each.

    Attributes
    ----------
    number : int
        The number of the row that was yielded last; the first data row is 1, and every row counts, readable or not.
    unreadable, mended : list of (int, str)
        Row numbers and reasons of those met so far. Mended ones are yielded, unreadable ones not.
    excerpts : dict of int to str
        How the first unreadable rows begin, as they stand in the file, where the format has such a thing.
    """

    def __init__(self) -> None:
        self.number = 0
        self.unreadable: list[tuple[int, str]] = []
        self.mended: list[tuple[int, str]] = []
        self.excerpts: dict[int, str] = {}

    @abstractmethod
    def __iter__(self) -> Iterator[list[str]]:
        """Each readable row. Raises InputError where nothing more can be read."""

    def blocks(self) -> Iterator[Block]:
        """The same rows, many at once."""
        return gathered(self, self)


def gathered(rows: Rows, pieces: Iterable[list[str] | Block]) -> Iterator[Block]:
    """Rows, each counted by `rows.number`, and blocks, which are not counted yet, as blocks."""
    cells: list[list[str]] = []
    numbers: list[int] = []
    for piece in pieces:
        if isinstance(piece, list):
            cells.append(piece)
            numbers.append(rows.number)
        if cells and (len(cells) == _ROWS_A_BLOCK or isinstance(piece, Block)):
            yield Block(numbers, list(zip(*cells)))
            cells, numbers = [], []
        if isinstance(piece, Block):
            rows.number += len(piece.numbers)
            yield piece
    if cells:
        yield Block(numbers, list(zip(*cells)))


class Table(Protocol):
    """A file that has been understood."""

    @property
    def file(self) -> CorpusFile:
        """The file that it lies in."""
        ...

    @property
    def layout(self) -> Layout:
        """How it was understood."""
        ...

    def open_rows(self) -> AbstractContextManager[tuple[Rows, Callable[[], int]]]:
        """Its rows from the first, and a function that says how many bytes of the file have been read. Raises InputError."""
        ...


class PlainRows(Rows):
    """Rows that are all readable: what formats with cells of their own give."""

    def __init__(self, rows: Iterator[list[str]]) -> None:
        super().__init__()
        self._rows = rows

    def __iter__(self) -> Iterator[list[str]]:
        """Each row, counted."""
        for row in self._rows:
            self.number += 1
            yield row
