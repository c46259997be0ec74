"""What a researcher changes, as a list of frozen edits on stable topic ids and document rows; it knows neither file nor window.

| what | topics | value | moves |
|---|---|---|---|
| rename | the topic | the label; empty gives it back to the model | |
| relabel | the topics | the labels that were accepted, with their cards (core/label_cards.py) | |
| check | the topic | "yes", or empty to take it back | |
| note, colour, hide | the topic | the note; "#rrggbb"; "yes"; empty takes it back | |
| look | the topics | how their labels are drawn (core/label_look.py); empty as laid out | |
| merge | the topic that stays, then those that join it | | |
| split | the topic, then the new ones | | rows to a place in `topics` |
| create | the new topic | | rows |
| move | the topic, or none to take rows out of their topics | | rows |
| assign | the topics that take unassigned documents | strategy and threshold, in words | rows to a place in `topics`, with strengths |
| delete | the topic | | |
| keep | | "yes", or empty to release | rows that stay in no topic |
| ban | | a word or phrase that is never to be shown as a keyword | |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from topicdesk.core.arrays import FloatArray, IntArray

Kind = Literal["rename", "relabel", "check", "note", "colour", "hide", "look", "merge", "split", "create", "move", "assign", "delete", "keep", "ban"]
YES = "yes"
NO_TOPIC = -1
_RECORD = np.dtype([("row", "<i8"), ("part", "<i4"), ("strength", "<f4")])


@dataclass(frozen=True, eq=False)
class Moves:
    """Documents that change their topic.

    Attributes
    ----------
    rows : int64 of shape (n,)
    parts : int64 of shape (n,)
        The place in the edit's `topics` of the topic that each goes to; -1 = no topic.
    strength : float32 of shape (n,)
        Of each in its new topic; NaN where nothing measured it, because a person moved it.
    """

    rows: IntArray
    parts: IntArray
    strength: FloatArray

    @classmethod
    def of(cls, rows: Any, part: int = 0) -> Moves:
        """All rows to one part, placed by a person."""
        indices = np.asarray(rows, dtype=np.int64)
        return cls(indices, np.full(len(indices), part, dtype=np.int64), np.full(len(indices), np.nan, dtype=np.float32))

    def to_record(self) -> NDArray[Any]:
        """One array of records, for the project file."""
        record = np.empty(len(self.rows), dtype=_RECORD)
        record["row"], record["part"], record["strength"] = self.rows, self.parts, self.strength
        return record

    @classmethod
    def from_record(cls, record: NDArray[Any]) -> Moves:
        """What `to_record` made."""
        return cls(record["row"].astype(np.int64), record["part"].astype(np.int64), record["strength"].astype(np.float32))


@dataclass(frozen=True, eq=False)
class Edit:
    """One step of the researcher's work; `before`, `after` and `why` are words for people, the rest is what is done.

    Attributes
    ----------
    made : str
        When, in UTC, ISO 8601.
    sequence : int
        Its place in the log; 0 until it is there.
    state : str
        "done", "undone" (redo brings it back) or "withdrawn" (undone, and then something else was done).
    """

    what: Kind
    topics: tuple[str, ...] = ()
    value: str = ""
    moves: Moves | None = None
    before: str = ""
    after: str = ""
    why: str = ""
    made: str = ""
    sequence: int = 0
    state: Literal["done", "undone", "withdrawn"] = "done"

    @property
    def n_moved(self) -> int:
        """How many documents it names."""
        return 0 if self.moves is None else len(self.moves.rows)
