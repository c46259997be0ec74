"""What happened, as lines of typed fields in TopicDesk's own folder: counts, seconds and codes, never a text, a label, a path or a name of a column."""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from topicdesk.core import card_troubles, events
from topicdesk.core.engine_protocol import STDERR_MEANS

NAME = "events.jsonl"
MOST_BYTES = 256 * 1024
N_OLD = 2
UNSAID = (events.StageProgress, events.LabelReady, events.RelabelProgress)  # too many to be of use

# The fields that may be kept of an event. One that is not named here is known by its name alone.
FIELDS: dict[type[Any], tuple[str, ...]] = {
    events.EngineReady: ("seconds", "device", "versions"),
    events.CorpusRead: ("n_documents", "n_duplicates", "n_unreadable", "n_passages"),
    events.StageStarted: ("stage", "total", "unit"),
    events.StageFinished: ("stage", "seconds", "from_cache"),
    events.TextsCompared: ("n_new", "n_changed", "n_gone", "n_same", "n_amended", "by_id"),
    events.TopicsReady: ("n_topics", "n_unassigned"),
    events.Notice: ("code",),
    events.RunFailed: ("stage", "exit_code", "engine_died"),
    events.RunCancelled: ("stage",),
    events.Relabelled: ("n_topics", "from_cache"),
    events.RequestFailed: ("request",),
}
SUMMARY = ("n_documents", "n_topics", "n_unassigned", "total_seconds", "peak_memory_mib", "device")
REASONS = (*card_troubles.REASONS, *(reason for _, reason, _ in STDERR_MEANS))
STEP = re.compile(r"^\s*(?:File \")?(?P<path>[^\"\n]*?)(?P<file>[\w.-]+\.py)\"?(?::|, line )(?P<line>\d+),?(?: in)? (?P<name>[\w<>.]+)\s*$")
ERROR = re.compile(r"^[A-Za-z_.]+(?:Error|Exception|Warning|Failed|Cancelled|Interrupt)$")


def described(event: events.Event) -> dict[str, Any]:
    """An event as what may be kept of it: its name, its typed fields; for a failure also what is known of why and where."""
    kept: dict[str, Any] = {"event": type(event).__name__}
    values = dataclasses.asdict(event)
    kept |= {name: values[name] for name in FIELDS.get(type(event), ())}
    if isinstance(event, events.RunFinished):
        kept |= {name: event.summary[name] for name in SUMMARY if name in event.summary}
    if isinstance(event, events.RunFailed):
        signal = re.search(r"\((signal \d+|exit code -?\d+)\)", event.reason)
        kept["why"] = event.reason if event.reason in REASONS else signal[1] if signal and event.engine_died else "said to the researcher"
        kept["where"] = steps_of(event.details)
    return kept


def steps_of(traceback: str) -> list[str]:
    """Files, lines and functions of a traceback, and the kinds of errors; nothing that an error said, and no folder."""
    steps = []
    for line in traceback.splitlines():
        if (step := STEP.match(line)) is not None:
            steps.append(f"{step['file']}:{step['line']} {step['name']}")
        elif ERROR.match(line.partition(":")[0].strip()):
            steps.append(line.partition(":")[0].strip())
    return steps[-30:]


class EventLog:
    """A file of JSON lines with its older ones beside it. What cannot be written is not: a log is no reason to fail."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME

    def record(self, event: events.Event) -> None:
        """Keep a line about an event."""
        if not isinstance(event, UNSAID):
            line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), **described(event)}
            with suppress(OSError):
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._rotate()
                with self.path.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps(line) + "\n")

    def lines(self) -> list[str]:
        """The newest file, oldest line first; empty where there is none."""
        with suppress(OSError):
            return self.path.read_text("utf-8", "replace").splitlines()
        return []

    def _rotate(self) -> None:
        if not self.path.exists() or self.path.stat().st_size < MOST_BYTES:
            return
        files = [self.path, *(self.path.with_name(f"{NAME}.{number}") for number in range(1, N_OLD + 1))]
        for newer, older in reversed(list(itertools.pairwise(files))):
            if newer.exists():
                newer.replace(older)
