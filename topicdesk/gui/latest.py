"""Work off the window's thread of which only the newest answer counts; it knows nothing of what is worked out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal

from topicdesk.core.errors import TopicDeskError

IsStale = Callable[[], bool]
Work = Callable[[IsStale], Any]


class Latest(QObject):
    """Runs one piece of work at a time; one more waits, and a newer one takes its place.

    The work gets a function that tells whether its answer is still wanted; long work asks it now and then and returns
    at once where it is not. Late answers are dropped by a generation number, unless `takes_late`: then only `forget` makes
    an answer unwanted, and what comes between is shown on the way to the newest.

    Signals
    -------
    answered : object
        What the newest work returned.
    failed : str
        Why the newest work could not be done: a TopicDeskError or an OSError in words. Other errors are raised in the window's thread.
    """

    answered = Signal(object)
    failed = Signal(str)
    _finished = Signal(int, object)

    def __init__(self, parent: QObject | None = None, takes_late: bool = False) -> None:
        super().__init__(parent)
        self._takes_late = takes_late
        self._generation = 0
        self._forgotten = 0
        self._is_running = False
        self._waiting: Work | None = None
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._is_running

    def ask(self, work: Work) -> None:
        """Have `work` done; what was asked before is no longer wanted."""
        self._generation += 1
        self._waiting = work
        if not self._is_running:
            self._start()

    def forget(self) -> None:
        """Want no answer any more."""
        self._generation += 1
        self._forgotten = self._generation
        self._waiting = None

    def _start(self) -> None:
        work, self._waiting = self._waiting, None
        if work is None:
            return
        self._is_running = True
        generation = self._generation
        QThreadPool.globalInstance().start(lambda: self._work(work, generation))

    def _work(self, work: Work, generation: int) -> None:
        """Another thread runs this; it touches nothing of the window."""
        try:
            answer = work(lambda: generation != self._generation)
        except Exception as error:  # handed over to `_deliver`, which knows which errors are for people
            answer = error
        try:
            self._finished.emit(generation, answer)
        except RuntimeError:
            return  # the view was closed meanwhile, nobody waits

    def _deliver(self, generation: int, answer: object) -> None:
        self._is_running = False
        is_wanted = generation > self._forgotten if self._takes_late else generation == self._generation
        self._start()
        if isinstance(answer, TopicDeskError | OSError):
            if is_wanted:
                self.failed.emit(answer.strerror or str(answer) if isinstance(answer, OSError) else str(answer))
        elif isinstance(answer, Exception):
            raise answer
        elif is_wanted:
            self.answered.emit(answer)
