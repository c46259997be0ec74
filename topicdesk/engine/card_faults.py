"""What a run does when the graphics card fails or cannot be used: it says so in a sentence and goes on by the processor."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from topicdesk.core import events
from topicdesk.core.card_troubles import trouble_of
from topicdesk.core.errors import StageFailed
from topicdesk.core.graphics_card import Cards, find_cards
from topicdesk.stages.embedding import EmbeddingNumerics

if TYPE_CHECKING:
    from topicdesk.engine.run import Run

Result = TypeVar("Result")


def on_card_or_processor(run: Run, work: Callable[[EmbeddingNumerics], Result], what: str = "Texts are embedded") -> tuple[Result, EmbeddingNumerics]:
    """The result of `work`, done anew by the processor where the card fails; and the numerics that it was done with. `what` begins the sentence about it.

    Raises
    ------
    StageFailed
        Where the card fails and the researcher wished for nothing else (--device cuda).
    """
    numerics = run.workshop.numerics(run.request.device)
    try:
        return work(numerics), numerics
    except RuntimeError as error:
        trouble = trouble_of(str(error))
        if numerics.device != "cuda" or trouble is None:
            raise
        if run.request.device == "cuda":
            raise StageFailed(run.stage, f"{trouble.reason} Use --device auto, which goes on by the processor.") from error
        run.emit(events.Notice("graphics-card-failed", f"{trouble.reason} {what} by the processor instead, which is slower."))
    numerics = run.workshop.leave_card()
    return work(numerics), numerics


def tell_unused_card(run: Run) -> None:
    """Say why texts are embedded by the processor, where there is a card."""
    if run.request.device == "auto" and run.workshop.numerics("auto").device == "cpu" and (reason := why_unused(find_cards(), _torch_problem)):
        run.emit(events.Notice("graphics-card-unused", f"Texts are embedded by the processor, not on the graphics card. {reason} See `topicdesk doctor`."))


def why_unused(found: Cards, torch_problem: Callable[[], str]) -> str:
    """Why a card that is there is not used, in a sentence; empty where there is none."""
    if not found.cards:
        return found.problem
    trouble = trouble_of(torch_problem())
    return trouble.reason if trouble else f"PyTorch cannot use the {found.cards[0].name}."


def _torch_problem() -> str:
    import torch

    try:
        torch.cuda.init()  # type: ignore[no-untyped-call]
    except Exception as error:  # PyTorch raises several kinds here
        return str(error)
    return ""
