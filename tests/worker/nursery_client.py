"""Engines and editors from the nursery, as a test handles them."""

from __future__ import annotations

import itertools
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from topicdesk.core.engine_protocol import EventReader, encode_request
from topicdesk.core.events import LAST_WORDS, Event, StageStarted
from topicdesk.core.requests import Request

PATIENCE = 120.0


class Child:
    """One forked process.

    Attributes
    ----------
    events : list of Event
        What an engine has said so far.
    lines : list of str
        What an editor has said so far, whole lines.
    """

    def __init__(self, nursery: Nursery, pipes: Path, pid: int) -> None:
        self.pid, self.pipes, self.events = pid, pipes, list[Event]()
        self._nursery = nursery
        self._stdin = os.open(pipes / "in", os.O_WRONLY)
        self._stdout = os.open(pipes / "out", os.O_RDONLY)
        self._heard: queue.Queue[Event | None] = queue.Queue()
        self._raw = b""
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def lines(self) -> list[str]:
        return self._raw.decode().split("\n")[:-1]

    def send(self, request: Request) -> None:
        os.write(self._stdin, encode_request(request))

    def last_word(self, seconds: float = PATIENCE) -> Event | None:
        """The last word of the run; None where time is up or the process ended without one."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            try:
                event = self._heard.get(timeout=left)
            except queue.Empty:
                return None
            if event is None or isinstance(event, LAST_WORDS):
                return event
        return None

    def until_stage(self, stage: str) -> Event | None:
        """Wait until a stage has begun; a last word that comes before."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            try:
                event = self._heard.get(timeout=PATIENCE)
            except queue.Empty:
                break
            if event is None or isinstance(event, LAST_WORDS):
                return event
            if isinstance(event, StageStarted) and event.stage == stage:
                return None
        raise AssertionError(f"{stage} does not begin")

    def kill(self, number: int = signal.SIGKILL) -> int:
        """Send a signal, wait until it and all that it started are gone, and return how it ended."""
        try:
            family = psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            family = []
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            pass
        status = self.wait()
        _, alive = psutil.wait_procs(family, 5)
        assert all(process.status() == psutil.STATUS_ZOMBIE for process in alive), [process.cmdline() for process in alive]
        return status

    def wait(self, seconds: float = PATIENCE) -> int:
        ends = time.monotonic() + seconds
        while self.pid not in self._nursery.ended:
            assert time.monotonic() < ends, "the child does not end"
            time.sleep(0.005)
        try:
            os.close(self._stdin)
        except OSError:
            pass
        return self._nursery.ended[self.pid]

    def end(self) -> int:
        """Close its standard input and wait."""
        os.close(self._stdin)
        self._stdin = -1
        return self.wait()

    def said_on_stderr(self) -> str:
        return (self.pipes / "err").read_text("utf-8", "replace")

    def _listen(self) -> None:
        reader = EventReader()
        while piece := os.read(self._stdout, 65_536):
            self._raw += piece
            for event in reader.feed(piece):
                self.events.append(event)
                self._heard.put(event)
        os.close(self._stdout)
        self._heard.put(None)


class Nursery:
    """The nursery as a process of its own. Use it as a context manager."""

    def __init__(self, folder: Path, environment: dict[str, str] | None = None) -> None:
        self.ended: dict[int, int] = {}
        self._folder, self._numbers, self._born = folder, itertools.count(), queue.Queue[int]()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.worker.nursery"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | (environment or {})
        )
        assert self._process.stdout is not None
        assert json.loads(self._process.stdout.readline()) == {"loaded": True}
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._listener.join(30)
        self._process.stdout.close()

    def child(self, what: str, **more: Any) -> Child:
        """Fork an "engine" or an "editor"."""
        pipes = self._folder / f"child {next(self._numbers)}"
        pipes.mkdir()
        for name in ("in", "out"):
            os.mkfifo(pipes / name)
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"what": what, "pipes": str(pipes), **more}).encode() + b"\n")
        self._process.stdin.flush()
        return Child(self, pipes, self._born.get(timeout=PATIENCE))

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            if "born" in said:
                self._born.put(said["born"])
            else:
                self.ended[said["ended"]] = said["status"]
