"""What import understands of a file, at once and without any model: the contract of `topicdesk preview --json`."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from topicdesk.core.requests import CorpusSource
from topicdesk.core.text_making import joined_text
from topicdesk.importing.csv_table import no_readable_row
from topicdesk.importing.sieve import Survey, TextSieve
from topicdesk.importing.sniffing import Understanding, understand
from topicdesk.importing.table import Rows
from topicdesk.importing.turns import speakers_of

BUDGET_SECONDS = 0.6
_CLOCK_EVERY = 16
_FEWEST_LOOKED_AT = 32  # a small file is counted to its end, however slow the machine is at the moment
_SHARE_OF_SURVEY = 0.5
MOST_SPEAKERS = 100
MOST_TEXTS, TEXT_CHARACTERS = 200, 1500


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
    speakers : dict of str to int
        Who speaks in the texts that were looked at and how often, the 100 who do most, most often first; counted only where documents are split by speaker.
    texts : tuple of str
        How the first texts begin, by which their language can be told.
    survey : Survey or None
        What cleaning would do to the rows that were looked at first, nearly always all; None where it was not asked for.
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
    survey: Survey | None = None
    speakers: dict[str, int] = field(default_factory=dict)
    texts: tuple[str, ...] = ()

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
        if self.survey is not None:
            values["survey"] = self.survey.to_dict()
        if self.sheets:
            values |= {"sheet": self.sheet, "sheets": list(self.sheets)}
        if len(self.text_columns) > 1:
            values["text_columns"] = list(self.text_columns)
        if self.speakers:
            values["speakers"] = self.speakers
        return values


@dataclass
class _Heard:
    """What is kept of the texts that were looked at."""

    counts_speakers: bool
    speakers: Counter[str] = field(default_factory=Counter)
    texts: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        if len(self.texts) < MOST_TEXTS:
            self.texts.append(text[:TEXT_CHARACTERS])
        if self.counts_speakers:
            self.speakers.update(speakers_of(text))


def preview_corpus(source: CorpusSource, n_rows: int | None = 20, budget_seconds: float | None = BUDGET_SECONDS, with_survey: bool = False) -> Preview:
    """Look at a file as `read_corpus` would read it.

    Parameters
    ----------
    n_rows : int or None
        How many rows to show; None reads and shows all, whatever it takes.
    budget_seconds : float or None
        After this time counting ends; None counts to the end.
    with_survey : bool
        Whether to look for what cleaning would do.

    Raises
    ------
    InputError
        Where the file cannot be read as a table, or none of its rows can.
    """
    started = time.monotonic()
    sieve = TextSieve(source)
    limit = None if n_rows is None or budget_seconds is None else started + budget_seconds
    understanding = understand(source, is_beginning=limit is not None)
    survey = Survey() if with_survey and understanding.text_columns else None
    heard = _Heard(counts_speakers=source.split == "speaker")
    with understanding.open_rows() as (rows, _):
        shown, n_read, n_duplicates, complete = _look(rows, understanding.text_columns, n_rows, limit, sieve, survey, heard)
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
        n_rows=n_read if complete and not layout.is_beginning else None,
        unreadable=tuple(rows.unreadable),
        dropped=dict(sieve.dropped),
        rows=tuple(shown),
        duplicates=n_duplicates,
        n_above=layout.n_above,
        mended=tuple(rows.mended),
        excerpts=dict(rows.excerpts),
        sheet=layout.sheet,
        sheets=layout.sheets,
        text_columns=tuple(understanding.names[column] for column in understanding.text_columns),
        survey=survey,
        speakers=dict(heard.speakers.most_common(MOST_SPEAKERS)),
        texts=tuple(heard.texts),
    )


def _look(
    rows: Rows, text_columns: Sequence[int], n_shown: int | None, limit: float | None, sieve: TextSieve, survey: Survey | None, heard: _Heard
) -> tuple[list[tuple[str, ...]], int, int, bool]:
    """Rows to show, how many were read, how many repeat a text, and whether the file ended."""
    shown: list[tuple[str, ...]] = []
    seen: set[int] = set()
    n_read = n_with_text = 0
    end_of_survey = None if limit is None else time.monotonic() + _SHARE_OF_SURVEY * (limit - time.monotonic())
    for cells in rows:
        n_read += 1
        if n_shown is None or len(shown) < n_shown:
            shown.append(tuple(cells))
        if text_columns:
            as_written = joined_text(cells[column] for column in text_columns)
            if survey is not None:
                survey.look(rows.number, as_written)
            if text := sieve.take(as_written):
                n_with_text += 1
                seen.add(hash(text))
                heard.note(text)
        if limit is not None and n_read % _CLOCK_EVERY == 0:
            moment = time.monotonic()
            survey = None if end_of_survey is not None and moment > end_of_survey else survey
            if moment > limit and len(shown) == n_shown and n_read >= _FEWEST_LOOKED_AT:
                return shown, n_read, n_with_text - len(seen), False
    return shown, n_read, n_with_text - len(seen), True


def _columns(understanding: Understanding) -> tuple[tuple[str, str, str], ...]:
    role_of: dict[int, str] = {}
    for role, index in (*understanding.roles.items(), *(("text", index) for index in understanding.text_columns)):
        role_of.setdefault(index, role)
    return tuple((column.name, column.kind, role_of.get(index, "none")) for index, column in enumerate(understanding.columns))
