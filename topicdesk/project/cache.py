"""Cached results of stages: arrays and plain values by cache key, checksummed, in blocks that are each whole or absent."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from numpy.typing import NDArray

from topicdesk.core.arrays import from_bytes, to_bytes

RESULT = "analysis"  # the stage under which lies what an analysis is made of: it belongs to the result, not to the cache

Transaction = Callable[[], AbstractContextManager[sqlite3.Connection]]


@contextmanager
def at_one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is read inside is of the same moment, whatever the other process writes meanwhile."""
    is_inside = connection.in_transaction
    if not is_inside:
        connection.execute("BEGIN")
    try:
        yield
    finally:
        if not is_inside and connection.in_transaction:
            connection.execute("ROLLBACK")


def cache_key(stage: str, version: int, **inputs: Any) -> str:
    """The name of a result: the stage, its version, and everything that it depends on (plain values, other keys)."""
    return hashlib.sha256(json.dumps([stage, version, inputs], sort_keys=True).encode()).hexdigest()


class ArtifactTable:
    """Results by key and block. A block that does not match its checksum counts as absent."""

    def __init__(self, connection: sqlite3.Connection, transaction: Transaction) -> None:
        self._connection = connection
        self._transaction = transaction

    def put(self, key: str, stage: str, value: NDArray[Any] | Any, block: int = 0, is_afresh: bool = False) -> None:
        """Keep an array, or plain values, under `key`; replaces what was there.

        `is_afresh` says that a run made it which computes all anew: it counts as such until a run ends, so that one which was cut short goes on.
        """
        with self._transaction() as connection:
            self.write(connection, key, stage, value, block)
            if is_afresh:
                connection.execute("INSERT OR REPLACE INTO afresh VALUES (?, ?)", (key, block))

    def write(self, connection: sqlite3.Connection, key: str, stage: str, value: NDArray[Any] | Any, block: int = 0) -> None:
        """The same within the caller's transaction."""
        content = to_bytes(value) if hasattr(value, "dtype") else json.dumps(value, ensure_ascii=False).encode()
        connection.execute("INSERT OR REPLACE INTO artifact VALUES (?, ?, ?, ?, ?)", (key, stage, block, content, _checksum(content)))

    def has(self, key: str, block: int = 0) -> bool:
        """Whether something lies under `key`, without a look at it."""
        return self._connection.execute("SELECT 1 FROM artifact WHERE key = ? AND block = ?", (key, block)).fetchone() is not None

    def is_afresh(self, key: str, block: int = 0) -> bool:
        """Whether what lies under `key` was made by a run that computes all anew and has not ended."""
        return self._connection.execute("SELECT 1 FROM afresh WHERE key = ? AND block = ?", (key, block)).fetchone() is not None

    def has_afresh(self) -> bool:
        """Whether such a run has left something."""
        return self._connection.execute("SELECT 1 FROM afresh LIMIT 1").fetchone() is not None

    def array(self, key: str, block: int = 0) -> NDArray[Any] | None:
        """The array under `key`; None where there is none, or it is damaged."""
        content = self._content(key, block)
        return None if content is None else from_bytes(content)

    def values(self, key: str, block: int = 0) -> Any:
        """The plain values under `key`; None where there are none, or they are damaged."""
        content = self._content(key, block)
        return None if content is None else json.loads(content)

    def n_bytes(self) -> int:
        """How much of the file is cache: what a run would compute anew."""
        return int(self._connection.execute("SELECT coalesce(sum(length(bytes)), 0) FROM artifact WHERE stage != ?", (RESULT,)).fetchone()[0])

    def clear(self) -> None:
        """Forget every cached result and give the room back to the disk; analyses with their maps, labels and edits stay."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM artifact WHERE stage != ?", (RESULT,))
        self._connection.execute("VACUUM")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _content(self, key: str, block: int) -> bytes | None:
        row = self._connection.execute("SELECT bytes, checksum FROM artifact WHERE key = ? AND block = ?", (key, block)).fetchone()
        return row[0] if row and _checksum(row[0]) == row[1] else None


def _checksum(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()
