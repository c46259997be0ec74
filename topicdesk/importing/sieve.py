"""Which texts are analysed, and as what: the researcher's choices applied text after text and counted, and a survey of what each choice would do."""

from __future__ import annotations

from collections import Counter
from typing import Any

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.cells import UNSPACED
from topicdesk.importing.cleaning import CLEANING

EMPTY_TEXT = "empty text"
EMPTIED_TEXT = "nothing left after cleaning"
REPEATED_TEXT = "repeats an earlier text"
MOST_SURVEYED_WORDS = 20
N_EXAMPLES = 3
_N_AROUND = 3
_N_SHOWN = 9


class TextSieve:
    """Cleans texts and leaves out those that are not to be analysed, in the order of the corpus.

    Attributes
    ----------
    dropped : Counter of str
        How many texts were left out, by the one reason that came first: empty, emptied by the cleaning, too short, repeated.
    cleaned : Counter of str
        How many texts each step of the cleaning changed, those that are left out among them.

    Raises
    ------
    InputError
        For a step that there is not, or a number of words that makes no sense.
    """

    def __init__(self, source: CorpusSource) -> None:
        unknown = [name for name in source.clean if name not in CLEANING]
        if unknown:
            raise InputError(f"--clean {unknown[0]}: there is no such cleaning; there are {', '.join(CLEANING)}.")
        if source.min_words is not None and source.min_words < 1:
            raise InputError(f"--min-words {source.min_words}: it takes 1 or a larger number.")
        self.dropped: Counter[str] = Counter()
        self.cleaned: Counter[str] = Counter()
        self._steps = [(name, step) for name, step in CLEANING.items() if name in source.clean]
        self._min_words = source.min_words or 0
        self._seen: set[str] | None = set() if source.drop_duplicates else None

    @property
    def changes_nothing(self) -> bool:
        """Whether every text that is not empty passes as it is."""
        return not self._steps and self._min_words < 2 and self._seen is None

    def take(self, text: str) -> str:
        """The text as it is analysed; empty for one that is left out."""
        if not text:
            return self._left_out(EMPTY_TEXT)
        for name, step in self._steps:
            shorter = step(text)
            if shorter != text:
                self.cleaned[name] += 1
                text = shorter
        if not text:
            return self._left_out(EMPTIED_TEXT)
        if self._min_words > 1 and count_words(text, self._min_words) < self._min_words:
            return self._left_out(f"fewer than {self._min_words} words")
        if self._seen is not None:
            if text in self._seen:
                return self._left_out(REPEATED_TEXT)
            self._seen.add(text)
        return text

    def _left_out(self, reason: str) -> str:
        self.dropped[reason] += 1
        return ""


class Survey:
    """Counts what each choice would do to texts as they stand in the file, with the first examples of it.

    Attributes
    ----------
    n_texts : int
        How many texts were looked at, empty ones among them.
    """

    def __init__(self) -> None:
        self.n_texts = 0
        self._counts: Counter[str] = Counter()
        self._of_length: Counter[int] = Counter()
        self._examples: dict[str, list[dict[str, Any]]] = {name: [] for name in (*CLEANING, "short", "duplicates")}
        self._first_row: dict[int, int] = {}

    def look(self, row: int, text: str) -> None:
        """Take note of one text and the row that it stands in."""
        self.n_texts += 1
        if not text:
            self._counts["empty"] += 1
            return
        for name, step in CLEANING.items():
            if (shorter := step(text)) != text:
                self._take_note(name, row, text, shorter)
        n_words = int(count_words(text, MOST_SURVEYED_WORDS))
        if n_words < MOST_SURVEYED_WORDS:
            self._of_length[n_words] += 1
            shortest = self._examples["short"]
            if len(shortest) < N_EXAMPLES or n_words < shortest[-1]["n_words"]:
                shortest.append({"row": row, "n_words": n_words, "before": _shown(text.split()), "after": ""})
                shortest.sort(key=lambda example: example["n_words"])
                del shortest[N_EXAMPLES:]
        first = self._first_row.setdefault(hash(text), row)
        if first != row:
            self._counts["duplicates"] += 1
            if len(self._examples["duplicates"]) < N_EXAMPLES:
                self._examples["duplicates"].append({"row": row, "before": _shown(text.split(None, _N_SHOWN + 1)), "after": f"row {first:,}"})

    def to_dict(self, with_examples: bool = True) -> dict[str, Any]:
        """Plain values: `n_texts`, `empty`, and for each choice its count; `short` counts texts by their number of words, 0 to 19.

        Each example has a row, its text `before`, and what stands there `after`: nothing for a short text, the earlier row for a repeated one.
        """
        values: dict[str, Any] = {"n_texts": self.n_texts, "empty": self._counts["empty"], "duplicates": self._counts["duplicates"]}
        values |= {name: self._counts[name] for name in CLEANING} | {"short": [self._of_length[n] for n in range(MOST_SURVEYED_WORDS)]}
        return values | ({"examples": self._examples} if with_examples else {})

    def _take_note(self, step: str, row: int, text: str, shorter: str) -> None:
        self._counts[step] += 1
        if len(self._examples[step]) < N_EXAMPLES:
            before, after = where_they_part(text, shorter)
            self._examples[step].append({"row": row, "before": before, "after": after})


def count_words(text: str, at_most: int) -> float:
    """How many words a text holds, counted no further than `at_most`; scripts without spaces count two characters a word."""
    spaced, n_unspaced = UNSPACED.subn(" ", text[: 64 * at_most])
    return min(n_unspaced / 2 + len(spaced.split(None, at_most)), at_most)


def where_they_part(before: str, after: str) -> tuple[str, str]:
    """Both texts in a few words around the first that differs."""
    old, new = before.split(), after.split()
    place = next((i for i, (one, other) in enumerate(zip(old, new)) if one != other), min(len(old), len(new)))
    start = max(0, place - _N_AROUND)
    opening = "… " if start else ""
    return opening + _shown(old[start:]), opening + _shown(new[start:])


def _shown(words: list[str]) -> str:
    some = " ".join(word[:80] for word in words[:_N_SHOWN])
    return some + " …" * (len(words) > _N_SHOWN)
