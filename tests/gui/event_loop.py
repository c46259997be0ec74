"""How long the event loop of the window stands still."""

import time
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer


@dataclass(frozen=True)
class Gap:
    """Seconds between two ticks, and how much this process computed meanwhile, in whatever thread: what it did not, the system kept from it."""

    seconds: float
    computing: float

    def __str__(self) -> str:
        return f"{1000 * self.seconds:.0f} ms ({1000 * self.computing:.0f} computing)"


@contextmanager
def gaps_measured(window):
    """Gaps between the ticks of a timer of 5 ms, as a list that is filled meanwhile."""
    gaps, last = [], [(time.perf_counter(), time.process_time())]

    def tick():
        before, last[0] = last[0], (time.perf_counter(), time.process_time())
        gaps.append(Gap(last[0][0] - before[0], last[0][1] - before[1]))

    timer = QTimer(window, interval=5, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start()
    yield gaps
    timer.stop()
