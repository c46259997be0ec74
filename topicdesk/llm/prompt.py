"""Prompts for naming a topic, built as token lists in which no document can speak with the template's voice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from topicdesk.core.errors import InputError
from topicdesk.core.settings import LabellingSettings

ProfileName = Literal["small", "llama-2", "chat"]
SMALL_MODEL_PARAMETERS = 1_000_000_000
LONGEST_KEYWORD = 100  # characters
TAGS = re.compile(r"\[(DOCUMENTS|KEYWORDS)\]")
_PLACE = "\x1a{}\x1a"  # stands for a document's text while a template is rendered; no text that is shown holds it
_PLACES = re.compile("\x1a([0-9]+)\x1a")
_MARKERS = re.compile(r"<\||\|>|</?s>|<</?SYS>>|\[/?INST\]|<(?:start|end)_of_turn>|<(?:bos|eos)>", re.IGNORECASE)

ARTICLE_SYSTEM = "You are a helpful, respectful and honest assistant for labeling topics."
ARTICLE_QUESTION = """I have a topic that contains the following documents:
{documents}

The topic is described by the following keywords: '{keywords}'.

Based on the information about the topic above, please create a short label of this topic. Make sure you to only return the label and nothing more."""
ARTICLE_MAIN = ARTICLE_QUESTION.format(documents="[DOCUMENTS]", keywords="[KEYWORDS]")
ARTICLE_EXAMPLE = (
    ARTICLE_QUESTION.format(
        documents="- Traditional diets in most cultures were primarily plant-based with a little meat on top, but with the rise of industrial "
        "style meat production and factory farming, meat has become a staple food.\n"
        "- Meat, but especially beef, is the word food in terms of emissions.\n"
        "- Eating meat doesn't make you a bad person, not eating meat doesn't make you a good one.",
        keywords="meat, beef, eat, eating, emissions, steak, food, health, processed, chicken",
    )
    + "\n---\nEnvironmental impacts of eating meat"
)
SMALL_EXAMPLE = """Keywords: wine, grape, vineyard, red wine, tasting, bottle, cellar, harvest, winery, grapes
Topic label: Wine growing and tasting

Keywords: hockey, ice hockey, team, season, players, goal, league, coach, playoffs, puck
Topic label: Ice hockey teams and games

Keywords: beef, meat, emissions, eating, cattle, food, livestock, beef production, diet, greenhouse
Topic label: Environmental impact of eating meat

Keywords: rent, tenants, housing, landlord, apartment, eviction, lease, rent control, rents, affordable housing
Topic label: Housing and rent control"""
SMALL_MAIN = "Keywords: [KEYWORDS]\nTopic label:"


class Tokenizer(Protocol):
    """What building a prompt needs of a language model."""

    @property
    def n_parameters(self) -> int:
        """How many weights the model has."""

    @property
    def chat_template(self) -> str:
        """The template in the model's file."""

    def tokenize(self, text: str, special: bool) -> list[int]:
        """Tokens of a text, markers as control tokens where `special`."""

    def tokenize_parts(self, parts: Sequence[tuple[str, bool]]) -> list[int]:
        """Tokens of a text in pieces, each with whether its markers are control tokens, begun as the model wants it."""

    def apply_chat_template(self, messages: Sequence[tuple[str, str]]) -> str | None:
        """Messages in the model's template; None where it is not known."""


@dataclass(frozen=True)
class Profile:
    """How a kind of model is asked. `example` ends with its answer after a line "---" (chat profiles)."""

    name: ProfileName
    system_text: str
    example: str
    main_prompt: str


PROFILES = {
    "small": Profile("small", "", SMALL_EXAMPLE, SMALL_MAIN),
    "llama-2": Profile("llama-2", ARTICLE_SYSTEM, ARTICLE_EXAMPLE, ARTICLE_MAIN),
    "chat": Profile("chat", ARTICLE_SYSTEM, ARTICLE_EXAMPLE, ARTICLE_MAIN),
}


@dataclass(frozen=True)
class Prompt:
    """What the model is asked about one topic: its tokens, the same as text to be read, and whether an excerpt was shortened.

    `example` is the part that shows how to answer: a label copied from it says nothing about the topic.
    """

    tokens: tuple[int, ...]
    text: str
    cut: bool
    example: str = ""


def choose_profile(settings: LabellingSettings, model: Tokenizer) -> Profile:
    """The profile that the settings name, or that fits the model, with the researcher's own texts in place of its own.

    Raises
    ------
    InputError
        Where a main prompt of the researcher's own has no [KEYWORDS] and no [DOCUMENTS].
    """
    name: ProfileName
    if settings.profile != "auto":
        name = settings.profile
    elif model.n_parameters < SMALL_MODEL_PARAMETERS:
        name = "small"
    else:
        name = "llama-2" if "<<SYS>>" in model.chat_template else "chat"
    own = PROFILES[name]
    if settings.main_prompt and not TAGS.search(settings.main_prompt):
        raise InputError("The main prompt has neither [KEYWORDS] nor [DOCUMENTS]: the model would not learn what the topic is about.")
    return Profile(name, settings.system_text or own.system_text, settings.example or own.example, settings.main_prompt or own.main_prompt)


def build_prompt(profile: Profile, keywords: Sequence[str], documents: Sequence[str], model: Tokenizer, n_excerpt_tokens: int) -> Prompt:
    """The prompt for one topic.

    Parameters
    ----------
    documents : sequence of str
        Whole texts of the exemplars, most typical first; they enter as excerpts within `n_excerpt_tokens` tokens in all.
    """
    excerpts, cut = _excerpts([plain(document) for document in documents], model, n_excerpt_tokens) if "[DOCUMENTS]" in profile.main_prompt else ([], False)
    untrusted = {
        "KEYWORDS": plain(", ".join(keyword[:LONGEST_KEYWORD] for keyword in keywords)),
        "DOCUMENTS": "\n".join(f"- {excerpt}" for excerpt in excerpts),
    }
    places: list[str] = []

    def hold(match: re.Match[str]) -> str:
        places.append(untrusted[match.group(1)])
        return _PLACE.format(len(places) - 1)

    rendered = _RENDERERS[profile.name](profile, TAGS.sub(hold, profile.main_prompt), model)
    pieces = _PLACES.split(rendered)
    parts = [(places[int(piece)], False) if number % 2 else (piece, True) for number, piece in enumerate(pieces)]
    return Prompt(tuple(model.tokenize_parts(parts)), "".join(text for text, _ in parts), cut, profile.example)


def plain(text: str) -> str:
    """A document's text on one line, without control, zero-width and direction characters, template markers broken."""
    text = "".join(" " if c in "\n\r\t\x0b\x0c\u2028\u2029" else c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs") or c in "\n\r\t\x0b\x0c")
    return _MARKERS.sub(lambda match: " ".join(match.group()), re.sub(r" {2,}", " ", text)).strip()


def _excerpts(documents: Sequence[str], model: Tokenizer, n_tokens: int) -> tuple[list[str], bool]:
    """The beginnings of the documents, each an equal share of the tokens; what short ones leave over goes to the next."""
    excerpts: list[str] = []
    left, cut = n_tokens, False
    for number, document in enumerate(documents):
        share = left // (len(documents) - number)
        if share < 8:
            return excerpts, True
        excerpt, n_used = _beginning(document, share, model)
        cut |= excerpt != document
        left -= n_used
        excerpts.append(excerpt)
    return excerpts, cut


def _beginning(document: str, n_tokens: int, model: Tokenizer) -> tuple[str, int]:
    """What fits into `n_tokens` tokens, and how many they are: whole words, but characters where words are as long as the excerpt (Chinese, Thai)."""

    def n_used(text: str) -> int:
        return len(model.tokenize(text, special=False))

    start = document[: n_tokens * 16]
    words = start.split(" ")
    kept = " ".join(words[: _most(len(words), lambda n: n_used(" ".join(words[:n])) <= n_tokens)])
    if kept != document and n_used(kept) <= n_tokens // 2:
        kept = start[: _most(len(start), lambda n: n_used(start[:n]) <= n_tokens)]
    return (kept, n_used(kept)) if kept == document else (f"{kept} ...", n_used(kept) + 1)


def _most(n_at_most: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to `n_at_most` that fits, where every smaller one fits too; 0 needs not be asked."""
    low, high = 0, n_at_most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def _as_completion(profile: Profile, question: str, model: Tokenizer) -> str:
    return f"{profile.example}\n\n{question}"


def _as_llama_2(profile: Profile, question: str, model: Tokenizer) -> str:
    """Meta's white space; the article's example as a first turn. The one BOS is the tokenizer's."""
    asked, answer = _example_turn(profile)
    first = f"[INST] <<SYS>>\n{profile.system_text}\n<</SYS>>\n\n"
    return f"{first}{asked} [/INST] {answer} [INST] {question} [/INST]" if asked else f"{first}{question} [/INST]"


def _as_chat(profile: Profile, question: str, model: Tokenizer) -> str:
    """The model's own template; the system text goes into the question where the template does not know that role."""
    asked, answer = _example_turn(profile)
    turns = [("user", asked), ("assistant", answer)] if asked else []
    messages = [("system", profile.system_text), *turns, ("user", question)]
    return model.apply_chat_template(messages) or f"{profile.system_text}\n\n{asked}\n\n{answer}\n\n{question}\n\n"


def _example_turn(profile: Profile) -> tuple[str, str]:
    asked, _, answer = profile.example.partition("\n---\n")
    return asked.strip(), answer.strip()


_RENDERERS: dict[str, Callable[[Profile, str, Tokenizer], str]] = {"small": _as_completion, "llama-2": _as_llama_2, "chat": _as_chat}
