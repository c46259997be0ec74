"""Work on the project file off the window's thread, one piece after another; it does not know what the work is for."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from topicdesk.core.errors import TopicDeskError
from topicdesk.project.store import Project

KNOWN_ERRORS = (TopicDeskError, sqlite3.Error, OSError)

# While this thread reads a corpus, each call from Qt into Python waits for its turn: 5 ms by default, and a repaint makes many.
SWITCH_SECONDS = 0.0005


class ProjectThread(QObject):
    """Runs callables in one background thread, in the order of their submission, and hands their results to the window's thread.

    Signals
    -------
    _finished : (callable)
        Carries the delivery of one result into the thread that this object lives in.
    """

    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        sys.setswitchinterval(SWITCH_SECONDS)
        self._executor = ThreadPoolExecutor(1, "project")
        self._generation = 0
        self._is_closed = False
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def with_project(
        self, path: Path, work: Callable[[Project], Any], then: Callable[[Any], None], failed: Callable[[str], None], can_be_given_up: bool = False
    ) -> None:
        """Open the project in the background, `work` on it, and call `then` here with the result, or `failed` with a sentence.

        Work that `can_be_given_up` ends when the window closes: what it reads is not read, what it writes is not written.
        """

        def opened() -> Any:
            with Project(path) as project:
                if can_be_given_up:
                    project.give_up_when(lambda: self._is_closed)
                return work(project)

        generation = self._generation
        self._executor.submit(self._run, opened, self._unless_forgotten(generation, then), self._unless_forgotten(generation, failed))

    def submit(self, work: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[str], None]) -> None:
        """Call `work` in the background, then `then` here with its result, or `failed` with a sentence."""
        self._executor.submit(self._run, work, then, failed)

    def forget(self) -> None:
        """Drop what is still read from projects; the work itself is done, so that edits reach the disk."""
        self._generation += 1

    def give_up(self) -> None:
        """End at once what can be given up, and tell nobody anything any more; `close` follows."""
        self._is_closed = True

    def close(self) -> None:
        """Finish what was submitted, and stop."""
        self.give_up()
        self._executor.shutdown(wait=True)

    def _run(self, work: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[str], None]) -> None:
        deliver: Callable[[], None]
        try:
            result = work()
        except KNOWN_ERRORS as error:
            reason = str(error)
            deliver = lambda: failed(reason)  # noqa: E731
        except Exception as error:  # a bug: it belongs in the window's thread, where it is seen
            bug = error
            deliver = lambda: _raise(bug)  # noqa: E731
        else:
            deliver = lambda: then(result)  # noqa: E731
        if not self._is_closed:
            self._finished.emit(deliver)

    def _deliver(self, deliver: Callable[[], None]) -> None:
        if not self._is_closed:
            deliver()

    def _unless_forgotten(self, generation: int, tell: Callable[[Any], None]) -> Callable[[Any], None]:
        def tell_if_wanted(told: Any) -> None:
            if generation == self._generation:
                tell(told)

        return tell_if_wanted


def _raise(error: Exception) -> None:
    raise error
