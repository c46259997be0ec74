"""What is known about the documents of edited topics, by key; it is a result, not a cache: it stays where the engine's models are gone."""

from __future__ import annotations

import dataclasses
import json
import sqlite3

from topicdesk.core.analysis import Keyword
from topicdesk.core.edited_analysis import ASPECTS, Description
from topicdesk.project.cache import Transaction


class DescriptionTable:
    """Descriptions by `core.edited_analysis.description_key`."""

    def __init__(self, connection: sqlite3.Connection, transaction: Transaction) -> None:
        self._connection = connection
        self._transaction = transaction

    def get(self, key: str) -> Description | None:
        """What is known under `key`."""
        row = self._connection.execute("SELECT content FROM description WHERE key = ?", (key,)).fetchone()
        return _read(row[0]) if row else None

    def all(self) -> dict[str, Description]:
        """Every description there is: an undone merge has none to wait for when it is redone."""
        return {key: _read(content) for key, content in self._connection.execute("SELECT key, content FROM description")}

    def put(self, described: dict[str, Description]) -> None:
        """Keep these, all or none."""
        with self._transaction() as connection:
            self.write(connection, described)

    def write(self, connection: sqlite3.Connection, described: dict[str, Description]) -> None:
        """The same within the caller's transaction."""
        rows = ((key, json.dumps(dataclasses.asdict(description), ensure_ascii=False)) for key, description in described.items())
        connection.executemany("INSERT OR REPLACE INTO description VALUES (?, ?)", rows)


def _read(content: str) -> Description:
    values = json.loads(content)
    aspects = {name: tuple(Keyword(**keyword) for keyword in values[name]) for name in ASPECTS}
    likeness = {int(row): float(likeness) for row, likeness in values["likeness"].items()}
    return Description(**aspects, exemplars=tuple(values["exemplars"]), likeness=likeness)
