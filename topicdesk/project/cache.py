"""Cached results of stages: arrays and plain values by cache key, checksummed, in blocks that are each whole or absent."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from numpy.typing import NDArray

from topicdesk.core.arrays import from_bytes, to_bytes

Transaction = Callable[[], AbstractContextManager[sqlite3.Connection]]


def cache_key(stage: str, version: int, **inputs: Any) -> str:
    """The name of a result: the stage, its version, and everything that it depends on (plain values, other keys)."""
    return hashlib.sha256(json.dumps([stage, version, inputs], sort_keys=True).encode()).hexdigest()


class ArtifactTable:
    """Results by key and block. A block that does not match its checksum counts as absent."""

    def __init__(self, connection: sqlite3.Connection, transaction: Transaction) -> None:
        self._connection = connection
        self._transaction = transaction

    def put(self, key: str, stage: str, value: NDArray[Any] | Any, block: int = 0) -> None:
        """Keep an array, or plain values, under `key`; replaces what was there."""
        content = to_bytes(value) if hasattr(value, "dtype") else json.dumps(value, ensure_ascii=False).encode()
        with self._transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO artifact VALUES (?, ?, ?, ?, ?)", (key, stage, block, content, _checksum(content)))

    def array(self, key: str, block: int = 0) -> NDArray[Any] | None:
        """The array under `key`; None where there is none, or it is damaged."""
        content = self._content(key, block)
        return None if content is None else from_bytes(content)

    def values(self, key: str, block: int = 0) -> Any:
        """The plain values under `key`; None where there are none, or they are damaged."""
        content = self._content(key, block)
        return None if content is None else json.loads(content)

    def clear(self) -> None:
        """Forget every cached result; analyses, labels and edits stay."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM artifact")

    def _content(self, key: str, block: int) -> bytes | None:
        row = self._connection.execute("SELECT bytes, checksum FROM artifact WHERE key = ? AND block = ?", (key, block)).fetchone()
        return row[0] if row and _checksum(row[0]) == row[1] else None


def _checksum(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()
