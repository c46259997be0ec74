"""The project file's tables and the numbered migrations that lead to them; the only file with data definitions."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Callable
from typing import Any

from topicdesk.core.errors import DamagedProject, InputError

APPLICATION_ID = 0x54445031  # "TDP1"

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE project (id INTEGER PRIMARY KEY CHECK (id = 1), fingerprint TEXT NOT NULL, fields TEXT NOT NULL,
        dropped TEXT NOT NULL, unreadable TEXT NOT NULL, source TEXT NOT NULL, created TEXT NOT NULL);
    CREATE TABLE document (row INTEGER PRIMARY KEY, id TEXT NOT NULL, text TEXT NOT NULL, title TEXT, date TEXT, class TEXT,
        fields TEXT NOT NULL);
    CREATE TABLE artifact (key TEXT NOT NULL, stage TEXT NOT NULL, block INTEGER NOT NULL, bytes BLOB NOT NULL,
        checksum TEXT NOT NULL, PRIMARY KEY (key, block)) WITHOUT ROWID;
    CREATE TABLE analysis (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, settings TEXT NOT NULL, numerics TEXT NOT NULL,
        keys TEXT NOT NULL, versions TEXT NOT NULL, models TEXT NOT NULL, created TEXT NOT NULL, used INTEGER NOT NULL);
    CREATE TABLE topic (analysis INTEGER NOT NULL REFERENCES analysis(id) ON DELETE CASCADE, number INTEGER NOT NULL,
        stable_id TEXT NOT NULL, size INTEGER NOT NULL, keywords TEXT NOT NULL, exemplars TEXT NOT NULL,
        PRIMARY KEY (analysis, number)) WITHOUT ROWID;
    CREATE TABLE label (analysis INTEGER NOT NULL REFERENCES analysis(id) ON DELETE CASCADE, topic INTEGER NOT NULL,
        text TEXT NOT NULL, origin TEXT NOT NULL, card TEXT NOT NULL, PRIMARY KEY (analysis, topic)) WITHOUT ROWID;
    CREATE TABLE edit (sequence INTEGER PRIMARY KEY, made TEXT NOT NULL, what TEXT NOT NULL, topic TEXT NOT NULL,
        before TEXT NOT NULL, after TEXT NOT NULL, why TEXT NOT NULL DEFAULT '', undone INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE layout (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    """,
    """
    ALTER TABLE edit ADD COLUMN topics TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE edit ADD COLUMN value TEXT NOT NULL DEFAULT '';
    ALTER TABLE edit ADD COLUMN moves BLOB;
    UPDATE edit SET topics = json_array(topic), value = after;
    CREATE TABLE description (key TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID
    """,
    "ALTER TABLE project ADD COLUMN mended TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE project ADD COLUMN making TEXT NOT NULL DEFAULT '{}'",
    """
    CREATE TABLE text_update (sequence INTEGER PRIMARY KEY, made TEXT NOT NULL, n_new INTEGER NOT NULL, n_changed INTEGER NOT NULL,
        n_gone INTEGER NOT NULL, n_same INTEGER NOT NULL, by_id INTEGER NOT NULL, gone TEXT NOT NULL)
    """,
    """
    CREATE TABLE passage (row INTEGER PRIMARY KEY, document INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, speaker TEXT NOT NULL)
    """,
    "CREATE TABLE afresh (key TEXT NOT NULL, block INTEGER NOT NULL, PRIMARY KEY (key, block)) WITHOUT ROWID",
)


def migrate(connection: sqlite3.Connection, path: str, before_change: Callable[[int], object] = lambda version: None) -> None:
    """Bring the file to the newest version, each step a transaction of its own.

    Parameters
    ----------
    before_change : callable
        Called once with the file's version before a file that exists is changed; what it raises leaves the file as it is.

    Raises
    ------
    InputError
        Where the file belongs to another program or to a newer TopicDesk.
    DamagedProject
        Where tables or columns differ from those of its version, or there are triggers, views or virtual tables.
    """
    version = refuse_foreign(connection, path)
    if 0 < version < len(MIGRATIONS):
        before_change(version)
    while _version(connection, path) < len(MIGRATIONS):
        connection.execute("BEGIN IMMEDIATE")
        try:
            number = _version(connection, path)  # once more: another process may have been quicker
            apply(connection, number, number + 1 if number else len(MIGRATIONS))  # a new file at once: nobody takes it for an old one
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # a full disk has ended it already
                connection.execute("ROLLBACK")
            raise


def refuse_foreign(connection: sqlite3.Connection, path: str) -> int:
    """The version of a file that holds exactly what a project of that version holds, 0 for an empty one. Raises as `migrate`."""
    version = _version(connection, path)
    _compare(connection, path, version)
    return version


def apply(connection: sqlite3.Connection, first: int, last: int) -> None:
    """Lead a database from version `first` to `last`, within the caller's transaction."""
    for migration in MIGRATIONS[first:last]:
        for statement in migration.split(";"):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {min(last, len(MIGRATIONS))}")


def tables(connection: sqlite3.Connection, database: str = "main") -> dict[str, list[str]]:
    """The columns of each table, in their order."""
    names = [name for (name,) in connection.execute(f"SELECT name FROM {database}.sqlite_master WHERE type = 'table' ORDER BY name")]
    return {name: [column[1] for column in connection.execute(f"PRAGMA {database}.table_xinfo('{name}')")] for name in names}


def _version(connection: sqlite3.Connection, path: str) -> int:
    """How many migrations the file has seen; refuses what is not ours."""
    n_tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]  # in this order: another process may be making the file
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    is_new = version == 0 and not n_tables
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if not is_new and application != APPLICATION_ID:
        raise InputError(f"{path}: this is a database of another program, not a TopicDesk project.")
    if version > len(MIGRATIONS):
        raise InputError(f"{path}: made by a newer TopicDesk (format {version}; this one reads up to {len(MIGRATIONS)}). Update TopicDesk.")
    return version


def _compare(connection: sqlite3.Connection, path: str, version: int) -> None:
    """Refuse a file that holds other things than its version does, before any of them is used."""
    found = _shape(connection)
    if found == _expected(MIGRATIONS[:version]):
        return
    if int(connection.execute("PRAGMA user_version").fetchone()[0]) != version:  # another process has brought it on since
        return
    odd = sorted({name for _, name in found.keys() ^ _expected(MIGRATIONS[:version]).keys()})
    raise DamagedProject(f"{path}: this is not a project as TopicDesk makes it ({', '.join(odd[:3]) or 'its columns'} should not be so). It is not opened.")


def _shape(connection: sqlite3.Connection) -> dict[tuple[str, str], Any]:
    """What is in a database: for each thing its columns, or the words that made it where it has none or is no plain table."""
    shape: dict[tuple[str, str], Any] = {}
    for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall():
        is_plain = kind == "table" and str(sql).upper().startswith("CREATE TABLE")
        columns = connection.execute('SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?)', (name,)) if is_plain else None
        shape[kind, name] = sql if columns is None else tuple(columns)
    return shape


@functools.lru_cache(maxsize=32)
def _expected(migrations: tuple[str, ...]) -> dict[tuple[str, str], Any]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        for migration in migrations:
            for statement in migration.split(";"):
                connection.execute(statement)
        return _shape(connection)
    finally:
        connection.close()
