"""The other end of the engine's stream, for tests: a real engine process, requests in, events out."""

from __future__ import annotations

import os
import queue
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from topicdesk.core.engine_protocol import EventReader, encode_request, engine_command
from topicdesk.core.events import LAST_WORDS, Event
from topicdesk.core.requests import CorpusSource, Request, RunRequest

PATIENCE = 180.0
END_SECONDS = 10.0


class Engine:
    """A running engine process. Use it as a context manager."""

    def __init__(self, *options: str, environment: dict[str, str] | None = None) -> None:
        self.stderr = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the process)
        self.process = subprocess.Popen(
            [*engine_command(), *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.stderr, env=os.environ | (environment or {})
        )
        self.raw = b""
        self._heard: queue.Queue[Event | None] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._listener.join(END_SECONDS)  # it ends with the last of the family, which may outlive the engine for a moment
        assert not self._listener.is_alive()
        self.stderr.close()
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdout.close()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass

    def send(self, request: Request) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(encode_request(request))
        self.process.stdin.flush()

    def until(self, is_met: Callable[[Event], bool], seconds: float = PATIENCE) -> list[Event]:
        """Events up to the first that meets the condition; fails where the stream ends or time is up before."""
        events: list[Event] = []
        ends = time.monotonic() + seconds
        while True:
            try:
                event = self._heard.get(timeout=max(ends - time.monotonic(), 0.01))
            except queue.Empty:
                raise AssertionError(f"nothing came in {seconds} s after {events[-1:]}") from None
            assert event is not None, f"the engine ended after {events[-1:]}: {self.said_on_stderr()}"
            events.append(event)
            if is_met(event):
                return events

    def until_last_word(self, seconds: float = PATIENCE) -> list[Event]:
        return self.until(lambda event: isinstance(event, LAST_WORDS), seconds)

    def run(self, request: RunRequest) -> list[Event]:
        """All events of one run."""
        self.send(request)
        return self.until_last_word()

    def said_on_stderr(self) -> str:
        self.stderr.seek(0)
        return self.stderr.read().decode("utf-8", "replace")

    def _listen(self) -> None:
        reader = EventReader()
        assert self.process.stdout is not None
        while piece := self.process.stdout.read1(65_536):  # type: ignore[attr-defined]
            self.raw += piece
            for event in reader.feed(piece):
                self._heard.put(event)
        self._heard.put(None)


def run_request(corpus: Path, out: Path, settings: dict[str, Any] | None = None, **more: Any) -> RunRequest:
    """A run of a corpus file into a folder, as the command line asks for it."""
    return RunRequest(str(out / "project.topicdesk"), CorpusSource(str(corpus)), str(out), settings or {}, **more)
