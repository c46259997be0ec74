"""Words that carry grammar and no topic ("the", "und"), chosen by the language that the corpus itself speaks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

N_SAMPLED = 500
LEAST_SHARE = 0.1
SECOND_LANGUAGE = 0.5
_WORD = re.compile(r"[^\W\d_]+")


def function_words(texts: Sequence[str]) -> frozenset[str]:
    """The function words, lower case, of the language or languages of the corpus; empty where none is recognised."""
    lists = function_words_by_language()
    return frozenset[str]().union(*(lists[language] for language in spoken_languages(texts)))


def spoken_languages(texts: Sequence[str]) -> list[str]:
    """The languages of the corpus, by their English names.

    A language is recognised by the share of its function words among all words of up to 500 texts, evenly drawn:
    the best one from a tenth on, and every other that comes to half of it.
    """
    sampled = texts[:: max(1, len(texts) // N_SAMPLED)]
    counts = Counter(word for text in sampled for word in _WORD.findall(text[:2000].lower()))
    lists = function_words_by_language()
    shares = {language: sum(counts[word] for word in words) / max(counts.total(), 1) for language, words in lists.items()}
    best = max(shares.values())
    return [language for language, share in shares.items() if best >= LEAST_SHARE and share >= SECOND_LANGUAGE * best]


@cache
def function_words_by_language() -> dict[str, frozenset[str]]:
    """English from scikit-learn: the package's English list of 1,333 entries also holds words that name topics."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
    from stop_words import AVAILABLE_LANGUAGES, get_stop_words

    lists = {language: _single_words(get_stop_words(language)) for language in sorted(AVAILABLE_LANGUAGES)}
    return lists | {"english": _single_words(list(ENGLISH_STOP_WORDS))}


def _single_words(entries: Sequence[str]) -> frozenset[str]:
    """Each word of each entry: "isn't" is read as "isn" and "t" by the vectoriser."""
    return frozenset(word for entry in entries for word in _WORD.findall(entry.lower()))
