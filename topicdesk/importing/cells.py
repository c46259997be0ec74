"""What a single cell looks like: a number, a date, an address, prose; pure functions over text."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[$€£]?\s?[+-]?(\d{1,3}([.,' ]\d{3})+|\d+)?([.,]\d+)?([eE][+-]?\d+)?\s?[%€$£]?\Z")
_TIME = r"([T ,]+\d{1,2}[:.]\d{2}([:.]\d{2}([.,]\d+)?)?\s?([AaPp][Mm]|Z|Uhr|[+-]\d{2}:?\d{2}|UTC|GMT)?)?"
_MONTH = r"[^\W\d_]{3,9}\.?"
_DATES = re.compile(
    rf"(\d{{4}}(?P<iso>[-/.])\d{{1,2}}(?P=iso)\d{{1,2}}{_TIME}|\d{{4}}[-/](0?[1-9]|1[0-2])|\d{{1,2}}(?P<local>[-/.])\d{{1,2}}(?P=local)\d{{2,4}}{_TIME}"
    rf"|([^\W\d_]{{2,10}}\.?,?\s+)?\d{{1,2}}\.?[\s-]+{_MONTH},?[\s-]+\d{{2,4}}{_TIME}"
    rf"|([^\W\d_]{{2,10}}\.?,?\s+)?{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}{_TIME})\Z"
)
_YEAR = re.compile(r"(1[5-9]|20)\d\d\Z")
_ADDRESS = re.compile(r"(https?://|www\.)\S+\Z|[\w.+-]+@[\w-]+\.[\w.]+\Z")
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]{2,}")


def is_number(cell: str) -> bool:
    """Whether a stripped cell is a number, with a decimal comma, thousands, per cent or currency too."""
    return _NUMBER.match(cell) is not None and any(map(str.isdigit, cell))  # in this order: prose fails at its first letter


def is_date(cell: str) -> bool:
    """Whether a stripped cell is a date, perhaps with a time; a lone year is a number."""
    return len(cell) <= 40 and _DATES.match(cell) is not None


def is_year(cell: str) -> bool:
    """Whether a stripped cell could be a year."""
    return _YEAR.match(cell) is not None


def is_address(cell: str) -> bool:
    """Whether a stripped cell is a web or mail address."""
    return _ADDRESS.match(cell) is not None


def n_words(cell: str) -> float:
    """How many words a cell holds; scripts without spaces (Chinese, Japanese, Thai, ...) count two characters a word."""
    unspaced = 0 if cell.isascii() else len(UNSPACED.findall(cell))
    return unspaced / 2 if unspaced else float(len(_WORD.findall(cell)))
