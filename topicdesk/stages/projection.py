"""Embeddings become coordinates: one neighbour graph, laid out twice by UMAP, for clustering and for the map.

The two layouts are independent and each is serial for the sake of its seed: `stages/layout_processes.py` runs them side by side.
Source of the method: McInnes, Healy, Melville (2018), UMAP, arXiv:1802.03426.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from topicdesk.core.arrays import FloatArray
from topicdesk.core.settings import ProjectionSettings
from topicdesk.stages.layout_epochs import NEGATIVE_SAMPLES, run_epochs
from topicdesk.stages.neighbours import Neighbours

STAGE_VERSION = 5
SPECTRAL_UP_TO = 100_000
MANY_EPOCHS, MANY_EPOCHS_UP_TO, FEW_EPOCHS = 500, 10_000, 200  # as umap


def principal_components(vectors: FloatArray, n_dimensions: int) -> FloatArray:
    """A plain projection for corpora too small for a neighbour graph: float32 of shape (n_documents, n_dimensions)."""
    if not len(vectors):
        return np.zeros((0, n_dimensions), dtype=np.float32)
    centred = vectors - vectors.mean(axis=0, keepdims=True)
    left, scale, _ = np.linalg.svd(centred, full_matrices=False)
    components = (left * scale)[:, :n_dimensions]
    padded = np.zeros((len(vectors), n_dimensions), dtype=np.float32)
    padded[:, : components.shape[1]] = components
    return padded


def join_neighbours(neighbours: Neighbours) -> Any:
    """The weighted graph of which documents are near one another: a symmetric scipy.sparse.csr_matrix, umap's own."""
    from umap.umap_ import fuzzy_simplicial_set

    n_documents, n_neighbors = neighbours.indices.shape
    n_neighbors = min(n_neighbors, n_documents - 1)
    indices, distances = neighbours.indices[:, :n_neighbors], neighbours.distances[:, :n_neighbors]
    unread = np.zeros((n_documents, 1), dtype=np.float32)  # in place of vectors: only their number counts where neighbours are given
    graph, _, _ = fuzzy_simplicial_set(unread, n_neighbors, np.random.RandomState(0), "cosine", {}, indices, distances)
    return graph.tocsr()


def lay_out_once(vectors: FloatArray, graph: Any, n_dimensions: int, settings: ProjectionSettings) -> FloatArray:
    """One UMAP layout of the graph: float32 of shape (n_documents, n_dimensions), the same for the same seed.

    It begins where umap would: at the graph's spectrum, at principal components of a large corpus, or anywhere in a tiny one.
    """
    from threadpoolctl import threadpool_limits
    from umap.umap_ import find_ab_params, make_epochs_per_sample, simplicial_set_embedding

    a, b = find_ab_params(1.0, settings.min_dist)
    random = np.random.RandomState(settings.seed)
    has_spectrum = 2 * n_dimensions + 3 <= len(vectors)  # the Lanczos vectors that umap's spectral start asks for
    informed = "spectral" if len(vectors) <= SPECTRAL_UP_TO else "pca"
    # One thread: two layouts are made side by side, and sums do not depend on how many cores there are.
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*(Spectral initialisation failed|not fully connected|disconnected)", category=UserWarning)
        positions, _ = simplicial_set_embedding(
            vectors, graph.copy(), n_dimensions, initial_alpha=1.0, a=a, b=b, gamma=1.0, negative_sample_rate=NEGATIVE_SAMPLES, n_epochs=0,
            init=informed if has_spectrum else "random", random_state=random, metric="cosine", metric_kwds={},
            densmap=False, densmap_kwds={}, output_dens=False,
        )  # fmt: skip
    n_epochs = MANY_EPOCHS if len(vectors) <= MANY_EPOCHS_UP_TO else FEW_EPOCHS
    edges = graph.tocoo()
    edges.sum_duplicates()  # it sorts them, as umap does
    drawn_at_all = edges.data >= edges.data.max() / n_epochs
    head, tail = (ends[drawn_at_all].astype(np.int32) for ends in (edges.row, edges.col))
    every = make_epochs_per_sample(edges.data[drawn_at_all], n_epochs)
    positions = np.ascontiguousarray(positions, dtype=np.float32)
    run_epochs(positions, head, tail, every, n_epochs, a, b, random.randint(-(2**31) + 1, 2**31 - 1, 3).astype(np.int64))
    return positions
