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
_LONELY = 0.075  # of the window's diagonal: a topic that lies so far from every named one is an island
_ISLANDS = 0.2  # of the names may go to islands


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
    """The largest wanted topics in the window `extent`, largest first; some that lie far from all of these take the place of the smallest.

    An island that nobody names is the first thing that a reader asks about.

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
    order = np.argsort(-sizes, kind="stable")[: int((sizes > 0).sum())]
    chosen = _with_islands(order, _middles(positions[seen], topic_of[seen], len(wanted)), n_clouds, float(np.hypot(x1 - x0, y1 - y0)))
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


def _middles(positions: FloatArray, topic_of: IntArray, n_topics: int) -> NDArray[np.float64]:
    """The mean place of each topic, shape (n_topics, 2)."""
    count = np.maximum(np.bincount(topic_of, minlength=n_topics), 1)
    return np.column_stack([np.bincount(topic_of, positions[:, axis], n_topics) / count for axis in (0, 1)])


def _with_islands(order: IntArray, middles: NDArray[np.float64], n_clouds: int, diagonal: float) -> IntArray:
    """The first topics of an order, with lonely ones among the others in the place of the last that have company."""
    chosen, rest = order[:n_clouds].tolist(), order[n_clouds:]
    most = int(_ISLANDS * n_clouds)
    for topic in rest.tolist() if most else ():
        apart = np.hypot(*(middles[chosen] - middles[topic]).T)
        if apart.min() > _LONELY * diagonal:
            among = np.hypot(*(middles[chosen][:, None] - middles[chosen][None]).transpose(2, 0, 1))
            np.fill_diagonal(among, np.inf)
            crowded = np.flatnonzero(among.min(axis=1) <= _LONELY * diagonal)
            if not len(crowded):
                break
            chosen = [other for place, other in enumerate(chosen) if place != crowded[-1]] + [topic]
            most -= 1
            if not most:
                break
    rank = {topic: place for place, topic in enumerate(order.tolist())}
    return np.array(sorted(chosen, key=rank.__getitem__), dtype=np.int64)


def _smoothed(counts: IntArray) -> NDArray[np.float64]:
    """Each plane of shape (n, _GRID, _GRID) under a Gaussian, by one product with a band matrix from either side."""
    cell = np.arange(_GRID)
    band = np.exp(-0.5 * ((cell[:, None] - cell[None, :]) / _BLUR) ** 2)
    return np.asarray(band @ counts @ band)
