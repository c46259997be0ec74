"""The soft light beneath each topic's cloud: the points' own colours, blurred at low resolution; it knows only pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from topicdesk.core.arrays import FloatArray

Planes = NDArray[np.float32]

_CELLS = 150  # cells along the mean side of the picture: fine enough for a blur
_SIGMA = 3.2  # width of the blur in cells, about 2 % of the picture


def glowing_background(planes: Planes, background: tuple[float, float, float], strength: float) -> Planes:
    """The background with each cloud's colour shining through, float32 of shape (height * width, 3).

    Parameters
    ----------
    planes : float32 of shape (4, height, width)
        Sums of red, green, blue and coverage per pixel.
    strength : float in [0, 1]
        Opacity of the glow where topics are densest.
    """
    height, width = planes.shape[1:]
    cell = max(1, round(np.sqrt(height * width) / _CELLS))
    blurred = _blur(_block_sums(planes, cell))
    density = blurred[3]
    lit = density[density > 1e-4 * density.max()]
    typical = float(np.percentile(lit, 65)) if len(lit) else 1.0
    alpha = strength * -np.expm1(-density / typical)
    colour = blurred[:3] / np.maximum(density, 1e-12)
    base = np.asarray(background, dtype=np.float32)[:, None, None]
    small = base + (colour - base) * alpha
    large = _enlarge(np.moveaxis(small, 0, -1).astype(np.float32), cell)
    return np.ascontiguousarray(large[:height, :width]).reshape(-1, 3)


def _block_sums(planes: Planes, cell: int) -> Planes:
    """Sums over squares of cell x cell pixels; the last row and column may be of incomplete squares."""
    sums = planes
    for axis in (1, 2):
        length = -(-sums.shape[axis] // cell)
        shape = [*sums.shape]
        shape[axis] = length
        total = np.zeros(shape, dtype=np.float32)
        for start in range(cell):
            part = sums[:, start::cell] if axis == 1 else sums[:, :, start::cell]
            total[:, : part.shape[1], : part.shape[2]] += part
        sums = total
    return sums


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


def _enlarge(image: FloatArray, cell: int) -> FloatArray:
    """Each cell drawn as cell x cell pixels with colours running evenly from centre to centre: (h, w, 3) to (h * cell, w * cell, 3)."""
    for axis in (0, 1):
        padded = np.pad(image, [(1, 1) if number == axis else (0, 0) for number in range(3)], mode="edge")
        shape = [*image.shape]
        shape[axis] *= cell
        large = np.empty(shape, dtype=np.float32)
        for offset in range(cell):
            place = (offset + 0.5) / cell - 0.5  # from this cell's centre, in cells
            first = 0 if place < 0 else 1
            weight = np.float32(place + 1 if place < 0 else place)
            length = image.shape[axis]
            if axis == 0:
                large[offset::cell] = padded[first : first + length] * (1 - weight) + padded[first + 1 : first + 1 + length] * weight
            else:
                large[:, offset::cell] = padded[:, first : first + length] * (1 - weight) + padded[:, first + 1 : first + 1 + length] * weight
        image = large
    return image
