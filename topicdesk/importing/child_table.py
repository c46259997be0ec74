"""A table read by a child process, for formats whose parsers are native code or unpack: what goes wrong there ends the child alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.opening import CorpusFile
from topicdesk.importing.table import Layout, Rows

_MOST_HEARD = 1 << 24  # bytes that are kept to be told again


class ChildRows(Rows):
    """The rows that a child process sends. Attributes are those of `Rows`."""

    def __init__(self, child: _Child) -> None:
        super().__init__()
        self.position = 0
        self._child = child

    def __iter__(self) -> Iterator[list[str]]:
        """Each row as it comes. Raises InputError where the child fails or ends before the last."""
        message: dict[str, Any] = {}
        for message in self._child.messages():
            self._note(message)
            for number, row in zip(message.get("numbers", ()), message.get("rows", ())):
                self.number = number
                yield row
        self.number = message["number"]

    def _note(self, message: dict[str, Any]) -> None:
        self.unreadable += [(number, reason) for number, reason in message["unreadable"]]
        self.mended += [(number, reason) for number, reason in message["mended"]]
        self.excerpts |= {int(number): text for number, text in message["excerpts"].items()}
        self.position = message["position"]


@dataclass(frozen=True)
class ChildTable:
    """A file that a child process has understood."""

    file: CorpusFile
    layout: Layout
    source: CorpusSource
    is_beginning: bool
    _waiting: list[_Child]

    @contextmanager
    def open_rows(self) -> Iterator[tuple[ChildRows, Callable[[], int]]]:
        """Its rows. Whoever reads only the first of them leaves the process to the next reader, who hears these again and goes on."""
        child = self._waiting.pop() if self._waiting else _Child(self.source, self.is_beginning)
        is_left = False
        try:
            if child.layout is None:
                child.look()
            rows = ChildRows(child)
            yield rows, lambda: rows.position
            is_left = child.n_readers < 2 and child.can_tell_again
        finally:
            if is_left:
                self._waiting.append(child)
            else:
                child.end()


def open_in_child(source: CorpusSource, file: CorpusFile, is_beginning: bool = False) -> ChildTable:
    """Let a child process look at the file, or with `is_beginning` only at its beginning. Raises InputError, in the child's words or about its end."""
    child = _Child(source, is_beginning)
    try:
        values = child.look()
    except BaseException:
        child.end()
        raise
    layout = Layout(**values | {"names": tuple(values["names"]), "sheets": tuple(values["sheets"])})
    waiting = [child]
    table = ChildTable(file, layout, source, is_beginning, waiting)
    weakref.finalize(table, _end_all, waiting)
    return table


def _end_all(waiting: list[_Child]) -> None:
    while waiting:
        waiting.pop().end()


class _Child:
    """A process that reads one file.

    Attributes
    ----------
    layout : dict or None
        What it has said of the file; None where it has said nothing yet.
    n_readers : int
        How many have asked for the rows.
    can_tell_again : bool
        Whether all that was said of rows so far is still known.
    """

    def __init__(self, source: CorpusSource, is_beginning: bool) -> None:
        self.layout: dict[str, Any] | None = None
        self.n_readers = 0
        self.can_tell_again = True
        self._heard: list[bytes] = []
        self._n_heard = 0
        command = [sys.executable, "-P", "-m", "topicdesk.importing.child"]
        environment = os.environ | {"ARROW_DEFAULT_MEMORY_POOL": "system"}  # the limit of memory counts what is really used
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(asdict(source) | {"is_beginning": is_beginning}).encode("ascii"))
            self._process.stdin.close()
        except BrokenPipeError:  # it has ended already; its end says why
            pass

    def end(self) -> None:
        """Let go of the process, whatever it does."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def look(self) -> dict[str, Any]:
        """What it says of the file. Raises InputError where it cannot be read."""
        layout: dict[str, Any] = _said(self._line())["layout"]
        self.layout = layout
        return layout

    def messages(self) -> Iterator[dict[str, Any]]:
        """All that it says of rows, from the first to the last. Raises InputError where its end is no good one."""
        self.n_readers += 1
        for line in chain(tuple(self._heard), iter(self._hear, b"")):
            message = _said(line)
            yield message
            if message.get("end"):
                return

    def _hear(self) -> bytes:
        line = self._line()
        if self.n_readers == 1 and self.can_tell_again:
            self._heard.append(line)
            self._n_heard += len(line)
            self.can_tell_again = self._n_heard <= _MOST_HEARD
        return line

    def _line(self) -> bytes:
        """The next message. Raises InputError where there is none."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise InputError(_death(self._process.wait()))
        return line


def _said(line: bytes) -> dict[str, Any]:
    """A message. Raises InputError where it says what is wrong."""
    message: dict[str, Any] = json.loads(line)
    if "error" in message:
        raise InputError(message["error"])
    return message


def _death(exit_code: int) -> str:
    if exit_code in (-getattr(signal, "SIGXCPU", 24), -signal.SIGTERM):
        return "the file takes far too long to read; open it in the program that made it and save it as CSV."
    if exit_code == -getattr(signal, "SIGKILL", 9):
        return "reading the file was ended by the system, perhaps for want of memory; save it as CSV, or a part of it."
    return f"the file cannot be read: its reader came to a sudden end ({exit_code}). It is perhaps damaged; save it as CSV."
