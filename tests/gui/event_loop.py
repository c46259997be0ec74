"""How long the event loop of the window stands still by its own doing."""

import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QTimer

SCHEDULED = Path("/proc/self/schedstat")  # of the window's thread: nanoseconds it ran, nanoseconds it was ready and got no processor


@dataclass(frozen=True)
class Gap:
    """Seconds between two ticks, and how many of them the thread was ready to go on while the system let others run."""

    seconds: float
    waited: float

    @property
    def own(self) -> float:
        """Seconds that the window itself stood still: it computed, slept, or waited for a lock or a disk."""
        return self.seconds - self.waited

    def __str__(self) -> str:
        return f"{1000 * self.seconds:.0f} ms ({1000 * self.own:.0f} its own)"


@contextmanager
def gaps_measured(window):
    """Gaps between the ticks of a timer of 5 ms, as a list that is filled meanwhile."""
    gaps, last = [], [(time.perf_counter(), seconds_without_processor())]

    def tick():
        before, last[0] = last[0], (time.perf_counter(), seconds_without_processor())
        gaps.append(Gap(last[0][0] - before[0], last[0][1] - before[1]))

    timer = QTimer(window, interval=5, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start()
    yield gaps
    timer.stop()


def seconds_without_processor() -> float:
    """How long this thread, the process's first, was kept waiting for a processor so far; 0 where the system does not say."""
    with suppress(OSError, ValueError, IndexError):
        return int(SCHEDULED.read_text("ascii").split()[1]) / 1e9
    return 0.0
