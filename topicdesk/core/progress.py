"""Progress and cancellation as one argument that is handed down to every stage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from topicdesk.core.errors import Cancelled


def _nothing(done: int, total: int) -> None:
    pass


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Progress:
    """What a stage calls between two units of work; the default listens to nobody and never stops.

    Attributes
    ----------
    report : callable (done, total)
        Told after each unit.
    is_cancelled : callable () -> bool
        Asked before each unit.
    """

    report: Callable[[int, int], None] = _nothing
    is_cancelled: Callable[[], bool] = _never

    def __call__(self, done: int, total: int) -> None:
        """Say how far the stage is. Raises Cancelled where the researcher asked to stop."""
        self.report(done, total)
        self.check()

    def check(self) -> None:
        """Raise Cancelled where the researcher asked to stop."""
        if self.is_cancelled():
            raise Cancelled("Cancelled.")
