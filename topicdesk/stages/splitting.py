"""A topic falls into parts: its documents clustered again, among themselves, where the topic was found.

With the number of parts open, HDBSCAN says how many clouds there are, at ever smaller sizes; where it sees one, or where the number is
given, Ward's hierarchy is cut. Every document goes to a part: what HDBSCAN leaves out goes to the nearest.
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.core.errors import InputError

Points = NDArray[np.float64]

STAGE_VERSION = 1
FEWEST = 4
MOST_PARTS = 12
MOST_FOR_WARD = 4_000  # documents: the hierarchy takes memory in their square
SMALLEST_SHARES = (0.2, 0.1, 0.05)


def split(coordinates: FloatArray, n_parts: int | None = None) -> IntArray:
    """The part of each document, the largest first: int64 of shape (n,).

    Parameters
    ----------
    coordinates : float32 of shape (n, n_dimensions)
        Where the topic's documents lie; NaN rows go to the first part.
    n_parts : int or None
        How many; None leaves it to the documents.

    Raises
    ------
    InputError
        Where the topic is too small to be split.
    """
    placed = np.flatnonzero(np.isfinite(coordinates).all(axis=1))
    wanted = n_parts or 2
    if len(placed) < max(FEWEST, 2 * wanted):
        raise InputError(f"A topic of {len(placed)} documents is too small to be split into {wanted} parts.")
    points = coordinates[placed].astype(np.float64)
    found = (None if n_parts else _clouds(points)) if len(placed) >= 4 * FEWEST else None
    if found is None:
        found = _ward(points, wanted)
    order = np.argsort(-np.bincount(found), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    part_of = np.zeros(len(coordinates), dtype=np.int64)
    part_of[placed] = rank[found]
    return part_of


def _clouds(points: Points) -> IntArray | None:
    """What HDBSCAN sees at the largest size at which it sees more than one cloud; None where it never does."""
    from hdbscan import HDBSCAN

    for share in SMALLEST_SHARES:
        model = HDBSCAN(min_cluster_size=max(FEWEST, int(share * len(points))), min_samples=FEWEST, core_dist_n_jobs=1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            warnings.simplefilter("ignore", RuntimeWarning)
            found = model.fit(points).labels_.astype(np.int64)
        n_parts = int(found.max()) + 1
        if 1 < n_parts <= MOST_PARTS:
            return _with_nearest(points, found)
    return None


def _ward(points: Points, n_parts: int) -> IntArray:
    """Ward's hierarchy cut into `n_parts`; of a large topic an even draw is cut, and the others go to the nearest part."""
    from scipy.cluster.hierarchy import fcluster, linkage

    drawn = np.unique(np.linspace(0, len(points) - 1, min(len(points), MOST_FOR_WARD)).astype(np.int64))
    found = np.full(len(points), -1, dtype=np.int64)
    cut = fcluster(linkage(points[drawn], "ward"), n_parts, "maxclust")
    found[drawn] = np.unique(cut, return_inverse=True)[1]
    return _with_nearest(points, found)


def _with_nearest(points: Points, found: IntArray) -> IntArray:
    """Those in no part go to the part whose middle is nearest."""
    left_out = np.flatnonzero(found < 0)
    if len(left_out):
        found = found.copy()
        found[left_out] = np.argmin(_distances(points[left_out], _middles(points, found)), axis=1)
    return found


def _middles(points: Points, part_of: IntArray) -> Points:
    return np.stack([points[part_of == part].mean(axis=0) for part in range(int(part_of.max()) + 1)])


def _distances(points: Points, middles: Points) -> Points:
    found: Points = np.linalg.norm(points[:, None, :] - middles[None, :, :], axis=2)
    return found
