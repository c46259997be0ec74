"""How cells are separated and quoted: the dialect under which a sample's rows agree in their number of cells."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile
from typing import Any

from topicdesk.importing.cells import n_words

DELIMITERS = (",", ";", "\t", "|")
MAX_CELL = 1 << 24
_NO_DELIMITER = "\x1f"
_UNDECIDED = 0.05


@dataclass(frozen=True)
class Dialect:
    r"""How a file's rows become cells.

    Attributes
    ----------
    delimiter : str
        One character; "" where the file is one column and nothing separates.
    quote : str
        One character; "" where quotation marks mean nothing.
    escape : str
        "\\" where a backslash stands before quotation marks inside a cell; else "".
    skip_space : bool
        True where a space follows each delimiter and is not part of the cell.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    skip_space: bool = False

    @property
    def separator(self) -> str:
        """The delimiter, or a character that no text holds."""
        return self.delimiter or _NO_DELIMITER

    @property
    def is_plain(self) -> bool:
        """Whether this is RFC 4180 but for its characters: nothing escapes, and no space is passed over."""
        return not self.escape and not self.skip_space

    def options(self) -> dict[str, Any]:
        """The same for `csv.reader`."""
        return {
            "delimiter": self.separator,
            "quotechar": self.quote or None,
            "quoting": csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            "escapechar": self.escape or None,
            "skipinitialspace": self.skip_space,
        }


@dataclass(frozen=True)
class _Fit:
    """How well a dialect explains the sample. `score` is comparable between dialects; `width` is the usual number of cells."""

    dialect: Dialect
    width: int
    share: float
    first_width: int
    score: float
    n_rows: int = 0


def guess_dialect(lines: Sequence[str], cut: bool, delimiter: str | None = None, quote: str | None = None) -> Dialect:
    """The dialect of a sample.

    Parameters
    ----------
    lines : sequence of str
        Physical lines with their line ends.
    cut : bool
        True where the file goes on after the sample; its last row may then be incomplete.
    delimiter, quote : str or None
        What the researcher said; None = guess. "" = none.

    Notes
    -----
    RFC 4180 leaves the delimiter open but asks for the same number of cells in each row; that is the test. Only where it does not
    decide, clevercsv does (van den Burg, Nazabal & Sutton 2019), which also looks at the types of the cells and is slower.
    """
    text = "".join(lines)
    fits = [
        max(_fits(lines, text, cut, candidate, quote), key=lambda fit: fit.score)
        for candidate in (DELIMITERS if delimiter is None else (delimiter,))
        if delimiter is not None or candidate in text
    ]
    if delimiter is not None:
        return fits[0].dialect
    fits = sorted((fit for fit in fits if fit.width > 1 and not _is_prose(fit, lines)), key=lambda fit: -fit.score)
    accepted = [fit for fit in fits if _is_table(fit, lines)]
    if len(accepted) == 1 or (len(accepted) > 1 and accepted[0].score - accepted[1].score > _UNDECIDED):
        return accepted[0].dialect
    candidates = accepted or [fit for fit in fits if fit.share >= 0.5 and fit.first_width > 1]
    if candidates:
        chosen = _ask_clevercsv(text, [fit.dialect.delimiter for fit in candidates])
        return next((fit for fit in candidates if fit.dialect.delimiter == chosen), candidates[0]).dialect
    return _one_column(lines, quote)


def records(lines: Sequence[str], dialect: Dialect, cut: bool) -> list[list[str]]:
    """The sample's rows that are not blank; the last one is left out where the sample is cut and others remain."""
    rows = list(_parsed(lines, dialect))
    return rows[:-1] if cut and len(rows) > 1 else rows


def is_blank(cells: Sequence[str]) -> bool:
    """Whether a line is no row: nothing, or only white space."""
    return not cells or (len(cells) == 1 and not cells[0].strip())


def _parsed(lines: Sequence[str], dialect: Dialect) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_CELL)
    try:
        for cells in csv.reader(iter(lines), **dialect.options()):
            if not is_blank(cells) or (dialect.delimiter == "" and cells == [""]):
                yield cells
    except csv.Error:
        return


def _fits(lines: Sequence[str], text: str, cut: bool, delimiter: str, quote: str | None) -> list[_Fit]:
    base = Dialect(delimiter, '"' if quote is None else quote)
    fits = [_fit(lines, base, cut)]
    if quote is None and delimiter == "\t" and '"' in text:
        plain = _fit(lines, replace(base, quote=""), cut)
        if plain.share == 1 and plain.n_rows > fits[0].n_rows:
            return [plain]
    if fits[0].score >= 1.2 or quote == "":
        return fits
    variants = []
    if base.quote and "\\" + base.quote in text:
        variants.append(replace(base, escape="\\"))
    if delimiter and base.quote and f"{delimiter} {base.quote}" in text:
        variants.append(replace(base, skip_space=True))
    if quote is None:
        variants += [replace(base, quote="")] if '"' in text else []
        pattern = rf"(?:^|{re.escape(delimiter)})'[^'\n]*'(?={re.escape(delimiter)}|\r?$)" if delimiter else r"^'[^\n]*'\r?$"
        variants += [replace(base, quote="'")] if len(re.findall(pattern, text, re.MULTILINE)) > 0.2 * len(lines) else []
    return fits + [replace(fit, score=fit.score - 0.02) for fit in (_fit(lines, variant, cut) for variant in variants)]


def _fit(lines: Sequence[str], dialect: Dialect, cut: bool) -> _Fit:
    rows = records(lines, dialect, cut)
    if not rows:
        return _Fit(dialect, 0, 0.0, 0, -1.0)
    widths = Counter(map(len, rows))
    width = max(widths, key=lambda width: (widths[width], width))
    share = widths[width] / len(rows)
    n_cells = sum(map(len, rows))
    n_still_quoted = sum(len(cell) > 1 and cell[0] in "\"'" and cell[0] == cell[-1] for row in rows for cell in row)
    score = share + 0.2 * (len(rows[0]) == width) - n_still_quoted / n_cells + (0.05 if dialect.delimiter == "\t" else 0.0)
    return _Fit(dialect, width, share, len(rows[0]), score, len(rows))


def _is_table(fit: _Fit, lines: Sequence[str]) -> bool:
    """Whether nearly all rows have the same number of cells; a narrower first row is then a title above the table."""
    if fit.first_width == fit.width:
        return fit.share >= 0.8
    below = list(dropwhile(lambda row: len(row) < fit.width, records(lines, fit.dialect, False)))
    share = sum(len(row) == fit.width for row in below) / max(1, len(below))
    return share >= 0.9 and (fit.first_width > 1 or (len(below) >= 4 and not _is_spaced(fit, lines)))


def _is_prose(fit: _Fit, lines: Sequence[str]) -> bool:
    """Whether the delimiter is punctuation inside the sentences of a single column."""
    rows = _usual_rows(fit, lines)
    return _is_spaced(fit, lines) and all(sum(n_words(row[i]) for row in rows) >= 2 * len(rows) for i in range(fit.width))


def _is_spaced(fit: _Fit, lines: Sequence[str]) -> bool:
    after = [cell for row in _usual_rows(fit, lines) for cell in row[1:]]
    return not fit.dialect.skip_space and sum(cell.startswith(" ") for cell in after) > 0.8 * len(after)


def _usual_rows(fit: _Fit, lines: Sequence[str]) -> list[list[str]]:
    return [row for row in records(lines[:200], fit.dialect, False) if len(row) == fit.width]


def _one_column(lines: Sequence[str], quote: str | None) -> Dialect:
    """Quotation marks count only where each cell that begins with one ends with one."""
    if quote is None:
        rows = list(_parsed(lines, Dialect("", "")))
        begins = [row[0] for row in rows if row[0].startswith('"')]
        quote = '"' if all(cell.endswith('"') and len(cell) > 1 for cell in begins) or "".join(lines[1:2]).startswith('"') else ""
    return Dialect("", quote)


def _ask_clevercsv(text: str, delimiters: list[str]) -> str | None:
    import clevercsv

    part = text[:20_000]
    part = part[: part.rfind("\n") + 1] or part
    try:
        found = clevercsv.Detector().detect(part, delimiters=delimiters)
    except Exception:  # an undecided guess must not end the import, whatever a foreign detector raises
        return None
    return found.delimiter if found is not None else None
