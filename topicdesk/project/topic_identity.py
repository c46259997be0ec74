"""Which topic of a new analysis is the same as one that was there before: stable ids that edits hang on.

The rule: two topics are the same where they share more than half of the documents that either holds (Jaccard index above 0.5). At most
one topic can, on each side, so the rule never has to choose. A new topic is compared with the topics that the latest analysis found,
then with those that edits made of them, then with the analyses before; the first that is the same gives it its id, and no id is given
twice. An edit holds in every analysis in which the topics that it names are there (core/edited_analysis.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np

from topicdesk.core.arrays import IntArray

LEAST_OVERLAP = 0.5
Known = tuple[IntArray, Sequence[str]]  # topic_of, and the stable id of each number


def stable_ids(topic_of: IntArray, analysis_key: str, earlier: Iterable[Known] = ()) -> list[str]:
    """An id for each topic, in the order of their numbers; those that are the same as none before get one made of `analysis_key`.

    Parameters
    ----------
    topic_of : int64 of shape (n_documents,)
    earlier : iterable of (int64 array, sequence of str)
        Of the same corpus, the one that counts most first; numbers without documents may be among them.
    """
    n_topics = int(topic_of.max(initial=-1)) + 1
    ids: dict[int, str] = {}
    for before, ids_before in earlier:
        for number, old in _same(topic_of, n_topics, before, len(ids_before)):
            if number not in ids and ids_before[old] not in ids.values():
                ids[number] = ids_before[old]
        if len(ids) == n_topics:
            break
    return [ids.get(number) or hashlib.sha256(f"{analysis_key}/{number}".encode()).hexdigest()[:12] for number in range(n_topics)]


def _same(topic_of: IntArray, n_topics: int, before: IntArray, n_before: int) -> list[tuple[int, int]]:
    """Pairs of a new and an earlier topic that are the same."""
    if not n_topics or not n_before or len(before) != len(topic_of):
        return []
    both = (topic_of >= 0) & (before >= 0)
    shared = np.zeros((n_topics, n_before), dtype=np.int64)
    np.add.at(shared, (topic_of[both], before[both]), 1)
    sizes = np.bincount(topic_of[topic_of >= 0], minlength=n_topics)
    sizes_before = np.bincount(before[before >= 0], minlength=n_before)
    overlap = shared / np.maximum(sizes[:, None] + sizes_before[None, :] - shared, 1)
    return [(int(number), int(old)) for number, old in zip(*np.nonzero(overlap > LEAST_OVERLAP), strict=True)]
