"""Coordinates become topics by HDBSCAN; the only file that says "cluster".

Source of the method: Campello, Moulavi, Sander (2013); the hdbscan package, whose `min_samples` counts the point itself not.
"""

from __future__ import annotations

import warnings

import numpy as np

from topicdesk.core.analysis import TopicAssignment
from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.core.settings import ClusteringSettings, default_min_topic_size

STAGE_VERSION = 1


def cluster(projection: FloatArray, settings: ClusteringSettings) -> TopicAssignment:
    """Topics of the documents that have coordinates, numbered by size; ties go by the first document.

    Parameters
    ----------
    projection : float32 of shape (n_documents, n_dimensions)
        NaN rows are documents without text; they are in no topic.

    Returns
    -------
    TopicAssignment
        With arrays of n_documents. All unassigned where there are fewer documents than two topics need.
    """
    placed = np.flatnonzero(np.isfinite(projection).all(axis=1))
    topic_of = np.full(len(projection), -1, dtype=np.int64)
    strength = np.zeros(len(projection), dtype=np.float32)
    size = settings.min_topic_size or default_min_topic_size(len(placed))
    if len(placed) >= max(2 * size, 4):
        found, membership = _hdbscan(projection[placed], size, settings)
        topic_of[placed] = found
        strength[placed] = membership
    return TopicAssignment(_by_size(topic_of), strength)


def _hdbscan(projection: FloatArray, min_topic_size: int, settings: ClusteringSettings) -> tuple[IntArray, FloatArray]:
    from hdbscan import HDBSCAN

    model = HDBSCAN(
        min_cluster_size=min_topic_size,
        min_samples=None if settings.min_samples is None else min(settings.min_samples, len(projection) - 1),
        metric="euclidean",
        cluster_selection_method=settings.selection,
        core_dist_n_jobs=1,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        model.fit(projection.astype(np.float64))
    return model.labels_.astype(np.int64), np.nan_to_num(model.probabilities_).astype(np.float32)


def _by_size(found: IntArray) -> IntArray:
    """Renumber so that 0 is the largest topic and ties go by the first document; -1 stays."""
    numbers, first, sizes = np.unique(found[found >= 0], return_index=True, return_counts=True)
    new = np.empty(len(numbers) + 1, dtype=np.int64)
    new[-1] = -1
    new[numbers[np.lexsort((first, -sizes))]] = np.arange(len(numbers))
    renumbered: IntArray = new[found]
    return renumbered
