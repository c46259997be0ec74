"""What each topic is about in words: c-TF-IDF, KeyBERT and maximal marginal relevance, side by side.

Sources: Grootendorst (2022), BERTopic, arXiv:2203.05794 (c-TF-IDF); KeyBERT; Carbonell and Goldstein (1998) (MMR).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topicdesk.core.analysis import Keyword, TopicAssignment
from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.core.keyword_label import keyword_label
from topicdesk.core.progress import Progress
from topicdesk.core.settings import KeywordSettings
from topicdesk.stages.label_choice import centres_of, telling_first
from topicdesk.stages.vocabulary import TermVectors, Vocabulary, readable_terms

STAGE_VERSION = 4
N_MMR_CANDIDATES = 30


@dataclass(frozen=True)
class TopicKeywords:
    """The three aspects of one topic, each best first.

    Attributes
    ----------
    told, told_keybert : tuple of str
        The first two aspects without the held-out documents: what a language model may be told.
    told_telling : tuple of str
        `told_keybert` again, those first that tell the topic from the others (see `Describer.telling`).
    """

    keywords: tuple[Keyword, ...]
    keybert: tuple[Keyword, ...]
    mmr: tuple[Keyword, ...]
    told: tuple[str, ...] = ()
    told_keybert: tuple[str, ...] = ()
    told_telling: tuple[str, ...] = ()


def describe_topics(
    vocabulary: Vocabulary,
    embedded: TermVectors,
    assignment: TopicAssignment,
    vectors: FloatArray,
    settings: KeywordSettings,
    progress: Progress = Progress(),  # noqa: B008
    held: NDArray[np.bool_] | None = None,
) -> list[TopicKeywords]:
    """The keywords of each topic, in the order of their numbers.

    KeyBERT and MMR choose among the topic's best terms by c-TF-IDF that have an embedding.

    Parameters
    ----------
    vectors : float32 of shape (n_documents, n_dimensions), unit rows
        Embeddings of the documents, by the model that made those of the terms.
    held : bool of shape (n_documents,) or None
        Documents that take no part in what may be told; None for none.
    """
    if not assignment.n_topics:
        return []
    used = np.ones(len(vocabulary.lengths), dtype=bool) if held is None else ~held
    scores = class_tfidf(vocabulary, assignment, settings)
    told_scores = class_tfidf(vocabulary.of(used), TopicAssignment(assignment.topic_of[used], assignment.strength[used]), settings)
    describer = Describer(vocabulary, embedded, settings)
    centres = centres_of(vectors[used], assignment.topic_of[used], assignment.n_topics)
    described = []
    for topic in range(assignment.n_topics):
        progress.check()
        members = assignment.topic_of == topic
        told = describer.describe(told_scores[topic], vectors[members & used].mean(axis=0))
        whole = describer.describe(scores[topic], vectors[members].mean(axis=0))
        near = tuple(keyword.term for keyword in told.keybert)
        telling = describer.telling(near, centres, topic)
        described.append(replace(whole, told=tuple(keyword.term for keyword in told.keywords), told_keybert=near, told_telling=telling))
    return described


class Describer:
    """Chooses the words of one topic after another from their scores."""

    def __init__(self, vocabulary: Vocabulary, embedded: TermVectors | None, settings: KeywordSettings) -> None:
        self._terms, self._embedded, self._settings = vocabulary.terms, embedded, settings
        self._is_readable = readable_terms(vocabulary.terms)
        self._place = np.full(len(vocabulary.terms), -1, dtype=np.int64)
        if embedded is not None:
            self._place[embedded.columns] = np.arange(len(embedded.columns))
            self._row_of = {vocabulary.terms[column]: row for row, column in enumerate(embedded.columns.tolist())}

    def describe(self, scores: Any, topic_vector: FloatArray | None, n_spare: int = 0) -> TopicKeywords:
        """The three aspects of a topic.

        Parameters
        ----------
        scores : sparse row of shape (1, n_terms)
            As `class_tfidf` gives them.
        topic_vector : float32 of shape (n_dimensions,) or None
            The mean embedding of the topic's documents; without it there is only c-TF-IDF.
        n_spare : int
            How many keywords more than are shown; MMR's then stand in the order of choice.
        """
        n_wanted = self._settings.n_keywords + n_spare
        places, of_topic = _best_first(scores, self._is_readable)
        keywords = tuple(_as_keywords(places[:n_wanted], of_topic[:n_wanted], self._terms))
        if self._embedded is None or topic_vector is None:
            return TopicKeywords(keywords, (), ())
        has_vector = np.flatnonzero(self._place[places] >= 0)[: max(self._settings.n_candidates, N_MMR_CANDIDATES)]
        if not len(has_vector):
            return TopicKeywords(keywords, (), ())
        candidates = _as_keywords(places[has_vector], of_topic[has_vector], self._terms)
        matrix = self._embedded.vectors[self._place[places[has_vector]]]
        nearest = keybert(candidates[: self._settings.n_candidates], matrix, topic_vector)[:n_wanted]
        unlike = diverse(candidates[:N_MMR_CANDIDATES], matrix, self._settings.mmr_diversity, n_wanted)
        if not n_spare:
            unlike = sorted(unlike, key=candidates.index)
        return TopicKeywords(keywords, tuple(nearest), tuple(unlike))

    def telling(self, terms: tuple[str, ...], centres: FloatArray, topic: int) -> tuple[str, ...]:
        """Embedded terms, those first that are near to a topic and nearer than to any other; in their order where none is embedded.

        Parameters
        ----------
        centres : float32 of shape (n_topics, n_dimensions), unit rows
        """
        if self._embedded is None or not terms:
            return terms
        rows = [self._row_of[term] for term in terms]
        return tuple(terms[place] for place in telling_first(self._embedded.vectors[rows] @ centres.T, topic))


def class_tfidf(vocabulary: Vocabulary, assignment: TopicAssignment, settings: KeywordSettings) -> Any:
    """Score of each term for each topic, see `class_scores`: scipy sparse CSR matrix of shape (n_topics, n_terms), float64."""
    return class_scores(vocabulary, assignment, settings)[0][: assignment.n_topics]


def class_scores(vocabulary: Vocabulary, assignment: TopicAssignment, settings: KeywordSettings) -> tuple[Any, FloatArray]:
    """Score of each term for each class: tf of the term in the class, times log(1 + mean class length / tf over all).

    As in BERTopic the unassigned documents count as one more class, the last.

    Returns
    -------
    scores : scipy sparse CSR matrix of shape (n_topics or one more, n_terms), float64
        Without the unassigned where they say nothing.
    weights : float64 of shape (n_terms,)
        The logarithms.
    """
    from scipy import sparse

    n_documents, n_classes = len(vocabulary.lengths), assignment.n_topics + 1
    members = sparse.csr_matrix((np.ones(n_documents), (assignment.topic_of % n_classes, np.arange(n_documents))), shape=(n_classes, n_documents))
    per_class, lengths = members @ vocabulary.counts, members @ vocabulary.lengths
    if not lengths[-1]:
        per_class, lengths = per_class[:-1], lengths[:-1]
    frequency = np.asarray(per_class.sum(axis=0)).ravel()
    share = sparse.diags(1 / np.maximum(lengths, 1)) @ per_class
    if settings.reduce_frequent_words:
        share = share.sqrt()
    weights = np.log((int(lengths.mean()) if len(lengths) else 0) / np.maximum(frequency, 1) + 1)
    return sparse.csr_matrix(share @ sparse.diags(weights)), weights


def keybert(candidates: Sequence[Keyword], matrix: FloatArray, topic_vector: FloatArray) -> list[Keyword]:
    """All candidates by the cosine of their embedding to the mean embedding of the topic's own documents, best first.

    Parameters
    ----------
    matrix : float32 of shape (n_candidates or more, n_dimensions), unit rows
        The embeddings of the candidates.
    """
    nearness = matrix[: len(candidates)] @ topic_vector / max(float(np.linalg.norm(topic_vector)), 1e-12)
    return [Keyword(candidates[i].term, float(nearness[i])) for i in np.argsort(-nearness, kind="stable")]


def diverse(candidates: Sequence[Keyword], matrix: FloatArray, diversity: float, n_wanted: int) -> list[Keyword]:
    """Candidates that are near to all of them together and unlike one another, in the order of choice, with their c-TF-IDF scores.

    "All of them together" is the mean of their embeddings; BERTopic embeds the terms joined to one text, which would need the model.
    """
    if not candidates:
        return []
    matrix = matrix[: len(candidates)]
    centre = matrix.mean(axis=0)
    nearness, likeness = matrix @ (centre / max(float(np.linalg.norm(centre)), 1e-12)), matrix @ matrix.T
    chosen = [int(np.argmax(nearness))]
    while len(chosen) < min(n_wanted, len(candidates)):
        worth = (1 - diversity) * nearness - diversity * likeness[:, chosen].max(axis=1)
        worth[chosen] = -np.inf
        chosen.append(int(np.argmax(worth)))
    return [candidates[i] for i in chosen]


def keyword_labels(described: Sequence[TopicKeywords]) -> list[str]:
    """A label for each topic from its first keywords, all different; "Topic 7" where a topic has no keyword."""
    labels: list[str] = []
    for number, topic in enumerate(described):
        labels.append(keyword_label([keyword.term for keyword in topic.keywords], number, labels))
    return labels


def _best_first(row: Any, is_readable: Any) -> tuple[IntArray, FloatArray]:
    """Places and scores of one topic's terms, best first; ties in the order of the alphabet; none that only a machine would write."""
    order = np.lexsort((row.indices, -row.data))
    order = order[is_readable[row.indices[order]]]
    return row.indices[order], row.data[order]


def _as_keywords(places: IntArray, scores: FloatArray, terms: Sequence[str]) -> list[Keyword]:
    return [Keyword(terms[place], float(score)) for place, score in zip(places, scores, strict=True)]
