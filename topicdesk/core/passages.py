"""Documents in passages: the passage is what is analysed, the document what the researcher brought; it knows no file and no model."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from topicdesk.core.analysis import Analysis, TopicAssignment
from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.core.corpus import Corpus, Document, Spans


def in_passages(corpus: Corpus, spans: Spans) -> Corpus:
    """The corpus with its passages in the place of its documents, which it keeps as `wholes`.

    A passage has the fields, date and class of its document, an id made of the document's and its number (d7:3), and a title that says
    the same in words, with who speaks.
    """
    wholes, n_of, number_of = corpus.documents, Counter(spans.of.tolist()), Counter[int]()
    passages = []
    for whole, start, stop, speaker in spans.rows():
        number_of[whole] += 1
        document, number = wholes[whole], number_of[whole]
        title = " · ".join(filter(None, (document.title or document.id, f"{number}/{n_of[whole]}", speaker)))
        passages.append(document._replace(id=f"{document.id}:{number}", title=title, text=document.text[start:stop]))
    return replace(corpus, documents=tuple(passages), wholes=wholes, spans=spans)


@dataclass(frozen=True, eq=False)
class Profiles:
    """What share of each document each topic has: one row for every document and topic that occurs in it, by document, the largest share first.

    Attributes
    ----------
    of, topic : int64 of shape (n_rows,)
        The document's index among the wholes, and the topic's number, -1 for passages in no topic.
    share : float64 of shape (n_rows,)
        By the length of the passages, what two of them share counted once; those of a document make 1.
    n_passages : int64 of shape (n_rows,)
    """

    of: IntArray
    topic: IntArray
    share: NDArray[np.float64]
    n_passages: IntArray

    def of_document(self, whole: int) -> list[tuple[int, float, int]]:
        """Topic, share and number of passages of one document."""
        first, last = np.searchsorted(self.of, [whole, whole + 1])
        return list(zip(self.topic[first:last].tolist(), self.share[first:last].tolist(), self.n_passages[first:last].tolist(), strict=True))


def profiles_of(spans: Spans, topic_of: IntArray) -> Profiles:
    """The profile of every document that has passages."""
    n_topics = int(topic_of.max(initial=-1)) + 2
    pairs, place = np.unique(spans.of * n_topics + topic_of + 1, return_inverse=True)
    lengths = np.bincount(place, weights=own_lengths(spans), minlength=len(pairs))
    of, topic = pairs // n_topics, pairs % n_topics - 1
    share = (lengths / np.bincount(of, weights=lengths)[of]).astype(np.float64) if len(pairs) else np.empty(0)
    order = np.lexsort((topic, -share, of))
    return Profiles(of[order], topic[order], share[order], np.bincount(place, minlength=len(pairs))[order])


def own_lengths(spans: Spans) -> IntArray:
    """Characters of each passage, without those at its beginning that the passage before it has too: int64 of shape (n_passages,)."""
    start = spans.start.copy()
    follows = np.flatnonzero(spans.of[1:] == spans.of[:-1]) + 1
    start[follows] = np.maximum(start[follows], spans.stop[follows - 1])
    lengths: IntArray = np.maximum(spans.stop - start, 1)
    return lengths


def standing_for(spans: Spans, assignment: TopicAssignment, n_documents: int) -> IntArray:
    """For each document the passage that stands for it on the map and in tables: the firmest of its main topic.

    The main topic has the largest share among those that are topics; a document without any is stood for by its longest passage.

    Returns
    -------
    int64 of shape (n_documents,)
        -1 for a document without passages.
    """
    profiles = profiles_of(spans, assignment.topic_of)
    main = np.full(n_documents, -1, dtype=np.int64)
    is_topic = np.flatnonzero(profiles.topic >= 0)[::-1]  # backwards, so that the first of each document is written last
    main[profiles.of[is_topic]] = profiles.topic[is_topic]
    lengths = own_lengths(spans)
    weight = np.where(main[spans.of] < 0, lengths / (lengths.max(initial=1) + 1), assignment.strength + 1)
    weight = np.where(assignment.topic_of == main[spans.of], weight, -1.0)
    order = np.lexsort((-np.arange(len(weight)), weight))
    chosen = np.full(n_documents, -1, dtype=np.int64)
    chosen[spans.of[order]] = order
    return chosen


def by_row(analysis: Analysis, corpus: Corpus) -> tuple[IntArray, FloatArray, FloatArray]:
    """Topic, strength and place of each row of the file: its own, or those of the passage that stands for it."""
    assignment, positions = analysis.assignment, analysis.positions
    if corpus.spans is None:
        return assignment.topic_of, assignment.strength, positions
    chosen = standing_for(corpus.spans, assignment, len(corpus.wholes))
    is_there = chosen >= 0
    topic_of, strength = np.where(is_there, assignment.topic_of[chosen], -1), np.where(is_there, assignment.strength[chosen], 0)
    return topic_of, strength.astype(np.float32), np.where(is_there[:, None], positions[chosen], np.nan).astype(np.float32)


def position_in(corpus: Corpus, number: int) -> tuple[Document, int] | None:
    """The whole document of a passage and its index; None where documents are not in passages."""
    if corpus.spans is None:
        return None
    whole = int(corpus.spans.of[number])
    return corpus.wholes[whole], whole
