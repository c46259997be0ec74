"""What import understands of a file, at once and without any model: the contract of `topicdesk preview --json`."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from topicdesk.core.requests import CorpusSource
from topicdesk.core.text_making import joined_text
from topicdesk.importing.csv_table import no_readable_row
from topicdesk.importing.sniffing import Understanding, understand
from topicdesk.importing.table import Rows

EMPTY_TEXT = "empty text"
BUDGET_SECONDS = 0.7
_CLOCK_EVERY = 256


@dataclass(frozen=True)
class Preview:
    """What import understands.

    Attributes
    ----------
    delimiter, quote : str
        "" = none.
    columns : tuple of (name, kind, role)
        `role` is "none" for a column without one.
    n_rows : int or None
        Readable rows, those with an empty text among them; None where the budget ended before the file.
    unreadable : tuple of (int, str)
        Row number (the first row under the header is 1) and reason, of the rows that were looked at.
    dropped : dict of str to int
        How many of the readable rows looked at are not analysed, by reason.
    rows : tuple of rows
        The first readable rows, or all.
    duplicates : int
        How many of the rows looked at repeat the exact text of an earlier one.
    n_above : int
        Rows above the header that are left out.
    mended : tuple of (int, str)
        Rows, among the readable ones, whose cells did not line up and were put right, and how.
    excerpts : dict of int to str
        How the first unreadable rows begin.
    sheet, sheets : str, tuple of str
        The sheet of the workbook, or the file of the archive, and all there are.
    text_columns : tuple of str
        The columns whose cells make the text, in the order in which they are joined.
    """

    format: str
    encoding: str
    delimiter: str
    quote: str
    header: bool
    columns: tuple[tuple[str, str, str], ...]
    n_rows: int | None
    unreadable: tuple[tuple[int, str], ...]
    dropped: dict[str, int]
    rows: tuple[tuple[str, ...], ...]
    duplicates: int = 0
    n_above: int = 0
    mended: tuple[tuple[int, str], ...] = ()
    excerpts: dict[int, str] = field(default_factory=dict)
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    text_columns: tuple[str, ...] = ()

    def to_dict(self, with_excerpts: bool = False) -> dict[str, Any]:
        """Plain values, as `preview --json` writes them. Rows above the header, mended rows, sheets and joined columns are told only where there are some."""
        values: dict[str, Any] = {
            "format": self.format,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "quote": self.quote,
            "header": self.header,
            "columns": [dict(zip(("name", "kind", "role"), column)) for column in self.columns],
            "n_rows": self.n_rows,
            "unreadable": [{"row": row, "reason": reason} for row, reason in self.unreadable],
            "dropped": self.dropped,
            "duplicates": self.duplicates,
            "rows": [list(row) for row in self.rows],
        }
        if self.n_above:
            values["rows_above_header"] = self.n_above
        if self.mended:
            values["mended"] = [{"row": row, "reason": reason} for row, reason in self.mended]
        if with_excerpts:
            values["excerpts"] = {str(row): text for row, text in self.excerpts.items()}
        if self.sheets:
            values |= {"sheet": self.sheet, "sheets": list(self.sheets)}
        if len(self.text_columns) > 1:
            values["text_columns"] = list(self.text_columns)
        return values


def preview_corpus(source: CorpusSource, n_rows: int | None = 20, budget_seconds: float | None = BUDGET_SECONDS) -> Preview:
    """Look at a file as `read_corpus` would read it.

    Parameters
    ----------
    n_rows : int or None
        How many rows to show; None reads and shows all, whatever it takes.
    budget_seconds : float or None
        After this time counting ends; None counts to the end.

    Raises
    ------
    InputError
        Where the file cannot be read as a table, or none of its rows can.
    """
    started = time.monotonic()
    understanding = understand(source)
    limit = None if n_rows is None or budget_seconds is None else started + budget_seconds
    with understanding.open_rows() as (rows, _):
        shown, n_read, n_empty, n_duplicates, complete = _look(rows, understanding, n_rows, limit)
        if complete and not n_read:
            raise no_readable_row(rows.unreadable)
    layout = understanding.layout
    return Preview(
        format=layout.format,
        encoding=layout.encoding,
        delimiter=layout.delimiter,
        quote=layout.quote,
        header=layout.header,
        columns=_columns(understanding),
        n_rows=n_read if complete else None,
        unreadable=tuple(rows.unreadable),
        dropped={EMPTY_TEXT: n_empty} if n_empty else {},
        rows=tuple(shown),
        duplicates=n_duplicates,
        n_above=layout.n_above,
        mended=tuple(rows.mended),
        excerpts=dict(rows.excerpts),
        sheet=layout.sheet,
        sheets=layout.sheets,
        text_columns=tuple(understanding.names[column] for column in understanding.text_columns),
    )


def _look(rows: Rows, understanding: Understanding, n_shown: int | None, limit: float | None) -> tuple[list[tuple[str, ...]], int, int, int, bool]:
    """Rows to show, how many were read, how many have no text, how many repeat one, and whether the file ended."""
    text_columns = understanding.text_columns
    shown: list[tuple[str, ...]] = []
    seen: set[int] = set()
    n_read = n_empty = 0
    for cells in rows:
        n_read += 1
        if n_shown is None or len(shown) < n_shown:
            shown.append(tuple(cells))
        if text_columns:
            if text := joined_text(cells[column] for column in text_columns):
                seen.add(hash(text))
            else:
                n_empty += 1
        if limit is not None and n_read % _CLOCK_EVERY == 0 and time.monotonic() > limit and len(shown) == n_shown:
            return shown, n_read, n_empty, n_read - n_empty - len(seen), False
    n_with_text = n_read - n_empty if text_columns else 0
    return shown, n_read, n_empty, n_with_text - len(seen), True


def _columns(understanding: Understanding) -> tuple[tuple[str, str, str], ...]:
    role_of: dict[int, str] = {}
    for role, index in (*understanding.roles.items(), *(("text", index) for index in understanding.text_columns)):
        role_of.setdefault(index, role)
    return tuple((column.name, column.kind, role_of.get(index, "none")) for index, column in enumerate(understanding.columns))
