"""Whether labels tell their topics from the others, judged by documents that took no part in naming; it knows no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from topicdesk.core.arrays import BoolArray, FloatArray, IntArray
from topicdesk.stages.label_choice import centres_of
from topicdesk.stages.label_rules import are_nearly_equal

ELSEWHERE, TOO_BROAD, TOO_NARROW, DUPLICATE = "elsewhere", "too broad", "too narrow", "duplicate"
REACH, LEAST_REACHED = 3, 0.5
MOST_FOREIGN = 2.0
SAME_MEANING = 0.97


@dataclass(frozen=True)
class LabelCheck:
    """How the labels of one analysis fared.

    Attributes
    ----------
    is_right : tuple of bool
        Whether each label's embedding is nearest to the held-out documents of its own topic.
    flags : tuple of tuples of str
        What is doubtful about each label.
    """

    is_valid: tuple[bool, ...]
    is_right: tuple[bool, ...]
    flags: tuple[tuple[str, ...], ...]

    def summary(self) -> dict[str, Any]:
        """As in run.json. `accuracy` counts labels that are valid and right."""
        both = sum(valid and right for valid, right in zip(self.is_valid, self.is_right, strict=True))
        n_labels = len(self.is_right)
        return {
            "n": n_labels,
            "valid": sum(self.is_valid),
            "right": sum(self.is_right),
            "accuracy": round(both / n_labels, 4) if n_labels else None,
            "flagged": sum(bool(flags) for flags in self.flags),
        }


def check_labels(labels: Sequence[str], is_valid: Sequence[bool], label_vectors: FloatArray, held_vectors: FloatArray, held_topic_of: IntArray) -> LabelCheck:
    """Check the label of each topic, in the order of their numbers.

    A label is right where its embedding is nearer to the mean of its own topic's held-out documents than to any other's. A right
    label is too narrow where it reaches at most half of these: of all held-out documents the nearest to it, three times as many as
    its topic has, hold no more of them. Other labels have no part in this: beside one that is too broad the best would look narrow.
    A label is too broad where it draws as many documents of other topics as two topics hold (each counts as one, however large):
    they are nearer to it than to their own label.

    Parameters
    ----------
    label_vectors : float32 of shape (n_topics, n_dimensions), unit rows
    held_vectors : float32 of shape (n_held_out, n_dimensions), unit rows
    held_topic_of : int64 of shape (n_held_out,)
    """
    n_topics = len(labels)
    nearest_topic = (label_vectors @ centres_of(held_vectors, held_topic_of, n_topics).T).argmax(axis=1) if n_topics else np.empty(0)
    likeness = np.dot(held_vectors, label_vectors.T)
    drawn = np.zeros((n_topics, n_topics))  # the share of each topic's documents (row) that each label (column) draws
    nearest_label = likeness.argmax(axis=1) if likeness.size else np.empty(0, dtype=np.int64)
    np.add.at(drawn, (held_topic_of, nearest_label), 1)
    drawn /= np.maximum(drawn.sum(axis=1, keepdims=True), 1)
    foreign = drawn.sum(axis=0) - np.diag(drawn)
    alike = np.dot(label_vectors, label_vectors.T) >= SAME_MEANING
    flags = []
    for topic in range(n_topics):
        twins = (other for other in range(n_topics) if other != topic)
        tests = (
            (ELSEWHERE, nearest_topic[topic] != topic and bool((held_topic_of == topic).any())),
            (TOO_BROAD, foreign[topic] >= MOST_FOREIGN),
            (TOO_NARROW, nearest_topic[topic] == topic and reached(likeness[:, topic], held_topic_of == topic) <= LEAST_REACHED),
            (DUPLICATE, any(alike[topic, other] or are_nearly_equal(labels[topic], labels[other]) for other in twins)),
        )
        flags.append(tuple(name for name, applies in tests if applies))
    return LabelCheck(tuple(is_valid), tuple(bool(nearest_topic[topic] == topic) for topic in range(n_topics)), tuple(flags))


def reached(likeness: FloatArray, is_own: BoolArray) -> float:
    """The share of its topic's documents that a label finds among the nearest to it, three times as many, at most half of all; 1 where there are none."""
    n_own = int(is_own.sum())
    n_near = max(n_own, min(REACH * n_own, len(is_own) // 2))
    return float(is_own[np.argsort(-likeness, kind="stable")[:n_near]].sum() / n_own) if n_own else 1.0
