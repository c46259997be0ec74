"""A picture of the documents in a window of the map, by counting pixels; it knows nothing of matplotlib or labels.

A point layer of a drawing library costs seconds at a million documents; `numpy.bincount` over pixels costs a few
milliseconds. Colour sums and counts are kept per pixel, so overlapping topics mix and dense areas saturate gently.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from topicdesk.core.arrays import BoolArray, FloatArray, IntArray, are_placed
from topicdesk.figure.dots import Colours, Points, draw_dots
from topicdesk.figure.glow import lay_glow
from topicdesk.figure.overlay import Cover, lay_over

Extent = tuple[float, float, float, float]
Image = NDArray[np.uint8]

_EXACT_BUDGET = 1_000_000  # pixels touched by round dots, about 30 ms
_MARGIN = 8  # pixels around the window from which dots may reach into it
_FINE = 0.62  # size of the unassigned documents' dots
_GREY_MOST = 0.6  # opacity of the unassigned where they are densest
_EDGED = 5000  # as many lit documents get an edge
_CELLS = 256  # along each side of the map, for the order of the points


@dataclass(frozen=True)
class RasterLook:
    """How the points look.

    Attributes
    ----------
    dot_scale : float
        Factor on the dot's size, which follows from the number of points in view and the picture's size.
    opacity : float or None
        Opacity of one dot; None chooses it so that dense areas just saturate.
    glow : float in [0, 1]
        Strength of the soft cloud beneath each topic.
    emphasis : int or None
        A topic that stays while the others fade; -1 lets all of them fade.
    round_dots : int
        How many pixels may be spent on exact round dots; more is slower.
    """

    background: tuple[float, float, float] = (1.0, 1.0, 1.0)
    grey: tuple[float, float, float] = (0.6, 0.6, 0.63)
    unassigned: Literal["hide", "grey"] = "grey"
    dot_scale: float = 1.0
    opacity: float | None = None
    glow: float = 0.0
    emphasis: int | None = None
    round_dots: int = _EXACT_BUDGET


def point_cloud(positions: FloatArray, group_of: IntArray, text_lengths: IntArray | None = None) -> Points:
    """Points for `raster`: the unassigned first, then neighbours beside neighbours; documents with NaN positions are left out.

    Parameters
    ----------
    positions : float32 of shape (n_documents, 2)
    group_of : int64 of shape (n_documents,)
        Topic numbers, or any other rows of a colour table; -1 = grey.
    text_lengths : int64 of shape (n_documents,) or None
        Length of each text: a dot's area follows it, between a third and three times the median's.
    """
    placed = np.flatnonzero(are_placed(positions))
    size = None
    if text_lengths is not None and len(placed):
        lengths = np.maximum(text_lengths[placed], 1)
        size = np.clip(np.sqrt(lengths / np.median(lengths)), 0.6, 1.75).astype(np.float32)
    x, y = np.ascontiguousarray(positions[placed].T, dtype=np.float32)
    group = group_of[placed].astype(np.int64)
    order = _neighbours_together(x, y, group >= 0)
    return Points(x[order], y[order], group[order], None if size is None else size[order], placed[order])


def _neighbours_together(x: FloatArray, y: FloatArray, is_assigned: BoolArray) -> IntArray:
    """An order of points in which those of a cell of the map follow one another: counting them into pixels is then several times quicker."""
    if not len(x):
        return np.zeros(0, dtype=np.int64)
    column, row = (np.minimum((side - side.min()) * np.float32(_CELLS / max(float(np.ptp(side)), 1e-9)), _CELLS - 1).astype(np.uint16) for side in (x, y))
    cells = row * np.uint16(_CELLS) + column  # 16 bits: numpy sorts them by radix
    by_cell = np.argsort(cells, kind="stable")
    return np.concatenate([by_cell[~is_assigned[by_cell]], by_cell[is_assigned[by_cell]]])


def map_bounds(positions: FloatArray, topic_of: IntArray, margin: float = 0.065) -> Extent | None:
    """The box (x0, x1, y0, y1) that holds every topic's documents and 99 % of the others, with a margin; None for a map without any.

    The last percent may lie so far out that the rest would become small; in the window one pans there.
    """
    placed = are_placed(positions)
    lows, highs = [], []
    for side in positions.T:
        own, rest = side[placed & (topic_of >= 0)], side[placed & (topic_of < 0)]
        ends = [own.min(), own.max()] if len(own) else []
        if len(rest):
            ends += np.percentile(rest, (0.5, 99.5) if len(own) else (0, 100), method="nearest").tolist()
        if not ends:
            return None
        lows.append(float(min(ends)))
        highs.append(float(max(ends)))
    (left, bottom), (right, top) = lows, highs
    across, down = margin * (right - left), margin * (top - bottom)
    return (left - across, right + across, bottom - down, top + down)


def fit_extent(positions: FloatArray, topic_of: IntArray, width: float, height: float, margin: float = 0.065) -> Extent:
    """The window (x0, x1, y0, y1) of this shape, at equal aspect, that shows `map_bounds`."""
    bounds = map_bounds(positions, topic_of, margin)
    if bounds is None:
        return (-1.0, 1.0, -height / width, height / width)
    x0, x1, y0, y1 = bounds
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    scale = max((x1 - x0) / width, (y1 - y0) / height, 1e-6 / min(width, height))
    return (x - scale * width / 2, x + scale * width / 2, y - scale * height / 2, y + scale * height / 2)


def dot_radius(n_points: int, width: int, height: int) -> float:
    """Radius in pixels of a median dot: large where there are few, near a pixel for a million, in step with the picture."""
    return float(np.clip(2.7 * (5000 / max(n_points, 1)) ** 0.27, 0.62, 7.0) * np.sqrt(width * height / 1_080_000))


def raster(cloud: Points, colours: Colours, extent: Extent, width: int, height: int, look: RasterLook | None = None) -> Image:
    """The documents in `extent` as opaque RGBA, uint8 of shape (height, width, 4), the first row on top.

    Parameters
    ----------
    colours : float64 of shape (n_groups, 3)
        sRGB in [0, 1], one row for each group of the cloud.
    extent : (x0, x1, y0, y1)
        The window in the map's coordinates.
    width, height : int
        In pixels.
    """
    look = look or RasterLook()
    seen = _in_view(cloud, extent, width, height)
    radius = dot_radius(len(seen.x), width, height) * look.dot_scale
    rest, topics = _parted(seen)
    background = np.array([*(round(255 * value) for value in look.background), 255], dtype=np.uint8)
    picture = np.full(height * width, background.view(np.uint32)[0])
    palette, weights = _palette(colours, look)
    if look.glow and len(topics.x):
        lay_glow(picture.reshape(height, width), topics, palette, weights, look.background, look.glow)
    if look.unassigned == "grey" and len(rest.x):
        rest = Points(rest.x, rest.y, np.zeros_like(rest.group), rest.size)
        grey, faint = np.array([look.grey]), np.array([0.5 if look.emphasis is None else 0.25])
        lay_over(picture, draw_dots(rest, grey, faint, radius * _FINE, (height, width), look.round_dots // 8), grey, Cover(look.opacity, _GREY_MOST))
    if len(topics.x):
        core = None if look.opacity is not None else 0.0 if sum(look.background) > 1.5 else 1.0
        lay_over(picture, draw_dots(topics, palette, weights, radius, (height, width), look.round_dots), palette, Cover(look.opacity, core=core))
    return picture.view(np.uint8).reshape(height, width, 4)


def light_up(picture: Image, points: Points, colours: Colours, extent: Extent, look: RasterLook) -> None:
    """Put some documents brightly over a picture of all of them, in place: each a little larger, on a thin edge of the background.

    Parameters
    ----------
    picture : uint8 of shape (height, width, 4)
        As `raster` made it of the same window.
    points : Points
        The documents; those in no topic lie in the last row of `colours`.
    """
    height, width = picture.shape[:2]
    seen = _in_view(points, extent, width, height)
    if not len(seen.x):
        return
    radius = max(dot_radius(len(seen.x), width, height), 2.2 * np.sqrt(width * height / 1_080_000)) * look.dot_scale
    if len(seen.x) > _EDGED:
        radius = dot_radius(len(seen.x), width, height) * look.dot_scale
    pixels = picture.view(np.uint32).reshape(-1)
    group = np.where(seen.group < 0, len(colours) - 1, seen.group)
    lit = Points(seen.x, seen.y, group, seen.size)
    if len(seen.x) <= _EDGED:
        edge = Points(seen.x, seen.y, np.zeros_like(group), seen.size)
        ground = np.array([look.background])
        lay_over(pixels, draw_dots(edge, ground, np.ones(1), radius + 1.2, (height, width), _EXACT_BUDGET), ground, Cover(0.9))
    lay_over(pixels, draw_dots(lit, colours, np.ones(len(colours)), radius, (height, width), _EXACT_BUDGET), colours, Cover(0.95))


def _parted(points: Points) -> tuple[Points, Points]:
    """The unassigned and the others."""
    is_assigned = points.group >= 0
    n_unassigned = len(is_assigned) - int(np.count_nonzero(is_assigned))
    if not is_assigned[:n_unassigned].any():  # as `point_cloud` leaves them
        return points.part(0, n_unassigned), points.part(n_unassigned, len(is_assigned))
    return points.take(np.flatnonzero(~is_assigned)), points.take(np.flatnonzero(is_assigned))


def _in_view(cloud: Points, extent: Extent, width: int, height: int) -> Points:
    """The points in the window and a little around it, in pixels: x to the right, y downwards, (0, 0) the upper left corner."""
    x0, x1, y0, y1 = extent
    x = (cloud.x - np.float32(x0)) * np.float32(width / (x1 - x0))
    y = (np.float32(y1) - cloud.y) * np.float32(height / (y1 - y0))
    margin = np.float32(_MARGIN)
    inside = (x > -margin) & (x < width + margin) & (y > -margin) & (y < height + margin)
    seen = Points(x, y, cloud.group, cloud.size)
    return seen if inside.all() else seen.take(np.flatnonzero(inside))


def _palette(colours: Colours, look: RasterLook) -> tuple[Colours, Colours]:
    """Colour and cover of a dot of each group: shapes (n_groups, 3) and (n_groups,); with an emphasis the others are faint."""
    weights = np.ones(len(colours))
    if look.emphasis is None:
        return colours, weights
    faded = np.arange(len(colours)) != look.emphasis
    weights[faded] = 0.25
    return np.where(faded[:, None], 0.4 * colours + 0.6 * np.asarray(look.grey), colours), weights
