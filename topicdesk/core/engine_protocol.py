"""How the engine process is talked to: framing, the last word, and what its stderr means; it starts no process itself."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator

from topicdesk.core import events, requests
from topicdesk.core.card_troubles import trouble_of
from topicdesk.core.events import LAST_WORDS, Event, RunFailed

CARD_ADVICE = {"out of memory": "Run again: less is then put on the card. What was finished is kept; --gpu-layers N sets how many layers go there."}
ANY_CARD_ADVICE = "Run again with --device cpu; `topicdesk doctor` says what is lacking. What was finished is kept."
STDERR_MEANS = (
    (
        r"std::bad_alloc|MemoryError|Cannot allocate memory|failed to allocate",
        "The computer ran out of memory.",
        "Close other programs, take a smaller model, or try a sample of the corpus.",
    ),
    (r"GGML_ASSERT|GGML_ABORT", "The language model's library stopped itself.", "Try another model file; the map and the keyword labels are saved."),
    (r"database or disk is full|No space left on device", "The disk is full.", "Free some space and run again; what was finished is kept."),
)


def engine_command() -> list[str]:
    """The command of the engine process: this Python, ignoring the current folder's modules."""
    return [sys.executable, "-P", "-m", "topicdesk", "worker"]


def encode_event(event: Event, run: int, sequence: int) -> bytes:
    """One line of JSON: the event, the protocol's version, the run's number and the event's place in it."""
    values = {"version": events.PROTOCOL_VERSION, "run": run, "sequence": sequence, **events.to_dict(event)}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def encode_request(request: requests.Request) -> bytes:
    """One line of JSON."""
    return json.dumps(requests.to_dict(request), ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def decode_request(line: bytes) -> requests.Request:
    """The request of one line. Raises ValueError."""
    try:
        values = json.loads(line)
    except RecursionError as error:
        raise ValueError("not a request") from error
    if not isinstance(values, dict):
        raise ValueError("not a request")
    return requests.from_dict(values)


class EventReader:
    """Turns the bytes of the engine's stdout into events, whatever the pieces they come in.

    Attributes
    ----------
    last_word : Event or None
        The run's last word, once it came.
    """

    def __init__(self) -> None:
        self.last_word: Event | None = None
        self._rest = b""

    def feed(self, piece: bytes) -> Iterator[Event]:
        """Events that `piece` completes. Lines that are none are passed over: a library may have printed them."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            try:
                values = json.loads(line)
                for name in ("version", "run", "sequence"):
                    values.pop(name)
                event = events.from_dict(values)
            except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
                continue
            if isinstance(event, events.RunStarted):
                self.last_word = None
            if isinstance(event, LAST_WORDS):
                self.last_word = event
            yield event


def death_of_engine(stage: str, exit_code: int, stderr_tail: str) -> RunFailed:
    """The last word for a process that ended without one. `exit_code` is negative for a signal, as in `subprocess`."""
    reason, advice = classify_stderr(stderr_tail)
    if not reason:
        how = f"signal {-exit_code}" if exit_code < 0 else f"exit code {exit_code}"
        reason = f"The engine ended without a word ({how})."
        advice = "The computer may have run out of memory. Run again: what was finished is kept."
    return RunFailed(stage, reason, 3, advice, stderr_tail[-4000:], engine_died=True)


def classify_stderr(tail: str) -> tuple[str, str]:
    """What the end of stderr says in plain words: (reason, advice), both empty where nothing is recognised."""
    if (trouble := trouble_of(tail)) is not None:
        return trouble.reason, CARD_ADVICE.get(trouble.kind, ANY_CARD_ADVICE)
    for pattern, reason, advice in STDERR_MEANS:
        if re.search(pattern, tail):
            return reason, advice
    return "", ""
