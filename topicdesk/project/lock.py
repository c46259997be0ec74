"""One engine and one window for a project, by locks that die with the process that holds them; it knows nothing of what is done under them.

The lock is a file beside the project, locked by the system: whatever ends its holder sets it free. It is removed when it is
given back, so a file that is still there says that its holder died, and what is in it says how: the holder may let Python write
the traceback of a crash there (`faulthandler`), which names files and functions and quotes no document.
"""

from __future__ import annotations

import os
import socket
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from topicdesk.core.errors import InputError, ProjectInUse

Role = Literal["engine", "window"]
BUSY = {"engine": "Another run works on this project", "window": "This project is open in another window"}
ADVICE = {"engine": "Wait until it has ended, or stop it.", "window": "Go on there, or close it first."}
CRASHED = "Fatal Python error"
N_ATTEMPTS = 20


def lock_path(project_path: Path, role: Role) -> Path:
    """Where the lock of a role lies: a hidden file beside the project."""
    return project_path.with_name(f".{project_path.name}.{role}-lock")


class ProjectLock:
    """Holds a project for one engine or one window. Use it as a context manager, or call `release`.

    Attributes
    ----------
    crash_before : str
        What the last holder left where it crashed in native code; empty where it ended in any other way.

    Raises
    ------
    ProjectInUse
        Where another process holds it; the sentence says which.
    InputError
        Where the folder cannot be written.
    """

    def __init__(self, project_path: Path, role: Role) -> None:
        self.path = lock_path(project_path.absolute(), role)
        self.crash_before = ""
        self._descriptor = self._take(project_path, role)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()

    def fileno(self) -> int:
        """The open lock file, for `faulthandler` to write to."""
        return self._descriptor

    def release(self) -> None:
        """Give the project back. A second time does nothing."""
        if self._descriptor < 0:
            return
        descriptor, self._descriptor = self._descriptor, -1
        with suppress(OSError):
            if sys.platform != "win32":  # there an open file cannot be removed
                self.path.unlink()
        os.close(descriptor)
        if sys.platform == "win32":
            with suppress(OSError):
                self.path.unlink()

    def _take(self, project_path: Path, role: Role) -> int:
        for _ in range(N_ATTEMPTS):
            try:
                descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as error:
                raise InputError(f"{project_path.parent}: the folder cannot be written ({error.strerror}).") from error
            try:
                is_ours = _lock(descriptor)
                if not is_ours:
                    holder = _text_of(descriptor).partition("\n")[0]
                    raise ProjectInUse(f"{project_path}: {BUSY[role]}{f' ({holder})' if holder else ''}. {ADVICE[role]}")
                if os.fstat(descriptor).st_ino == self.path.stat().st_ino:
                    self.crash_before = _text_of(descriptor).partition("\n")[2] if CRASHED in _text_of(descriptor) else ""
                    os.ftruncate(descriptor, 0)
                    os.lseek(descriptor, 0, os.SEEK_SET)
                    os.write(descriptor, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
                    return descriptor
            except FileNotFoundError:  # its holder removed it between our opening and our locking: once more
                pass
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)
        raise ProjectInUse(f"{project_path}: {BUSY[role]}. {ADVICE[role]}")


def remove_stale(project_path: Path, role: Role) -> None:
    """Remove the lock file of a holder that was killed; one that crashed leaves its for the next to read, one that lives keeps it."""
    path = lock_path(project_path, role)
    if path.exists():
        with suppress(OSError, InputError):
            if CRASHED not in path.read_text("utf-8", "replace"):
                ProjectLock(project_path, role).release()


def _text_of(descriptor: int) -> str:
    return os.pread(descriptor, 65_536, 0).decode("utf-8", "replace") if sys.platform != "win32" else _text_on_windows(descriptor)


def _text_on_windows(descriptor: int) -> str:
    os.lseek(descriptor, 0, os.SEEK_SET)
    with suppress(OSError):
        return os.read(descriptor, 65_536).decode("utf-8", "replace")
    return ""


def _lock(descriptor: int) -> bool:
    """Whether the file is ours now. A file system that knows no locks gives it to everybody."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, 1 << 30, os.SEEK_SET)  # far beyond what is written: a locked byte cannot be read by others
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True
