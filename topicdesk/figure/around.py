"""What stands around the map on a figure: title and subtitle, and the room that they and the legend leave; it knows nothing of points.

On a wide page, a slide, all of it stands in a column at the left: maps are about as wide as high, so the map then has the page's whole
height, and the title is where a slide's reader looks first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from topicdesk.core.plate import Plate
from topicdesk.figure.colours import FOREGROUND, MUTED
from topicdesk.figure.fonts import Weight, font, in_direction_of, printable, text_width
from topicdesk.figure.legend import MARGIN, Legend, draw_legend, set_legend
from topicdesk.figure.wrapping import broken, widest_piece

_WIDE = 1.6  # width to height from which on a page has its caption in a column
_COLUMN = 0.27  # of the width: the widest column of a caption
_COLUMN_HIGH = 0.5  # of the height: a caption in a column is made smaller until it takes no more
_ABOVE = 0.022  # of the page's mean side
_STEP = 1.25  # from line to line, in font sizes
_STEP_WITHIN = 1.08  # between the lines of one text


Line = tuple[str, float, Weight, Any, float]


@dataclass(frozen=True)
class Frame:
    """The map's part of the page, in shares of it."""

    left: float
    bottom: float
    width: float
    height: float


@dataclass(frozen=True)
class Caption:
    """Title and subtitle as they are set, in inches.

    Attributes
    ----------
    lines : tuple of (str, float, str, colour, float)
        Text, points, weight, colour, and how far its top is from the page's upper edge.
    height : float
        From the upper edge to where the map, or a legend beneath the caption, may begin.
    column : float
        Width of the column at the left that it takes; 0 where it stands above the map.
    """

    lines: tuple[Line, ...] = ()
    height: float = 0.0
    column: float = 0.0


def map_frame(legend: Legend, plate: Plate, width: float, height: float) -> Frame:
    """The room that title and legend leave on a page of this size in inches."""
    caption = set_caption(plate, width, height)
    left, top = caption.column / width, 1.0 if caption.column else 1 - caption.height / height
    if legend.is_empty:
        return Frame(left, 0.0, 1 - left, top)
    setting = set_legend(legend, plate, width, height - caption.height)
    if setting.is_beside and caption.column:
        left = max(left, (setting.column + 2 * _margin(width, height)) / width)
        return Frame(left, 0.0, 1 - left, top)
    if setting.is_beside:
        return Frame(0.0, 0.0, 1 - setting.extent / width, top)
    bottom = setting.extent / height
    return Frame(left, bottom, 1 - left, top - bottom)


def draw_around(figure: Figure, legend: Legend, plate: Plate) -> None:
    """Draw title, subtitle and legend."""
    width, height = (float(side) for side in figure.get_size_inches())
    caption, left = set_caption(plate, width, height), _margin(width, height)
    for text, size, weight, colour, top in caption.lines:
        properties = font(size, weight, plate.family, text)
        figure.text(left / width, 1 - top / height, text, color=colour, font_properties=properties, ha="left", va="top", parse_math=False)
    if not legend.is_empty:
        draw_legend(figure, legend, plate, height - caption.height, left if caption.column else None)


def set_caption(plate: Plate, width: float, height: float) -> Caption:
    """Title and subtitle on a page of this size: across it, made smaller where they are too long; on a wide page broken into lines in a column."""
    if not (plate.title or plate.subtitle):
        return Caption()
    if width >= _WIDE * height:
        scale = 1.0
        while (caption := _in_column(plate, width, height, scale)).height > _COLUMN_HIGH * height:
            scale *= 0.9
        return caption
    unit, room = float(np.sqrt(width * height)), width - 2 * _margin(width, height)
    lines: list[Line] = []
    top = _ABOVE * unit
    for text, full, weight, colour in _parts(plate, unit):
        lines.append((text, min(full, room * 72 / max(text_width(text, weight, plate.family), 1e-6)), weight, colour, top))
        top += full * _STEP / 72
    taken = unit * (0.062 * bool(plate.title) + 0.034 * bool(plate.subtitle) + _ABOVE)
    return Caption(tuple(lines), min(0.4 * height, taken))


def _in_column(plate: Plate, width: float, height: float, scale: float) -> Caption:
    unit, margin = float(np.sqrt(width * height)), _margin(width, height)
    room, top, widest = _COLUMN * width - 2 * margin, _ABOVE * unit, 0.0
    lines: list[Line] = []
    for text, full, weight, colour in _parts(plate, unit):
        size, measured = scale * full, partial(text_width, weight=weight, family=plate.family)
        size = min(size, room * 72 / max(widest_piece(text, measured), 1e-6))
        for line in broken(text, measured, room * 72 / size):
            lines.append((in_direction_of(line, text), size, weight, colour, top))
            widest = max(widest, measured(line) * size / 72)
            top += size * _STEP_WITHIN / 72
        top += size * (_STEP - _STEP_WITHIN) / 72
    return Caption(tuple(lines), top, widest + 2 * margin)


def _parts(plate: Plate, unit: float) -> list[tuple[str, float, Weight, Any]]:
    """What a caption says, with points, weight and colour of each part."""
    theme = plate.theme
    parts: list[tuple[str, float, Weight, Any]] = [
        (printable(plate.title), 3.1 * unit, "bold", FOREGROUND[theme]), (printable(plate.subtitle), 1.55 * unit, "normal", MUTED[theme]),
    ]  # fmt: skip
    return [part for part in parts if part[0]]


def _margin(width: float, height: float) -> float:
    return MARGIN * float(np.sqrt(width * height))
