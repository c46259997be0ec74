"""UMAP's layout of a graph, each point moved by the one thread that owns it, so that the result is the same on any number of threads.

In an epoch every point reads where the others stood at the end of the epoch before, and draws its random points from a state that
follows from the seed, the epoch and its own number. Forces and schedule are those of umap-learn (umap/layouts.py); the pull counts
twice because umap moves both ends of an edge, and every edge stands in the graph from both ends.
Source of the method: McInnes, Healy, Melville (2018), UMAP, arXiv:1802.03426, section 4.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from topicdesk.core.arrays import FloatArray


def move_points(start: FloatArray, graph: Any, curve: tuple[float, float], n_epochs: int, seed: int, n_threads: int = 1) -> FloatArray:
    """Where the points come to rest.

    Parameters
    ----------
    start : float32 of shape (n_points, n_dimensions)
    graph : scipy.sparse.csr_matrix of shape (n_points, n_points)
        Symmetric, weights above 0. An edge of the largest weight pulls in every epoch, others as much more seldom as they are weaker.
    curve : (a, b)
        Of umap's `find_ab_params`: 1 / (1 + a d^(2b)) is how near two points at a distance d are.
    n_threads : int
        Changes the speed alone.

    Returns
    -------
    float32 of shape (n_points, n_dimensions)
    """
    from topicdesk.stages.layout_kernel import mover

    move = mover(start.shape[1])
    here = np.array(start, dtype=np.float32, order="C")
    there = np.empty_like(here)
    starts, tails, periods = graph.indptr.astype(np.uint64), graph.indices.astype(np.uint32), (graph.data.max(initial=0) / graph.data).astype(np.float32)
    due, (a, b) = periods.copy(), map(np.float32, curve)
    cuts = [0, *np.searchsorted(starts, np.linspace(0, len(tails), n_threads + 1)[1:-1]).tolist(), len(here)]  # as many edges for each thread
    with ThreadPoolExecutor(n_threads) as pool:
        for epoch in range(n_epochs):
            rate, drawn = np.float32(1 - max(epoch - 1, 0) / n_epochs), np.uint64(seed * 1_000_003 + epoch)
            under_way = [
                pool.submit(move, here, there, starts, tails, periods, due, a, b, epoch, rate, drawn, first, last) for first, last in itertools.pairwise(cuts)
            ]
            for part in under_way:
                part.result()
            here, there = there, here
    return here
