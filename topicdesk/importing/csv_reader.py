"""Streams the rows of a CSV: readable ones are yielded, the others are listed with their number and the reason."""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import IO

from topicdesk.core.errors import InputError
from topicdesk.importing.dialect import MAX_CELL, Dialect, is_blank
from topicdesk.importing.mending import KEPT_QUOTE, Mender
from topicdesk.importing.record_cutter import RecordCutter
from topicdesk.importing.table import Rows
from topicdesk.importing.text_encoding import MENDED_CONTROLS, error_handler

_BLOCK = 1 << 20
MAX_RECORD_LINES = 200_000
MAX_REREAD = 1 << 26
HOPELESS_ROWS = 100_000
FEWEST_MENDED = 50
MOST_EXCERPTS = 50
EXCERPT_CHARACTERS = 400
MOST_MENDED_LINES = 20


def text_lines(stream: IO[bytes], encoding: str, mend_controls: bool = False) -> Iterator[str]:
    """Physical lines with their ends (LF, CR LF or CR), without a byte order mark and without NUL characters.

    NUL stands for no text, and cuts a text short in every library written in C. With `mend_controls`, the control characters U+0080
    to U+009F become the quotation marks and dashes of Windows-1252 that they were before a wrong conversion. Raises InputError for a line beyond `MAX_CELL`
    characters: such a file is no CSV, and a line is held in memory.
    """
    decoder = codecs.getincrementaldecoder(encoding)(error_handler(encoding))
    begun, is_last, is_first = "", False, True
    while not is_last:
        block = stream.read(_BLOCK)
        is_last = not block
        text = decoder.decode(block, final=is_last)
        if is_first and text:
            is_first, text = False, text.removeprefix("\ufeff")
        if mend_controls and not text.isascii():
            text = text.translate(MENDED_CONTROLS)
        text = begun + (text.replace("\0", "") if "\0" in text else text)
        lines = io.StringIO(text, newline="").readlines()
        begun = lines.pop() if lines and not is_last else ""  # it may go on, and CR may be followed by LF
        if len(begun) >= MAX_CELL:
            raise InputError(f"A line is longer than {MAX_CELL:,} characters; this is hardly a CSV. Check the file, or its encoding.")
        yield from lines


class CsvRows(Rows):
    """The data rows of a CSV, one list of `width` cells each.

    A row is unreadable, and the reading goes on after it, where it has fewer or more cells than the table, where it repeats the
    header, or where a quotation mark in it is never closed. Such a mark swallows the rows after it; they are given back and read
    on their own. A `mender` may find the one reading of such a row that fits the others; it is then yielded and listed as mended.
    Otherwise missing cells are not made up and surplus ones not cut. Blank lines are no rows.

    Parameters
    ----------
    lines : iterator of str
        Physical lines with their ends.
    n_above : int
        How many rows stand above the header (or above the data where there is none).
    n_header : int
        How many rows the header takes; 0 for a table without one.
    mender : Mender or None
        None: one that knows no other rows, and so only keeps stray quotation marks.
    """

    def __init__(self, lines: Iterator[str], dialect: Dialect, width: int, n_above: int = 0, n_header: int = 1, mender: Mender | None = None) -> None:
        super().__init__()
        self._lines, self._dialect, self._width = lines, dialect, width
        self._mender = mender or Mender(dialect, width)
        self._n_to_skip, self._n_header = n_above + n_header, n_header
        self._header: list[str] | None = None
        self._given_back: deque[str] = deque()
        self._record: list[str] = []
        self._asked_for_more = False
        self._n_reread = self._n_mending = 0
        self._last_irregular = (-1, 0)  # row number and number of cells

    def __iter__(self) -> Iterator[list[str]]:
        """Readable rows in their order. Raises InputError where nearly all of a great many rows are unreadable."""
        csv.field_size_limit(MAX_CELL)
        cutter = RecordCutter(self._dialect) if self._dialect.is_plain else None
        while self._n_reread <= MAX_REREAD:
            if cutter is not None and not self._n_to_skip and not self._given_back:
                for cells in cutter.rows(self._lines, self._width):
                    if cells == self._header:
                        cutter.refused = cutter.taken
                        break
                    self.number += 1
                    yield cells
                self._given_back.extend(cutter.refused)
                if not cutter.refused:
                    return
            yield from self._parsed(one=cutter is not None)
            if self._asked_for_more and not self._given_back:
                return
        self._refuse("and all rows after it cannot be read: the quotation marks do not pair up. Perhaps the quote is another one, or none.")

    def _parsed(self, one: bool) -> Iterator[list[str]]:
        """Rows read by `csv` and, where it fails, by patience: to the end, or to the next row that is given back or, with `one`, only one."""
        record, width = self._record, self._width
        self._asked_for_more = False
        try:
            for cells in csv.reader(self._fed(), strict=True, **self._dialect.options()):
                is_regular = len(cells) == width and len(record) == 1 and not self._n_to_skip and not self._asked_for_more
                if is_regular and cells != self._header and (width > 1 or cells[0].strip()):
                    self.number += 1
                    yield cells
                elif (taken := self._irregular(cells, is_sloppy=False)) is not None:
                    yield taken
                record.clear()
                if one or self._given_back or self._asked_for_more:
                    return
        except csv.Error:
            if (taken := self._read_patiently()) is not None:
                yield taken
            record.clear()

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

    def _read_patiently(self) -> list[str] | None:
        """What becomes of a row in which text follows a closing quotation mark, or which nothing closes."""
        self._given_back.extendleft(reversed(self._record))
        self._record.clear()
        try:
            cells = next(csv.reader(self._fed(), **self._dialect.options()), None)
        except csv.Error:
            cells = None
        if cells is None:
            self._unclosed()
            return None
        return self._irregular(cells, is_sloppy=True)

    def _irregular(self, cells: list[str], is_sloppy: bool) -> list[str] | None:
        """What becomes of a row that is not simply `width` cells on one line: taken, mended, passed over or listed."""
        if self._n_to_skip:
            self._skip(cells)
        elif self._asked_for_more and self._record:
            return self._unclosed()
        elif is_blank(cells) and not (self._width == 1 and self._dialect.quote and self._dialect.quote in self._record[0]):
            pass
        elif cells == self._header:
            self._refuse("repeats the header.")
        else:
            has_swallowed = len(self._record) > 1 and self._swallowed(self._record[1:])
            if len(cells) == self._width and not (is_sloppy and has_swallowed):
                return self._taken(cells, is_sloppy)
            is_slip = self._is_alone(len(cells)) or has_swallowed
            if is_slip and (mended := self._mended(has_swallowed)) is not None:
                return mended
            self._refuse_irregular(len(cells), has_swallowed)
        return None

    def _refuse_irregular(self, n_cells: int, has_swallowed: bool) -> None:
        """List a row whose cells do not line up, with what is most likely the cause."""
        counted = f"has {_cells(n_cells)}, the {'header' if self._n_header else 'table'} {self._width}; perhaps"
        if n_cells == self._width:
            self._refuse("has a quotation mark that is closed only in a later row.")
        elif has_swallowed:
            self._refuse(f"{counted} a quotation mark in it was never closed.")
        elif n_cells > self._width:
            name = {"\t": "a tab"}.get(self._dialect.delimiter, f"the delimiter {self._dialect.delimiter}")
            self._refuse(f"{counted} a cell contains {name} without quotation marks around it.")
        else:
            self._refuse(f"{counted} cells are missing, or a cell contains a line break without quotation marks around it.")
        if has_swallowed:
            self._give_back(self._record[1:])

    def _is_alone(self, n_cells: int) -> bool:
        """Whether the rows before and after have another number of cells; where not, this is no slip but another table."""
        before, self._last_irregular = self._last_irregular, (self.number + 1, n_cells)
        if before == (self.number, n_cells):
            return False
        if not self._given_back and (line := next(self._lines, None)) is not None:
            self._given_back.append(line)
        return not self._given_back or len(next(csv.reader([self._given_back[0]], **self._dialect.options()), [])) != n_cells

    def _skip(self, cells: list[str]) -> None:
        """Pass over a row above the data, if it is one."""
        if is_blank(cells):
            return
        if self._n_to_skip <= self._n_header:
            if self._asked_for_more:
                raise InputError("A quotation mark in the header is never closed and swallows the file; close it, or say that there are no quotes.")
            self._header = cells
        self._n_to_skip -= 1

    def _taken(self, cells: list[str], is_sloppy: bool) -> list[str]:
        """A row with the right number of cells; stray quotation marks, which `csv` would drop without a word, are kept."""
        self.number += 1
        if not is_sloppy:
            return cells
        text = "".join(self._record).rstrip("\r\n")
        mended = self._mender.mend(text)
        kept, reason = mended if mended is not None else (self._mender.as_it_stands(text), KEPT_QUOTE)
        if kept is None or kept == cells:
            return cells
        self.mended.append((self.number, f"Row {self.number:,}: {reason}."))
        return kept

    def _mended(self, has_swallowed: bool) -> list[str] | None:
        """The row's one fitting reading, its first line alone where it swallowed others."""
        if self._n_mending > FEWEST_MENDED and self._n_mending > 2 * len(self.mended):
            return None
        self._n_mending += 1
        lines = self._record[:1] if has_swallowed else self._record
        mended = self._mender.mend("".join(lines).rstrip("\r\n")) if len(lines) <= MOST_MENDED_LINES else None
        if mended is None:
            return None
        self.number += 1
        self.mended.append((self.number, f"Row {self.number:,}: {mended[1]}."))
        self._give_back(self._record[len(lines) :])
        return mended[0]

    def _unclosed(self) -> list[str] | None:
        """A quotation mark that nothing closes: unless it is mended this row is lost, and with it what only it could hold."""
        if self._n_to_skip:
            self._skip([""] * self._width)
            return None
        if (mended := self._mended(has_swallowed=True)) is not None:
            return mended
        rest = self._record[1:]
        given_back = bool(rest) and (self._width == 1 or self._swallowed(rest))
        self._refuse("has a quotation mark that is never closed" + ("." if given_back else "; perhaps the file was cut off here."))
        if given_back:
            self._give_back(rest)
        return None

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
        if len(self.excerpts) < MOST_EXCERPTS:
            self.excerpts[self.number] = "".join(self._record[:3])[:EXCERPT_CHARACTERS].rstrip("\r\n")
        if len(self.unreadable) >= HOPELESS_ROWS and len(self.unreadable) > 0.9 * self.number:
            raise InputError(f"nearly no row can be read; check delimiter and quote. {self.unreadable[0][1]}")


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count:,} cells"
