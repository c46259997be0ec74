"""Embeddings become coordinates: one neighbour graph, laid out twice by UMAP, for clustering and for the map.

The two layouts are independent: `stages/layout_processes.py` runs them side by side.
Source of the method: McInnes, Healy, Melville (2018), UMAP, arXiv:1802.03426.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from topicdesk.core.arrays import FloatArray
from topicdesk.core.settings import ProjectionSettings
from topicdesk.stages.layout import move_points
from topicdesk.stages.neighbours import Neighbours

STAGE_VERSION = 3
LONG_UP_TO = 10_000  # as in umap: 500 epochs up to here, 200 beyond
SPECTRAL_UP_TO = 100_000


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


def lay_out_once(vectors: FloatArray, graph: Any, n_dimensions: int, settings: ProjectionSettings, n_threads: int = 1) -> FloatArray:
    """One UMAP layout of the graph: float32 of shape (n_documents, n_dimensions), the same for the same seed on any number of threads."""
    from umap.umap_ import find_ab_params

    n_epochs = 500 if len(vectors) <= LONG_UP_TO else 200
    graph = graph.copy()
    graph.data[graph.data < graph.data.max() / n_epochs] = 0  # an edge that would pull less than once
    graph.eliminate_zeros()
    start = _first_places(vectors, graph, n_dimensions, np.random.RandomState(settings.seed))
    return move_points(start, graph, find_ab_params(1.0, settings.min_dist), n_epochs, settings.seed, n_threads)


def _first_places(vectors: FloatArray, graph: Any, n_dimensions: int, state: np.random.RandomState) -> FloatArray:
    """Where the points begin, in [0, 10]: by the graph's spectrum, by principal components of a large corpus, or anywhere in a tiny one."""
    from umap.spectral import spectral_layout
    from umap.umap_ import noisy_scale_coords

    if 2 * n_dimensions + 3 > len(vectors):  # fewer points than the Lanczos vectors of a spectrum
        places = state.uniform(-10, 10, size=(len(vectors), n_dimensions))
    elif len(vectors) <= SPECTRAL_UP_TO:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*(Spectral initialisation failed|not fully connected|disconnected)", category=UserWarning)
            places = noisy_scale_coords(spectral_layout(vectors, graph, n_dimensions, state, metric="cosine"), state)
    else:
        centred = vectors - vectors.mean(axis=0, keepdims=True)
        _, axes = np.linalg.eigh(centred.T @ centred)  # ascending
        places = noisy_scale_coords(centred @ axes[:, : -n_dimensions - 1 : -1], state)
    low, high = places.min(axis=0), places.max(axis=0)
    return np.asarray(10 * (places - low) / np.maximum(high - low, np.float32(1e-12)), dtype=np.float32)
