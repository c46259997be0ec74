"""Labels as they are drawn: leader lines, halos, then text, which stays text in SVG and PDF; it decides no place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, IdentityTransform

from topicdesk.figure.dots import Colours
from topicdesk.figure.fonts import font, outline
from topicdesk.figure.label_layout import CAP_HEIGHT, LINE_STEP, PlacedLabel

Point = tuple[float, float]
_LEADER = 0.085  # width of a leader line, in sizes of its label's type
_THINNEST = 0.35  # points


@dataclass(frozen=True, eq=False)
class LabelInk:
    """Ink of each label, shape (n_labels, 3), and the edge around the letters: its colour, width in font sizes, and opacity."""

    inks: Colours
    edge: tuple[float, float, float]
    edge_width: float
    edge_opacity: float


class LabelLayer(Artist):
    """All labels of a map as one artist; they keep their size while the map is zoomed."""

    def __init__(self, axes: Axes, labels: Sequence[PlacedLabel], look: LabelInk) -> None:
        super().__init__()
        self.set_zorder(2)
        self._labels, self._look, self._to_pixels = labels, look, axes.transData

    def draw(self, renderer: Any) -> None:
        """Draw back to front: leader lines, all halos, all texts."""
        if not self.get_visible():
            return
        context = renderer.new_gc()
        context.set_joinstyle("round")
        drawn = list(zip(self._labels, self.boxes(renderer), self._look.inks, strict=True))[::-1]
        for label, box, ink in drawn:
            if label.leader:
                self._draw_leader(renderer, context, label, box, (*ink, 0.6))
        context.set_foreground((*self._look.edge, self._look.edge_opacity))
        for label, _, _ in drawn:
            context.set_linewidth(self._look.edge_width * label.font_size)
            for line, transform in self._lines(renderer, label):
                renderer.draw_path(context, outline(line, label.weight, label.family).path, transform)
        for label, _, ink in drawn:
            context.set_foreground(tuple(ink))
            for line, transform in self._lines(renderer, label):
                _draw_line(renderer, context, line, label, transform)
        context.restore()
        self.stale = False

    def boxes(self, renderer: Any) -> list[tuple[Point, Point]]:
        """The room that each label takes, in pixels: lower left and upper right corner; for pointing at it, too."""
        corners = []
        for label in self._labels:
            em = renderer.points_to_pixels(label.font_size)
            x, y = self._middle(label)
            half_width = em * max(outline(line, label.weight, label.family).advance for line in label.lines) / 2
            half_height = em * (CAP_HEIGHT + LINE_STEP * (len(label.lines) - 1)) / 2
            corners.append(((x - half_width, y - half_height), (x + half_width, y + half_height)))
        return corners

    def _middle(self, label: PlacedLabel) -> Point:
        x, y = self._to_pixels.transform((label.x, label.y))
        return float(x), float(y)

    def _lines(self, renderer: Any, label: PlacedLabel) -> list[tuple[str, Affine2D]]:
        """Each line with its way from font size 1 to pixels; baselines are evenly spaced whatever the letters are."""
        em, (x, y) = renderer.points_to_pixels(label.font_size), self._middle(label)
        first = y + em * (LINE_STEP * (len(label.lines) - 1) - CAP_HEIGHT) / 2
        return [
            (line, Affine2D().scale(em).translate(x - em * outline(line, label.weight, label.family).advance / 2, first - em * LINE_STEP * number))
            for number, line in enumerate(label.lines)
        ]

    def _draw_leader(self, renderer: Any, context: Any, label: PlacedLabel, box: tuple[Point, Point], colour: tuple[float, ...]) -> None:
        """A thin line from the cloud to the nearest side of the label."""
        anchor = self._to_pixels.transform(label.anchor)
        air = renderer.points_to_pixels(0.25 * label.font_size)
        end = np.clip(anchor, np.subtract(box[0], air), np.add(box[1], air))
        if np.hypot(*(end - anchor)) > 2:
            context.set_linewidth(max(_THINNEST, _LEADER * label.font_size))
            context.set_foreground(colour)
            renderer.draw_path(context, Path([anchor, end]), IdentityTransform())


def _draw_line(renderer: Any, context: Any, line: str, label: PlacedLabel, transform: Affine2D) -> None:
    """Outlines on pixels, exactly on their halo; text in vector files, to be searched and edited."""
    if isinstance(renderer, RendererAgg):
        context.set_linewidth(0)
        renderer.draw_path(context, outline(line, label.weight, label.family).path, transform, context.get_rgb())  # type: ignore[no-untyped-call]
    else:
        shape, properties = outline(line, label.weight, label.family), font(label.font_size, label.weight, label.family, line)
        (left, y), (middle, _) = transform.transform([(0, 0), (shape.advance / 2, 0)])
        down = renderer.get_canvas_width_height()[1] - y if renderer.flipy() else y
        # SVG takes the middle from it, so that a viewer with another font still centres the line.
        centred = Text(middle, y, line, font_properties=properties, ha="center", va="baseline", parse_math=False)
        renderer.draw_text(context, left, down, line, properties, 0, ismath=False, mtext=centred)
