"""The typical documents of each topic: those nearest to the middle of its embeddings, different from one another."""

from __future__ import annotations

import numpy as np

from topicdesk.core.analysis import TopicAssignment
from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.core.settings import ExemplarSettings

STAGE_VERSION = 1
DIVERSITY = 0.3
N_CANDIDATES = 50


def choose_exemplars(vectors: FloatArray, assignment: TopicAssignment, settings: ExemplarSettings) -> list[list[int]]:
    """Document indices for each topic, most typical first, no two with the same embedding.

    The first is the document nearest to the topic's mean embedding; each next one weighs that nearness against its
    likeness to those already chosen (maximal marginal relevance, Carbonell and Goldstein 1998), among the nearest 50.

    Parameters
    ----------
    vectors : float32 of shape (n_documents, n_dimensions), unit rows
    """
    return [typical_documents(vectors, np.flatnonzero(assignment.topic_of == topic), settings.n_exemplars) for topic in range(assignment.n_topics)]


def typical_documents(vectors: FloatArray, members: IntArray, n_exemplars: int) -> list[int]:
    """The typical ones among these documents, most typical first."""
    middle = vectors[members].mean(axis=0)
    nearness = vectors[members] @ middle / max(float(np.linalg.norm(middle)), 1e-12)
    nearest = np.argsort(-nearness, kind="stable")[:N_CANDIDATES]
    members, nearness = members[nearest], nearness[nearest]
    likeness = vectors[members] @ vectors[members].T
    chosen = [0]
    while len(chosen) < min(n_exemplars, len(members)):
        repeated = likeness[:, chosen].max(axis=1)
        worth = (1 - DIVERSITY) * nearness - DIVERSITY * repeated
        worth[repeated > 0.9999] = -np.inf
        best = int(np.argmax(worth))
        if worth[best] == -np.inf:
            break
        chosen.append(best)
    return [int(members[i]) for i in chosen]
