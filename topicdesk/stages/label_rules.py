"""When an answer is fit to be a label, judged by its words alone; it knows no model, no project and no embedding."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

FEWEST_WORDS, MOST_WORDS = 2, 6
SHORTEST_COMPOUND = 11  # letters
MOST_CHARACTERS = 60
NEARLY_EQUAL = 0.9
MOST_REPEATED = 0.75
_PREFIX = re.compile(r"^\W*(?:(?:short|topic|a|the)\s+)*(?:label|topic|title|name)\s*(?:is|of this topic is)?\s*:\s*", re.IGNORECASE)
_EXPLANATION = re.compile(r"(?<=\w)\s*[(\[][^()\[\]]*[)\]]\W*$")
_WRAPPING = "\"'“”‘’«»„`*_–—-•·#<>[]{}() \t"
_QUOTES = re.compile(r"[\"“”„«»`]|(?<!\w)['‘’]|['‘’](?!\w)")
_SENTENCE = re.compile(r"^(?:(?:The|the) topic|This|These|It|I|We|You|Here|Sure|Based on|Certainly)\b")
_VERBS = frozenset(["is", "are", "was", "were", "has", "have", "had", "can", "could", "will", "would", "should", "must", "we", "you", "they", "it"])
_WORD = re.compile(r"[^\W_]+(?:[-'’.+#&/][^\W_]+)*")
# Scripts that are written without spaces: two of their characters count as a word.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True)
class Language:
    """What the label's language is judged by.

    Attributes
    ----------
    wanted : frozenset of str
        Function words of the language or languages that labels shall be in; empty where none is known.
    others : frozenset of str
        Function words of the other languages.
    is_named : bool
        Whether the language was asked for, so that it may be written in another script than the texts.
    joins_words : bool
        Whether it writes several words as one, so that a long one may be a label alone.
    """

    wanted: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    is_named: bool = False
    joins_words: bool = False


@dataclass(frozen=True)
class Verdict:
    """An answer freed of what is no label, and why it is refused; `refusal` is empty where it is fit."""

    text: str
    refusal: str = ""


def judge(answer: str, keywords: Sequence[str], own_text: str, example: str = "", language: Language = Language()) -> Verdict:
    """Whether an answer is fit to be a label, and what of it the label is.

    Parameters
    ----------
    keywords : sequence of str
        What the model was told about the topic, best first.
    own_text : str
        Keywords and texts of the topic: a word of the example that they hold is not copied.
    example : str
        The part of the prompt that shows how to answer.
    """
    text = cleaned(answer)
    if not any(map(str.isalpha, text)):
        return Verdict(text, "it is empty")
    tests = (
        (len(text) > MOST_CHARACTERS, f"it is longer than {MOST_CHARACTERS} characters"),
        (n_words(text) < FEWEST_WORDS and not (language.joins_words and _is_compound(text)), "it is a single word"),
        (2 * sum(map(_is_of_words, text)) <= len(text), "it is not made of words"),
        (_is_sentence(text), "it is a sentence"),
        (n_words(text) > MOST_WORDS, f"it has more than {MOST_WORDS} words"),
        (bool(_QUOTES.search(text)) or ":" in text, "it quotes or explains"),
        (_is_list(text, keywords), "it is a list of keywords"),
        (_breaks_off(text, language), "it breaks off in the middle"),
        (_repeats(text, language), "it says a word twice"),
        (_is_copied(text, example, own_text), "it repeats the example"),
        (_is_foreign(text, own_text, language), "it is in another language"),
    )
    return Verdict(_capitalised(text), next((refusal for applies, refusal in tests if applies), ""))


def cleaned(answer: str) -> str:
    """The first line of an answer without "Label:", wrapping quotes, an explanation in brackets behind it, and a trailing stop."""
    lines = answer.strip().splitlines()
    text = " ".join(lines[0].split()) if lines else ""
    before = None
    while text != before:
        before = text
        text = _EXPLANATION.sub("", _PREFIX.sub("", text)).rstrip(".,;:。、").strip(_WRAPPING)
    return text


def n_words(text: str) -> int:
    """Words, where two characters of a script without spaces count as one."""
    n_unspaced = len(_UNSPACED.findall(text))
    return len(_WORD.findall(_UNSPACED.sub(" ", text))) + -(-n_unspaced // 2)


def content_words(text: str, function_words: Iterable[str] = ()) -> list[str]:
    """What carries the meaning, in order, lower case and without a plural's ending; a script without spaces character by character."""
    left_out = frozenset(function_words)
    spaced = [_stem(word) for word in _WORD.findall(_UNSPACED.sub(" ", text.casefold())) if word not in left_out]
    return spaced + _UNSPACED.findall(text)


def are_nearly_equal(one: str, other: str, function_words: Iterable[str] = ()) -> bool:
    """Whether two labels would be taken for the same: the same words in any order, or one or two letters apart."""
    left_out = frozenset(function_words)
    first, second = one.casefold(), other.casefold()
    if set(content_words(first, left_out)) == set(content_words(second, left_out)):
        return True
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= NEARLY_EQUAL and _digits(first) == _digits(second)


def is_made_of(text: str, keywords: Iterable[str], function_words: Iterable[str] = ()) -> bool:
    """Whether every content word of a label stands in the keywords: it then says nothing that they do not."""
    left_out = frozenset(function_words)
    told = {word for keyword in keywords for word in content_words(keyword)}
    return set(content_words(text, left_out)) <= told


def _capitalised(text: str) -> str:
    """A first word in lower case gets its capital; "k-means" and "iPhone" stay."""
    return text[:1].upper() + text[1:] if text.split(maxsplit=1)[0].islower() and not re.match(r"\w-", text) else text


def _is_compound(word: str) -> bool:
    """Whether one word is long enough to be made of two; a list of suffixes or a dictionary would miss most of those that are made up every day."""
    return sum(map(str.isalpha, word)) >= SHORTEST_COMPOUND


def _is_of_words(character: str) -> bool:
    return character.isalpha() or unicodedata.category(character) in ("Mn", "Mc")


def _is_sentence(text: str) -> bool:
    words = set(text.split())  # "it" speaks of something, "IT" is a thing
    return bool(_SENTENCE.match(text)) or bool(re.search(r"[.!?]\s|[!?。！？]$", text)) or bool(words & _VERBS)


def _is_list(text: str, keywords: Sequence[str]) -> bool:
    """Two commas, or one between two keywords, or three and more keywords one after the other."""
    parts = [part.strip().casefold() for part in re.split(r"[,;|/]\s+|[、，；]", text) if part.strip()]
    told = {keyword.casefold() for keyword in keywords}
    if len(parts) > 2 or (len(parts) == 2 and set(parts) <= told):
        return True
    row = [keyword.casefold() for keyword in keywords]
    return any(" ".join(row[start : start + 3]) in text.casefold() for start in range(len(row) - 2))


def _breaks_off(text: str, language: Language) -> bool:
    last = text.rsplit(maxsplit=1)[-1]
    return text.count("(") != text.count(")") or last in language.wanted or last in ("and", "&")


def _repeats(text: str, language: Language) -> bool:
    """Whether it goes round in circles ("Graph and graphs"); one word of four may come again ("adversarial training and adversarial attacks")."""
    words = [word for word in content_words(text, language.wanted) if not _UNSPACED.match(word)]
    return len(set(words)) < MOST_REPEATED * len(words)


def _is_copied(text: str, example: str, own_text: str) -> bool:
    """Whether it says a word of the prompt's example that the topic itself does not."""
    shown, own = set(_WORD.findall(example.casefold())), own_text.casefold()
    return any(word in shown and word not in own for word in _WORD.findall(text.casefold()) if len(word) > 3)


def _is_foreign(text: str, own_text: str, language: Language) -> bool:
    """Whether its function words are another language's, or its letters of a script that the topic's own text does not hold."""
    scripts = {_script(character) for character in own_text if character.isalpha()}
    if scripts and not language.is_named and any(_script(character) not in scripts for character in text if character.isalpha()):
        return True
    own = set(_WORD.findall(own_text.casefold()))
    words = [word for word in _WORD.findall(text.casefold()) if len(word) > 1]
    foreign = sum(word in language.others and word not in language.wanted and word not in own for word in words)
    return bool(language.wanted) and foreign > sum(word in language.wanted for word in words)


def _script(character: str) -> str:
    return unicodedata.name(character, "?").split()[0]


def _stem(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _digits(text: str) -> list[str]:
    return re.findall(r"\d+", text)
