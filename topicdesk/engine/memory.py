"""The peak of memory over all processes of a run, sampled in a thread."""

from __future__ import annotations

import os
import threading
from types import TracebackType
from typing import Self

import psutil

INTERVAL_SECONDS = 0.5


class MemoryWatch:
    """Samples this process, its children and its parent while it is entered; memory they share is counted once where the system tells.

    Attributes
    ----------
    peak_mib : int
    """

    def __init__(self) -> None:
        self.peak_mib = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._done.set()
        self._thread.join()

    def sample(self) -> None:
        """Look once."""
        own = psutil.Process()
        processes = [own, *own.children(recursive=True)]
        if (parent := own.parent()) is not None and os.getppid() > 1:
            processes.append(parent)
        self.peak_mib = max(self.peak_mib, sum(_bytes_of(process) for process in processes) >> 20)

    def _watch(self) -> None:
        while not self._done.wait(INTERVAL_SECONDS):
            self.sample()


def _bytes_of(process: psutil.Process) -> int:
    try:
        memory = process.memory_full_info()
        return int(getattr(memory, "pss", 0) or memory.rss)
    except psutil.Error:
        return 0
