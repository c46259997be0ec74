"""Which languages a corpus is written in: told sentence by sentence by py3langid, whose model lies in its package; it knows no list of words.

A corpus may speak several, such as German texts with English titles; what only looks like a language in a few short pieces does not count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from topicdesk.core.errors import TopicDeskError
from topicdesk.core.languages import LANGUAGES, Language, find_language, named_languages

STAGE_VERSION = 1
N_SAMPLED, N_CHARACTERS = 500, 1500
FEWEST_LETTERS = 20  # of a piece: shorter ones are told wrongly too often
LEAST_SHARE = 0.02
LEAST_FUNCTION_WORDS = 0.15
_PIECES = re.compile(r"(?<=[.!?])\s+|(?<=[。！？।])|\n+")
_SAME = {"nn": "no", "yue": "zh", "wuu": "zh", "arz": "ar", "ary": "ar"}
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Spoken:
    """A language of a corpus, and how much of its letters are in it: in (0, 1]."""

    language: Language
    share: float


def spoken_languages(texts: Sequence[str]) -> tuple[Spoken, ...]:
    """The languages of the corpus, most spoken first; none where no text has letters.

    Up to 500 texts, evenly drawn, are cut into sentences; each counts by its letters. Beside the first language only those count that
    come to a fiftieth and, where words stand apart, whose sentences hold function words of theirs which the first language does not have.
    """
    pieces = _pieces(texts)
    said = Counter[str]()
    of_language: dict[str, list[str]] = {}
    for piece, n_letters in pieces:
        code = _told(piece)
        said[code] += n_letters
        of_language.setdefault(code, []).append(piece)
    total = said.total()
    ordered = [(language, said[language.code] / total) for code, _ in said.most_common() if (language := find_language(code)) is not None]
    first = ordered[0][0] if ordered else None
    return tuple(
        Spoken(language, share)
        for language, share in ordered
        if language is first or (share >= LEAST_SHARE and first is not None and _is_really(language, first, of_language[language.code]))
    )


def languages_of(texts: Sequence[str], chosen: str = "") -> tuple[Language, ...]:
    """The languages that are chosen by name ("German, English"), else those that the texts are in."""
    return named_languages(chosen) or tuple(spoken.language for spoken in spoken_languages(texts))


def _pieces(texts: Sequence[str]) -> list[tuple[str, int]]:
    """Sentences with their number of letters; whole texts where all sentences are short."""
    sampled = [text[:N_CHARACTERS] for text in texts[:: max(1, len(texts) // N_SAMPLED)]]
    counted = [(piece, _n_letters(piece)) for text in sampled for piece in _PIECES.split(text)]
    return [one for one in counted if one[1] >= FEWEST_LETTERS] or [(text, n) for text in sampled if (n := _n_letters(text))]


def _n_letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _is_really(language: Language, first: Language, pieces: Sequence[str]) -> bool:
    from topicdesk.stages.function_words import function_words_of

    if language.is_unspaced:
        return True
    own = function_words_of([language]) - function_words_of([first])
    words = [word for piece in pieces for word in _WORD.findall(piece.lower())]
    return sum(word in own for word in words) >= LEAST_FUNCTION_WORDS * len(words)


def _told(piece: str) -> str:
    code = str(_identifier().classify(piece)[0])
    return _SAME.get(code, code)


@cache
def _identifier() -> Any:
    """One of our own, so that nobody else's choice of languages changes it. Raises TopicDeskError where it finds no room to unpack its model."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    try:
        identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    except OSError as error:
        why = f"what that needs could not be written into the temporary folder ({error.strerror})"
        raise TopicDeskError(f"The languages of the texts cannot be told: {why}. Free some space there and run again; what was finished is kept.") from error
    identifier.set_languages([*(language.code for language in LANGUAGES), *_SAME])
    return identifier
