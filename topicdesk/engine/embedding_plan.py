"""In which blocks the embeddings of a corpus lie: the usual blocks of its distinct texts, or, after an update, those of the texts before and new ones."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from topicdesk.core.arrays import IntArray
from topicdesk.engine.keys import block_key, computing_versions
from topicdesk.project.cache import ArtifactTable, cache_key
from topicdesk.stages.embedding import EmbeddingNumerics

KEYS, PLACES = 0, 1  # the blocks of a stored plan


@dataclass(frozen=True)
class Embedder:
    """What embeds: the model's hash, the numerics, the libraries' versions."""

    sha256: str
    numerics: EmbeddingNumerics
    versions: dict[str, str]

    def block_key(self, texts: Sequence[str]) -> str:
        """The cache key of a block of these texts."""
        return block_key(texts, self.sha256, self.numerics, self.versions)


@dataclass(frozen=True, eq=False)
class Plan:
    """The blocks, and where in them, one laid after the other, each distinct text of the corpus is.

    Attributes
    ----------
    keys : tuple of str
    sizes : tuple of int
        Texts in each block; those of an earlier corpus may hold texts that are gone.
    places : int64 of shape (n_distinct,)
    n_earlier : int
        How many of the blocks, the first, are of an earlier corpus: they can be read, not made anew.
    """

    keys: tuple[str, ...]
    sizes: tuple[int, ...]
    places: IntArray
    n_earlier: int = 0

    @cached_property
    def starts(self) -> list[int]:
        """Where each block begins."""
        return [0, *itertools.accumulate(self.sizes)][: len(self.sizes)]

    def members(self, number: int) -> list[int]:
        """Which of the corpus's distinct texts are in a block, in their order there."""
        bounds = self.starts[number], self.starts[number] + self.sizes[number]
        first, end = np.searchsorted(self.places, bounds, sorter=self._order)
        return list(self._order[first:end].tolist())

    @cached_property
    def _order(self) -> IntArray:
        return np.argsort(self.places)

    @property
    def key(self) -> str:
        """The name of all embeddings together."""
        if not self.n_earlier:
            return cache_key("embeddings", 1, blocks=list(self.keys))
        return cache_key("embeddings", 1, blocks=list(self.keys), places=self.places.tolist())


def usual_plan(distinct: Sequence[str], embedder: Embedder) -> Plan:
    """Blocks of fixed size in the order of first appearance."""
    blocks = _cut(distinct, embedder)
    return Plan(tuple(key for key, _ in blocks), tuple(size for _, size in blocks), np.arange(len(distinct), dtype=np.int64))


def plan_key(fingerprint: str, embedder: Embedder) -> str:
    """The cache key of a corpus's plan."""
    return cache_key(
        "embedding plan", 1, corpus=fingerprint, model=embedder.sha256, numerics=vars(embedder.numerics), versions=computing_versions(embedder.versions)
    )  # fmt: skip


def plan_of(artifacts: ArtifactTable, fingerprint: str, distinct: Sequence[str], embedder: Embedder) -> Plan:
    """The plan that an update has left for this corpus, else the usual one."""
    key = plan_key(fingerprint, embedder)
    stored, places = artifacts.values(key, KEYS), artifacts.array(key, PLACES)
    if stored is None or places is None or len(places) != len(distinct):
        return usual_plan(distinct, embedder)
    return Plan(tuple(stored["keys"]), tuple(stored["sizes"]), places, stored["n_earlier"])


def stored_form(plan: Plan) -> tuple[tuple[int, Any], ...]:
    """The plan as blocks of an artifact: (number, value)."""
    return (KEYS, {"keys": plan.keys, "sizes": plan.sizes, "n_earlier": plan.n_earlier}), (PLACES, plan.places)


def extended_plan(earlier: Plan, known: Sequence[str], distinct: Sequence[str], embedder: Embedder, is_there: Callable[[str], bool]) -> Plan:
    """A plan for a later corpus: texts that are embedded already stay in their blocks, the others get blocks of their own.

    Parameters
    ----------
    known : sequence of str
        The distinct texts of the earlier corpus, which `earlier` is the plan of.
    is_there : callable
        Whether a block is in the cache.
    """
    place_of: dict[str, int] = {}
    keys: list[str] = []
    sizes: list[int] = []
    wanted, n_places = set(distinct), 0
    for number, key in enumerate(earlier.keys):
        members = earlier.members(number)
        if any(known[text] in wanted for text in members) and is_there(key):
            shift = n_places - earlier.starts[number]
            place_of |= {known[text]: int(earlier.places[text]) + shift for text in members}
            keys.append(key)
            sizes.append(earlier.sizes[number])
            n_places += earlier.sizes[number]
    n_earlier = len(keys)
    further = [text for text in distinct if text not in place_of]
    place_of |= {text: n_places + place for place, text in enumerate(further)}
    for key, size in _cut(further, embedder):
        keys.append(key)
        sizes.append(size)
    return Plan(tuple(keys), tuple(sizes), np.array([place_of[text] for text in distinct], dtype=np.int64), n_earlier)


def _cut(texts: Sequence[str], embedder: Embedder) -> list[tuple[str, int]]:
    size = embedder.numerics.block_size
    return [(embedder.block_key(texts[start : start + size]), len(texts[start : start + size])) for start in range(0, len(texts), size)]
