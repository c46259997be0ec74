"""A table read by a child process, for formats whose parsers are native code or unpack: what goes wrong there ends the child alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.opening import CorpusFile
from topicdesk.importing.table import Layout, Rows


class ChildRows(Rows):
    """The rows that a child process sends. Attributes are those of `Rows`."""

    def __init__(self, child: _Child) -> None:
        super().__init__()
        self.position = 0
        self._child = child

    def __iter__(self) -> Iterator[list[str]]:
        """Each row as it comes. Raises InputError where the child fails or ends before the last."""
        while not (message := self._child.message()).get("end"):
            self._note(message)
            for number, row in zip(message["numbers"], message["rows"]):
                self.number = number
                yield row
        self._note(message)
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
    _waiting: list[_Child] = field(default_factory=list, compare=False)

    @contextmanager
    def open_rows(self) -> Iterator[tuple[ChildRows, Callable[[], int]]]:
        """Its rows: from the process that has understood the file, which stands before the first row, or from one of their own."""
        with self._waiting.pop() if self._waiting else _Child(self.source) as child:
            if child.is_new:
                child.message()
            rows = ChildRows(child)
            yield rows, lambda: rows.position


def open_in_child(source: CorpusSource, file: CorpusFile) -> ChildTable:
    """Let a child process look at the file. Raises InputError, in the child's words or about its end."""
    child = _Child(source)
    try:
        values = child.message()["layout"]
    except BaseException:
        child.end()
        raise
    layout = Layout(**values | {"names": tuple(values["names"]), "sheets": tuple(values["sheets"])})
    return ChildTable(file, layout, source, [child])


class _Child:
    """A process that reads one file; it ends with the `with` statement.

    Attributes
    ----------
    is_new : bool
        Whether it has said nothing yet.
    """

    def __init__(self, source: CorpusSource) -> None:
        self.is_new = True
        command = [sys.executable, "-P", "-m", "topicdesk.importing.child"]
        environment = os.environ | {"ARROW_DEFAULT_MEMORY_POOL": "system"}  # the limit of memory counts what is really used
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(asdict(source)).encode("ascii"))
            self._process.stdin.close()
        except BrokenPipeError:  # it has ended already; its end says why
            pass

    def __enter__(self) -> _Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Let go of the process, whatever it does."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def message(self) -> dict[str, Any]:
        """The next message. Raises InputError where there is none, or where it says what is wrong."""
        assert self._process.stdout is not None
        self.is_new = False
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise InputError(_death(self._process.wait()))
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
