"""What the window shows of each stage of a run: events and the time in, frozen views out; it knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from topicdesk.core import events
from topicdesk.core.events import STAGES, Event

StageState = Literal["waiting", "running", "done", "cached", "failed", "cancelled"]

MIN_SECONDS_FOR_FORECAST = 2.0


@dataclass(frozen=True)
class StageView:
    """One line of the run panel.

    Attributes
    ----------
    done, total : int
        Units finished and in all, those from the cache counted; `total` is None where it is not known.
    elapsed_seconds : float
        Since the stage began; what it took, once it is over.
    remaining_seconds : float or None
        From the measured rate of this stage; None while that would be a guess.
    n_from_cache : int
        How many of `done` had been computed by an earlier run.
    """

    name: str
    state: StageState = "waiting"
    done: int = 0
    total: int | None = None
    unit: str = ""
    elapsed_seconds: float = 0.0
    remaining_seconds: float | None = None
    n_from_cache: int = 0


class StageBoard:
    """The views of all stages of one run.

    Attributes
    ----------
    views : dict of str to StageView
        By stage name, in the order of the run.
    """

    def __init__(self) -> None:
        self.views = {name: StageView(name) for name in STAGES}
        self._began: dict[str, float] = {}
        self._paced_from: dict[str, tuple[float, int]] = {}

    @property
    def current(self) -> str:
        """The stage that runs, or the first one that waits; the last one where all are over."""
        for state in ("running", "waiting"):
            for view in self.views.values():
                if view.state == state:
                    return view.name
        return STAGES[-1]

    def take(self, event: Event, now: float) -> StageView | None:
        """The view that an event changes; None where it changes none. `now` is a clock in seconds that only rises."""
        if isinstance(event, events.StageStarted):
            self._began[event.stage] = now
            self._paced_from.pop(event.stage, None)
            return self._put(StageView(event.stage, "running", total=event.total, unit=event.unit))
        if isinstance(event, events.StageProgress):
            before = self._view(event.stage)
            self._paced_from.setdefault(event.stage, (now, event.done - event.n_from_cache))
            return self._put(self._timed(replace(before, done=event.done, total=event.total, n_from_cache=event.n_from_cache), now))
        if isinstance(event, events.StageFinished):
            before = self._view(event.stage)
            state: StageState = "cached" if event.from_cache else "done"
            return self._put(replace(before, state=state, done=before.total or before.done, elapsed_seconds=event.seconds, remaining_seconds=None))
        if isinstance(event, events.RunFailed):
            return self._stop(event.stage, "failed", now)
        if isinstance(event, events.RunCancelled):
            return self._stop(event.stage, "cancelled", now)
        return None

    def tick(self, now: float) -> StageView | None:
        """The running stage with its times brought up to date; None where none runs."""
        running = [view for view in self.views.values() if view.state == "running"]
        return self._put(self._timed(running[-1], now)) if running else None

    def _view(self, stage: str) -> StageView:
        return self.views.get(stage, StageView(stage, "running"))

    def _put(self, view: StageView) -> StageView:
        self.views[view.name] = view
        return view

    def _stop(self, stage: str, state: StageState, now: float) -> StageView | None:
        if stage not in self.views:
            return None
        return self._put(replace(self._timed(self.views[stage], now), state=state, remaining_seconds=None))

    def _timed(self, view: StageView, now: float) -> StageView:
        """The pace counts from the first progress: what was loaded before it says nothing about the rest."""
        elapsed = now - self._began.get(view.name, now)
        first, n_before = self._paced_from.get(view.name, (now, 0))
        n_fresh = view.done - view.n_from_cache - n_before
        remaining = None
        if view.total is not None and n_fresh > 0 and now - first >= MIN_SECONDS_FOR_FORECAST:
            remaining = (now - first) / n_fresh * (view.total - view.done)
        return replace(view, elapsed_seconds=elapsed, remaining_seconds=remaining)
