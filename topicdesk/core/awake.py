"""Keeps the computer from falling asleep while a run goes on, where the system lets itself be asked; never a failure where it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

WHY = "A run is under way"
END_SECONDS = 2.0
CONTINUOUS, SYSTEM_REQUIRED = 0x80000000, 0x00000001  # SetThreadExecutionState


@contextmanager
def staying_awake() -> Iterator[None]:
    """While entered, the computer does not fall asleep of itself. The wish ends with this process, however that ends."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetThreadExecutionState(CONTINUOUS | SYSTEM_REQUIRED)
        try:
            yield
        finally:
            ctypes.windll.kernel32.SetThreadExecutionState(CONTINUOUS)
        return
    child = _asked()
    try:
        yield
    finally:
        if child is not None:
            _end(child)


def command() -> list[str]:
    """What is asked of this system: a command that holds the wish as long as its standard input is open, or this process lives."""
    if sys.platform == "darwin":
        return ["caffeinate", "-i", "-w", str(os.getpid())]
    return ["systemd-inhibit", "--what=idle:sleep", "--who=TopicDesk", f"--why={WHY}", "--mode=block", "cat"]


def _asked() -> subprocess.Popen[bytes] | None:
    """The child that holds the wish; in a session of its own, so that it asks nobody for a password."""
    try:
        return subprocess.Popen(command(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    except OSError:
        return None


def _end(child: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        if child.stdin is not None:
            child.stdin.close()
    if sys.platform == "darwin":
        child.terminate()
    try:
        child.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
