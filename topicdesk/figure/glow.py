"""The soft light beneath each topic's cloud: the points' own colours, blurred at low resolution; it knows only pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from topicdesk.figure.dots import Colours, Points

Planes = NDArray[np.float32]

_CELLS = 150  # cells along the mean side of the picture: fine enough for a blur
_BLOCK = 2  # pixels a side for which light is computed once: it is far softer than that
_POINTS = 100_000  # as many are enough for a blur
_SIGMA = 2.1  # width of the blur in cells, 1.4 % of the picture: wide enough to hold a cloud together, not two
_EDGES = (0.08, 0.3, 0.55, 0.8)  # levels of density where the light steps up a little, as heights do on a map


def lay_glow(picture: NDArray[np.uint32], points: Points, colours: Colours, weights: Colours, background: tuple[float, float, float], strength: float) -> None:
    """Paint each cloud's colour, shining through the background, into `picture`, pixels of shape (height, width), in place.

    Parameters
    ----------
    colours, weights : float64 of shapes (n_groups, 3) and (n_groups,)
        Of a dot of each group.
    strength : float in [0, 1]
        Opacity of the glow where topics are densest.
    """
    height, width = picture.shape
    cell = np.sqrt(height * width) / _CELLS
    block = _BLOCK if cell >= 2 * _BLOCK else 1
    cell = max(1, block * round(cell / block))
    blurred = _blur(_cells(points, np.column_stack([colours, np.ones(len(colours))]) * weights[:, None], cell, -(-height // cell), -(-width // cell)))
    density = blurred[3]
    lit = density[density > 1e-3 * density.max()]
    typical = float(np.percentile(lit, 65)) if len(lit) else 1.0
    alpha = strength * _stepped(-np.expm1(-density / typical))
    colour = blurred[:3] / np.maximum(density, 1e-12)
    base = np.asarray(background, dtype=np.float32)[:, None, None]
    small = np.full((*density.shape, 4), 255, dtype=np.float32)
    small[..., :3] = np.moveaxis(255 * (base + (colour - base) * alpha) + 0.5, 0, -1)
    light = _enlarged(_enlarged(small, cell // block, 0), cell // block, 1, last=True).view(np.uint32)[..., 0]
    for down in range(block):
        for across in range(block):
            part = picture[down::block, across::block]
            part[:] = light[: part.shape[0], : part.shape[1]]


def _stepped(level: Planes) -> Planes:
    """A level in [0, 1] with soft steps in it."""
    steps = [1 / (1 + np.exp(-(level - edge) / (0.015 + 0.03 * edge))) for edge in _EDGES]
    return np.asarray(0.5 * level + 0.5 * np.mean(steps, axis=0), dtype=np.float32)


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


def _enlarged(image: Planes, times: int, axis: int, last: bool = False) -> NDArray[Any]:
    """A picture of shape (height, width, 4) drawn `times` as high (axis 0) or wide, colours running evenly from centre to centre; bytes at `last`."""
    length = image.shape[axis]
    padded = np.pad(image, [(1, 1) if number == axis else (0, 0) for number in range(3)], mode="edge")
    shape = [side * times if number == axis else side for number, side in enumerate(image.shape)]
    large = np.empty(shape, dtype=np.uint8 if last else np.float32)
    for offset in range(times):
        place = (offset + 0.5) / times + 0.5  # in the padded picture, from the middle of its first pixel
        first, share = int(place), np.float32(place % 1)
        near, far = (padded[start : start + length] if axis == 0 else padded[:, start : start + length] for start in (first, first + 1))
        between = far - near
        between *= share
        between += near
        if axis == 0:
            large[offset::times] = between
        else:
            large[:, offset::times] = between
    return large
