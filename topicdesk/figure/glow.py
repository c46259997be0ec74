"""The soft light beneath each topic's cloud: the points' own colours, blurred at low resolution; it knows only pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from topicdesk.figure.dots import Colours, Points

Planes = NDArray[np.float32]

_CELLS = 150  # cells along the mean side of the picture: fine enough for a blur
_POINTS = 200_000  # as many are enough for a blur
_SIGMA = 3.2  # width of the blur in cells, about 2 % of the picture


def lay_glow(picture: NDArray[np.uint8], points: Points, colours: Colours, weights: Colours, background: tuple[float, float, float], strength: float) -> None:
    """Paint each cloud's colour, shining through the background, into `picture`, uint8 of shape (height, width, 4), in place.

    Parameters
    ----------
    colours, weights : float64 of shapes (n_groups, 3) and (n_groups,)
        Of a dot of each group.
    strength : float in [0, 1]
        Opacity of the glow where topics are densest.
    """
    height, width = picture.shape[:2]
    cell = max(1, round(np.sqrt(height * width) / _CELLS))
    blurred = _blur(_cells(points, np.column_stack([colours, np.ones(len(colours))]) * weights[:, None], cell, -(-height // cell), -(-width // cell)))
    density = blurred[3]
    lit = density[density > 1e-3 * density.max()]
    typical = float(np.percentile(lit, 65)) if len(lit) else 1.0
    alpha = strength * -np.expm1(-density / typical)
    colour = blurred[:3] / np.maximum(density, 1e-12)
    base = np.asarray(background, dtype=np.float32)[:, None, None]
    small = 255 * (base + (colour - base) * alpha) + 0.5
    tall = _enlarged_rows(np.moveaxis(small, 0, -1).astype(np.float32), cell)[:height]
    padded = np.pad(tall, ((0, 0), (1, 1), (0, 0)), mode="edge")
    for offset, (first, weight) in enumerate(_steps(cell)):
        part = picture[:, offset::cell]
        part[..., :3] = _between(padded, 1, first, weight, part.shape[1])


def _cells(points: Points, table: Colours, cell: int, high: int, wide: int) -> Planes:
    """Sums of the table's columns per cell, float32 of shape (4, high, wide); of very many points, a regular part of them."""
    chosen = slice(None, None, max(1, len(points.x) // _POINTS))
    column = np.clip(points.x[chosen] * np.float32(1 / cell), 0, wide - 1).astype(np.int32)
    row = np.clip(points.y[chosen] * np.float32(1 / cell), 0, high - 1).astype(np.int32)
    place, group = row * np.int32(wide) + column, points.group[chosen]
    return np.stack([np.bincount(place, values.take(group), high * wide) for values in table.T]).astype(np.float32).reshape(-1, high, wide)


def _blur(planes: Planes) -> Planes:
    """Gaussian blur along both axes; the edge is repeated so that a cloud cut by the window keeps its glow."""
    half = int(3 * _SIGMA)
    kernel = np.exp(-0.5 * (np.arange(-half, half + 1) / _SIGMA) ** 2)
    kernel = (kernel / kernel.sum()).astype(np.float32)
    for axis in (1, 2):
        padded = np.pad(planes, [(half, half) if number == axis else (0, 0) for number in range(3)], mode="edge")
        length = planes.shape[axis]
        blurred = np.zeros_like(planes)
        for start, tap in enumerate(kernel):
            blurred += tap * _window(padded, axis, start, length)
        planes = blurred
    return planes


def _window(planes: Planes, axis: int, start: int, length: int) -> Planes:
    return planes[:, start : start + length] if axis == 1 else planes[:, :, start : start + length]


def _enlarged_rows(image: Planes, cell: int) -> Planes:
    """Each row drawn as `cell` rows, colours running evenly from centre to centre."""
    padded = np.pad(image, ((1, 1), (0, 0), (0, 0)), mode="edge")
    tall = np.empty((image.shape[0] * cell, *image.shape[1:]), dtype=np.float32)
    for offset, (first, weight) in enumerate(_steps(cell)):
        tall[offset::cell] = _between(padded, 0, first, weight, image.shape[0])
    return tall


def _steps(cell: int) -> list[tuple[int, np.float32]]:
    """For each pixel of a cell: which of two neighbours in a padded row is on its left, and the right one's weight."""
    places = ((offset + 0.5) / cell - 0.5 for offset in range(cell))
    return [(0, np.float32(place + 1)) if place < 0 else (1, np.float32(place)) for place in places]


def _between(padded: Planes, axis: int, first: int, weight: np.float32, length: int) -> Planes:
    near, far = (
        (padded[first : first + length], padded[first + 1 : first + 1 + length])
        if axis == 0
        else (padded[:, first : first + length], padded[:, first + 1 : first + 1 + length])
    )
    return near + (far - near) * weight
