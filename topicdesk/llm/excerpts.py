"""The most telling sentences of a topic's documents within a budget of tokens; it knows no prompt and no model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

CountTokens = Callable[[str], int]

FEWEST_TOKENS = 8  # an excerpt of less says nothing
MOST_READ = 50_000  # characters of a document that are looked through
CHARACTERS_A_TOKEN = 16  # no vocabulary's tokens are longer on average
GAP = " ... "
FIRST_SENTENCE = 0.3  # the beginning says what a text is about; worth about a third of the best keyword
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"')\]]*\s+|(?<=[。！？])")


def choose_excerpts(documents: Sequence[str], keywords: Sequence[str], count_tokens: CountTokens, n_tokens: int) -> tuple[list[str], bool]:
    """An excerpt of each document, each an equal share of the tokens (what short ones leave over goes to the next), and whether any was cut.

    Parameters
    ----------
    documents : sequence of str
        In one line each, most typical first.
    keywords : sequence of str
        Best first; they tell which sentences are telling.
    """
    excerpts: list[str] = []
    left, cut = n_tokens, False
    for number, document in enumerate(documents):
        share = left // (len(documents) - number)
        if share < FEWEST_TOKENS:
            return excerpts, True
        excerpt = _excerpt(document, keywords, count_tokens, share)
        cut |= excerpt != document
        left -= count_tokens(excerpt)
        excerpts.append(excerpt)
    return excerpts, cut


def _excerpt(document: str, keywords: Sequence[str], count_tokens: CountTokens, n_tokens: int) -> str:
    """The whole document where it fits; else its most telling sentences, in their order; else the beginning of the most telling one."""
    if len(document) <= n_tokens * CHARACTERS_A_TOKEN and count_tokens(document) <= n_tokens:
        return document
    sentences = [sentence for sentence in _SENTENCE_END.split(document[:MOST_READ]) if sentence]
    by_worth = sorted(range(len(sentences)), key=lambda place: (-_worth(sentences[place], keywords, place == 0), place))
    chosen: list[int] = []
    for place in by_worth:
        joined = _joined(sentences, sorted([*chosen, place]))
        if len(joined) <= n_tokens * CHARACTERS_A_TOKEN and count_tokens(joined) <= n_tokens:
            chosen.append(place)
        if len(joined) > n_tokens * CHARACTERS_A_TOKEN and chosen:
            break
    return _joined(sentences, sorted(chosen)) if chosen else _beginning(sentences[by_worth[0]], count_tokens, n_tokens)


def _worth(sentence: str, keywords: Sequence[str], is_first: bool) -> float:
    """How much of what the keywords stand for a sentence says, for its length; earlier keywords count more."""
    said = sentence.casefold()
    found: float = sum((rank + 1) ** -0.5 for rank, keyword in enumerate(keywords) if keyword.casefold() in said)
    return (found + FIRST_SENTENCE * is_first) / (1 + len(sentence) / 200)


def _joined(sentences: Sequence[str], places: Sequence[int]) -> str:
    """The sentences at these places, with a mark where something is left out."""
    text, expected = "", 0
    for place in places:
        text += (GAP.lstrip() if not text else GAP) if place != expected else (" " if text else "")
        text += sentences[place]
        expected = place + 1
    return text if expected == len(sentences) else f"{text}{GAP.rstrip()}"


def _beginning(text: str, count_tokens: CountTokens, n_tokens: int) -> str:
    """What fits: whole words, but characters where words are as long as the excerpt (Chinese, Thai)."""
    mark = GAP.rstrip()
    start = text[: n_tokens * CHARACTERS_A_TOKEN]
    words = start.split(" ")
    kept = " ".join(words[: _most(len(words), lambda n: count_tokens(" ".join(words[:n]) + mark) <= n_tokens)])
    if count_tokens(kept) <= n_tokens // 2:
        kept = start[: _most(len(start), lambda n: count_tokens(start[:n] + mark) <= n_tokens)]
    return kept + mark


def _most(n_at_most: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to `n_at_most` that fits, where every smaller one fits too; 0 needs not be asked."""
    low, high = 0, n_at_most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low
