"""What the researcher changed, kept above every result and keyed to stable topic ids, so that no new run can destroy it."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from topicdesk.project.cache import Transaction


class EditTable:
    """The log of edits with undo and redo; an edit is on disk when its method returns."""

    def __init__(self, connection: sqlite3.Connection, transaction: Transaction) -> None:
        self._connection = connection
        self._transaction = transaction

    def rename(self, stable_id: str, text: str) -> None:
        """Give a topic the researcher's own label; an empty text gives it back to the model. Redo is forgotten."""
        before = self.names().get(stable_id, "")
        made = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self._transaction() as connection:
            connection.execute("DELETE FROM edit WHERE undone = 1")
            connection.execute("INSERT INTO edit (made, what, topic, before, after) VALUES (?, 'rename', ?, ?, ?)", (made, stable_id, before, text))

    def names(self) -> dict[str, str]:
        """The researcher's labels by stable topic id, as they stand now."""
        rows = self._connection.execute("SELECT topic, after FROM edit WHERE what = 'rename' AND undone = 0 ORDER BY sequence")
        return {topic: text for topic, text in dict(rows.fetchall()).items() if text}

    def undo(self) -> bool:
        """Take the newest edit back. False where there is none."""
        return self._mark("SELECT max(sequence) FROM edit WHERE undone = 0", 1)

    def redo(self) -> bool:
        """Make the edit that was taken back last again. False where there is none."""
        return self._mark("SELECT min(sequence) FROM edit WHERE undone = 1", 0)

    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self._exists(0)

    def can_redo(self) -> bool:
        """Whether there is an edit that was taken back."""
        return self._exists(1)

    def _exists(self, undone: int) -> bool:
        return bool(self._connection.execute("SELECT EXISTS (SELECT 1 FROM edit WHERE undone = ?)", (undone,)).fetchone()[0])

    def _mark(self, which: str, undone: int) -> bool:
        with self._transaction() as connection:
            sequence = connection.execute(which).fetchone()[0]
            if sequence is not None:
                connection.execute("UPDATE edit SET undone = ? WHERE sequence = ?", (undone, sequence))
        return sequence is not None
