"""Which documents hold words, the best first; it knows no widget."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from topicdesk.core.arrays import IntArray
from topicdesk.core.corpus import Corpus

IN_TITLE = 3.0  # a word in the title counts as much as about so many in the text
N_BETWEEN_CHECKS = 1000


def words_of(text: str) -> tuple[str, ...]:
    """What is looked for: each word once, whatever its case; a single letter of an alphabet finds nothing of use."""
    words = dict.fromkeys(text.casefold().split())
    return tuple(word for word in words if len(word) > 1 or not word.isascii())


def narrows(words: tuple[str, ...], earlier: tuple[str, ...]) -> bool:
    """Whether every document that holds `words` is among those that hold the earlier ones, as where somebody goes on typing."""
    return bool(earlier) and all(any(old in new for new in words) for old in earlier)


def documents_with(words: tuple[str, ...], corpus: Corpus, among: IntArray | None = None, is_stale: Callable[[], Any] = lambda: False) -> IntArray:
    """Rows of the documents whose title or text holds each of the words: int64, the best first; an incomplete answer once `is_stale()`.

    Words in the title count most, then how often the text holds them; documents that are alike in this keep the corpus's order.
    """
    candidates = range(len(corpus.documents)) if among is None else np.sort(among).tolist()
    rows, scores = [], []
    for n_seen, row in enumerate(candidates if words else ()):
        if n_seen % N_BETWEEN_CHECKS == 0 and is_stale():
            break
        document = corpus.documents[row]
        title, text = (document.title or "").casefold(), document.text.casefold()
        if all(word in text or word in title for word in words):
            rows.append(row)
            scores.append(sum(IN_TITLE * (word in title) + math.log1p(text.count(word)) for word in words))
    order = np.argsort(-np.array(scores, dtype=np.float64), kind="stable")
    return np.array(rows, dtype=np.int64)[order]
