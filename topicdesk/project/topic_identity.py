"""Which topic of a new analysis is the same as one of an earlier: stable ids that edits hang on."""

from __future__ import annotations

import hashlib

import numpy as np

from topicdesk.core.analysis import Analysis
from topicdesk.core.arrays import IntArray

LEAST_OVERLAP = 0.5


def stable_ids(topic_of: IntArray, analysis_key: str, earlier: Analysis | None) -> list[str]:
    """An id for each topic, in the order of their numbers.

    A topic keeps the id of the earlier analysis's topic with which it shares more than half of the documents that either
    holds (Jaccard index above 0.5): at most one topic can, on each side. The others get an id made of `analysis_key`.

    Parameters
    ----------
    topic_of : int64 of shape (n_documents,)
    earlier : Analysis or None
        Of the same corpus.
    """
    n_topics = int(topic_of.max(initial=-1)) + 1
    ids = [hashlib.sha256(f"{analysis_key}/{number}".encode()).hexdigest()[:12] for number in range(n_topics)]
    if earlier is None or not earlier.topics or not n_topics:
        return ids
    before = earlier.assignment.topic_of
    both = (topic_of >= 0) & (before >= 0)
    shared = np.zeros((n_topics, len(earlier.topics)), dtype=np.int64)
    np.add.at(shared, (topic_of[both], before[both]), 1)
    sizes = np.bincount(topic_of[topic_of >= 0], minlength=n_topics)
    sizes_before = np.bincount(before[before >= 0], minlength=len(earlier.topics))
    overlap = shared / (sizes[:, None] + sizes_before[None, :] - shared)
    for number, old in zip(*np.nonzero(overlap > LEAST_OVERLAP), strict=True):
        ids[number] = earlier.topics[old].stable_id
    return ids
