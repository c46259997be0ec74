"""A label made of keywords, where no language model and no person has given one."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def keyword_label(terms: Sequence[str], number: int, taken: Collection[str]) -> str:
    """The first terms that say something new, as many as make a label that is not `taken`; "Topic 7" for the topic 6 without terms."""
    kept = _without_repetition(terms)
    text = next((label for n in range(3, len(kept) + 1) if (label := ", ".join(kept[:n])) not in taken), ", ".join(kept[:3]))
    return text if text and text not in taken else f"Topic {number + 1}" + (f": {text}" if text else "")


def _without_repetition(terms: Sequence[str]) -> list[str]:
    """Terms whose words are not all said by an earlier term; "learning" after "machine learning" is left out."""
    kept: list[str] = []
    for term in terms:
        if not any(set(term.split()) <= set(earlier.split()) for earlier in kept):
            kept.append(term)
    return kept or list(terms)
