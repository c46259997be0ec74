"""Which of several answers becomes a topic's label, and which topics are asked again; it knows no model and no project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.stages.label_rules import are_nearly_equal

MOST_MARGIN = 0.1
WORTH_OF_NEWS = 0.05
WORTH_OF_CONFIDENCE = 0.05
FAR_FROM_OWN = -0.05


@dataclass(frozen=True)
class Candidate:
    """One answer for a topic.

    Attributes
    ----------
    refusal : str
        Why it is not fit; empty where it is.
    log_probability : float
        The mean over its tokens.
    says_more : bool
        Whether it holds a word of the topic's texts that the keywords do not, and no other.
    margin : float
        How much nearer its embedding is to its own topic than to the nearest other one, by documents that are not held out.
    place : int
        Where the answer stands among all answers.
    """

    text: str
    refusal: str
    log_probability: float
    says_more: bool
    margin: float
    place: int

    @property
    def is_fit(self) -> bool:
        """Whether it may become the label."""
        return not self.refusal

    @property
    def worth(self) -> tuple[bool, float]:
        """Nearer to its own topic first; then nearness, a word of its own and the model's confidence together."""
        return self.margin > 0, min(self.margin, MOST_MARGIN) + WORTH_OF_NEWS * self.says_more + WORTH_OF_CONFIDENCE * self.log_probability


@dataclass(frozen=True)
class Choice:
    """The label of one topic, None where its keywords have to do, and what else was fit, best first."""

    label: Candidate | None
    alternatives: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Again:
    """A topic to be asked again.

    Attributes
    ----------
    rivals : tuple of int
        The topics whose label is nearly the same.
    may_stay : bool
        Whether its best answer would do, and another is only hoped to be nearer.
    """

    topic: int
    rivals: tuple[int, ...] = field(default=())
    may_stay: bool = False


def margins(vectors: FloatArray, topics: Sequence[int], centres: FloatArray) -> list[float]:
    """How much nearer each text is to its own topic than to the nearest other one; its nearness alone where there is one topic.

    Parameters
    ----------
    vectors : float32 of shape (n_texts, n_dimensions), unit rows
    centres : float32 of shape (n_topics, n_dimensions), unit rows
    """
    found = []
    for row, topic in zip(vectors @ centres.T, topics, strict=True):
        others = np.delete(row, topic)
        found.append(float(row[topic] - others.max()) if len(others) else float(row[topic]))
    return found


def telling_first(likeness: FloatArray, topic: int) -> list[int]:
    """The places of texts, those first that are near to a topic and nearer than to any other: nearness and its lead count alike.

    Parameters
    ----------
    likeness : float32 of shape (n_texts, n_topics)
        Cosine of each text to each topic's middle.
    """
    own = likeness[:, topic]
    others = np.delete(likeness, topic, axis=1)
    worth = 2 * own - others.max(axis=1) if others.shape[1] else own
    places: list[int] = np.argsort(-worth, kind="stable").tolist()
    return places


def centres_of(vectors: FloatArray, topic_of: IntArray, n_topics: int) -> FloatArray:
    """The direction of each topic's mean embedding: float32 of shape (n_topics, n_dimensions), unit rows, zeros without documents."""
    sums = np.zeros((n_topics, vectors.shape[1]), dtype=np.float32)
    for topic in range(n_topics):
        sums[topic] = vectors[topic_of == topic].sum(axis=0)
    unit: FloatArray = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), np.float32(1e-12))
    return unit


def ask_again(candidates: Sequence[Sequence[Candidate]], near_enough: float = 0.0, are_alike: Callable[[str, str], bool] = are_nearly_equal) -> list[Again]:
    """The topics without a fit answer that is nearest to themselves, those whose best answers are nearly equal, and those with a margin below `near_enough`."""
    best = [_ranked(of_topic)[0] if _ranked(of_topic) else None for of_topic in candidates]
    again = []
    for topic, own in enumerate(best):
        rivals = tuple(
            other for other, their in enumerate(best) if other != topic and own is not None and their is not None and are_alike(own.text, their.text)
        )
        may_stay = own is not None and own.margin > 0 and not rivals
        if own is None or not may_stay or own.margin < near_enough:
            again.append(Again(topic, rivals, may_stay))
    return again


def choose(candidates: Sequence[Sequence[Candidate]], are_alike: Callable[[str, str], bool] = are_nearly_equal) -> list[Choice]:
    """A label for each topic, no two nearly equal: the surer topic keeps what two want, the other takes its next answer.

    An answer that speaks of another topic more than of its own is no label: keywords are better than a wrong name.
    """
    ranked = [[one for one in _ranked(of_topic) if one.margin > FAR_FROM_OWN] for of_topic in candidates]
    order = sorted((topic for topic in range(len(ranked)) if ranked[topic]), key=lambda topic: (-ranked[topic][0].margin, topic))
    labels: dict[int, Candidate] = {}
    for topic in order:
        free = (one for one in ranked[topic] if not any(are_alike(one.text, label.text) for label in labels.values()))
        if (label := next(free, None)) is not None:
            labels[topic] = label
    return [_choice(labels.get(topic), _ranked(of_topic)) for topic, of_topic in enumerate(candidates)]


def _choice(label: Candidate | None, ranked: Sequence[Candidate]) -> Choice:
    seen = {label.text.casefold()} if label else set()
    others = []
    for one in ranked:
        if one.text.casefold() not in seen:
            seen.add(one.text.casefold())
            others.append(one)
    return Choice(label, tuple(others))


def _ranked(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The fit ones, best first; of equal ones the first answer."""
    return sorted((one for one in candidates if one.is_fit), key=lambda one: (not one.worth[0], -one.worth[1], one.place))
