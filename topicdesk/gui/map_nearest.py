"""Which document lies nearest to a place on the map: a grid over the points, quick to build and to ask; no Qt."""

from __future__ import annotations

import numpy as np

from topicdesk.core.arrays import BoolArray, FloatArray, IntArray, are_placed
from topicdesk.figure.raster import Extent

POINTS_A_CELL = 4
MAX_SIDE = 256  # 65,536 cells have numbers of 16 bits, which numpy sorts by radix, ten times quicker


class NearestPoint:
    """Points sorted into the cells of a grid.

    Parameters
    ----------
    positions : float32 of shape (n_documents, 2)
        NaN rows are never found.
    is_shown : bool of shape (n_documents,) or None
        Which may be found; None for all.
    """

    def __init__(self, positions: FloatArray, is_shown: BoolArray | None = None) -> None:
        findable = are_placed(positions)
        if is_shown is not None:
            findable &= is_shown
        documents = np.flatnonzero(findable)
        points = positions[documents].astype(np.float64)
        self._side = int(np.clip(np.sqrt(len(documents) / POINTS_A_CELL), 1, MAX_SIDE))
        self._low = points.min(axis=0) if len(points) else np.zeros(2)
        reach = points.max(axis=0) - self._low if len(points) else np.ones(2)
        self._cell = np.maximum(reach / self._side, 1e-9)
        column, row = np.minimum((points - self._low) / self._cell, self._side - 1).astype(np.uint16).T
        cell = row * np.uint16(self._side) + column
        order = np.argsort(cell, kind="stable")
        self._documents: IntArray = documents[order]
        self._points = points[order]
        self._starts = np.searchsorted(cell[order], np.arange(self._side**2 + 1))

    def within(self, x: float, y: float, radius: float) -> int | None:
        """The document nearest to (x, y) and not farther than `radius`; None where there is none."""
        slices = self._slices((x - radius, x + radius, y - radius, y + radius))
        if not slices:
            return None
        candidates = np.concatenate([np.arange(start, stop) for start, stop in slices])
        if not len(candidates):
            return None
        distance = np.hypot(*(self._points[candidates] - (x, y)).T)
        best = int(distance.argmin())
        return int(self._documents[candidates[best]]) if distance[best] <= radius else None

    def inside(self, box: Extent) -> IntArray:
        """All documents in a rectangle of the map, ascending."""
        x, y = self._points.T
        held = (x >= box[0]) & (x <= box[1]) & (y >= box[2]) & (y <= box[3])
        return np.sort(self._documents[held])

    def _slices(self, box: Extent) -> list[tuple[int, int]]:
        """For each row of cells that a rectangle touches, where its points begin and end."""
        low = np.floor((np.array([box[0], box[2]]) - self._low) / self._cell).astype(np.int64)
        high = np.floor((np.array([box[1], box[3]]) - self._low) / self._cell).astype(np.int64)
        if (high < 0).any() or (low >= self._side).any():
            return []
        (left, bottom), (right, top) = np.clip(low, 0, self._side - 1), np.clip(high, 0, self._side - 1)
        rows = range(int(bottom), int(top) + 1)
        return [(int(self._starts[row * self._side + left]), int(self._starts[row * self._side + right + 1])) for row in rows]
