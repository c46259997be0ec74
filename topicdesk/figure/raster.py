"""Points as pixels: a picture of the documents in a window of the map, by counting; it knows nothing of matplotlib or labels.

A point layer of a drawing library costs seconds at a million documents; `numpy.bincount` over pixels costs a few
milliseconds. Colour sums and counts are kept per pixel, so overlapping topics mix and dense areas saturate gently.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.figure.colours import Colours
from topicdesk.figure.glow import glowing_background

Extent = tuple[float, float, float, float]
Planes = NDArray[np.float32]
Image = NDArray[np.uint8]

_EXACT_BUDGET = 1_200_000  # pixels touched by round dots, about 30 ms; beyond it dots become small soft squares
_CHUNK = 2_000_000


@dataclass(frozen=True, eq=False)
class PointCloud:
    """The documents that have a place, made ready once for many pictures.

    Attributes
    ----------
    x, y : float32 of shape (n_points,)
    group : int64 of shape (n_points,)
        Row of the colour table; -1 = in no topic.
    size : float32 of shape (n_points,) or None
        Radius of each dot relative to the others; None = all the same.
    """

    x: FloatArray
    y: FloatArray
    group: IntArray
    size: FloatArray | None = None

    def take(self, chosen: IntArray) -> PointCloud:
        """The points at these indices."""
        return PointCloud(self.x[chosen], self.y[chosen], self.group[chosen], None if self.size is None else self.size[chosen])


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
        A topic that stays while the others fade.
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


def point_cloud(positions: FloatArray, group_of: IntArray, text_lengths: IntArray | None = None) -> PointCloud:
    """Points for `raster`; documents with NaN positions are left out.

    Parameters
    ----------
    positions : float32 of shape (n_documents, 2)
    group_of : int64 of shape (n_documents,)
        Topic numbers, or any other rows of a colour table; -1 = grey.
    text_lengths : int64 of shape (n_documents,) or None
        Length of each text: a dot's area follows it, between a third and three times the median's.
    """
    placed = np.flatnonzero(np.isfinite(positions).all(axis=1))
    size = None
    if text_lengths is not None and len(placed):
        lengths = np.maximum(text_lengths[placed], 1)
        size = np.clip(np.sqrt(lengths / np.median(lengths)), 0.6, 1.75).astype(np.float32)
    x, y = np.ascontiguousarray(positions[placed].T, dtype=np.float32)
    return PointCloud(x, y, group_of[placed], size)


def fit_extent(positions: FloatArray, width: float, height: float, margin: float = 0.05) -> Extent:
    """The window (x0, x1, y0, y1) that shows every document at equal aspect in a picture of this shape, with a margin."""
    placed = positions[np.isfinite(positions).all(axis=1)]
    if not len(placed):
        return (-1.0, 1.0, -height / width, height / width)
    low, high = placed.min(axis=0).astype(float), placed.max(axis=0).astype(float)
    middle, span = (low + high) / 2, (high - low) * (1 + 2 * margin)
    scale = max(span[0] / width, span[1] / height, 1e-6 / min(width, height))
    return (middle[0] - scale * width / 2, middle[0] + scale * width / 2, middle[1] - scale * height / 2, middle[1] + scale * height / 2)


def dot_radius(n_points: int, width: int, height: int) -> float:
    """Radius in pixels of a median dot: large where there are few, near a pixel for a million, in step with the picture."""
    return float(np.clip(2.7 * (5000 / max(n_points, 1)) ** 0.27, 0.62, 7.0) * np.sqrt(width * height / 1_080_000))


def raster(cloud: PointCloud, colours: Colours, extent: Extent, width: int, height: int, look: RasterLook | None = None) -> Image:
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
    assigned = seen.group >= 0
    topics = seen if assigned.all() else seen.take(np.flatnonzero(assigned))
    planes = _accumulate(topics, _weights(colours, look), radius, width, height, look.round_dots)
    picture = (
        glowing_background(planes.reshape(4, height, width), look.background, look.glow)
        if look.glow and len(topics.x)
        else _flat(look.background, width, height)
    )
    if look.unassigned == "grey" and len(topics.x) < len(seen.x):
        rest = seen.take(np.flatnonzero(~assigned))
        rest = PointCloud(rest.x, rest.y, np.zeros_like(rest.group), rest.size)
        faint = np.array([[*look.grey, 1.0]]) * (0.45 if look.emphasis is None else 0.25)
        _lay_over(picture, _accumulate(rest, faint, radius * 0.75, width, height, look.round_dots), look.opacity)
    _lay_over(picture, planes, look.opacity)
    image = np.empty((height, width, 4), dtype=np.uint8)
    picture *= 255
    picture += 0.5
    image[..., :3] = picture.reshape(height, width, 3)
    image[..., 3] = 255
    return image


def _in_view(cloud: PointCloud, extent: Extent, width: int, height: int) -> PointCloud:
    """The points in the window and a little around it, in pixels: x to the right, y downwards, (0, 0) the upper left corner."""
    x0, x1, y0, y1 = extent
    x = (cloud.x - np.float32(x0)) * np.float32(width / (x1 - x0))
    y = (np.float32(y1) - cloud.y) * np.float32(height / (y1 - y0))
    margin = np.float32(8)
    inside = (x > -margin) & (x < width + margin) & (y > -margin) & (y < height + margin)
    seen = PointCloud(x, y, cloud.group, cloud.size)
    return seen if inside.all() else seen.take(np.flatnonzero(inside))


def _weights(colours: Colours, look: RasterLook) -> Colours:
    """What one dot of each group adds to the planes: red, green, blue and coverage, shape (n_groups, 4)."""
    weights = np.column_stack([colours, np.ones(len(colours))]) if len(colours) else np.zeros((1, 4))
    if look.emphasis is not None:
        faded = np.arange(len(weights)) != look.emphasis
        weights[faded, :3] = 0.35 * weights[faded, :3] + 0.65 * np.asarray(look.grey)
        weights[faded] *= 0.22
    return weights


def _accumulate(points: PointCloud, weights: Colours, radius: float, width: int, height: int, budget: int) -> Planes:
    """Sums of colour and coverage per pixel, float32 of shape (4, height * width)."""
    reach = radius * (1.0 if points.size is None else float(np.sqrt(np.mean(points.size**2, dtype=np.float64))) if len(points.x) else 1.0)
    if len(points.x) * (2 * reach + 2) ** 2 <= budget:
        return _round_dots(points, weights, radius, width, height)
    return _soft_pixels(points, weights, radius, width, height)


def _round_dots(points: PointCloud, weights: Colours, radius: float, width: int, height: int) -> Planes:
    """Every dot as an anti-aliased disc at its exact place; classes of similar size share one square of offsets."""
    planes = np.zeros((4, height * width), dtype=np.float32)
    sizes = np.ones_like(points.x) if points.size is None else points.size
    classes = np.digitize(sizes, (0.8, 1.1, 1.4))
    for number in np.unique(classes):
        members = np.flatnonzero(classes == number)
        half = int(np.ceil(radius * float(sizes[members].max()) + 0.5))
        steps = np.arange(-half, half + 1)
        for start in range(0, len(members), max(1, _CHUNK // len(steps) ** 2)):
            chosen = members[start : start + max(1, _CHUNK // len(steps) ** 2)]
            column, row = np.floor(points.x[chosen]).astype(np.int64), np.floor(points.y[chosen]).astype(np.int64)
            across = (column + 0.5 - points.x[chosen]).astype(np.float32)[:, None] + steps.astype(np.float32)
            down = (row + 0.5 - points.y[chosen]).astype(np.float32)[:, None] + steps.astype(np.float32)
            distance = np.sqrt(across[:, None, :] ** 2 + down[:, :, None] ** 2)
            cover = np.clip((radius * sizes[chosen])[:, None, None] + np.float32(0.5) - distance, 0, 1)
            columns, rows = column[:, None] + steps, row[:, None] + steps
            inside = ((columns >= 0) & (columns < width))[:, None, :] & ((rows >= 0) & (rows < height))[:, :, None] & (cover > 0)
            place = (rows[:, :, None] * width + columns[:, None, :])[inside]
            group = np.broadcast_to(points.group[chosen][:, None, None], inside.shape)[inside]
            _add(planes, place, group, weights, cover[inside])
    return planes


def _soft_pixels(points: PointCloud, weights: Colours, radius: float, width: int, height: int) -> Planes:
    """Every dot as one pixel, then all spread at once by a small kernel: the cost hardly grows with the dots' size."""
    planes = np.zeros((4, height * width), dtype=np.float32)
    column, row = points.x.astype(np.int32), points.y.astype(np.int32)
    inside = (points.x >= 0) & (column < width) & (points.y >= 0) & (row < height)
    place, group = row * np.int32(width) + column, points.group
    if not inside.all():
        place, group = place[inside], group[inside]
    _add(planes, place, group, weights, None)
    half = int(np.ceil(radius - 0.5))
    taps = np.clip(radius + 0.5 - np.arange(half + 1), 0, 1).astype(np.float32)
    return _spread(planes.reshape(4, height, width), taps).reshape(4, -1)


def _add(planes: Planes, place: IntArray, group: IntArray, weights: Colours, cover: FloatArray | None) -> None:
    for number, column in enumerate(weights.T):
        values = column[group] if cover is None else column[group] * cover
        planes[number] += np.bincount(place, values, planes.shape[1])


def _spread(planes: Planes, taps: FloatArray) -> Planes:
    """Planes of shape (n, height, width) convolved in both directions with the symmetric kernel whose right half is `taps`."""
    for axis in (1, 2):
        spread = planes * taps[0]
        for step, tap in enumerate(taps[1:], start=1):
            if step >= planes.shape[axis]:
                break
            near, far = [slice(None)] * 3, [slice(None)] * 3
            near[axis], far[axis] = slice(None, -step), slice(step, None)
            spread[tuple(near)] += tap * planes[tuple(far)]
            spread[tuple(far)] += tap * planes[tuple(near)]
        planes = spread
    return planes


def _lay_over(picture: Planes, planes: Planes, opacity: float | None) -> None:
    """Paint the dots over `picture`, float32 of shape (height * width, 3), in place."""
    cover = planes[3]
    touched = np.flatnonzero(cover > 1e-3)
    if not len(touched):
        return
    count = cover[touched]
    if opacity is None:
        dense = float(np.percentile(count[:: max(1, len(count) // 20_000)], 85))
        strength = float(np.clip(1.9 / dense, 0.35, 1.5))
    else:
        strength = -float(np.log1p(-min(opacity, 0.99)))
    alpha = -np.expm1(-strength * count)
    under = picture[touched]
    colour = (planes[:3, touched] / count).T
    under += (colour - under) * alpha[:, None]
    picture[touched] = under


def _flat(background: tuple[float, float, float], width: int, height: int) -> Planes:
    picture = np.empty((height * width, 3), dtype=np.float32)
    picture[:] = background
    return picture
