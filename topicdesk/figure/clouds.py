"""Where on the map each topic's documents are thick, so that a label can stand on its cloud; it knows nothing of text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topicdesk.core.arrays import BoolArray, FloatArray, IntArray
from topicdesk.figure.raster import Extent

_GRID = 72
_BLUR = 1.8  # width of the smoothing, in cells
_THICK = 0.3  # a cell belongs to the cloud from this share of the peak's density on
_MOST_CELLS = 40


@dataclass(frozen=True, eq=False)
class Cloud:
    """A topic in view.

    Attributes
    ----------
    topic, size : int
        Its number, and how many of its documents are in view.
    cells : float64 of shape (n_cells, 2)
        Where it is thick, in the map's coordinates; the density's peak first. Means fall between two halves of a
        cloud, peaks do not.
    """

    topic: int
    size: int
    cells: NDArray[np.float64]


def largest_clouds(positions: FloatArray, topic_of: IntArray, wanted: BoolArray, extent: Extent, n_clouds: int) -> list[Cloud]:
    """The largest wanted topics in the window `extent`, largest first.

    Parameters
    ----------
    positions : float32 of shape (n_documents, 2)
    topic_of : int64 of shape (n_documents,)
    wanted : bool of shape (n_topics,)
    """
    x0, x1, y0, y1 = extent
    column, row = (positions[:, 0] - x0) / (x1 - x0) * _GRID, (positions[:, 1] - y0) / (y1 - y0) * _GRID
    seen = np.flatnonzero((topic_of >= 0) & (topic_of < len(wanted)) & (column >= 0) & (column < _GRID) & (row >= 0) & (row < _GRID))
    sizes = np.bincount(topic_of[seen], minlength=len(wanted)) * wanted
    chosen = np.argsort(-sizes, kind="stable")[: min(n_clouds, int((sizes > 0).sum()))]
    rank = np.full(len(wanted), -1)
    rank[chosen] = np.arange(len(chosen))
    seen = seen[rank[topic_of[seen]] >= 0]
    place = rank[topic_of[seen]] * _GRID**2 + row[seen].astype(np.int64) * _GRID + column[seen].astype(np.int64)
    counts = np.bincount(place, minlength=len(chosen) * _GRID**2).reshape(len(chosen), _GRID, _GRID)
    clouds = []
    for topic, density in zip(chosen.tolist(), np.where(counts > 0, _smoothed(counts), 0.0), strict=True):
        thick = np.flatnonzero(density.ravel() >= _THICK * density.max())
        ordered = thick[np.argsort(-density.ravel()[thick], kind="stable")]
        ordered = ordered[:: -(-len(ordered) // _MOST_CELLS)]
        cells = (np.column_stack([ordered % _GRID, ordered // _GRID]) + 0.5) / _GRID * (x1 - x0, y1 - y0) + (x0, y0)
        clouds.append(Cloud(topic, int(sizes[topic]), cells))
    return clouds


def _smoothed(counts: IntArray) -> NDArray[np.float64]:
    """Each plane of shape (n, _GRID, _GRID) under a Gaussian, by one product with a band matrix from either side."""
    cell = np.arange(_GRID)
    band = np.exp(-0.5 * ((cell[:, None] - cell[None, :]) / _BLUR) ** 2)
    return np.asarray(band @ counts @ band)
