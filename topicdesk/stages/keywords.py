"""What each topic is about in words: c-TF-IDF, KeyBERT and maximal marginal relevance, side by side.

Sources: Grootendorst (2022), BERTopic, arXiv:2203.05794 (c-TF-IDF); KeyBERT; Carbonell and Goldstein (1998) (MMR).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from topicdesk.core.analysis import Keyword, TopicAssignment
from topicdesk.core.arrays import FloatArray
from topicdesk.core.keyword_label import keyword_label
from topicdesk.core.progress import Progress
from topicdesk.core.settings import KeywordSettings
from topicdesk.stages.function_words import function_words

STAGE_VERSION = 1
N_MMR_CANDIDATES = 30
LONGEST_TERM = 100  # characters: a key or a picture in base64 is no keyword, and would fill the prompt
ANY_WORD = r"(?u)\b\w\w+\b"
WORD_WITH_LETTERS = r"(?u)\b[^\W\d_]\w*(?:[-'’][^\W\d_]\w*)*\b(?<=\w\w)"

EmbedTerms = Callable[[Sequence[str]], FloatArray]


@dataclass(frozen=True)
class TopicKeywords:
    """The three aspects of one topic, each best first."""

    keywords: tuple[Keyword, ...]
    keybert: tuple[Keyword, ...]
    mmr: tuple[Keyword, ...]


def describe_topics(
    texts: Sequence[str],
    assignment: TopicAssignment,
    vectors: FloatArray,
    embed_terms: EmbedTerms,
    settings: KeywordSettings,
    progress: Progress = Progress(),  # noqa: B008
) -> list[TopicKeywords]:
    """The keywords of each topic, in the order of their numbers.

    Parameters
    ----------
    vectors : float32 of shape (n_documents, n_dimensions), unit rows
        Embeddings of the documents.
    embed_terms : callable
        Words and phrases to unit vectors of shape (n_terms, n_dimensions), by the same model.
    """
    if not assignment.n_topics:
        return []
    terms, scores = class_tfidf(texts, assignment, settings)
    progress(1, 3)
    candidates = [_best(scores[topic], terms, max(settings.n_candidates, N_MMR_CANDIDATES)) for topic in range(assignment.n_topics)]
    joined = [" ".join(k.term for k in found[:N_MMR_CANDIDATES]) for found in candidates]
    distinct = sorted({keyword.term for found in candidates for keyword in found} | set(joined))
    embedded = dict(zip(distinct, embed_terms(distinct), strict=True)) if distinct else {}
    progress(2, 3)
    described = []
    for topic, found in enumerate(candidates):
        own = vectors[assignment.topic_of == topic].mean(axis=0)
        described.append(
            TopicKeywords(
                tuple(found[: settings.n_keywords]),
                tuple(keybert(found[: settings.n_candidates], embedded, own)[: settings.n_keywords]),
                tuple(diverse(found[:N_MMR_CANDIDATES], embedded, joined[topic], settings)),
            )
        )
    progress(3, 3)
    return described


def class_tfidf(texts: Sequence[str], assignment: TopicAssignment, settings: KeywordSettings) -> tuple[list[str], Any]:
    """Score of each term for each topic: tf of the term in the topic, times log(1 + mean topic length / tf over all).

    As in BERTopic the unassigned documents count as one more class, whose scores are left out.

    Returns
    -------
    terms : list of str
    scores : scipy sparse matrix of shape (n_topics, n_terms), float64
    """
    from scipy import sparse
    from sklearn.preprocessing import normalize

    vectoriser = _vectoriser(texts, settings)
    try:
        counts = vectoriser.fit_transform(texts)
    except ValueError:  # nothing but function words, or no word at all
        return [], sparse.csr_matrix((assignment.n_topics, 0))
    n_classes = assignment.n_topics + 1
    members = sparse.csr_matrix((np.ones(len(texts)), (assignment.topic_of % n_classes, np.arange(len(texts)))), shape=(n_classes, len(texts)))
    per_class = members @ counts
    if not per_class[-1].nnz:
        per_class = per_class[:-1]
    frequency = np.asarray(per_class.sum(axis=0)).ravel()
    mean_length = int(per_class.sum(axis=1).mean())
    share = normalize(per_class, norm="l1", axis=1)
    if settings.reduce_frequent_words:
        share = share.sqrt()
    scores = share @ sparse.diags(np.log(mean_length / frequency + 1))
    return list(vectoriser.get_feature_names_out()), sparse.csr_matrix(scores)[: assignment.n_topics]


def keybert(candidates: Sequence[Keyword], embedded: dict[str, FloatArray], topic_vector: FloatArray) -> list[Keyword]:
    """All candidates by the cosine of their embedding to the mean embedding of the topic's own documents, best first."""
    if not candidates:
        return []
    matrix = np.stack([embedded[candidate.term] for candidate in candidates])
    nearness = matrix @ topic_vector / max(float(np.linalg.norm(topic_vector)), 1e-12)
    return [Keyword(candidates[i].term, float(nearness[i])) for i in np.argsort(-nearness, kind="stable")]


def diverse(candidates: Sequence[Keyword], embedded: dict[str, FloatArray], joined: str, settings: KeywordSettings) -> list[Keyword]:
    """`n_keywords` candidates that are near to all of them together and unlike one another, with their c-TF-IDF scores."""
    if not candidates:
        return []
    matrix = np.stack([embedded[candidate.term] for candidate in candidates])
    nearness, likeness = matrix @ embedded[joined], matrix @ matrix.T
    chosen = [int(np.argmax(nearness))]
    while len(chosen) < min(settings.n_keywords, len(candidates)):
        worth = (1 - settings.mmr_diversity) * nearness - settings.mmr_diversity * likeness[:, chosen].max(axis=1)
        worth[chosen] = -np.inf
        chosen.append(int(np.argmax(worth)))
    return [candidates[i] for i in sorted(chosen)]


def keyword_labels(described: Sequence[TopicKeywords]) -> list[str]:
    """A label for each topic from its first keywords, all different; "Topic 7" where a topic has no keyword."""
    labels: list[str] = []
    for number, topic in enumerate(described):
        labels.append(keyword_label([keyword.term for keyword in topic.keywords], number, labels))
    return labels


def _vectoriser(texts: Sequence[str], settings: KeywordSettings) -> Any:
    from sklearn.feature_extraction.text import CountVectorizer

    if settings.function_words == "keep":
        return CountVectorizer(ngram_range=(1, settings.ngram_max), token_pattern=ANY_WORD)
    left_out = sorted(function_words(texts))
    return CountVectorizer(ngram_range=(1, settings.ngram_max), stop_words=left_out or None, token_pattern=WORD_WITH_LETTERS)


def _best(row: Any, terms: Sequence[str], n_best: int) -> list[Keyword]:
    """The terms of one topic with the highest scores; ties in the order of the alphabet; none that only a machine would write."""
    order = np.lexsort((row.indices, -row.data))
    readable = (i for i in order if len(terms[row.indices[i]]) <= LONGEST_TERM)
    return [Keyword(terms[row.indices[i]], float(row.data[i])) for i in itertools.islice(readable, n_best)]
