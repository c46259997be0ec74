"""Streams the rows of a CSV: readable ones are yielded, the others are listed with their number and the reason."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from topicdesk.core.errors import InputError
from topicdesk.importing.block_cutter import BlockCutter
from topicdesk.importing.dialect import MAX_CELL, Dialect, is_blank
from topicdesk.importing.mending import KEPT_QUOTE, Mender
from topicdesk.importing.record_cutter import RecordCutter
from topicdesk.importing.table import Block, Rows, gathered
from topicdesk.importing.text_lines import TextLines

MAX_RECORD_LINES = 200_000
MAX_REREAD = 1 << 26
HOPELESS_ROWS = 100_000
FEWEST_MENDED = 50
MOST_EXCERPTS = 50
EXCERPT_CHARACTERS = 400
MOST_MENDED_LINES = 20


class CsvRows(Rows):
    """The data rows of a CSV, one list of `width` cells each.

    A row is unreadable, and the reading goes on after it, where it has fewer or more cells than the table, where it repeats the
    header, or where a quotation mark in it is never closed. Such a mark swallows the rows after it; they are given back and read
    on their own. A `mender` may find the one reading of such a row that fits the others; it is then yielded and listed as mended.
    Otherwise missing cells are not made up and surplus ones not cut. Blank lines are no rows.

    Parameters
    ----------
    lines : TextLines or iterable of str
        Physical lines with their ends. Of TextLines, whole blocks of exact rows are taken at once.
    n_above : int
        How many rows stand above the header (or above the data where there is none).
    n_header : int
        How many rows the header takes; 0 for a table without one.
    mender : Mender or None
        None: one that knows no other rows, and so only keeps stray quotation marks.
    n_lines_above : int
        How many lines are passed over before anything is parsed.
    """

    def __init__(
        self, lines: Iterable[str], dialect: Dialect, width: int, n_above: int = 0, n_header: int = 1, mender: Mender | None = None, n_lines_above: int = 0
    ) -> None:
        super().__init__()
        self._source = lines if isinstance(lines, TextLines) else None
        self._lines, self._n_lines_above = iter(lines), n_lines_above
        self._dialect, self._width = dialect, width
        self._mender = mender or Mender(dialect, width)
        self._n_to_skip, self._n_header = n_above + n_header, n_header
        self._header: list[str] | None = None
        self._given_back: deque[str] = deque()
        self._record: list[str] = []
        self._asked_for_more = False
        self._n_reread = self._n_mending = 0
        self._inexact = -1  # which block the source cut into lines because a row in it is not exact
        self._last_irregular = (-1, 0)  # row number and number of cells

    def __iter__(self) -> Iterator[list[str]]:
        """Readable rows in their order. Raises InputError where nearly all of a great many rows are unreadable."""
        for piece in self._pieces():
            if isinstance(piece, list):
                yield piece
            else:
                for cells in zip(*piece.columns):
                    self.number += 1
                    yield list(cells)

    def blocks(self) -> Iterator[Block]:
        """The same rows, many at once."""
        return gathered(self, self._pieces())

    def _pieces(self) -> Iterator[list[str] | Block]:
        """Rows, and blocks of exact rows; `number` counts the former, and whoever takes a block counts on."""
        csv.field_size_limit(MAX_CELL)
        deque(islice(self._lines, self._n_lines_above), maxlen=0)
        cutter = RecordCutter(self._dialect) if self._dialect.is_plain else None
        while self._n_reread <= MAX_REREAD:
            if cutter is not None and not self._n_to_skip and not self._given_back:
                yield from self._cut(cutter)
                self._given_back.extend(cutter.refused)
                if not cutter.refused:
                    return
            yield from self._parsed(one=cutter is not None)
            if self._asked_for_more and not self._given_back:
                return
        self._refuse("and all rows after it cannot be read: the quotation marks do not pair up. Perhaps the quote is another one, or none.")

    def _cut(self, cutter: RecordCutter) -> Iterator[list[str] | Block]:
        """Exact rows, up to the first that is not: in blocks, and one by one to the end of a block in which there is such a row."""
        source = self._source
        while True:
            if source is not None and source.n_cut != self._inexact:
                yield from self._cut_blocks(source)
            for cells in cutter.rows(self._lines, self._width):
                if cells == self._header:
                    cutter.refused = cutter.taken
                    return
                self.number += 1
                yield cells
                if source is not None and source.n_cut != self._inexact:
                    break
            else:
                return

    def _cut_blocks(self, source: TextLines) -> Iterator[Block]:
        """Blocks of exact rows, up to one that holds anything else."""
        cutter = BlockCutter(self._dialect, self._width)
        while True:
            text, is_last = source.take_block()
            found = cutter.cut(text, is_last)
            if found is None or (self._header and self._header[0] in found[0][0] and tuple(self._header) in zip(*found[0])):
                source.give_back_as_lines(text)
                self._inexact = source.n_cut
                return
            columns, rest = found
            source.give_back(rest)
            yield Block(range(self.number + 1, self.number + 1 + len(columns[0])), columns)

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
