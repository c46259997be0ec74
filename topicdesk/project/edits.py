"""The log of what the researcher changed, kept above every result and keyed to stable topic ids, so that no new run can destroy it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from topicdesk.core.arrays import from_bytes, to_bytes
from topicdesk.core.edits import Edit, Moves
from topicdesk.project.cache import Transaction

DONE, UNDONE, WITHDRAWN = range(3)  # the column `undone`
STATES = ("done", "undone", "withdrawn")


class EditTable:
    """The log with undo and redo; an edit is on disk when its method returns. Nothing in it is ever deleted."""

    def __init__(self, connection: sqlite3.Connection, transaction: Transaction) -> None:
        self._connection = connection
        self._transaction = transaction

    def add(self, edit: Edit) -> Edit:
        """Write an edit at the end of the log; what was undone can no longer be redone. Returns it with its time and place."""
        edit = replace(edit, made=edit.made or datetime.now(UTC).isoformat(timespec="milliseconds"))
        moves = None if edit.moves is None else to_bytes(edit.moves.to_record())
        with self._transaction() as connection:
            connection.execute("UPDATE edit SET undone = ? WHERE undone = ?", (WITHDRAWN, UNDONE))
            sequence = connection.execute(
                "INSERT INTO edit (made, what, topic, before, after, why, topics, value, moves) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (edit.made, edit.what, edit.topics[0] if edit.topics else "", edit.before, edit.after, edit.why, json.dumps(edit.topics), edit.value, moves),
            ).lastrowid
        return replace(edit, sequence=sequence or 0, state="done")

    def all(self) -> tuple[Edit, ...]:
        """The whole log, oldest first."""
        rows = self._connection.execute("SELECT sequence, made, what, before, after, why, undone, topics, value, moves FROM edit ORDER BY sequence")
        return tuple(_edit(row) for row in rows)

    def explain(self, sequence: int, why: str) -> None:
        """Say why an edit was made, then or later."""
        with self._transaction() as connection:
            connection.execute("UPDATE edit SET why = ? WHERE sequence = ?", (why, sequence))

    def rename(self, stable_id: str, text: str) -> None:
        """Give a topic the researcher's own label; an empty text gives it back to the model."""
        self.add(Edit("rename", (stable_id,), text, before=self.names().get(stable_id, ""), after=text))

    def names(self) -> dict[str, str]:
        """The researcher's labels by stable topic id, as they stand now."""
        rows = self._connection.execute(
            "SELECT named.value, CASE what WHEN 'rename' THEN edit.value ELSE '' END FROM edit, json_each(edit.topics) AS named "
            "WHERE what IN ('rename', 'relabel') AND undone = 0 ORDER BY sequence"
        )
        return {topic: text for topic, text in dict(rows.fetchall()).items() if text}

    def undo(self) -> bool:
        """Take the newest edit back. False where there is none."""
        return self._mark(f"SELECT max(sequence) FROM edit WHERE undone = {DONE}", UNDONE)

    def redo(self) -> bool:
        """Make the edit that was taken back last again. False where there is none."""
        return self._mark(f"SELECT min(sequence) FROM edit WHERE undone = {UNDONE}", DONE)

    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self._exists(DONE)

    def can_redo(self) -> bool:
        """Whether there is an edit that was taken back."""
        return self._exists(UNDONE)

    def _exists(self, undone: int) -> bool:
        return bool(self._connection.execute("SELECT EXISTS (SELECT 1 FROM edit WHERE undone = ?)", (undone,)).fetchone()[0])

    def _mark(self, which: str, undone: int) -> bool:
        with self._transaction() as connection:
            sequence = connection.execute(which).fetchone()[0]
            if sequence is not None:
                connection.execute("UPDATE edit SET undone = ? WHERE sequence = ?", (undone, sequence))
        return sequence is not None


def _edit(row: tuple[Any, ...]) -> Edit:
    sequence, made, what, before, after, why, undone, topics, value, moves = row
    record = None if moves is None else Moves.from_record(from_bytes(moves))
    return Edit(what, tuple(json.loads(topics)), value, record, before, after, why, made, sequence, STATES[undone])  # type: ignore[arg-type]
