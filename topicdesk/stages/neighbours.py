"""Which documents lie nearest to which, by cosine distance: exact for most corpora, by a seeded index for very large ones."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np

from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.core.settings import ProjectionSettings

EXACT_UP_TO = 50_000  # beyond, an index is quicker, although compiling it takes half a minute of processor time in every process
CELLS = 1 << 24  # of distances that are held at a time
GROUP = 32


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

    Exact up to 50,000 documents; NN-Descent with the seed beyond.
    """
    n_neighbors = min(settings.n_neighbors, len(vectors))
    if len(vectors) <= EXACT_UP_TO:
        return exact_neighbours(vectors, n_neighbors)
    from umap.umap_ import nearest_neighbors

    state = np.random.RandomState(settings.seed)
    indices, distances, _ = nearest_neighbors(vectors, n_neighbors, "cosine", {}, True, state, n_jobs=n_search_threads(len(vectors)))
    return Neighbours(indices.astype(np.int64), distances.astype(np.float32))


def n_search_threads(n_documents: int) -> int:
    """How many threads look for neighbours. NN-Descent finds slightly others with another number: it belongs into the cache key."""
    return (os.cpu_count() or 1) if n_documents > EXACT_UP_TO else 1


def exact_neighbours(vectors: FloatArray, n_neighbors: int) -> Neighbours:
    """By all distances, some rows at a time; of equal distances the first documents."""
    n_documents = len(vectors)
    indices = np.empty((n_documents, n_neighbors), dtype=np.int64)
    distances = np.empty((n_documents, n_neighbors), dtype=np.float32)
    n_rows = max(16, min(1024, CELLS // max(n_documents, 1)))
    for start in range(0, n_documents, n_rows):
        rows = slice(start, min(start + n_rows, n_documents))
        likeness = vectors[rows] @ vectors.T
        own = np.arange(rows.start, rows.stop)
        likeness[np.arange(len(own)), own] = 3  # itself first, whatever its duplicates
        nearest = _largest(likeness, n_neighbors)
        nearest.sort(axis=1)
        found = np.clip(1 - np.take_along_axis(likeness, nearest, 1), -1, 2)
        order = np.argsort(found, axis=1, kind="stable")
        indices[rows] = np.take_along_axis(nearest, order, 1)
        distances[rows] = np.maximum(np.take_along_axis(found, order, 1), 0)
    return Neighbours(indices, distances)


def _largest(likeness: FloatArray, n_wanted: int) -> IntArray:
    """Where the largest values of each row stand, in no order: int64 of shape (n_rows, n_wanted).

    They lie in those groups of columns whose maxima are largest; finding these first takes a tenth of the time of `argpartition`.
    """
    n_rows, n_columns = likeness.shape
    n_groups = n_columns // GROUP
    if n_groups <= 2 * n_wanted:
        return np.argpartition(likeness, n_columns - n_wanted, axis=1)[:, n_columns - n_wanted :]
    maxima = likeness[:, : n_groups * GROUP].reshape(n_rows, GROUP, n_groups).max(axis=1)  # column c is in the group c modulo n_groups
    groups = np.argpartition(maxima, n_groups - n_wanted, axis=1)[:, n_groups - n_wanted :]
    columns = (groups[:, :, None] + n_groups * np.arange(GROUP)).reshape(n_rows, -1)
    rest = np.broadcast_to(np.arange(n_groups * GROUP, n_columns), (n_rows, n_columns - n_groups * GROUP))
    columns = np.concatenate([columns, rest], axis=1)
    among = np.argpartition(np.take_along_axis(likeness, columns, 1), columns.shape[1] - n_wanted, axis=1)[:, columns.shape[1] - n_wanted :]
    largest: IntArray = np.take_along_axis(columns, among, 1)
    return largest
