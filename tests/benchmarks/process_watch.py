"""Runs a command and measures it from outside: seconds, processor time and memory of all its processes, alike for every command."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

INTERVAL_SECONDS = 0.25


@dataclass
class Reading:
    """One look at the processes: when, what they hold together, what they have computed so far."""

    seconds: float
    memory_mib: float
    cpu_seconds: float


@dataclass
class Course:
    """A finished command.

    Attributes
    ----------
    marks : list of (str, float)
        What `mark` made of the lines of stdout, each with the second it came.
    others_cores : float
        Cores that other programs kept busy meanwhile, on average.
    """

    seconds: float = 0.0
    readings: list[Reading] = field(default_factory=list)
    marks: list[tuple[str, float]] = field(default_factory=list)
    others_cores: float = 0.0

    def peak_mib(self, since: float = 0.0, until: float = float("inf")) -> float:
        """The most memory that all processes held together."""
        return max((reading.memory_mib for reading in self.readings if since <= reading.seconds <= until), default=0.0)

    def cores_busy(self, since: float, until: float) -> float | None:
        """How many cores were at work between two moments; None where that was too short to tell."""
        inside = [reading for reading in self.readings if since <= reading.seconds <= until]
        if len(inside) < 4:
            return None
        return (inside[-1].cpu_seconds - inside[0].cpu_seconds) / (inside[-1].seconds - inside[0].seconds)


def memory_mib(process: psutil.Process) -> float:
    """Memory of a process; pages shared by several processes count once over all of them, where the system tells (Linux)."""
    try:
        return float(process.memory_full_info().pss) / 2**20
    except AttributeError:
        return float(process.memory_info().rss) / 2**20


def watch(command: Sequence[str], log_path: Path, mark: Callable[[str], str | None] = lambda line: None, environment: Mapping[str, str] = os.environ) -> Course:
    """Run a command to its end. stdout and stderr go to `log_path`; `mark` names the lines whose moment is kept.

    Raises
    ------
    SystemExit
        Where the command fails, with the end of its log.
    """
    course, begin, over = Course(), time.perf_counter(), threading.Event()
    computed: dict[psutil.Process, float] = {}

    def look() -> None:
        memory = 0.0
        try:
            processes = [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        for process in processes:
            try:
                times = process.cpu_times()
                computed[process] = times.user + times.system
                memory += memory_mib(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        course.readings.append(Reading(time.perf_counter() - begin, memory, sum(computed.values())))

    def look_until_over() -> None:
        while not over.wait(INTERVAL_SECONDS):
            look()

    psutil.cpu_percent()
    with log_path.open("w", encoding="utf-8") as log:
        child = subprocess.Popen(
            list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8", env=dict(environment)
        )
        root = psutil.Process(child.pid)
        watcher = threading.Thread(target=look_until_over)
        watcher.start()
        assert child.stdout is not None
        for line in child.stdout:
            log.write(line)
            if name := mark(line):
                course.marks.append((name, time.perf_counter() - begin))
        exit_code = child.wait()
        course.seconds = time.perf_counter() - begin
        over.set()
        watcher.join()
    busy = psutil.cpu_percent() / 100 * (os.cpu_count() or 1)
    course.others_cores = max(0.0, busy - sum(computed.values()) / course.seconds)
    if exit_code:
        raise SystemExit(f"{' '.join(command)}\nended with exit code {exit_code}:\n{log_path.read_text('utf-8')[-2000:]}")
    return course
