"""How a text is cut into words in each way of writing: words between spaces, with vowel signs and elisions, or by a segmenter; it leaves none out.

Segmenters are extras of the package: rjieba for Chinese, SudachiPy for Japanese, PyThaiNLP for Thai. Nothing is downloaded.
"""

from __future__ import annotations

import importlib.util
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import metadata
from itertools import chain, groupby

from topicdesk.core.languages import Language

ANY_WORD = r"(?u)\b\w\w+\b"
WORD_WITH_LETTERS = r"(?u)\b[^\W\d_]\w*(?:[-'’][^\W\d_]\w*)*\b(?<=\w\w)"
SEGMENTERS = {"zh": ("rjieba",), "ja": ("sudachipy", "sudachidict_small"), "th": ("pythainlp",)}  # modules, named like their packages
_LETTERS = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile(r"[\u0e00-\u0e4e\u0e80-\u0ecd\u1000-\u1049\u1780-\u17d3\u3005\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_KANA, _THAI = re.compile(r"[\u3040-\u30ff]"), re.compile(r"[\u0e00-\u0e7f]")
_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|un|(?:d|n|s)?[ae]ll|dall|sull|quell|quest|nessun|tutt|anch|com|dov)['’](?=[^\W\d_])")
_JAPANESE_CONTENT = ("名詞", "形状詞")

Cut = Callable[[str], list[list[str]]]


def words_of(text: str) -> list[str]:
    """The words of a text that is written with spaces, vowel signs and all."""
    return re.findall(_marked_word(), text) if not text.isascii() and _has_marks(text) else _LETTERS.findall(text)


def pattern_of(languages: Sequence[Language]) -> str:
    """What a word is, as a regular expression: with letters, of two characters at least."""
    marked = ("hi", "gu", "bn", "mr", "ne", "pa", "si", "ta", "te", "kn", "ml", "ar", "fa", "ur", "ps", "he", "th", "km", "lo", "my")
    return _marked_word(r"(?:[-'’]{word})*", 2) if any(language.code in marked for language in languages) else WORD_WITH_LETTERS


def without_elisions(text: str) -> str:
    """A text in lower case without articles that lean on the next word: "l'homme" is about "homme"."""
    return _ELISION.sub("", text)


def passing_over_elisions(pattern: str) -> str:
    """The pattern of a word as one whose group is the word without an article that leans on it."""
    return f"(?u)(?:{_ELISION.pattern})?({pattern.removeprefix('(?u)')})"


def lacking_segmenters(languages: Iterable[Language]) -> list[Language]:
    """Languages without spaces whose words cannot be told here."""
    return [language for language in languages if language.is_unspaced and not has_segmenter(language)]


def has_segmenter(language: Language) -> bool:
    """Whether what cuts this language into words is installed."""
    modules = SEGMENTERS.get(language.code, ())
    return bool(modules) and all(importlib.util.find_spec(module) is not None for module in modules)


def segmenter_versions(languages: Iterable[Language]) -> dict[str, str]:
    """The versions of what cuts these languages into words; "" for what is not here. They change keywords, and so belong to the cache key."""
    needed = [module for language in languages for module in SEGMENTERS.get(language.code, ())]
    return {module: metadata.version(module) if importlib.util.find_spec(module) is not None else "" for module in needed}


def cutter_of(languages: Sequence[Language], left_out: frozenset[str]) -> Cut:
    """Cuts a text in lower case into stretches of words that stand side by side.

    Function words end a stretch where nothing but the segmenter parts words; between spaces they are passed over. Without a segmenter
    what stands between two punctuation marks is one word.
    """
    segment_by = {language.code: _segmenter(language.code) for language in languages if language.is_unspaced and has_segmenter(language)}
    for_han = segment_by.get("ja" if "zh" not in segment_by else "zh")
    spaced = re.compile(pattern_of(languages))

    def cut(text: str) -> list[list[str]]:
        for_text = segment_by.get("ja", for_han) if _KANA.search(text) else for_han
        stretches: list[list[str]] = [[]]
        place = 0
        for run in _UNSPACED.finditer(text):
            stretches[-1] += [word for word in spaced.findall(text[place : run.start()]) if word not in left_out]
            segment = segment_by.get("th") if _THAI.match(run.group()) else for_text
            words = segment(run.group()) if segment is not None else [run.group()]
            for is_kept, group in groupby(words, lambda word: len(word) > 1 and word not in left_out):
                if is_kept:
                    stretches[-1] += group
                else:
                    stretches.append([])
            if re.match(r"[^\w\s]", text[run.end() : run.end() + 1]):
                stretches.append([])
            place = run.end()
        stretches[-1] += [word for word in spaced.findall(text[place:]) if word not in left_out]
        return [stretch for stretch in stretches if stretch]

    return cut


def joined(words: Sequence[str]) -> str:
    """Words as one phrase, with a space where the writing has one."""
    phrase = words[0]
    for word in words[1:]:
        phrase += word if _UNSPACED.match(word) and _UNSPACED.match(phrase[-1]) else f" {word}"
    return phrase


def _segmenter(code: str) -> Callable[[str], list[str]]:
    return {"zh": _chinese, "ja": _japanese, "th": _thai}[code]()


def _chinese() -> Callable[[str], list[str]]:
    import rjieba

    cut: Callable[[str], list[str]] = rjieba.cut
    return cut


def _japanese() -> Callable[[str], list[str]]:
    """Words that carry meaning, by their part of speech; others come as "", which ends a stretch."""
    from sudachipy import Dictionary, SplitMode

    tokenizer = Dictionary(dict="small").tokenizer(mode=SplitMode.C)

    def cut(text: str) -> list[str]:
        return [word.surface() if _says_something(word.part_of_speech()) else "" for word in tokenizer.tokenize(text)]

    return cut


def _says_something(part: Sequence[str]) -> bool:
    return part[0] in _JAPANESE_CONTENT and part[1] not in ("非自立可能", "数詞", "助動詞語幹")


def _thai() -> Callable[[str], list[str]]:
    os.environ.setdefault("PYTHAINLP_OFFLINE", "1")
    os.environ.setdefault("PYTHAINLP_READ_ONLY", "1")  # else it makes a folder in the user's home
    from pythainlp.corpus import thai_stopwords
    from pythainlp.tokenize import word_tokenize

    left_out = thai_stopwords()

    def cut(text: str) -> list[str]:
        return ["" if word in left_out else word for word in word_tokenize(text, engine="newmm")]

    return cut


@cache
def _marks() -> str:
    """All characters that stand on or beside a letter, and joiners inside words, as the inside of a character class; they lie in three of Unicode's planes."""
    codes = [
        code for code in chain(range(0x300, 0x20000), range(0xE0000, 0xF0000)) if unicodedata.category(chr(code)) in ("Mn", "Mc") or code in (0x200C, 0x200D)
    ]
    runs = [[code for _, code in group] for _, group in groupby(enumerate(codes), lambda pair: pair[1] - pair[0])]
    return "".join(rf"\U{run[0]:08x}-\U{run[-1]:08x}" for run in runs)


@cache
def _marked_word(further: str = "", fewest: int = 1) -> str:
    inside = rf"[\w{_marks()}]"
    word = rf"[^\W\d_]{inside}*"
    return rf"(?<!{inside}){word}{further.format(word=word)}(?<={inside * fewest})(?!{inside})" if further else word


@cache
def _mark() -> re.Pattern[str]:
    return re.compile(f"[{_marks()}]")


def _has_marks(text: str) -> bool:
    return _mark().search(text) is not None
