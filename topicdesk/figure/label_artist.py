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
from matplotlib.patheffects import AbstractPathEffect, Normal, Stroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox, IdentityTransform, ScaledTranslation

from topicdesk.figure.dots import Colours
from topicdesk.figure.fonts import font
from topicdesk.figure.label_layout import CAP_HEIGHT, LINE_STEP, PlacedLabel

_LEADER_POINTS = 0.75


@dataclass(frozen=True, eq=False)
class LabelLook:
    """Ink of each label, shape (n_labels, 3), and the edge around the letters: its colour, width in font sizes, and opacity."""

    inks: Colours
    edge: tuple[float, float, float]
    edge_width: float
    edge_opacity: float


class LabelLayer(Artist):
    """All labels of a map as one artist; they keep their size while the map is zoomed."""

    def __init__(self, axes: Axes, labels: Sequence[PlacedLabel], look: LabelLook) -> None:
        super().__init__()
        self.set_zorder(2)
        self._labels, self._look = labels, look
        self._texts = [_lines(axes, label, ink) for label, ink in zip(labels, look.inks, strict=True)]
        self._halos = [_halos(axes, label, look) for label in labels]

    def draw(self, renderer: Any) -> None:
        """Draw back to front: leader lines, all halos, all texts."""
        if not self.get_visible():
            return
        self._draw_leaders(renderer)
        for lines in (*self._halos[::-1], *self._texts[::-1]):
            for line in lines:
                line.draw(renderer)
        self.stale = False

    def boxes(self, renderer: Any = None) -> list[Bbox]:
        """The room each label takes, in pixels, for pointing at it."""
        return [Bbox.union([line.get_window_extent(renderer) for line in lines]) for lines in self._texts]

    def _draw_leaders(self, renderer: Any) -> None:
        axes = self.axes
        if axes is None or not any(label.leader for label in self._labels):
            return
        context = renderer.new_gc()
        context.set_linewidth(renderer.points_to_pixels(_LEADER_POINTS))
        for label, box, ink in zip(self._labels, self.boxes(renderer), self._look.inks, strict=True):
            anchor = axes.transData.transform(label.anchor)
            end = np.clip(anchor, (box.x0, box.y0), (box.x1, box.y1))
            if label.leader and np.hypot(*(end - anchor)) > 2:
                context.set_foreground((*ink, 0.6))
                renderer.draw_path(context, Path([anchor, end]), IdentityTransform())
        context.restore()


class _Line(Text):
    """A line of text that is drawn as outlines on pixels, so that it lies exactly on its halo, and as text in vector files."""

    _on_pixels = False

    def draw(self, renderer: Any) -> None:
        self._on_pixels = isinstance(renderer, RendererAgg)
        super().draw(renderer)

    def get_path_effects(self) -> list[AbstractPathEffect]:
        return [Normal()] if self._on_pixels else []


def _lines(axes: Axes, label: PlacedLabel, ink: Any, kind: type[Text] = _Line) -> list[Text]:
    """One artist a line, on evenly spaced baselines: matplotlib's own spacing varies with the letters of each line."""
    first = LINE_STEP * (len(label.lines) - 1) / 2 - CAP_HEIGHT / 2
    figure = axes.figure
    texts = []
    for number, line in enumerate(label.lines):
        text = kind(
            label.x, label.y, line, color=tuple(ink), font_properties=font(label.font_size, label.weight), ha="center", va="baseline", parse_math=False
        )  # fmt: skip
        text.set_figure(figure)
        down = (first - LINE_STEP * number) * label.font_size / 72
        text.set_transform(axes.transData + ScaledTranslation(0, down, figure.dpi_scale_trans))
        texts.append(text)
    return texts


def _halos(axes: Axes, label: PlacedLabel, look: LabelLook) -> list[Text]:
    effect = Stroke(linewidth=look.edge_width * label.font_size, foreground=look.edge, alpha=look.edge_opacity, joinstyle="round")
    lines = _lines(axes, label, look.edge, Text)
    for line in lines:
        line.set_path_effects([effect])
    return lines
