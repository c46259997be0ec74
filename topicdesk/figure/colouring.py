"""What else than topics the points of a map can be coloured by: a column of the corpus, its dates, the strength; no Qt, no drawing.

Categories take twelve colours that people with a colour vision deficiency tell apart (Okabe and Ito 2008, with five of
Paul Tol's "muted" set); numbers and dates run along viridis, so that it is always the lightness that tells more from less.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from matplotlib import colormaps
from numpy.typing import NDArray

from topicdesk.core.analysis import Analysis
from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.core.corpus import Corpus
from topicdesk.figure.colours import Theme
from topicdesk.figure.dots import Colours

TOPIC, STRENGTH, DATE = "topic", "strength", "date"
COLUMN = "column:"
N_CATEGORIES = 12
N_STEPS = 64
_HEX = ["0072B2", "E69F00", "009E73", "CC79A7", "56B4E9", "D55E00", "882255", "999933", "332288", "44AA99", "DDCC77", "117733"]
_OTHER = (0.47, 0.47, 0.49)
_RANGE: dict[Theme, tuple[float, float]] = {"light": (0.93, 0.0), "dark": (0.18, 1.0)}  # of viridis; the highest differ most from the ground
_SAMPLE = 2000
_KNOWN = 0.9  # of the filled cells must be numbers or dates for a column to be one
_LONGEST = 60  # characters on average: beyond, a column is text
_YEAR_FIRST = re.compile(r"\s*(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?!\d)")
_YEAR_LAST = re.compile(r"\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


@dataclass(frozen=True)
class Swatch:
    """One line of a legend: a colour, what has it, and how many documents those are."""

    text: str
    colour: tuple[float, float, float]
    n_documents: int
    group: int


@dataclass(frozen=True, eq=False)
class Colouring:
    """A colour for each document.

    Attributes
    ----------
    group : int64 of shape (n_documents,)
        Row of `colours`; -1 where there is no value, drawn in grey.
    colours : float64 of shape (n_groups, 3)
    swatches : tuple of Swatch
        Of categories, the most frequent first; empty for a scale.
    scale : tuple of (float, str)
        Where marks stand along a scale, 0 to 1, and what they say; empty for categories.
    n_missing : int
    """

    title: str
    group: IntArray
    colours: Colours
    swatches: tuple[Swatch, ...]
    scale: tuple[tuple[float, str], ...]
    n_missing: int


def choices(corpus: Corpus | None, analysis: Analysis | None) -> list[tuple[str, str]]:
    """What can be coloured by, each with its name: judged by the first 2,000 documents, so that it takes no time."""
    found = [(TOPIC, "Topic")]
    if analysis is not None:
        found.append((STRENGTH, "Strength"))
    if corpus is None:
        return found
    sample = corpus.documents[:_SAMPLE]
    if any(document.date for document in sample):
        found.append((DATE, "Date"))
    for place, name in enumerate(corpus.fields):
        filled = [cell for document in sample if place < len(document.fields) and (cell := document.fields[place].strip())]
        if filled and (_kind(filled) != "text"):
            found.append((f"{COLUMN}{name}", name))
    return found


def coloured_by(choice: str, corpus: Corpus, analysis: Analysis, theme: Theme) -> Colouring | None:
    """The colouring that a choice of `choices` stands for; None for the topics' own, or where the corpus has no such column."""
    if choice == STRENGTH:
        strength = np.where(analysis.assignment.topic_of >= 0, analysis.assignment.strength, np.nan).astype(np.float64)
        return by_number("Strength", strength, theme, lambda value: f"{value:.2f}")
    if choice == DATE:
        return by_number("Date", days_of([document.date or "" for document in corpus.documents]), theme, _day)
    name = choice.removeprefix(COLUMN)
    if choice == TOPIC or name not in corpus.fields:
        return None
    place = corpus.fields.index(name)
    cells = [document.fields[place].strip() if place < len(document.fields) else "" for document in corpus.documents]
    kind = _kind([cell for cell in cells[:_SAMPLE] if cell])
    if kind == "number":
        return by_number(name, numbers_of(cells), theme, _number)
    return by_number(name, days_of(cells), theme, _day) if kind == "date" else by_category(name, cells, theme)


def by_category(title: str, cells: Sequence[str], theme: Theme) -> Colouring:
    """The twelve most frequent values in a colour each, all others together; equal counts in alphabetical order."""
    counts = Counter(cell for cell in cells if cell)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = ordered if len(ordered) <= N_CATEGORIES else ordered[: N_CATEGORIES - 1]
    number = {name: place for place, (name, _) in enumerate(shown)}
    other = len(shown)
    group = np.fromiter((number.get(cell, other) if cell else -1 for cell in cells), np.int64, len(cells))
    colours = category_colours(theme)[: len(shown)]
    swatches = [Swatch(name, _tuple(colours[place]), count, place) for place, (name, count) in enumerate(shown)]
    if len(shown) < len(ordered):
        colours = np.vstack([colours, [_OTHER]])
        rest = ordered[len(shown) :]
        swatches.append(Swatch(f"{len(rest):,} others", _OTHER, sum(count for _, count in rest), other))
    return Colouring(title, group, colours, tuple(swatches), (), int((group < 0).sum()))


def by_number(title: str, values: NDArray[np.float64], theme: Theme, words: Callable[[float], str]) -> Colouring:
    """Numbers along a scale from the first to the last hundredth, so that a few far out do not take all its colours; NaN has none."""
    known = np.isfinite(values)
    low, high = (float(side) for side in np.percentile(values[known], (1, 99))) if known.any() else (0.0, 1.0)
    if known.any() and low == high:
        low, high = float(values[known].min()), float(values[known].max())
    share = (np.nan_to_num(values) - low) / max(high - low, 1e-12)
    group = np.where(known, np.clip(share * N_STEPS, 0, N_STEPS - 1), -1).astype(np.int64)
    marks = dict.fromkeys((round(place, 2), words(low + place * (high - low))) for place in (0.0, 0.5, 1.0))
    scale = ((0.5, words(low)),) if low == high else tuple(marks)
    return Colouring(title, group, scale_colours(theme), (), scale if known.any() else (), int((~known).sum()))


def category_colours(theme: Theme) -> Colours:
    """Twelve colours, float64 of shape (12, 3); on a dark ground the dark ones are lighter."""
    colours = np.array([[int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)] for code in _HEX])
    if theme == "dark":
        light = colours @ np.array([0.2126, 0.7152, 0.0722])
        colours = colours + (1 - colours) * np.clip(0.55 - light, 0, 0.45)[:, None]
    return colours


def scale_colours(theme: Theme) -> Colours:
    """Colours from low to high, float64 of shape (64, 3)."""
    start, stop = _RANGE[theme]
    return np.asarray(colormaps["viridis"](np.linspace(start, stop, N_STEPS))[:, :3], dtype=np.float64)


def numbers_of(cells: Sequence[str]) -> NDArray[np.float64]:
    """Cells as numbers, NaN where they are none; "1,234.5" and "12,5" are read too."""
    return np.array([_as_number(cell) for cell in cells], dtype=np.float64)


def days_of(cells: Sequence[str]) -> NDArray[np.float64]:
    """Dates as days, NaN where they are none. Of 03/04/2020 the first is the month, unless some cell has a thirteenth "month" there."""
    is_day_first = any((found := _YEAR_LAST.match(cell)) is not None and int(found[1]) > 12 for cell in cells)
    return np.array([_as_day(cell, is_day_first) for cell in cells], dtype=np.float64)


def _kind(filled: Sequence[str]) -> str:
    """What the filled cells of a column are: "number", "date", "category" or "text"; years are numbers."""
    if not filled or sum(map(len, filled)) / len(filled) > _LONGEST:
        return "text"
    n = len(filled)
    if np.isfinite(numbers_of(filled)).sum() >= _KNOWN * n:
        return "text" if len(set(filled)) == n > 20 and all(cell.isdigit() for cell in filled) else "number"  # else it is a number of rows
    if np.isfinite(days_of(filled)).sum() >= _KNOWN * n:
        return "date"
    return "category" if len(set(filled)) <= max(N_CATEGORIES, n // 4) else "text"


def _as_number(cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        if _THOUSANDS.fullmatch(cell):
            value = float(cell.replace(",", ""))
        else:
            try:
                value = float(cell.replace(",", ".")) if cell.count(",") == 1 else math.nan
            except ValueError:
                return math.nan
    return value if math.isfinite(value) else math.nan


def _as_day(cell: str, is_day_first: bool) -> float:
    if (found := _YEAR_FIRST.match(cell)) is not None:
        year, month, day = int(found[1]), int(found[2] or 7), int(found[3] or (1 if found[2] is None else 15))
    elif (found := _YEAR_LAST.match(cell)) is not None:
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        day, month = (first, second) if is_day_first else (second, first)
    else:
        return math.nan
    try:
        return float(date(year, month, day).toordinal())
    except ValueError:
        return math.nan


def _day(value: float) -> str:
    return date.fromordinal(max(1, round(value))).isoformat()[:7]


def _number(value: float) -> str:
    if value == round(value) and 1000 <= abs(value) <= 2999:
        return f"{value:.0f}"  # a year, most likely
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"


def _tuple(colour: FloatArray | NDArray[np.float64]) -> tuple[float, float, float]:
    red, green, blue = (float(part) for part in colour)
    return red, green, blue
