"""The fastest lane: a block of exact rows becomes columns without a step for each row; what is not exact to the last character it leaves alone."""

from __future__ import annotations

from itertools import islice

from topicdesk.importing.dialect import Dialect

_LONGEST = 100_000  # a longer quoted cell may hold more lines than one row may
_QUOTED = "\0"  # stands for what is between two quotation marks; no text holds it, for NUL is taken out before
_END = "\n"


class BlockCutter:
    """Cuts text into exact rows of RFC 4180: the right number of cells, quotation marks only around whole cells and doubled inside.

    What is between quotation marks is set aside first; what is left is short, and says where each cell is.
    """

    def __init__(self, dialect: Dialect, width: int) -> None:
        self._delimiter, self._quote, self._width = dialect.separator, dialect.quote, width

    def cut(self, text: str, is_last: bool) -> tuple[list[list[str]], str] | None:
        """The columns of the rows that end in a text, and what follows the last of them; None where one of them is not exact, or none ends.

        Parameters
        ----------
        text : str
            From the beginning of a row on.
        is_last : bool
            Whether the file ends with it.
        """
        parts = text.split(self._quote) if self._quote else [text]
        rest = self._closed(parts) if is_last else self._taken_off(parts)
        if rest is None:
            return None
        outside, inside = _QUOTED.join(parts[::2]), parts[1::2]
        if "\r" in outside:
            outside = outside.replace("\r\n", _END)
        if "\r" in outside or max(map(len, inside), default=0) > _LONGEST:
            return None
        cells = outside.replace(_END, self._delimiter + _END + self._delimiter).split(self._delimiter)
        cells.pop()
        n_rows = len(cells) // (self._width + 1)
        ends = cells[self._width :: self._width + 1]
        if len(cells) != n_rows * (self._width + 1) or not n_rows == ends.count(_END) == cells.count(_END):
            return None
        columns = [cells[number :: self._width + 1] for number in range(self._width)]
        if inside:
            filled = self._put_back(cells, columns, inside)
            if filled is None:
                return None
            columns = filled
        return (columns, rest) if self._width > 1 or all(map(str.strip, columns[0])) else None

    def _closed(self, parts: list[str]) -> str | None:
        """What follows the last row of a file, nothing; its end is put where it lacks. None where a quotation mark is open, or nothing is there."""
        if not len(parts) & 1 or parts == [""]:
            return None
        parts[-1] += _END * (not parts[-1].endswith(_END))
        return ""

    def _taken_off(self, parts: list[str]) -> str | None:
        """What follows the last row that ends in these parts, taken off them; None where none ends. Each second part is between quotation marks."""
        for number in range((len(parts) - 1) & ~1, -1, -2):
            if (end := parts[number].rfind(_END) + 1) > 0:
                rest = self._quote.join((parts[number][end:], *parts[number + 1 :]))
                parts[number:] = [parts[number][:end]]
                return rest
        return None

    def _put_back(self, cells: list[str], columns: list[list[str]], inside: list[str]) -> list[list[str]] | None:
        """The columns with what is quoted where it stood; None where some of it was not a whole cell. Two pieces side by side are one with a mark in it."""
        n_quoted = [column.count(_QUOTED) for column in columns]
        if sum(n_quoted) == len(inside) == len(columns[0]) == max(n_quoted):  # the usual file: one column is quoted, and all of it
            columns[n_quoted.index(len(inside))] = inside
            return columns
        taken = iter(inside)
        for place, cell in enumerate(cells):
            if _QUOTED in cell:
                if cell.strip(_QUOTED):
                    return None
                cells[place] = self._quote.join(islice(taken, len(cell)))
        return [cells[number :: self._width + 1] for number in range(self._width)]
