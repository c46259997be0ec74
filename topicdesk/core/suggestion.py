"""Where unassigned documents would go: a topic and a score for each, and what a threshold makes of them; it knows no strategy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from topicdesk.core.arrays import FloatArray, IntArray

STRATEGIES: dict[str, str] = {
    "centroid": "embedding centroid",
    "neighbours": "nearest neighbours",
    "c-tf-idf": "c-TF-IDF",
}


@dataclass(frozen=True, eq=False)
class Suggestion:
    """What one strategy suggests.

    Attributes
    ----------
    rows : int64 of shape (n,)
        Unassigned documents.
    numbers : int64 of shape (n,)
        The topic that each is nearest to.
    scores : float32 of shape (n,)
        How near, in [0, 1].
    """

    strategy: str
    rows: IntArray
    numbers: IntArray
    scores: FloatArray

    def above(self, threshold: float) -> Suggestion:
        """Only those documents that are at least so near."""
        near = self.scores >= threshold
        return Suggestion(self.strategy, self.rows[near], self.numbers[near], self.scores[near])

    @property
    def n_by_topic(self) -> dict[int, int]:
        """How many documents each topic would get, the most first."""
        numbers, counts = np.unique(self.numbers, return_counts=True)
        order = np.argsort(-counts, kind="stable")
        return {int(numbers[i]): int(counts[i]) for i in order}

    def middle(self) -> float:
        """The score that half of the documents reach, to begin with."""
        return float(np.median(self.scores)) if len(self.scores) else 1.0

    def words(self, threshold: float) -> str:
        """Strategy and threshold, for the log."""
        return f"{STRATEGIES.get(self.strategy, self.strategy)}, at least {threshold:.2f}"
