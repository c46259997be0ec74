"""How long the event loop of the window stands still."""

import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QTimer

SCHEDULED = Path("/proc/thread-self/schedstat")


@dataclass(frozen=True)
class Gap:
    """Seconds between two ticks; `waiting` is how long of it this thread could have run and no processor was free (Linux; else 0)."""

    seconds: float
    waiting: float

    def __str__(self) -> str:
        return f"{1000 * self.seconds:.0f} ms ({1000 * self.waiting:.0f} of it for a processor)"


@contextmanager
def gaps_measured(window):
    """Gaps between the ticks of a timer of 5 ms, as a list that is filled meanwhile."""
    gaps, last = [], [(time.perf_counter(), waited())]

    def tick():
        before, last[0] = last[0], (time.perf_counter(), waited())
        gaps.append(Gap(last[0][0] - before[0], last[0][1] - before[1]))

    timer = QTimer(window, interval=5, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start()
    yield gaps
    timer.stop()


def waited():
    """Seconds that this thread has waited for a processor since it began."""
    return int(SCHEDULED.read_text().split()[1]) / 1e9 if SCHEDULED.exists() else 0.0
