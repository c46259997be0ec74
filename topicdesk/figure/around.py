"""What stands around the map on a figure: title, subtitle and legend, and the room that they leave; it knows nothing of points."""

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
from topicdesk.figure.colours import FOREGROUND, MUTED
from topicdesk.figure.dots import Colours
from topicdesk.figure.fonts import Weight, font, printable, text_width
from topicdesk.figure.wrapping import shortened

_LINE = 1.45  # from row to row of the legend, in font sizes
_LEGEND_MOST = 0.36  # of the page's width
_MARGIN = 0.028  # of the mean side
_SMALLEST = 5.0
_LONGEST = 46  # characters of a label in the legend


@dataclass(frozen=True)
class Frame:
    """The map's part of the page, in shares of it; it begins at the lower edge."""

    left: float
    width: float
    height: float


def map_frame(texts: Sequence[str], plate: Plate, width: float, height: float) -> Frame:
    """The room that title and legend leave on a page of this size in inches."""
    legend = min(_LEGEND_MOST, _legend_inches(texts, plate, width, height) / width) if plate.legend and any(texts) else 0.0
    return Frame(0.0, 1 - legend, 1 - _caption_share(plate, width, height))


def draw_caption(figure: Figure, plate: Plate) -> None:
    """Title and subtitle at the upper left, made smaller where they are too long for the figure."""
    width, height = (float(side) for side in figure.get_size_inches())
    unit = np.sqrt(width * height)
    left, top = _MARGIN * unit, height - 0.022 * unit
    theme = plate.theme
    lines: list[tuple[str, float, Weight, Any]] = [(plate.title, 3.1, "bold", FOREGROUND[theme]), (plate.subtitle, 1.55, "normal", MUTED[theme])]
    for text, scale, weight, colour in lines:
        if text:
            line = printable(text)
            size = min(scale * unit, (width - 2 * left) * 72 / max(text_width(line, weight, plate.family), 1e-6))
            properties = font(size, weight, plate.family, line)
            figure.text(left / width, top / height, line, color=colour, font_properties=properties, ha="left", va="top", parse_math=False)
            top -= scale * unit * 1.25 / 72


def draw_legend(figure: Figure, texts: Sequence[str], topic_of: IntArray, colours: Colours, plate: Plate, n_labels: int) -> None:
    """Colour, label and number of documents of the largest topics, at the right side of the page; what finds no room is counted."""
    width, height = (float(side) for side in figure.get_size_inches())
    frame = map_frame(texts, plate, width, height)
    size = _legend_points(plate, width, height)
    counts = np.bincount(topic_of[topic_of >= 0], minlength=len(texts))
    named = [topic for topic in np.argsort(-counts[: len(texts)], kind="stable").tolist() if printable(texts[topic]) and counts[topic]][: n_labels or None]
    step, unit = size * _LINE / 72, np.sqrt(width * height)
    top = height * frame.height - _MARGIN * unit - step / 2
    n_rows = max(1, int((top - _MARGIN * unit) / step))
    shown = named if len(named) <= n_rows else named[: n_rows - 1]
    left, right = width * frame.width + 0.4 * size / 72, width - _MARGIN * unit
    to_page = Affine2D().scale(1 / width, 1 / height) + figure.transFigure
    for row, topic in enumerate(shown):
        y = top - row * step
        figure.add_artist(Circle((left + 0.45 * size / 72, y), 0.33 * size / 72, facecolor=colours[topic], linewidth=0, transform=to_page))
        number = f"{counts[topic]:,}"
        room = (right - left) * 72 / size - 1.4 - text_width(number) - 0.6
        label = _fitting(printable(_cut(texts[topic])), room, plate.family)
        _write(figure, (left + 1.3 * size / 72, y), label, size, plate, FOREGROUND[plate.theme], "left")
        _write(figure, (right, y), number, size, plate, MUTED[plate.theme], "right")
    if len(shown) < len(named):
        _write(figure, (left + 1.3 * size / 72, top - len(shown) * step), f"and {len(named) - len(shown)} more", size, plate, MUTED[plate.theme], "left")


def _write(figure: Figure, place: tuple[float, float], text: str, size: float, plate: Plate, colour: Any, side: str) -> None:
    """A line whose capitals are centred on a place in inches."""
    width, height = (float(side_) for side_ in figure.get_size_inches())
    properties = font(size, "normal", plate.family, text)
    baseline = (place[1] - 0.36 * size / 72) / height
    figure.text(place[0] / width, baseline, text, color=colour, font_properties=properties, ha=side, va="baseline", parse_math=False)


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
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def _legend_points(plate: Plate, width: float, height: float) -> float:
    return plate.smallest or max(_SMALLEST, 0.85 * float(np.sqrt(width * height)))


def _legend_inches(texts: Sequence[str], plate: Plate, width: float, height: float) -> float:
    size = _legend_points(plate, width, height)
    widest = max(text_width(printable(_cut(text)), "normal", plate.family) for text in texts if text)
    return (widest + 5.0) * size / 72 + _MARGIN * float(np.sqrt(width * height))


def _caption_share(plate: Plate, width: float, height: float) -> float:
    """The share of the page's height that title and subtitle take; sides in inches."""
    unit = np.sqrt(width * height)
    inches = unit * (0.062 * bool(plate.title) + 0.034 * bool(plate.subtitle) + 0.022 * bool(plate.title or plate.subtitle))
    return float(min(0.4, inches / height))
