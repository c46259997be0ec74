"""Which topic an unassigned document is nearest to, by three measures of the field; scores lie in [0, 1].

Sources: BERTopic's `reduce_outliers` ("embeddings", "c-tf-idf"); votes of neighbours as in k-nearest-neighbour classification.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from topicdesk.core.analysis import TopicAssignment
from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.core.errors import Cancelled
from topicdesk.stages.vocabulary import Vocabulary

N_NEIGHBOURS = 15
ROWS_A_BLOCK = 512

Found = tuple[IntArray, FloatArray]


def by_centroid(vectors: FloatArray, assignment: TopicAssignment, rows: IntArray, is_overtaken: Callable[[], bool] = lambda: False) -> Found:
    """The topic whose mean embedding is nearest, and the cosine to it.

    Parameters
    ----------
    vectors : float32 of shape (n_documents, n_dimensions), unit rows
    assignment : TopicAssignment
        Without vacant numbers.
    rows : int64 of shape (n,)

    Returns
    -------
    topics : int64 of shape (n,)
    scores : float32 of shape (n,)
    """
    centroids = np.stack([vectors[assignment.topic_of == topic].mean(axis=0) for topic in range(assignment.n_topics)])
    centroids /= np.maximum(np.linalg.norm(centroids, axis=1, keepdims=True), 1e-12)
    return _nearest(vectors, rows, lambda block: block @ centroids.T, is_overtaken)


def by_neighbours(vectors: FloatArray, assignment: TopicAssignment, rows: IntArray, is_overtaken: Callable[[], bool] = lambda: False) -> Found:
    """The topic of most of the 15 nearest assigned documents, each vote weighed by its cosine, and its share of all votes.

    Parameters and result as of `by_centroid`.
    """
    assigned = np.flatnonzero(assignment.topic_of >= 0)
    known, topic_of = vectors[assigned], assignment.topic_of[assigned]
    n_neighbours = min(N_NEIGHBOURS, len(assigned))

    def votes(block: FloatArray) -> FloatArray:
        cosine = block @ known.T
        near = np.argpartition(-cosine, n_neighbours - 1, axis=1)[:, :n_neighbours]
        weight = np.maximum(np.take_along_axis(cosine, near, axis=1), 1e-6)
        counted = np.zeros((len(block), assignment.n_topics), dtype=np.float32)
        np.add.at(counted, (np.arange(len(block))[:, None], topic_of[near]), weight)
        share: FloatArray = counted / counted.sum(axis=1, keepdims=True)
        return share

    return _nearest(vectors, rows, votes, is_overtaken)


def by_terms(vocabulary: Vocabulary, topic_scores: Any, rows: IntArray) -> Found:
    """The topic whose c-TF-IDF vector is nearest to that of the document, and the cosine to it.

    Parameters
    ----------
    topic_scores : sparse matrix of shape (n_topics, n_terms)
        As `keywords.class_tfidf` gives them.
    """
    from scipy import sparse
    from sklearn.preprocessing import normalize

    if not len(rows):
        return rows, np.zeros(0, dtype=np.float32)
    frequency = np.asarray(vocabulary.counts.sum(axis=0)).ravel()
    weight = np.log(vocabulary.counts.shape[0] / np.maximum(frequency, 1) + 1)
    of_documents = normalize(sparse.csr_matrix(vocabulary.counts[rows].astype(np.float64) @ sparse.diags(weight)))
    nearness = np.asarray((of_documents @ normalize(topic_scores).T).todense())
    return nearness.argmax(axis=1).astype(np.int64), np.clip(nearness.max(axis=1), 0, 1).astype(np.float32)


def _nearest(vectors: FloatArray, rows: IntArray, score: Callable[[FloatArray], FloatArray], is_overtaken: Callable[[], bool]) -> Found:
    topics, scores = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.float32)
    for start in range(0, len(rows), ROWS_A_BLOCK):
        if is_overtaken():
            raise Cancelled("")
        block = slice(start, start + ROWS_A_BLOCK)
        found = score(vectors[rows[block]])
        topics[block], scores[block] = found.argmax(axis=1), np.clip(found.max(axis=1), 0, 1)
    return topics, scores
