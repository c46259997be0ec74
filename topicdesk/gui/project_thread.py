"""Work on the project file off the window's thread, one piece after another; it does not know what the work is for."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from topicdesk.core.errors import TopicDeskError
from topicdesk.project.store import Project

KNOWN_ERRORS = (TopicDeskError, sqlite3.Error, OSError)


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
        self._executor = ThreadPoolExecutor(1, "project")
        self._generation = 0
        self._is_closed = False
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def with_project(self, path: Path, work: Callable[[Project], Any], then: Callable[[Any], None], failed: Callable[[str], None]) -> None:
        """Open the project in the background, `work` on it, and call `then` here with the result, or `failed` with a sentence."""

        def opened() -> Any:
            with Project(path) as project:
                return work(project)

        self.submit(opened, then, failed)

    def submit(self, work: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[str], None]) -> None:
        """Call `work` in the background, then `then` here with its result, or `failed` with a sentence."""
        generation = self._generation
        self._executor.submit(self._run, work, then, failed, generation)

    def forget(self) -> None:
        """Drop the results of everything submitted so far; the work itself is still done, so that edits reach the disk."""
        self._generation += 1

    def close(self) -> None:
        """Finish what was submitted, and stop."""
        self._is_closed = True
        self._executor.shutdown(wait=True)

    def _run(self, work: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[str], None], generation: int) -> None:
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
            self._finished.emit((generation, deliver))

    def _deliver(self, delivery: tuple[int, Callable[[], None]]) -> None:
        generation, deliver = delivery
        if generation == self._generation and not self._is_closed:
            deliver()


def _raise(error: Exception) -> None:
    raise error
