"""Words that carry grammar and no topic ("the", "und"), by language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources

from topicdesk.core.languages import Language
from topicdesk.stages.words import words_of

_LISTS = {
    "ar": "arabic", "bg": "bulgarian", "ca": "catalan", "cs": "czech", "da": "danish", "nl": "dutch", "fi": "finnish",
    "fr": "french", "de": "german", "gu": "gujarati", "he": "hebrew", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ms": "malaysian",
    "it": "italian", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sk": "slovak", "es": "spanish",
    "sv": "swedish", "tr": "turkish", "uk": "ukrainian", "vi": "vietnamese", "fa": "persian", "el": "greek", "zh": "chinese", "ja": "japanese",
    "ko": "korean",
}  # fmt: skip


def function_words_of(languages: Iterable[Language]) -> frozenset[str]:
    """The function words, lower case, of these languages together; empty for those of which there is no list."""
    lists = function_words_by_code()
    codes = [language.code for language in languages]
    return frozenset[str]().union(*(lists.get(code, frozenset()) | _lacking().get(code, frozenset()) for code in codes))


@cache
def function_words_by_code() -> dict[str, frozenset[str]]:
    """The lists as their package has them, and our own; English is scikit-learn's: the other's 1,333 entries also hold words that name topics."""
    from stop_words import get_stop_words

    own = {code: words for code, words in _lacking().items() if code not in _LISTS}
    return {code: _single_words(get_stop_words(name)) for code, name in _LISTS.items()} | own


@cache
def _lacking() -> dict[str, frozenset[str]]:
    """What the lists should hold and do not; words with an apostrophe or a hyphen inside also as they are."""
    lines = resources.files("topicdesk.stages").joinpath("function_words.txt").read_text("utf-8").splitlines()
    return {code: _single_words(words.split()).union(words.split()) for code, _, words in (line.partition(":") for line in lines if not line.startswith("#"))}


def _single_words(entries: Sequence[str]) -> frozenset[str]:
    """Each word of each entry: "isn't" is read as "isn" and "t" by the vectoriser."""
    return frozenset(word for entry in entries for word in words_of(entry.lower()))
