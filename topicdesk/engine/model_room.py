"""What room a machine has for a language model, and why a graphics card is not used; it decides and loads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psutil

from topicdesk.core.graphics_card import Cards, find_cards
from topicdesk.core.settings import LabellingSettings
from topicdesk.llm.cuda_libraries import needs_cuda
from topicdesk.llm.memory_plan import Wanted

GIB = 1 << 30
PLANNED_SHARE = 0.6  # of all memory: the rest is the system's, the window's and the corpus's
OLDEST_CAPABILITY = (5, 0)
SHARED_TOKENS = 420  # the article's prompt, up to what differs
KEYWORD_TOKENS = 80


@dataclass(frozen=True)
class Room:
    """Room on the card and in memory.

    Attributes
    ----------
    card_name : str
        Empty where no card can be used.
    card_bytes, memory_bytes : int
        What plans count on. It follows from what the machine is, so that the same machine plans, and so answers, the same.
    free_card_bytes, free_memory_bytes : int
        What is free at the moment: less than planned makes a more frugal plan for this once.
    reason : str
        Why no card is used although there may be one, in a sentence; empty where there is none, or it is used.
    """

    card_name: str
    card_bytes: int
    free_card_bytes: int
    memory_bytes: int
    free_memory_bytes: int
    reason: str = ""


def room_of_machine(device: str = "auto") -> Room:
    """The room of this machine now."""
    return room_of(find_cards(), needs_cuda(), psutil.virtual_memory(), device)


def wanted_for(settings: LabellingSettings, n_parallel: int) -> Wanted:
    """What prompts of these settings need at most; texts of the researcher's own are counted at two characters a token."""
    own_texts = len(settings.system_text) + len(settings.example) + len(settings.main_prompt)
    return Wanted(n_parallel, SHARED_TOKENS + own_texts // 2, settings.n_excerpt_tokens + KEYWORD_TOKENS + settings.n_new_tokens)


def room_of(found: Cards, has_cuda_build: bool, memory: Any, device: str = "auto") -> Room:
    """The room of this machine.

    Parameters
    ----------
    has_cuda_build : bool
        Whether llama.cpp can compute on a card.
    memory : object with total and available, in bytes
    device : str
        "auto", "cpu" or "cuda", as the researcher wished.
    """
    planned, free = int(memory.total * PLANNED_SHARE) // GIB * GIB or int(memory.total * PLANNED_SHARE), int(memory.available)
    card = found.cards[0] if found.cards else None
    reason = _why_not(found, has_cuda_build, device)
    if card is None or reason or device == "cpu":
        return Room("", 0, 0, planned, free, reason)
    return Room(card.name, card.planned_bytes, card.free_bytes, planned, free)


def _why_not(found: Cards, has_cuda_build: bool, device: str) -> str:
    if device == "cpu" or (not found.cards and not found.problem):
        return ""
    if not found.cards:
        return f"The graphics card is not used: {found.problem}"
    card = found.cards[0]
    if not has_cuda_build:
        return (
            f"The graphics card ({card.name}) is not used for labels: this llama.cpp was compiled for the processor alone. "
            "`build/llama_wheel.sh cuda` compiles one for the card."
        )
    if card.capability < OLDEST_CAPABILITY:
        return f"The graphics card ({card.name}) is not used: it is older than CUDA's libraries support."
    return ""
