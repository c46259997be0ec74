"""A conversation written as the model's file wants it: by a known template, or by an unknown one that the researcher has accepted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from topicdesk.llm.sandbox import render_unknown
from topicdesk.llm.templates import Turn, known_template


class Speaks(Protocol):
    """What writing a conversation needs of a language model."""

    @property
    def chat_template(self) -> str:
        """The template in the model's file."""

    @property
    def turn_marks(self) -> tuple[str, str]:
        """The tokens that begin a text and end a turn, as text."""


@dataclass(frozen=True)
class TemplateFound:
    """What is known of the template in a model's file.

    Attributes
    ----------
    name : str
        Of the known template; empty where it is unknown or there is none.
    sha256 : str
        Of an unknown one, for the researcher to accept; else empty.
    """

    name: str
    sha256: str


def template_found(template: str) -> TemplateFound:
    """Which template a file's is."""
    known = known_template(template)
    if known is not None or not template:
        return TemplateFound(known.name if known else "", "")
    return TemplateFound("", hashlib.sha256(template.encode("utf-8", "replace")).hexdigest())


def as_chat(system_text: str, turns: Sequence[Turn], question: str, model: Speaks, accepted_template: str) -> str:
    """The conversation up to where the answer begins. Plain paragraphs where there is no template, or one that nobody has looked at.

    Raises
    ------
    InputError
        Where the accepted template cannot be rendered.
    """
    known = known_template(model.chat_template)
    if known is not None:
        return known.render(system_text, turns, question)
    if model.chat_template and template_found(model.chat_template).sha256 == accepted_template:
        messages = [("system", system_text)] if system_text else []
        for said, answer in turns:
            messages += [("user", said), ("assistant", answer)]
        return render_unknown(model.chat_template, (*messages, ("user", question)), *model.turn_marks)
    paragraphs = [system_text, *(text for turn in turns for text in turn), question]
    return "".join(f"{text}\n\n" for text in paragraphs if text)
