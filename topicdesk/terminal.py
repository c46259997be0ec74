"""A run in the terminal: the engine as a child process, its events as a progress display or as JSON lines."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import IO, Any, Self

from topicdesk.core import events
from topicdesk.core.card_retry import retry_after
from topicdesk.core.engine_protocol import EventReader, death_of_engine, encode_event, encode_request, engine_command
from topicdesk.core.errors import InputError, StageFailed
from topicdesk.core.event_log import EventLog
from topicdesk.core.offline import OFFLINE_ENVIRONMENT
from topicdesk.core.places import logs_folder
from topicdesk.core.requests import CancelRequest, RelabelRequest, Request, RunRequest

CANCEL_SECONDS = 2.0
STDERR_TAIL_BYTES = 65_536


def follow_run(request: RunRequest, as_json: bool) -> int:
    """Start an engine, let it run, and show what it says until its last word. Returns the exit code.

    Where the engine dies of the graphics card, another goes on. Ctrl+C cancels: what is finished is kept. An engine that does not answer
    within 2 seconds is killed, which is as safe.
    """
    display = _JsonLines() if as_json else _Progress()
    log = EventLog(logs_folder())
    n_retries = 0
    while True:
        last_word, is_told = _follow_once(request, display, log)
        again = retry_after(last_word, request, n_retries)
        if not is_told:
            display.show(last_word if again is None else again[1])
            log.record(last_word)
        if again is None:
            return _exit_code(last_word)
        request, n_retries = again[0], n_retries + 1


def _follow_once(request: RunRequest, display: _JsonLines | _Progress, log: EventLog) -> tuple[events.Event, bool]:
    """One engine until its last word, and whether that was told: where the engine died without one, it is made here."""
    stage, last_word = "import", None

    def hear(event: events.Event) -> bool:
        nonlocal stage, last_word
        stage = event.stage if isinstance(event, events.StageStarted) else stage
        last_word = event if isinstance(event, events.LAST_WORDS) else None
        display.show(event)
        log.record(event)
        return last_word is not None

    end = _converse(request, hear)
    if last_word is not None:
        return last_word, True
    kept = f"Cancelled during {stage}. What was finished is kept; the next run goes on from there."
    return events.RunCancelled(stage, kept) if end.is_cancelled else death_of_engine(stage, end.exit_code, end.stderr_tail), False


def ask_engine(request: RelabelRequest) -> events.Relabelled:
    """Start an engine, ask it one thing, and wait for the answer; how far it is is said on stderr. Ctrl+C stops it.

    Raises
    ------
    TopicDeskError
        With the engine's reason; InputError where it took the request for wrong.
    KeyboardInterrupt
        Where it was stopped.
    """
    display = _Progress()
    found: events.Relabelled | None = None
    refusal: events.RequestFailed | None = None

    def hear(event: events.Event) -> bool:
        nonlocal found, refusal
        if isinstance(event, events.RelabelProgress):
            event = events.StageProgress("label", event.done, event.total) if event.total else events.StageStarted("label")
        display.show(event)
        found = event if isinstance(event, events.Relabelled) else found
        refusal = event if isinstance(event, events.RequestFailed) else refusal
        return found is not None or refusal is not None

    end = _converse(request, hear)
    display.clear()
    if end.is_cancelled:
        raise KeyboardInterrupt
    if refusal is not None:
        raise InputError(refusal.reason)
    if found is None:
        died = death_of_engine("label", end.exit_code, end.stderr_tail)
        raise StageFailed("label", f"{died.reason} {died.advice}".strip())
    return found


@dataclass(frozen=True)
class _End:
    """How a conversation with an engine ended."""

    is_cancelled: bool
    exit_code: int
    stderr_tail: str


def _converse(request: Request, hear: Callable[[events.Event], bool]) -> _End:
    """Start an engine, ask it, and let `hear` have what it says until that was enough, or until it ends."""
    reader, is_over = EventReader(), False
    with tempfile.TemporaryFile() as stderr:
        environment = os.environ | OFFLINE_ENVIRONMENT
        engine = subprocess.Popen([*engine_command(), "--once"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, env=environment)
        assert engine.stdin is not None
        assert engine.stdout is not None
        with _Cancelling(engine) as cancelling:
            with contextlib.suppress(BrokenPipeError):  # it died before it could read
                engine.stdin.write(encode_request(request))
                engine.stdin.flush()
            while not is_over and (piece := os.read(engine.stdout.fileno(), 65_536)):
                for event in reader.feed(piece):
                    is_over = hear(event) or is_over
            with contextlib.suppress(BrokenPipeError):
                engine.stdin.close()
            exit_code = engine.wait()
        engine.stdout.close()
        return _End(cancelling.is_cancelled, exit_code, _tail(stderr))


class _Cancelling:
    """Turns Ctrl+C and SIGTERM into a cancel while a run is followed; kills an engine that does not answer in time.

    Attributes
    ----------
    is_cancelled : bool
    """

    def __init__(self, engine: subprocess.Popen[bytes]) -> None:
        self.is_cancelled = False
        self._engine = engine
        self._deadline = threading.Timer(CANCEL_SECONDS, engine.kill)
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._cancel) for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *_: object) -> None:
        self._deadline.cancel()
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self._engine.poll() is None:
            self._engine.kill()

    def _cancel(self, number: int, frame: FrameType | None) -> None:
        if self.is_cancelled:
            return
        self.is_cancelled = True
        assert self._engine.stdin is not None
        with contextlib.suppress(OSError, ValueError):  # it has ended in the meantime
            self._engine.stdin.write(encode_request(CancelRequest()))
            self._engine.stdin.flush()
        self._deadline.start()


def _tail(stream: IO[bytes]) -> str:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - STDERR_TAIL_BYTES))
    return stream.read().decode("utf-8", "replace")


def _exit_code(last_word: events.Event) -> int:
    if isinstance(last_word, events.RunFailed):
        return last_word.exit_code
    return 130 if isinstance(last_word, events.RunCancelled) else 0


def _in_one_line(failed: events.RunFailed) -> str:
    return "topicdesk: " + " ".join(f"{failed.reason} {failed.advice}".split())


def _counted(n: int, word: str) -> str:
    return f"{n:,} {word}{'s' * (n != 1)}"


class _JsonLines:
    """Events as JSON lines on stdout; the reason of a failure on stderr too."""

    def __init__(self) -> None:
        self._sequence = 0

    def show(self, event: events.Event) -> None:
        sys.stdout.buffer.write(encode_event(event, 1, self._sequence))
        sys.stdout.buffer.flush()
        self._sequence += 1
        if isinstance(event, events.RunFailed):
            sys.stderr.write(f"{_in_one_line(event)}\n")


class _Progress:
    """One line a stage on stderr, rewritten in place on a terminal."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._paced_from: tuple[float, int] | None = None
        self._counts_bytes = False

    def show(self, event: events.Event) -> None:
        match event:
            case events.CorpusRead():
                aside = [f"{n:,} {reason}" for reason, n in event.dropped.items()] + [f"{event.n_duplicates:,} repeated"] * bool(event.n_duplicates)
                aside += [f"{_counted(event.n_unreadable, 'row')} unreadable"] * bool(event.n_unreadable)
                aside += [f"{_counted(n, 'turn')} of {name} left out" for name, n in event.unheard.items()]
                passages = f" in {_counted(event.n_passages, 'passage')}" if event.n_passages else ""
                self._line(_counted(event.n_documents, "document") + passages + (f" ({', '.join(aside)})" if aside else ""))
            case events.StageStarted():
                self._paced_from, self._counts_bytes = None, event.unit == "bytes"
                self._rewrite(f"{event.stage} ...")
            case events.StageProgress():
                how_far = f"{event.done / 1e6:,.1f} of {event.total / 1e6:,.1f} MB" if self._counts_bytes else f"{event.done:,} of {event.total:,}"
                self._rewrite(f"{event.stage} {how_far}{self._remaining(event)}")
            case events.StageFinished():
                self._line(f"{event.stage:<10} {'kept from an earlier run' if event.from_cache else f'{event.seconds:8.1f} s'}")
            case events.TopicsReady():
                self._line(f"{_counted(event.n_topics, 'topic')}, {_counted(event.n_unassigned, 'document')} in none")
            case events.Notice():
                self._line(event.text)
            case events.RunFinished():
                folder = event.summary.get("total_seconds", 0.0)
                self._line(f"done in {folder:.1f} s")
            case events.RunFailed():
                self._line(_in_one_line(event))
            case events.RunCancelled():
                self._line(event.kept)
            case _:
                pass

    def _remaining(self, event: events.StageProgress) -> str:
        """Time left at the pace since the first progress, which came after the loading; said once a tenth is done."""
        n_fresh = event.done - event.n_from_cache
        if self._paced_from is None:
            self._paced_from = (time.monotonic(), n_fresh)
        elapsed, n_done = time.monotonic() - self._paced_from[0], n_fresh - self._paced_from[1]
        if n_done <= 0 or n_done * 10 < event.total - event.n_from_cache or elapsed < 2:
            return ""
        left = round(elapsed * (event.total - event.done) / n_done)
        return f", {left // 60}:{left % 60:02d} left"

    def clear(self) -> None:
        """Take the line away that is rewritten in place."""
        self._rewrite("")

    def _rewrite(self, text: str) -> None:
        if self._is_terminal:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()

    def _line(self, text: str) -> None:
        sys.stderr.write(f"\r\x1b[K{text}\n" if self._is_terminal else f"{text}\n")
        sys.stderr.flush()
