"""Where each topic's label stands: as near to its cloud as can be, none over another, none off the canvas.

A pure function of positions, texts and fonts, so it may run off the window's thread; it touches no shown figure.
adjustText spreads the labels from the density peaks; a pass of our own then takes away what still overlaps and pulls
each label back to its cloud, the largest first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.figure.fonts import TextMeasure, Weight, printable
from topicdesk.figure.placing import Box, settle, spread
from topicdesk.figure.raster import Extent
from topicdesk.figure.wrapping import wrapped

LINE_SPACING = 1.08
_GRID = 72
_INK = 0.2  # at most this share of the canvas is covered by labels


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """One label with its place.

    Attributes
    ----------
    x, y : float
        The middle of the label, in the map's coordinates.
    anchor : (float, float)
        The topic's density peak, in the map's coordinates.
    font_size : float
        In points.
    leader : bool
        True where the label had to move off its cloud, so that a thin line should join them.
    """

    topic: int
    lines: tuple[str, ...]
    x: float
    y: float
    font_size: float
    weight: Weight
    anchor: tuple[float, float]
    leader: bool

    @property
    def text(self) -> str:
        """The lines as one text with line breaks."""
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Canvas:
    """The picture that labels are placed on: a window of the map, its size in pixels, and pixels an inch."""

    extent: Extent
    width: int
    height: int
    dpi: float = 100.0

    @property
    def unit(self) -> float:
        """The mean side in inches: font sizes follow it, so that a figure looks alike at any size."""
        return float(np.sqrt(self.width * self.height) / self.dpi)

    def to_pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map coordinates to pixels, y upwards: shape (n, 2)."""
        x0, x1, y0, y1 = self.extent
        return (points - (x0, y0)) * (self.width / (x1 - x0), self.height / (y1 - y0))

    def to_map(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Pixels, y upwards, to map coordinates: shape (n, 2)."""
        x0, x1, y0, y1 = self.extent
        return points / (self.width / (x1 - x0), self.height / (y1 - y0)) + (x0, y0)


def place_labels(
    positions: FloatArray,
    topic_of: IntArray,
    texts: Sequence[str],
    canvas: Canvas,
    n_labels: int = 50,
    font_size: float | None = None,
    places: Mapping[int, tuple[float, float]] | None = None,
) -> tuple[PlacedLabel, ...]:
    """The labels of the largest topics in view, largest first, without overlaps.

    Parameters
    ----------
    positions : float32 of shape (n_documents, 2)
    topic_of : int64 of shape (n_documents,)
    texts : sequence of str
        One for each topic, by number; a topic with an empty text gets no label.
    font_size : float or None
        In points, the same for all labels; None lets size and weight follow the topic's size.
    places : mapping of topic to (x, y), optional
        Labels that stay where they are, in the map's coordinates; others make room.

    Returns
    -------
    tuple of PlacedLabel
        A label for which no room is left near its topic is left out.
    """
    topics, sizes, anchors = _peaks(positions, topic_of, texts, canvas, n_labels)
    if not len(topics):
        return ()
    measure = TextMeasure(canvas.dpi)
    fonts = _font_sizes(sizes, canvas, font_size)
    labels = [
        _wrapped_label(int(topic), texts[topic], size, weight, anchor, measure)
        for topic, (size, weight), anchor in zip(topics, fonts, anchors.tolist(), strict=True)
    ]
    if font_size is None:
        labels = _thinned(labels, canvas, measure)
    boxes = [_box(label, canvas, measure, (places or {}).get(label.topic)) for label in labels]
    centres = settle(boxes, spread(boxes, canvas.width, canvas.height), canvas.width, canvas.height)
    kept = [(label, box, centre) for label, box, centre in zip(labels, boxes, centres, strict=True) if centre is not None]
    return tuple(_placed(label, box, centre, canvas) for label, box, centre in kept)


def relabelled(placed: Sequence[PlacedLabel], texts: Sequence[str], dpi: float = 100.0) -> tuple[PlacedLabel, ...]:
    """The same labels, in the same places, with other texts (the model's instead of the keywords'): only the line breaks are made anew."""
    measure = TextMeasure(dpi)
    return tuple(replace(label, lines=_lines(texts[label.topic], label.font_size, label.weight, measure, dpi)) for label in placed)


def _peaks(positions: FloatArray, topic_of: IntArray, texts: Sequence[str], canvas: Canvas, n_labels: int) -> tuple[IntArray, IntArray, NDArray[np.float64]]:
    """The largest labelled topics in view: numbers, sizes in view, and density peaks in map coordinates, float64 of shape (n, 2)."""
    x0, x1, y0, y1 = canvas.extent
    column, row = (positions[:, 0] - x0) / (x1 - x0) * _GRID, (positions[:, 1] - y0) / (y1 - y0) * _GRID
    seen = np.flatnonzero((topic_of >= 0) & (column >= 0) & (column < _GRID) & (row >= 0) & (row < _GRID))
    sizes = np.bincount(topic_of[seen], minlength=len(texts))[: len(texts)]
    sizes[[not text.strip() for text in texts]] = 0
    order = np.argsort(-sizes, kind="stable")
    chosen = order[: min(n_labels, int((sizes > 0).sum()))]
    rank = np.full(max(len(texts), int(topic_of.max(initial=-1)) + 1), -1)
    rank[chosen] = np.arange(len(chosen))
    seen = seen[rank[topic_of[seen]] >= 0]
    group, cell = rank[topic_of[seen]], row[seen].astype(np.int64) * _GRID + column[seen].astype(np.int64)
    density = np.bincount(group * _GRID**2 + cell, minlength=len(chosen) * _GRID**2).reshape(-1, _GRID, _GRID).astype(np.float64)
    kernel = np.exp(-0.5 * (np.arange(-6, 7) / 2.2) ** 2)
    for axis in (1, 2):
        density = np.apply_along_axis(np.convolve, axis, density, kernel, "same")
    peak = density.reshape(len(chosen), -1).argmax(axis=1) if len(chosen) else np.zeros(0, dtype=np.int64)
    anchors = np.column_stack([(peak % _GRID + 0.5) / _GRID * (x1 - x0) + x0, (peak // _GRID + 0.5) / _GRID * (y1 - y0) + y0])
    return chosen, sizes[chosen], anchors


def _font_sizes(sizes: IntArray, canvas: Canvas, fixed: float | None) -> list[tuple[float, Weight]]:
    """Points and weight for each label; sizes run with the square root of the number of documents."""
    if fixed is not None:
        return [(fixed, "normal")] * len(sizes)
    share = np.sqrt(sizes / sizes.max())
    points = np.clip(canvas.unit * (0.62 + 1.28 * share**1.25), 5.0, None)
    return [(round(float(size), 1), "bold" if part > 0.5 else "normal") for size, part in zip(points, share, strict=True)]


def _thinned(labels: list[PlacedLabel], canvas: Canvas, measure: TextMeasure) -> list[PlacedLabel]:
    """The labels with smaller type where all together would cover too much of the canvas."""
    ink = sum(box.width * box.height for box in (_box(label, canvas, measure, None) for label in labels))
    factor = np.sqrt(min(1.0, _INK * canvas.width * canvas.height / ink))
    return [replace(label, font_size=round(max(5.0, label.font_size * factor), 1)) for label in labels]


def _wrapped_label(topic: int, text: str, size: float, weight: Weight, anchor: list[float], measure: TextMeasure) -> PlacedLabel:
    lines = _lines(text, size, weight, measure, measure.dpi)
    return PlacedLabel(topic, lines, anchor[0], anchor[1], size, weight, (anchor[0], anchor[1]), False)


def _lines(text: str, size: float, weight: Weight, measure: TextMeasure, dpi: float) -> tuple[str, ...]:
    return wrapped(printable(text), lambda line: measure.width(line, size, weight), LINE_SPACING * size * dpi / 72)


def _box(label: PlacedLabel, canvas: Canvas, measure: TextMeasure, place: tuple[float, float] | None) -> Box:
    """The label's size in pixels with a little air around it, and where it wants to be."""
    em = label.font_size * canvas.dpi / 72
    width = max(measure.width(line, label.font_size, label.weight) for line in label.lines)
    height = em * (0.95 + LINE_SPACING * 1.17 * (len(label.lines) - 1))
    anchor = canvas.to_pixels(np.array([label.anchor]))[0]
    fixed = None if place is None else tuple(canvas.to_pixels(np.array([place]))[0].tolist())
    return Box(width + 0.5 * em, height + 0.4 * em, (float(anchor[0]), float(anchor[1])), fixed)


def _placed(label: PlacedLabel, box: Box, centre: tuple[float, float], canvas: Canvas) -> PlacedLabel:
    x, y = canvas.to_map(np.array([centre]))[0].tolist()
    return replace(label, x=x, y=y, leader=box.distance(centre) > 0.5 * label.font_size * canvas.dpi / 72)
