"""Which documents of a topic take no part in naming it, so that they can judge its label; it knows no label and no model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from topicdesk.core.analysis import TopicAssignment

STAGE_VERSION = 1
SHARE = 0.2
AT_LEAST, AT_MOST = 3, 50
MOST_SHARE = 1 / 3


def hold_out(texts: Sequence[str], assignment: TopicAssignment) -> NDArray[np.bool_]:
    """True for each document that is held out: bool of shape (n_documents,).

    A fifth of each topic's distinct texts, but at least 3 and at most 50 of them, and never more than a third. Which ones
    follows from a hash of the text: equal texts stand on the same side, and neither the corpus's order nor a seed matters.
    """
    held = np.zeros(len(texts), dtype=bool)
    for topic in range(assignment.n_topics):
        members = np.flatnonzero(assignment.topic_of == topic)
        digests = [hashlib.blake2b(texts[i].encode("utf-8", "surrogatepass"), digest_size=16).digest() for i in members.tolist()]
        distinct = sorted(set(digests))
        chosen = set(distinct[: min(max(AT_LEAST, int(len(distinct) * SHARE)), AT_MOST, int(len(distinct) * MOST_SHARE))])
        held[members] = [digest in chosen for digest in digests]
    return held


def without(assignment: TopicAssignment, held: NDArray[np.bool_]) -> TopicAssignment:
    """The same assignment as if the held-out documents were in no topic."""
    return TopicAssignment(np.where(held, -1, assignment.topic_of), np.where(held, np.float32(0), assignment.strength))
