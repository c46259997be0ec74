"""Rows whose cells do not line up are mended where exactly one reading fits what the other rows hold; pure, and never silent.

Nothing is made up and nothing but empty cells is left out: a lone quotation mark stays as text, a lost delimiter is put where two cells meet,
a row with other delimiters is read by them. What fits twice, or not at all, stays unreadable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from topicdesk.importing.cell_shapes import TableShape
from topicdesk.importing.dialect import Dialect
from topicdesk.importing.tokens import Token, tokens

_OTHER_DELIMITERS = (",", ";", "\t", "|", " ")
_MOST_SURPLUS = 4
_MOST_CANDIDATES = 400
_MOST_JOINED = 40
_MOST_WORK = 1 << 20  # characters looked at for one row: a wide table of broken rows must end soon
_LONGEST = 20_000

KEPT_QUOTE = "a lone quotation mark in it was kept as text"
LEFT_OUT = "an empty cell too many was left out"
PUT_BACK = "a delimiter missing between two cells was put back"
OTHER_DELIMITER = "its cells are separated by another character than those of the other rows"


@dataclass(frozen=True)
class Mender:
    """Mends rows of one table.

    Attributes
    ----------
    shape : TableShape or None
        What the readable rows look like; without it only a row that has the right number of cells as it stands is taken.
    """

    dialect: Dialect
    width: int
    shape: TableShape | None = None

    def mend(self, text: str) -> tuple[list[str], str] | None:
        """The cells of a row and what was done to it; None where no reading, or more than one, fits.

        Parameters
        ----------
        text : str
            The row as it stands in the file, without its line end.
        """
        n_marks = text.count(self.dialect.quote) if self.dialect.quote else 0
        if not self.dialect.delimiter or len(text) > _LONGEST or len(text) * (n_marks + self.width) > _MOST_WORK:
            return None
        for reason, candidates in (
            (KEPT_QUOTE, self._with_quotes_as_text(text)),
            (LEFT_OUT, self._without_empty_cells(text)),
            (PUT_BACK, self._with_a_delimiter_more(text)),
            (OTHER_DELIMITER, self._with_other_delimiters(text)),
        ):
            fitting = {tuple(cells) for cells in candidates if self._fits(cells, self.dialect.quote if reason == KEPT_QUOTE else "")}
            if fitting:
                plainest = _with_fewest(self.dialect.quote, fitting)
                return (list(plainest[0]), reason) if len(plainest) == 1 else None
        return None

    def as_it_stands(self, text: str) -> list[str] | None:
        """The cells of a row with stray quotation marks kept as text, where their number is right so; None where it is not."""
        cells = [token.cell for token in tokens(text, self.dialect)]
        return cells if len(cells) == self.width else None

    def _fits(self, cells: Sequence[str], stray: str) -> bool:
        return self.shape is not None and len(cells) == self.width and self.shape.fits([cell.strip().strip(stray) if stray else cell.strip() for cell in cells])

    def _with_quotes_as_text(self, text: str) -> Iterator[list[str]]:
        quote = self.dialect.quote
        if not quote or quote not in text:
            return
        plain = tokens(text, self.dialect)
        if any(quote in token.cell for token in plain):
            yield [token.cell for token in plain]
        for token in plain:
            if token.is_quoted:
                yield [other.cell for other in tokens(text, self.dialect, literal_at=token.start)]

    def _without_empty_cells(self, text: str) -> Iterator[list[str]]:
        cells = [token.cell for token in tokens(text, self.dialect)]
        surplus = len(cells) - self.width
        empty = [i for i, cell in enumerate(cells) if not cell.strip()]
        if not 0 < surplus <= min(_MOST_SURPLUS, len(empty)):
            return
        for number, left_out in enumerate(combinations(empty, surplus)):
            if number < _MOST_CANDIDATES:
                yield [cell for i, cell in enumerate(cells) if i not in left_out]

    def _with_a_delimiter_more(self, text: str) -> Iterator[list[str]]:
        found = tokens(text, self.dialect)
        if len(found) != self.width - 1:
            return
        cells = [token.cell for token in found]
        for i, token in enumerate(found):
            for left, right in self._halves(text[token.start : token.end], token):
                yield [*cells[:i], left, right, *cells[i + 1 :]]

    def _halves(self, raw: str, token: Token) -> Iterator[tuple[str, str]]:
        """Both parts of a cell at every place where two cells can have met."""
        quote = self.dialect.quote
        for place in range(1, min(len(raw), _LONGEST)):
            beside_quote = quote and quote in raw[place - 1 : place + 1]
            if beside_quote or (not token.is_quoted and len(raw) <= 200):
                left, right = tokens(raw[:place], self.dialect), tokens(raw[place:], self.dialect)
                if len(left) == len(right) == 1 and (left[0].is_quoted or right[0].is_quoted or not token.is_quoted):
                    yield left[0].cell, right[0].cell

    def _with_other_delimiters(self, text: str) -> Iterator[list[str]]:
        """The row read by each other delimiter; bare cells that hold it may be joined again where only that fits."""
        for delimiter, skip_space in (*((other, False) for other in _OTHER_DELIMITERS), *((other, True) for other in _OTHER_DELIMITERS[:-1])):
            if (delimiter, skip_space) == (self.dialect.delimiter, self.dialect.skip_space):
                continue
            found = tokens(text, Dialect(delimiter, self.dialect.quote, self.dialect.escape, skip_space))
            cells = [token.cell for token in found]
            surplus = len(found) - self.width
            if surplus == 0:
                yield cells
            elif 0 < surplus <= _MOST_JOINED and delimiter != self.dialect.delimiter:
                for start in range(self.width):
                    end = start + surplus
                    if not any(token.is_quoted for token in found[start : end + 1]):
                        yield [*cells[:start], text[found[start].start : found[end].end], *cells[end + 1 :]]


def _with_fewest(quote: str, rows: set[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Those rows in which the fewest quotation marks had to be taken for text."""
    if not quote:
        return list(rows)
    n_marks = {cells: sum(cell.count(quote) for cell in cells) for cells in rows}
    return [cells for cells in rows if n_marks[cells] == min(n_marks.values())]
