"""The project file's tables and the numbered migrations that lead to them; the only file with data definitions."""

from __future__ import annotations

import sqlite3

from topicdesk.core.errors import InputError

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
)


def migrate(connection: sqlite3.Connection, path: str) -> None:
    """Bring the file to the newest version, each step a transaction of its own.

    Raises
    ------
    InputError
        Where the file belongs to another program or to a newer TopicDesk.
    """
    while _version(connection, path) < len(MIGRATIONS):
        connection.execute("BEGIN IMMEDIATE")
        try:
            number = _version(connection, path)  # once more: another process may have been quicker
            for statement in MIGRATIONS[number].split(";") if number < len(MIGRATIONS) else []:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {min(number + 1, len(MIGRATIONS))}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


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
