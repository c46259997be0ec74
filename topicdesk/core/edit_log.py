"""The log of edits in memory, with undo and redo as the project file has them: what the window shows before the disk has answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from topicdesk.core.edits import Edit
from topicdesk.core.text_update import TextUpdate


@dataclass(frozen=True)
class EditLog:
    """Every edit ever made, oldest first; each step gives a new log. `updates` are those of the texts, which no undo takes back."""

    edits: tuple[Edit, ...] = ()
    updates: tuple[TextUpdate, ...] = ()

    @property
    def done(self) -> tuple[Edit, ...]:
        """Those that stand."""
        return tuple(edit for edit in self.edits if edit.state == "done")

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return any(edit.state == "done" for edit in self.edits)

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit that was taken back."""
        return any(edit.state == "undone" for edit in self.edits)

    def with_edit(self, edit: Edit) -> EditLog:
        """The log with a further edit, at the time it is; what was undone can no longer be redone."""
        sequence = self.edits[-1].sequence + 1 if self.edits else 1
        made = edit.made or datetime.now(UTC).isoformat(timespec="milliseconds")
        kept = (replace(earlier, state="withdrawn") if earlier.state == "undone" else earlier for earlier in self.edits)
        return EditLog((*kept, replace(edit, sequence=sequence, made=made, state="done")), self.updates)

    def undone(self) -> EditLog:
        """The log after an undo."""
        done = [edit.sequence for edit in self.edits if edit.state == "done"]
        return self._with(done[-1:], lambda edit: replace(edit, state="undone"))

    def redone(self) -> EditLog:
        """The log after a redo."""
        undone = [edit.sequence for edit in self.edits if edit.state == "undone"]
        return self._with(undone[:1], lambda edit: replace(edit, state="done"))

    def explained(self, sequence: int, why: str) -> EditLog:
        """The log with a reason for an edit."""
        return self._with([sequence], lambda edit: replace(edit, why=why))

    def _with(self, sequences: list[int], change: Callable[[Edit], Edit]) -> EditLog:
        return EditLog(tuple(change(edit) if edit.sequence in sequences else edit for edit in self.edits), self.updates)


NO_EDITS = EditLog()
