"""Islands of a map brought nearer: bands of the map that hold no documents are narrowed; it knows only coordinates.

UMAP puts parts of the corpus that no neighbour joins at arbitrary distances (McInnes et al. 2018, section 3.2); one such island of
twenty documents can leave four fifths of the page empty. Both axes are squeezed where nothing lies, so left stays left of right,
above stays above, and whatever lies together keeps its shape.
"""

from __future__ import annotations

import numpy as np

from topicdesk.core.arrays import FloatArray

_CELLS = 240
_WIDEST = 0.05  # an empty band is at most this share of what is not empty
_STRAY = 2e-4  # a cell with no more than this share of the documents counts as empty


def nearer_islands(positions: FloatArray) -> FloatArray:
    """The map with its wide empty bands narrowed: float32 of shape (n_documents, 2), NaN rows as they were."""
    placed = np.flatnonzero(np.isfinite(positions).all(axis=1))
    moved = positions.copy()
    if len(placed) > 1:
        for axis in range(positions.shape[1]):
            moved[placed, axis] = _narrowed(positions[placed, axis].astype(np.float64))
    return moved


def _narrowed(values: FloatArray) -> FloatArray:
    low, high = float(values.min()), float(values.max())
    if high <= low:
        return values
    counts, edges = np.histogram(values, _CELLS, (low, high))
    is_empty = counts <= _STRAY * len(values)
    widest = max(1.0, _WIDEST * float((~is_empty).sum()))
    widths = np.ones(_CELLS)
    starts = np.flatnonzero(np.diff(np.concatenate([[False], is_empty, [False]]).astype(np.int8)))
    for start, end in starts.reshape(-1, 2):
        widths[start:end] = min(1.0, widest / (end - start))
    return np.asarray(np.interp(values, edges, low + np.concatenate([[0.0], np.cumsum(widths)]) * (edges[1] - edges[0])))
