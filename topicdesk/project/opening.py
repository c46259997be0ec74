"""How a project file is opened: what is foreign, damaged or newer is refused before anything in it is trusted."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from topicdesk.core.errors import DamagedProject, InputError, TopicDeskError
from topicdesk.project.schema import migrate
from topicdesk.project.whereabouts import place_of

SUFFIX = ".topicdesk"
BUSY_SECONDS = 30.0
BUSY_PAUSE_SECONDS = 0.01
DAMAGE = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
MISREAD = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OverflowError)


def open_connection(path: Path, before_change: Callable[[int], object]) -> sqlite3.Connection:
    """A connection to a project of the newest version, migrated where it was older.

    Raises
    ------
    InputError
        Where the file is of another program, of a newer version, or cannot be opened or written.
    DamagedProject
        Where it is no database or holds what TopicDesk does not put there.
    TopicDeskError
        Where the disk is full.
    """
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            distrust(connection)
            migrate(connection, str(path), before_change)
            if place_of(path).wants_rollback_journal:
                _keep_journal(connection, "DELETE")
                connection.execute("PRAGMA synchronous = EXTRA")  # with this journal FULL may lose the newest edit with the power
            else:
                _keep_journal(connection, "WAL")
                connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            connection.close()
            raise
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            raise DamagedProject(f"{path}: this is not a TopicDesk project, or it is damaged ({error}).") from error
        if error.sqlite_errorcode in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE):
            raise TopicDeskError(f"{path}: the project could not be written ({error}). What was saved before is kept. Make room on the disk.") from error
        raise InputError(f"{path}: the project cannot be opened ({error}). Is its folder writable?") from error
    except UnicodeDecodeError as error:  # SQLite's own complaint quotes what it could not read
        raise DamagedProject(f"{path}: this is not a TopicDesk project, or it is damaged.") from error
    return connection


def _keep_journal(connection: sqlite3.Connection, mode: str) -> None:
    """Change the kind of journal. That needs the file alone for a moment, for which SQLite does not wait by itself."""
    ends = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute(f"PRAGMA journal_mode = {mode}")
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > ends:
                raise
            time.sleep(BUSY_PAUSE_SECONDS)
        else:
            return


def distrust(connection: sqlite3.Connection) -> None:
    """Let nothing in the file run, look at its cells before they are used, and write no temporary file anywhere."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA temp_store = MEMORY")


def is_damage(error: sqlite3.Error) -> bool:
    """Whether SQLite says that the file itself is wrong, not the disk or a lock."""
    name = getattr(error, "sqlite_errorname", None)
    return name.startswith(DAMAGE) if name is not None else "decode" in str(error)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Names damage that shows itself in what is read: pages that SQLite refuses, values that no TopicDesk has written.

    Raises
    ------
    DamagedProject
        For these.
    TopicDeskError
        Where the disk or another process stands in the way.
    """
    try:
        yield
    except sqlite3.Error as error:
        if is_damage(error):
            raise DamagedProject(f"{path}: the project is damaged ({error}).") from error
        raise TopicDeskError(f"{path}: the project cannot be read ({error}).") from error
    except MISREAD as error:
        raise DamagedProject(f"{path}: the project is damaged (a value in it cannot be read: {type(error).__name__}).") from error


def check_pages(connection: sqlite3.Connection, path: Path) -> None:
    """SQLite's own look at every page. Raises DamagedProject."""
    with reading(path):
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise DamagedProject(f"{path}: the project is damaged ({found.splitlines()[-1]}).")
