"""No text of a corpus in a crash dump: what a process and its children leave when they crash holds none of their memory."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

SILENT = 0x0001 | 0x0002 | 0x8000  # SetErrorMode: no box, no report, inherited by children
NOTHING = "0x0"


def leave_no_dumps() -> None:
    """Ask the system for none, and for empty ones where it makes them all the same; both are inherited by every child."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetErrorMode(SILENT)
        return
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    with suppress(OSError):
        Path("/proc/self/coredump_filter").write_text(NOTHING, "ascii")
