"""What a figure's legend says, and how it is set: beside the map or, on a narrow page, in columns beneath it; it knows nothing of points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from matplotlib.transforms import Affine2D

from topicdesk.core.arrays import IntArray
from topicdesk.core.plate import Plate
from topicdesk.figure.colouring import Colouring
from topicdesk.figure.colours import FOREGROUND, MUTED
from topicdesk.figure.dots import Colours
from topicdesk.figure.fonts import Weight, font, printable, text_width
from topicdesk.figure.wrapping import shortened

MARGIN = 0.028  # of the page's mean side
_LINE = 1.45  # from row to row, in font sizes
_BESIDE_MOST = 0.3  # of the page's width: a wider legend stands beneath the map
_BENEATH_MOST = 0.34  # of the page's height: what finds no room there is counted
_WIDE = 1.6  # width to height from which on a scale stands beside the map
_SMALLEST = 5.0
_LONGEST = 46  # characters of an entry
_AROUND = 3.4  # font sizes that dot, number and gaps take beside an entry's text
_BAR = 13.0  # font sizes, the width of a scale
_SHARED = "Topics far apart may share a colour"


@dataclass(frozen=True)
class Entry:
    """A colour, what has it, and how many documents those are."""

    text: str
    colour: tuple[float, ...]
    number: str


@dataclass(frozen=True, eq=False)
class Legend:
    """What is said beside or beneath the map.

    Attributes
    ----------
    title : str
        What the colours stand for; empty for topics.
    entries : tuple of Entry
    scale : Colours or None
        Colours from low to high, float64 of shape (n_steps, 3), in place of entries.
    marks : tuple of (float, str)
        Where along the scale, 0 to 1, and what stands there.
    note : str
        A last line in small.
    """

    title: str = ""
    entries: tuple[Entry, ...] = ()
    scale: Colours | None = None
    marks: tuple[tuple[float, str], ...] = ()
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not self.entries and self.scale is None


def topic_legend(texts: Sequence[str], topic_of: IntArray, colours: Colours, n_labels: int) -> Legend:
    """The largest topics with their labels; topics that share a colour, as in a palette of few, are spoken of."""
    counts = np.bincount(topic_of[topic_of >= 0], minlength=len(texts))
    largest = np.argsort(-counts[: len(texts)], kind="stable").tolist()
    named = [topic for topic in largest if printable(texts[topic]) and counts[topic]][: n_labels or None]
    entries = tuple(Entry(texts[topic], tuple(colours[topic].tolist()), f"{counts[topic]:,}") for topic in named)
    return Legend(entries=entries, note=_SHARED if len({entry.colour for entry in entries}) < len(entries) else "")


def colouring_legend(colouring: Colouring) -> Legend:
    """What the colours of a column, of dates or of the strength stand for."""
    entries = tuple(Entry(swatch.text, swatch.colour, f"{swatch.n_documents:,}") for swatch in colouring.swatches)
    note = f"{colouring.n_missing:,} without a value: grey" if colouring.n_missing else ""
    scale = colouring.colours if colouring.scale else None
    return Legend(colouring.title, entries, scale, colouring.scale, note)


@dataclass(frozen=True)
class Setting:
    """How a legend is set on a page, in inches.

    Attributes
    ----------
    is_beside : bool
        At the right side of the map; else beneath it.
    size : float
        Of the type, in points.
    n_columns, n_rows : int
    column, extent : float
        Width of a column; width of the whole legend beside the map, or its height beneath it.
    """

    is_beside: bool
    size: float
    n_columns: int
    n_rows: int
    column: float
    extent: float


def set_legend(legend: Legend, plate: Plate, width: float, height: float) -> Setting:
    """The setting of a legend on a page of this size: beside the map where that leaves the map most of the width.

    Parameters
    ----------
    height : float
        What titles leave of the page.
    """
    unit = float(np.sqrt(width * height))
    size, edge = plate.smallest or max(_SMALLEST, 0.85 * unit), MARGIN * unit
    step = size * _LINE / 72
    widest = max([text_width(printable(_cut(entry.text)), "normal", plate.family) + _AROUND for entry in legend.entries] or [_BAR])
    head = text_width(printable(_cut(legend.title)), "bold", plate.family) if legend.title else 0.0
    column = max(widest, head, text_width(legend.note, "normal", plate.family) if legend.note else 0.0) * size / 72
    n_lines, n_other = len(legend.entries) or 2, bool(legend.title) + bool(legend.note)
    is_tall = legend.scale is not None and width < _WIDE * height
    if column + edge <= _BESIDE_MOST * width and not is_tall:
        n_rows = max(1, min(n_lines, int((height - 2 * edge) / step) - n_other))
        return Setting(True, size, 1, n_rows, column, column + edge)
    gap, room = 1.5 * size / 72, width - 2 * edge
    n_columns = max(1, int((room + gap) / (widest * size / 72 + gap))) if legend.entries else 1
    most = max(1, int(_BENEATH_MOST * height / step) - n_other)
    n_rows = min(-(-n_lines // n_columns), most)
    return Setting(False, size, n_columns, n_rows, (room + gap) / n_columns - gap, (n_rows + n_other) * step + edge)


def draw_legend(figure: Figure, legend: Legend, plate: Plate, top: float, left_edge: float | None = None) -> None:
    """Draw the legend. What finds no room is counted.

    Parameters
    ----------
    top : float
        The upper edge of its part of the page, in inches.
    left_edge : float, optional
        Where a legend beside the map begins, if that is at the map's left side.
    """
    width, _ = (float(side) for side in figure.get_size_inches())
    setting = set_legend(legend, plate, width, top)
    pen = _Pen(figure, plate, setting.size)
    step, edge = setting.size * _LINE / 72, MARGIN * float(np.sqrt(width * top))
    left = edge
    if setting.is_beside:
        left = width - setting.extent if left_edge is None else left_edge
    y = (top - edge if setting.is_beside else setting.extent) - step / 2
    if legend.title:
        pen.write((left, y), printable(_cut(legend.title)), FOREGROUND[plate.theme], weight="bold")
        y -= step
    if legend.scale is not None:
        pen.scale(left, y, min(setting.column, _BAR * setting.size / 72), step, legend)
        y -= 2 * step
    room, gap = setting.n_columns * setting.n_rows, 1.5 * setting.size / 72
    shown = legend.entries if len(legend.entries) <= room else legend.entries[: room - 1]
    for place, entry in enumerate(shown):
        column, row = divmod(place, setting.n_rows)
        pen.entry((left + column * (setting.column + gap), y - row * step), setting.column, entry)
    if len(shown) < len(legend.entries):
        column, row = divmod(len(shown), setting.n_rows)
        words = f"and {len(legend.entries) - len(shown):,} more"
        pen.write((left + column * (setting.column + gap) + 1.3 * setting.size / 72, y - row * step), words, MUTED[plate.theme])
    if legend.note:
        below = setting.n_rows if legend.scale is None else 0
        pen.write((left, y - below * step), legend.note, MUTED[plate.theme])


class _Pen:
    """Writes on a page in inches."""

    def __init__(self, figure: Figure, plate: Plate, size: float) -> None:
        self._figure, self._plate, self._size = figure, plate, size
        self._width, self._height = (float(side) for side in figure.get_size_inches())
        self._to_page = Affine2D().scale(1 / self._width, 1 / self._height) + figure.transFigure

    def write(self, place: tuple[float, float], text: str, colour: Any, side: str = "left", weight: Weight = "normal") -> None:
        """A line whose capitals are centred on a place."""
        properties = font(self._size, weight, self._plate.family, text)
        x, baseline = place[0] / self._width, (place[1] - 0.36 * self._size / 72) / self._height
        self._figure.text(x, baseline, text, color=colour, font_properties=properties, ha=side, va="baseline", parse_math=False)

    def entry(self, place: tuple[float, float], column: float, entry: Entry) -> None:
        """A dot, a text that fits the column, and a number at its right side."""
        (left, y), em, theme = place, self._size / 72, self._plate.theme
        self._figure.add_artist(Circle((left + 0.45 * em, y), 0.33 * em, facecolor=entry.colour, linewidth=0, transform=self._to_page))
        room = column / em - 1.4 - text_width(entry.number) - 0.6
        self.write((left + 1.3 * em, y), _fitting(printable(_cut(entry.text)), room, self._plate.family), FOREGROUND[theme])
        self.write((left + column, y), entry.number, MUTED[theme], "right")

    def scale(self, left: float, y: float, width: float, step: float, legend: Legend) -> None:
        """A bar from low to high with its marks beneath, those at the ends within it."""
        if legend.scale is None:
            return
        box = (left / self._width, (y - 0.3 * step) / self._height, width / self._width, 0.6 * step / self._height)
        axes = self._figure.add_axes(box, label="scale")
        axes.set_axis_off()
        axes.imshow(legend.scale[None], aspect="auto", interpolation="nearest")
        for share, words in legend.marks:
            half = text_width(words, "normal", self._plate.family) * self._size / 144
            self.write((left + min(max(half, share * width), width - half), y - step), words, MUTED[self._plate.theme], "center")


def _fitting(text: str, room: float, family: str) -> str:
    """The text, shortened to a width in font sizes."""
    if text_width(text, "normal", family) <= room:
        return text
    low, high = 1, len(text) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if text_width(_shortened_to(text, middle), "normal", family) <= room else (low, middle - 1)
    return _shortened_to(text, low)


def _shortened_to(text: str, length: int) -> str:
    return text[:length].rstrip(" ,") + "…"


def _cut(text: str) -> str:
    text = shortened(text)
    return text if len(text) <= _LONGEST else _shortened_to(text, _LONGEST - 1)
