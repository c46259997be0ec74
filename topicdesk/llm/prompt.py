"""Prompts for naming a topic, built as token lists in which no document can speak with the template's voice."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from topicdesk.core.errors import InputError
from topicdesk.core.prompt_tags import DOCUMENTS, KEYWORDS
from topicdesk.llm.chat import Speaks, as_chat
from topicdesk.llm.excerpts import MOST_READ, choose_excerpts
from topicdesk.llm.profiles import PROFILES, Profile, choose_profile, fitting_profile
from topicdesk.llm.templates import LLAMA_2
from topicdesk.llm.untrusted import plain

__all__ = ["PROFILES", "Profile", "Prompt", "build_prompt", "choose_profile", "fitting_profile"]

LONGEST_KEYWORD = 100  # characters
MOST_KEYWORD_TOKENS = 200
ANSWER_TOKENS = 128  # the most that settings may ask for; kept free at the end of the context
_HOLD = "\x1a{}\x1a"  # stands for foreign text while a template is rendered; no text of the researcher's or a document's holds it
_HELD = re.compile("\x1a([A-Z]+)\x1a")


class Tokenizer(Speaks, Protocol):
    """What building a prompt needs of a language model."""

    @property
    def n_parameters(self) -> int:
        """How many weights the model has."""

    @property
    def n_context(self) -> int:
        """How many tokens it reads at most."""

    def tokenize(self, text: str, special: bool) -> list[int]:
        """Tokens of a text, markers as control tokens where `special`."""

    def tokenize_parts(self, parts: Sequence[tuple[str, bool]]) -> list[int]:
        """Tokens of a text in pieces, each with whether its markers are control tokens, begun as the model wants it."""


@dataclass(frozen=True)
class Prompt:
    """What the model is asked about one topic: its tokens, the same as text to be read, and whether an excerpt was shortened.

    `example` is the part that shows how to answer: a label copied from it says nothing about the topic; `excerpts` are what the
    model saw of the documents.
    """

    tokens: tuple[int, ...]
    text: str
    cut: bool
    example: str = ""
    excerpts: tuple[str, ...] = ()


def build_prompt(
    profile: Profile, keywords: Sequence[str], documents: Sequence[str], model: Tokenizer, n_excerpt_tokens: int, start: str = "", hint: str = ""
) -> Prompt:
    """The prompt for one topic. Whatever comes, it fits into the model's context with room for the answer.

    Parameters
    ----------
    documents : sequence of str
        Whole texts of the exemplars, most typical first; they enter as excerpts within `n_excerpt_tokens` tokens in all.
    start : str
        How the answer begins; the model goes on from there. It may come from a document.
    hint : str
        What is said after the main prompt; it may quote documents and answers.

    Raises
    ------
    InputError
        Where the prompt alone is longer than what the model reads.
    """

    def count_tokens(text: str) -> int:
        return len(model.tokenize(text, special=False))

    held = {
        "KEYWORDS": _keywords(keywords, count_tokens),
        "HINT": plain(hint),
        "START": f" {plain(start)}" if start else "",
        "DOCUMENTS": "",
    }  # a word's token holds the blank before it
    question = profile.main_prompt.replace("\x1a", "").replace(DOCUMENTS, _HOLD.format("DOCUMENTS")).replace(KEYWORDS, _HOLD.format("KEYWORDS"))
    question += f"\n\n{_HOLD.format('HINT')}" if held["HINT"] else ""
    rendered = _RENDERERS[profile.name](profile, question, model) + (_HOLD.format("START") if held["START"] else "")
    pieces = _HELD.split(rendered)
    n_fixed = len(model.tokenize_parts(_parts(pieces, held)))
    n_free = model.n_context - ANSWER_TOKENS - n_fixed
    if n_free < 0:
        raise InputError(f"The prompt is {n_fixed:,} tokens long without any document; this model reads {model.n_context:,}. Shorten the example or the texts.")
    n_times = pieces.count("DOCUMENTS")
    shown = [text for text in (plain(document[:MOST_READ]) for document in documents) if text] if n_times else []
    budget = min(n_excerpt_tokens, n_free // n_times - 4 * len(shown)) if n_times else 0
    excerpts, cut = choose_excerpts(shown, [plain(keyword) for keyword in keywords], count_tokens, budget) if n_times else ([], False)
    cut |= n_times > 0 and any(len(document) > MOST_READ for document in documents)
    held["DOCUMENTS"] = "\n".join(f"- {excerpt}" for excerpt in excerpts)
    parts = _parts(pieces, held)
    return Prompt(tuple(model.tokenize_parts(parts)), "".join(text for text, _ in parts), cut, profile.example, tuple(excerpts))


def _parts(pieces: Sequence[str], held: dict[str, str]) -> list[tuple[str, bool]]:
    """Text with whether it is the template's and the researcher's, whose markers count."""
    return [(held[piece], False) if number % 2 else (piece, True) for number, piece in enumerate(pieces)]


def _keywords(keywords: Sequence[str], count_tokens: Callable[[str], int]) -> str:
    """The first keywords, as many as a prompt bears."""
    shown: list[str] = []
    for keyword in filter(None, (plain(keyword[:LONGEST_KEYWORD]) for keyword in keywords)):
        if count_tokens(", ".join([*shown, keyword])) > MOST_KEYWORD_TOKENS:
            break
        shown.append(keyword)
    return ", ".join(shown)


def _as_completion(profile: Profile, question: str, model: Tokenizer) -> str:
    system = f"{profile.system_text}\n\n" if profile.system_text else ""
    return f"{system}{profile.example}\n\n{question}"


def _as_llama_2(profile: Profile, question: str, model: Tokenizer) -> str:
    """Meta's white space; the article's example as a first turn, as the article has it: one beginning, no end of turn."""
    turns = _example_turns(profile)
    if not turns:
        return LLAMA_2.render(profile.system_text, [], question)
    ((asked, answer),) = turns
    return f"{LLAMA_2.render(profile.system_text, [], asked)} {answer} {LLAMA_2.render('', [], question)}"


def _as_chat(profile: Profile, question: str, model: Tokenizer) -> str:
    return as_chat(profile.system_text, _example_turns(profile), question, model, profile.accepted_template)


def _example_turns(profile: Profile) -> list[tuple[str, str]]:
    """The example as one turn; none where it shows no answer."""
    asked, _, answer = profile.example.partition("\n---\n")
    return [(asked.strip(), answer.strip())] if asked.strip() and answer.strip() else []


_RENDERERS: dict[str, Callable[[Profile, str, Tokenizer], str]] = {"small": _as_completion, "llama-2": _as_llama_2, "chat": _as_chat}
