"""Streams the rows of a CSV: readable ones are yielded, the others are listed with their number and the reason."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from functools import partial
from typing import IO

from topicdesk.core.errors import InputError
from topicdesk.importing.dialect import MAX_CELL, Dialect, is_blank
from topicdesk.importing.text_encoding import MENDED_CONTROLS, error_handler

MAX_RECORD_LINES = 200_000
MAX_REREAD = 1 << 26
HOPELESS_ROWS = 100_000


def text_lines(stream: IO[bytes], encoding: str, mend_controls: bool = False) -> Iterator[str]:
    """Physical lines with their ends (LF, CR LF or CR), without a byte order mark and without NUL characters.

    NUL stands for no text, and cuts a text short in every library written in C. With `mend_controls`, the control characters U+0080
    to U+009F become the quotation marks and dashes of Windows-1252 that they were before a wrong conversion. Raises InputError for a line beyond `MAX_CELL`
    characters: such a file is no CSV, and a line is held in memory.
    """
    text = io.TextIOWrapper(stream, encoding=encoding, errors=error_handler(encoding), newline="")
    first = True
    for line in iter(partial(text.readline, MAX_CELL), ""):
        if len(line) >= MAX_CELL:
            raise InputError(f"A line is longer than {MAX_CELL:,} characters; this is hardly a CSV. Check the file, or its encoding.")
        if first:
            first, line = False, line.removeprefix("\ufeff")  # noqa: PLW2901
        if mend_controls and not line.isascii():
            line = line.translate(MENDED_CONTROLS)  # noqa: PLW2901
        yield line.replace("\0", "") if "\0" in line else line
    text.detach()


class CsvRows:
    """The data rows of a CSV, one list of `width` cells each.

    A row is unreadable, and the reading goes on after it, where it has fewer or more cells than the table, where it repeats the
    header, or where a quotation mark in it is never closed. Such a mark swallows the rows after it; they are given back and read
    on their own. Missing cells are not made up and surplus ones not cut, even empty ones at the end: nobody can tell which cell
    is missing, or before which one too many stands. Blank lines are no rows.

    Parameters
    ----------
    lines : iterator of str
        Physical lines with their ends.
    n_above : int
        How many rows stand above the header (or above the data where there is none).
    header : bool
        Whether the next row is the header.

    Attributes
    ----------
    number : int
        The number of the row that was yielded last; the first data row is 1.
    unreadable : list of (int, str)
        Row numbers and reasons, so far.
    """

    def __init__(self, lines: Iterator[str], dialect: Dialect, width: int, n_above: int = 0, header: bool = True) -> None:
        self.number = 0
        self.unreadable: list[tuple[int, str]] = []
        self._lines, self._dialect, self._width = lines, dialect, width
        self._n_above, self._has_header = n_above, header
        self._header: list[str] | None = None
        self._given_back: deque[str] = deque()
        self._record: list[str] = []
        self._asked_for_more = False
        self._n_reread = 0

    def __iter__(self) -> Iterator[list[str]]:
        """Readable rows in their order. Raises InputError where nearly all of a great many rows are unreadable."""
        csv.field_size_limit(MAX_CELL)
        n_to_skip = self._n_above + self._has_header
        record, width, going_on = self._record, self._width, True
        while going_on:
            going_on = False
            self._asked_for_more = False
            try:
                for cells in csv.reader(self._fed(), **self._dialect.options()):
                    if n_to_skip:
                        n_to_skip -= self._skip(cells, is_header=n_to_skip == 1)
                    elif len(cells) == width and len(record) == 1 and not self._asked_for_more and cells != self._header and (width > 1 or cells[0].strip()):
                        self.number += 1
                        yield cells
                    elif (mended := self._irregular(cells)) is not None:
                        yield mended
                    record.clear()
                    if self._given_back or self._asked_for_more:
                        going_on = self._n_reread <= MAX_REREAD
                        break
            except csv.Error:
                self._irregular_quote()
                record.clear()
                going_on = self._n_reread <= MAX_REREAD
        if self._n_reread > MAX_REREAD:
            self._refuse("and all rows after it cannot be read: the quotation marks do not pair up. Perhaps the quote is another one, or none.")

    def _fed(self) -> Iterator[str]:
        """Lines for one csv.reader; notes those of the current row, and whether the row wants more than there is."""
        record, given_back = self._record, self._given_back
        while given_back:
            record.append(given_back.popleft())
            yield record[-1]
        for line in self._lines:
            record.append(line)
            if len(record) > MAX_RECORD_LINES:
                break
            yield line
        self._asked_for_more = True

    def _skip(self, cells: list[str], is_header: bool) -> bool:
        """Whether these cells were one of the rows to pass over."""
        if is_blank(cells):
            return False
        if is_header and self._has_header:
            if self._asked_for_more:
                raise InputError("A quotation mark in the header is never closed and swallows the file; close it, or say that there are no quotes.")
            self._header = cells
        return True

    def _irregular(self, cells: list[str]) -> list[str] | None:
        """What becomes of a row that is not simply `width` cells: mended, passed over or listed."""
        if self._asked_for_more and self._record:
            self._irregular_quote()
            return None
        if is_blank(cells) and not (self._width == 1 and self._dialect.quote and self._dialect.quote in self._record[0]):
            return None
        if cells == self._header:
            self._refuse("repeats the header.")
            return None
        if len(cells) == self._width and not (len(self._record) > 1 and self._is_sloppy() and self._swallowed(self._record[1:])):
            self.number += 1
            return cells
        if len(cells) == self._width:
            self._refuse("has a quotation mark that is closed only in a later row.")
            self._give_back(self._record[1:])
            return None
        counted = f"has {_cells(len(cells))}, the {'header' if self._has_header else 'table'} {self._width}; perhaps"
        if len(self._record) > 1 and self._swallowed(self._record[1:]):
            self._refuse(f"{counted} a quotation mark in it was never closed.")
            self._give_back(self._record[1:])
        elif len(cells) > self._width:
            name = {"\t": "a tab"}.get(self._dialect.delimiter, f"the delimiter {self._dialect.delimiter}")
            self._refuse(f"{counted} a cell contains {name} without quotation marks around it.")
        else:
            self._refuse(f"{counted} cells are missing, or a cell contains a line break without quotation marks around it.")
        return None

    def _irregular_quote(self) -> None:
        """A quotation mark that nothing closes: this row is lost, and with it what only it could hold."""
        rest = self._record[1:]
        given_back = bool(rest) and (self._width == 1 or self._swallowed(rest))
        self._refuse("has a quotation mark that is never closed" + ("." if given_back else "; perhaps the file was cut off here."))
        if given_back:
            self._give_back(rest)

    def _is_sloppy(self) -> bool:
        """Whether text follows a closing quotation mark: then it was perhaps the opening one of a later row."""
        try:
            list(csv.reader(iter(self._record), strict=True, **self._dialect.options()))
        except csv.Error:
            return True
        return False

    def _swallowed(self, lines: list[str]) -> bool:
        """Whether lines inside one row look like rows of their own."""
        part = [line for line in lines[:50] if line.strip()]
        n_rows = sum(len(next(csv.reader([line], **self._dialect.options()), [])) == self._width for line in part)
        return self._width > 1 and 2 * n_rows >= len(part) > 0

    def _give_back(self, lines: list[str]) -> None:
        self._given_back.extendleft(reversed(lines))
        self._n_reread += sum(map(len, lines))

    def _refuse(self, reason: str) -> None:
        self.number += 1
        self.unreadable.append((self.number, f"Row {self.number:,} {reason}"))
        if len(self.unreadable) >= HOPELESS_ROWS and len(self.unreadable) > 0.9 * self.number:
            raise InputError(f"nearly no row can be read; check delimiter and quote. {self.unreadable[0][1]}")


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count:,} cells"
