"""How an engine died, for the next one to know: a crash in native code is noted in the project's lock file, a kill from outside is not."""

from __future__ import annotations

import faulthandler
from collections.abc import Iterator
from contextlib import contextmanager

from topicdesk.project.lock import ProjectLock


@contextmanager
def noted_in(lock: ProjectLock) -> Iterator[None]:
    """While entered, a crash (abort, segmentation fault) writes the functions that were running into the lock file, and no values."""
    faulthandler.enable(lock.fileno())
    try:
        yield
    finally:
        faulthandler.disable()
