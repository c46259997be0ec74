"""What to ask again where an engine died of the graphics card, so that the run goes on; it decides and starts nothing."""

from __future__ import annotations

from dataclasses import replace

from topicdesk.core.card_troubles import trouble_of
from topicdesk.core.events import Notice, RunFailed
from topicdesk.core.requests import RunRequest

MOST_RETRIES = 2


def retry_after(last_word: object, request: RunRequest, n_retries: int) -> tuple[RunRequest, Notice] | None:
    """The request to send to a new engine, and the sentence for the researcher; None where the run has ended.

    Out of memory is tried once more as it was, because the new engine puts less on the card. Otherwise the processor goes on: with the
    language model alone where it was the one that failed, so that embeddings made on the card are still found.
    """
    if not isinstance(last_word, RunFailed) or not last_word.engine_died or n_retries >= MOST_RETRIES or request.device == "cuda":
        return None
    trouble = trouble_of(last_word.details)
    if trouble is None:
        return None
    if trouble.kind == "out of memory" and n_retries == 0:
        return request, Notice("graphics-card-failed", f"{trouble.reason} The run goes on with less on the card.")
    on_processor = replace(request, gpu_layers="0") if last_word.stage == "label" and request.gpu_layers != "0" else replace(request, device="cpu")
    return on_processor, Notice("graphics-card-failed", f"{trouble.reason} The run goes on by the processor, which is slower.")
