"""What stands around the map on a figure: title and subtitle, and the room that they and the legend leave; it knows nothing of points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from topicdesk.core.plate import Plate
from topicdesk.figure.colours import FOREGROUND, MUTED
from topicdesk.figure.fonts import Weight, font, printable, text_width
from topicdesk.figure.legend import MARGIN, Legend, draw_legend, set_legend


@dataclass(frozen=True)
class Frame:
    """The map's part of the page, in shares of it, from its left edge on."""

    bottom: float
    width: float
    height: float


def map_frame(legend: Legend, plate: Plate, width: float, height: float) -> Frame:
    """The room that title and legend leave on a page of this size in inches."""
    top = 1 - _caption_share(plate, width, height)
    if legend.is_empty:
        return Frame(0.0, 1.0, top)
    setting = set_legend(legend, plate, width, top * height)
    if setting.is_beside:
        return Frame(0.0, 1 - setting.extent / width, top)
    bottom = setting.extent / height
    return Frame(bottom, 1.0, top - bottom)


def draw_around(figure: Figure, legend: Legend, plate: Plate) -> None:
    """Draw title, subtitle and legend."""
    draw_caption(figure, plate)
    if not legend.is_empty:
        width, height = (float(side) for side in figure.get_size_inches())
        draw_legend(figure, legend, plate, (1 - _caption_share(plate, width, height)) * height)


def draw_caption(figure: Figure, plate: Plate) -> None:
    """Title and subtitle at the upper left, made smaller where they are too long for the figure."""
    width, height = (float(side) for side in figure.get_size_inches())
    unit = np.sqrt(width * height)
    left, top = MARGIN * unit, height - 0.022 * unit
    theme = plate.theme
    lines: list[tuple[str, float, Weight, Any]] = [(plate.title, 3.1, "bold", FOREGROUND[theme]), (plate.subtitle, 1.55, "normal", MUTED[theme])]
    for text, scale, weight, colour in lines:
        if text:
            line = printable(text)
            size = min(scale * unit, (width - 2 * left) * 72 / max(text_width(line, weight, plate.family), 1e-6))
            properties = font(size, weight, plate.family, line)
            figure.text(left / width, top / height, line, color=colour, font_properties=properties, ha="left", va="top", parse_math=False)
            top -= scale * unit * 1.25 / 72


def _caption_share(plate: Plate, width: float, height: float) -> float:
    """The share of the page's height that title and subtitle take; sides in inches."""
    unit = np.sqrt(width * height)
    inches = unit * (0.062 * bool(plate.title) + 0.034 * bool(plate.subtitle) + 0.022 * bool(plate.title or plate.subtitle))
    return float(min(0.4, inches / height))
