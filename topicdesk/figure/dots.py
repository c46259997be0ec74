"""Dots counted into pixels: how much of each pixel they cover and in which colours; it knows nothing of the map or its look.

Where there are few, each is a round anti-aliased disc at its exact place and colours mix. Where there are many, each is
a small soft square on the pixel grid and the last one gives the pixel its colour: `numpy.bincount` over a million
points takes 2 ms where neighbours on the map are neighbours in memory, 6 ms otherwise. Indices are int64 throughout:
numpy turns any other kind into it at each use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topicdesk.core.arrays import FloatArray, IntArray

Colours = NDArray[np.float64]
Planes = NDArray[np.float32]

_CHUNK = 1_000_000
_SMALLEST = 0.6  # of all sizes
_SIZE_STEPS = (0.7, 0.85, 1.0, 1.2, 1.45)


@dataclass(frozen=True, eq=False)
class Points:
    """Dots in pixels: x to the right and y downwards from the upper left corner, which is (0, 0).

    Attributes
    ----------
    x, y : float32 of shape (n_points,)
    group : int of shape (n_points,)
        Row of the colour table; -1 = in no topic.
    size : float32 of shape (n_points,) or None
        Radius of each dot relative to the others; None = all the same.
    document : int64 of shape (n_points,) or None
        Which document each point is, where that matters.
    """

    x: FloatArray
    y: FloatArray
    group: IntArray
    size: FloatArray | None = None
    document: IntArray | None = None

    def take(self, chosen: IntArray) -> Points:
        """The points at these indices."""
        return Points(self.x.take(chosen), self.y.take(chosen), self.group.take(chosen), None if self.size is None else self.size.take(chosen))

    def part(self, start: int, stop: int) -> Points:
        """A run of the points, without a copy."""
        run = slice(start, stop)
        return Points(self.x[run], self.y[run], self.group[run], None if self.size is None else self.size[run])


@dataclass(frozen=True, eq=False)
class Ink:
    """What dots leave on a picture of n_pixels.

    Attributes
    ----------
    cover : int64 or float of shape (n_pixels,)
        How many dots cover each pixel, in whole dots.
    sums : red, green and blue, each float64 of shape (n_pixels,), or None
        Their colours, each times its cover, added up.
    owner : int32 of shape (n_pixels,) or None
        In place of sums, the group of the pixel's last dot.
    """

    cover: Planes | Colours | IntArray
    sums: tuple[Colours, ...] | None = None
    owner: NDArray[np.int32] | None = None


def draw_dots(points: Points, colours: Colours, weights: Colours, radius: float, shape: tuple[int, int], budget: int) -> Ink:
    """The ink of `points` on a picture of this (height, width).

    Parameters
    ----------
    colours : float64 of shape (n_groups, 3)
        With a single row, only cover is counted.
    weights : float64 of shape (n_groups,)
        How much a dot of each group covers, 1 = fully.
    radius : float
        In pixels, of a dot of relative size 1.
    budget : int
        Pixels that may be touched by round dots; soft squares are drawn where they would touch more.
    """
    smallest = radius if points.size is None else radius * _SMALLEST
    if len(points.x) * len(_offsets(smallest)) <= budget:  # else not even worth sorting by size
        classes = _size_classes(points, radius)
        if sum(len(members) * len(offsets) for members, offsets in classes) <= budget:
            return _round_dots(points, colours, weights, radius, classes, shape)
    return _soft_squares(points, len(colours) > 1, weights, radius, shape)


def _size_classes(points: Points, radius: float) -> list[tuple[IntArray, IntArray]]:
    """Indices of the points of about one size, with the pixels that such a dot can touch: offsets of shape (n_offsets, 2)."""
    if points.size is None:
        return [(np.arange(len(points.x)), _offsets(radius))]
    number = np.digitize(points.size, _SIZE_STEPS)
    members = (np.flatnonzero(number == each) for each in range(len(_SIZE_STEPS) + 1))
    return [(chosen, _offsets(radius * float(points.size[chosen].max()))) for chosen in members if len(chosen)]


def _offsets(radius: float) -> IntArray:
    half = int(np.ceil(radius + 0.5))
    across, down = np.meshgrid(np.arange(-half, half + 1), np.arange(-half, half + 1))
    near = np.hypot(np.maximum(np.abs(across) - 0.5, 0), np.maximum(np.abs(down) - 0.5, 0)) < radius + 0.5
    return np.column_stack([across[near], down[near]]).astype(np.int64)


def _round_dots(points: Points, colours: Colours, weights: Colours, radius: float, classes: list[tuple[IntArray, IntArray]], shape: tuple[int, int]) -> Ink:
    """Every dot as an anti-aliased disc at its exact place; colours mix by their cover."""
    table = np.column_stack([weights, colours * weights[:, None]]) if len(colours) > 1 else weights[:, None]
    planes: list[Colours] = []
    pending: list[tuple[IntArray, FloatArray, IntArray]] = []
    parts = [
        (members[start : start + max(1, _CHUNK // len(offsets))], offsets)
        for members, offsets in classes
        for start in range(0, len(members), max(1, _CHUNK // len(offsets)))
    ]
    for number, (members, offsets) in enumerate(parts, start=1):
        pending.append(_discs(points.take(members), offsets, radius, shape))
        if number == len(parts) or sum(place.size for place, _, _ in pending) > _CHUNK:
            added = _sums(pending, table, shape[0] * shape[1])
            planes = [plane + more for plane, more in zip(planes, added, strict=True)] if planes else added
            pending = []
    if not planes:
        planes = [np.zeros(shape[0] * shape[1])] * table.shape[1]
    return Ink(planes[0], tuple(planes[1:]) or None)


def _sums(parts: list[tuple[IntArray, FloatArray, IntArray]], table: Colours, n_pixels: int) -> list[Colours]:
    """Cover, and cover times colour where the table has more columns, added up per pixel."""
    place = np.concatenate([place.ravel() for place, _, _ in parts])
    planes = []
    for column in table.T:
        values = np.concatenate([(cover * column.take(group)[:, None]).ravel() for _, cover, group in parts])
        planes.append(np.asarray(np.bincount(place, values, n_pixels), dtype=np.float64))
    return planes


def _discs(points: Points, offsets: IntArray, radius: float, shape: tuple[int, int]) -> tuple[IntArray, FloatArray, IntArray]:
    """Pixels and cover in [0, 1], both of shape (n_points, n_offsets), and the groups of some dots; cover is 0 off the picture."""
    height, width = shape
    column, row = np.floor(points.x), np.floor(points.y)
    step = offsets.astype(np.float32)
    across, down = (column + np.float32(0.5) - points.x)[:, None] + step[:, 0], (row + np.float32(0.5) - points.y)[:, None] + step[:, 1]
    reach = np.float32(radius) * (np.float32(1) if points.size is None else points.size[:, None]) + np.float32(0.5)
    cover = np.clip(reach - np.sqrt(across * across + down * down), 0, 1)
    place = (row.astype(np.int64) * width + column.astype(np.int64))[:, None] + (offsets[:, 1] * width + offsets[:, 0])
    half = int(offsets.max(initial=0))
    edge = np.flatnonzero((column < half) | (column >= width - half) | (row < half) | (row >= height - half))
    if len(edge):
        columns, rows = column[edge][:, None] + offsets[:, 0], row[edge][:, None] + offsets[:, 1]
        inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
        cover[edge] *= inside
        place[edge] *= inside
    return place, cover, points.group


def _soft_squares(points: Points, coloured: bool, weights: Colours, radius: float, shape: tuple[int, int]) -> Ink:
    """Every dot as one pixel with softer neighbours, on the grid of pixels; the last dot of the heaviest group owns a pixel's colour."""
    height, width = shape
    half = max(0, int(np.ceil(radius - 0.7)))  # beyond, a neighbour would get less than a fifth
    inside = (points.x >= half) & (points.x < width - half) & (points.y >= half) & (points.y < height - half)
    if not inside.all():
        points = points.take(np.flatnonzero(inside))
    place = points.y.astype(np.int64)
    place *= width
    place += points.x.astype(np.int64)
    strength = None if (weights == 1).all() else weights.take(points.group)
    disc = [(np.hypot(i, j), j * width + i) for i in range(-half, half + 1) for j in range(-half, half + 1)]
    around = sorted(((away, offset) for away, offset in disc if away < radius + 0.5 or not offset), reverse=True)  # the middle last: it owns its pixel
    offsets = [offset for _, offset in around]
    cover = _soft_cover(place, offsets, np.array([min(1.0, radius + 0.5 - away) for away, _ in around]), radius, strength, shape)
    if not coloured:
        return Ink(cover)
    owner = np.zeros(height * width, dtype=np.int32)
    group = points.group.astype(np.int32)
    for offset in offsets:
        owner[place + offset] = group
    if strength is not None and weights.min() < weights.max():
        heavy = np.flatnonzero(strength == weights.max())
        for offset in offsets:
            owner[place[heavy] + offset] = group[heavy]
    return Ink(cover, owner=owner)


def _soft_cover(place: IntArray, offsets: list[int], shares: Colours, radius: float, strength: Colours | None, shape: tuple[int, int]) -> NDArray[Any]:
    """How many dots cover each pixel: whole numbers where a dot is a pixel, else small discs, or squares where there are very many."""
    n_pixels = shape[0] * shape[1]
    if len(offsets) == 1:
        return np.bincount(place, strength, n_pixels)
    if len(place) * len(offsets) < n_pixels:
        weights = np.repeat(shares, len(place))
        places = (place + np.array(offsets)[:, None]).ravel()
        return np.bincount(places, weights if strength is None else weights * np.tile(strength, len(offsets)), n_pixels)
    taps = np.clip(radius + 0.5 - np.arange(int(np.ceil(radius - 0.7)) + 1), 0, 1).astype(np.float32)
    plane = np.bincount(place, strength, n_pixels).astype(np.float32).reshape(shape)
    return _spread(_spread(plane, taps, 0), taps, 1).ravel()


def _spread(plane: Planes, taps: FloatArray, axis: int) -> Planes:
    """A plane of shape (height, width) convolved along one axis with a symmetric kernel; `taps` is its middle and right half."""
    spread = plane.copy()
    for step, tap in enumerate(taps[1:], start=1):
        weighted = plane * tap
        if axis == 0:
            spread[:-step] += weighted[step:]
            spread[step:] += weighted[:-step]
        else:
            spread[:, :-step] += weighted[:, step:]
            spread[:, step:] += weighted[:, :-step]
    return spread
