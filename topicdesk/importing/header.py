"""Which of a sample's rows is the header, what stands above it, and how many columns the table has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from topicdesk.importing.cells import is_address, is_date, is_number, n_words
from topicdesk.importing.columns import is_known_name

_MOST_LINES_ABOVE = 30
_LONGEST_NAME = 120
_MOST_WORDS = 8
_FEWEST_AGREEING = 3
_MOST_HEADER_ROWS = 4


@dataclass(frozen=True)
class Head:
    """The top of a table.

    Attributes
    ----------
    n_above : int
        Rows above the header (a title, a source), left out.
    n_header : int
        How many rows of the table name the columns; 0 where none does.
    names : tuple of str
        One for each column, unique, none empty; "column 1", ... where the file has none.
    """

    n_above: int
    n_header: int
    names: tuple[str, ...]


def find_head(rows: Sequence[Sequence[str]], header: bool | None = None, look_above: bool = True) -> Head:
    """The top of the table in a sample's rows (at least one, none blank).

    Parameters
    ----------
    header : bool or None
        What the researcher said; None = guess.
    look_above : bool
        False where the researcher said how many lines stand above the table.
    """
    width = usual_width(rows)
    n_above = _n_above(rows, width) if look_above else 0
    first, below = rows[n_above], rows[n_above + 1 :]
    if not (_is_header(first, below) if header is None else header):
        return Head(n_above, 0, unique_names([""] * width))
    names = _fitted(first, width)
    n_header = 1
    while n_header < _MOST_HEADER_ROWS and n_header < len(rows) - n_above and _goes_on(names, below[n_header - 1], below[n_header:]):
        names = _joined(names, below[n_header - 1])
        n_header += 1
    return Head(n_above, n_header, unique_names(names))


def _goes_on(names: Sequence[str], row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a row goes on with the header: it names columns that have none yet, and says nothing like the figures under it."""
    if len(row) != len(names):
        return False
    said = [i for i, cell in enumerate(row) if cell.strip()]
    if not any(not names[i].strip() for i in said) or any(is_number(row[i].strip()) or is_date(row[i].strip()) for i in said):
        return False
    columns = [[cells[i].strip() for cells in below[:50] if len(cells) == len(names) and cells[i].strip()] for i in said]
    n_figures = sum(sum(is_number(cell) or is_date(cell) for cell in column) > 0.5 * len(column) for column in columns if column)
    return 2 * n_figures >= len(said) and n_figures > 0


def _joined(names: Sequence[str], row: Sequence[str]) -> list[str]:
    """Names of two rows as one: "Travel" over "Air" and "Rail" gives "Travel Air" and "Travel Rail"."""
    joined, spanning = [], ""
    for name, cell in zip(names, row):
        spanning = name.strip() or spanning
        joined.append(f"{spanning} {cell.strip()}".strip() if cell.strip() else name)
    return joined


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """How many cells most rows have, the first row aside; where they are few or disagree, what the first row has.

    A delimiter at the end of each row counts even where the rows are few.
    """
    widths = Counter(map(len, rows[1:] or rows))
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    if count < _FEWEST_AGREEING:
        only_delimiters = len(widths) == 1 and not any(any(row[len(rows[0]) :]) for row in rows)
        return width if only_delimiters and width > len(rows[0]) else len(rows[0])
    if len(rows[0]) in widths and widths[len(rows[0])] >= 0.5 * count:
        return len(rows[0])
    return width if 2 * count > widths.total() else len(rows[0])


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Names with white space tidied; a missing one becomes "column N", a repeated one "name (2)"."""
    unique: list[str] = []
    for number, raw in enumerate(names, 1):
        name = stem = " ".join(raw.split()) or f"column {number}"
        copy = 2
        while name in unique:
            name, copy = f"{stem} ({copy})", copy + 1
        unique.append(name)
    return tuple(unique)


def _n_above(rows: Sequence[Sequence[str]], width: int) -> int:
    """Leading rows that are narrower than the table. A header one cell short of its rows is none of them."""
    for n_above, row in enumerate(rows[:_MOST_LINES_ABOVE]):
        n_filled = sum(bool(cell.strip()) for cell in row)
        if len(row) >= width - 1 and (n_filled > 1 or width < 3):
            return n_above
    return 0


def _is_header(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Names are short, distinct, and no data; what is below decides where that is not enough."""
    cells = [cell.strip() for cell in first]
    filled = [cell for cell in cells if cell]
    if not filled or any(len(cell) > _LONGEST_NAME or is_date(cell) or is_address(cell) for cell in filled):
        return False
    if sum(map(is_number, filled)) > 0.5 * len(filled):
        return False
    if any(map(is_known_name, filled)) and max(map(n_words, filled)) <= _MOST_WORDS and not any(map(is_number, filled)):
        return True
    others = [row for row in below[:200] if row != first]
    return sum(_vote(cell, [row[i].strip() for row in others if i < len(row)]) for i, cell in enumerate(cells)) >= 0


def _vote(name: str, values: Sequence[str]) -> int:
    """Whether `name` differs in kind from the column's values (1), is one of them (-1), or tells nothing (0)."""
    values = [value for value in values if value]
    if not values or not name:
        return 0
    for is_kind in (is_number, is_date, is_address):
        if sum(map(is_kind, values)) >= 0.9 * len(values):
            return -1 if is_kind(name) else 1
    if name in values:
        return -1
    if is_number(name):
        return -1
    usual = sorted(map(n_words, values))[len(values) // 2]
    if usual >= 5:
        return 1 if n_words(name) < 0.4 * usual and not name.endswith((".", "!", "?")) else -1
    return 0


def _fitted(cells: Sequence[str], width: int) -> list[str]:
    """A header of as many cells as the rows have: nameless ones go first, then the last, which some programs leave out of each row."""
    fitted = list(cells)
    while len(fitted) > width and "" in fitted:
        fitted.remove("")
    return fitted[:width] + [""] * (width - len(fitted))
