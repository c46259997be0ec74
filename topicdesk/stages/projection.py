"""Embeddings become coordinates: one neighbour graph, laid out twice by UMAP, for clustering and for the map.

The two layouts are independent and each is serial for the sake of its seed: `stages/layout_processes.py` runs them side by side.
Source of the method: McInnes, Healy, Melville (2018), UMAP, arXiv:1802.03426.
"""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass

import numpy as np

from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.core.settings import ProjectionSettings

STAGE_VERSION = 2
FEWEST_FOR_UMAP = 15
EXACT_UP_TO = 16_384


@dataclass(frozen=True)
class Neighbours:
    """The nearest neighbours of each document by cosine distance, itself first.

    Attributes
    ----------
    indices : int64 of shape (n_documents, n_neighbors)
    distances : float32 of the same shape, in [0, 2]
    """

    indices: IntArray
    distances: FloatArray


def find_neighbours(vectors: FloatArray, settings: ProjectionSettings) -> Neighbours:
    """The `settings.n_neighbors` nearest neighbours (fewer in a smaller corpus) of unit vectors by cosine distance.

    Exact up to 16,384 documents, where it also is quicker than an index; NN-Descent with the seed beyond.
    """
    n_documents = len(vectors)
    n_neighbors = min(settings.n_neighbors, n_documents)
    if n_documents > EXACT_UP_TO:
        from umap.umap_ import nearest_neighbors

        state = np.random.RandomState(settings.seed)
        indices, distances, _ = nearest_neighbors(vectors, n_neighbors, "cosine", {}, True, state, n_jobs=n_search_threads(n_documents))
        return Neighbours(indices.astype(np.int64), distances.astype(np.float32))
    indices = np.empty((n_documents, n_neighbors), dtype=np.int64)
    distances = np.empty((n_documents, n_neighbors), dtype=np.float32)
    for start in range(0, n_documents, 1024):
        rows = slice(start, min(start + 1024, n_documents))
        distance = np.clip(1 - vectors[rows] @ vectors.T, 0, 2)
        own = np.arange(rows.start, rows.stop)
        distance[np.arange(len(own)), own] = -1  # itself first, whatever its duplicates
        nearest = np.argpartition(distance, n_neighbors - 1, axis=1)[:, :n_neighbors]
        nearest.sort(axis=1)
        order = np.argsort(np.take_along_axis(distance, nearest, 1), axis=1, kind="stable")
        indices[rows] = np.take_along_axis(nearest, order, 1)
        distances[rows] = np.maximum(np.take_along_axis(distance, indices[rows], 1), 0)
    return Neighbours(indices, distances)


def n_search_threads(n_documents: int) -> int:
    """How many threads look for neighbours. NN-Descent finds slightly others with another number: it belongs into the cache key."""
    return (os.cpu_count() or 1) if n_documents > EXACT_UP_TO else 1


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


def lay_out_once(vectors: FloatArray, neighbours: Neighbours, n_dimensions: int, settings: ProjectionSettings) -> FloatArray:
    """One UMAP layout of the graph: float32 of shape (n_documents, n_dimensions), the same for the same seed."""
    from umap import UMAP

    n_neighbors = min(neighbours.indices.shape[1], len(vectors) - 1)
    has_spectrum = 2 * n_dimensions + 3 <= len(vectors)  # the Lanczos vectors that umap's spectral start asks for
    informed = "spectral" if len(vectors) <= 100_000 else "pca"
    layout = UMAP(
        n_neighbors=n_neighbors,
        n_components=n_dimensions,
        min_dist=settings.min_dist,
        metric="cosine",
        random_state=settings.seed,
        n_jobs=1,
        init=informed if has_spectrum else "random",
        precomputed_knn=(neighbours.indices[:, :n_neighbors], neighbours.distances[:, :n_neighbors], None),
        force_approximation_algorithm=True,
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*(knn_search_index|Spectral initialisation failed|not fully connected|disconnected)", category=UserWarning)
        return np.asarray(layout.fit_transform(vectors), dtype=np.float32)
