"""From what a researcher asks for to an edit with its words for the log: pure functions; None where there is nothing to do."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from topicdesk.core.analysis import Analysis, Label, Topic
from topicdesk.core.arrays import FloatArray, IntArray, are_placed
from topicdesk.core.edits import NO_TOPIC, YES, Edit, Kind, Moves
from topicdesk.core.label_cards import labels_to_text
from topicdesk.core.label_look import LabelLook

UNASSIGNED = "unassigned"


def naming(topic: Topic, text: str, is_own: bool) -> Edit | None:
    """The researcher's label for a topic; an empty one gives it back to the model. `is_own`: the present label is the researcher's."""
    text = " ".join(text.split())
    if (not text and not is_own) or (is_own and text == topic.label.text):
        return None
    return Edit("rename", (topic.stable_id,), text, before=topic.label.text, after=text or "the model's label")


def relabelling(topics: Sequence[Topic], labels: Sequence[Label]) -> Edit | None:
    """Other labels for these topics, each with its card; those that read the same already stay as they are."""
    others = [(topic, label) for topic, label in zip(topics, labels, strict=True) if topic.size and topic.label.text != label.text]
    if not others:
        return None
    return Edit(
        "relabel", tuple(topic.stable_id for topic, _ in others), labels_to_text([label for _, label in others]),
        before=", ".join(topic.label.text for topic, _ in others), after=", ".join(label.text for _, label in others),
    )  # fmt: skip


def marking(topics: Sequence[Topic], what: Kind, value: str) -> Edit | None:
    """Check, hide, note or colour those topics that are not so already."""
    others = [topic for topic in topics if topic.size and _mark_of(topic, what) != value]
    if not others:
        return None
    before = ", ".join(dict.fromkeys(_said(what, _mark_of(topic, what)) for topic in others))
    names = ", ".join(topic.label.text for topic in others)
    return Edit(what, tuple(topic.stable_id for topic in others), value, before=f"{names}: {before}", after=_said(what, value))


def relooking(topics: Sequence[Topic], look: LabelLook) -> Edit | None:
    """Draw the labels of these topics so, where they are not so already."""
    others = [topic for topic in topics if topic.size and topic.look != look]
    if not others:
        return None
    names = ", ".join(topic.label.text for topic in others)
    before = ", ".join(dict.fromkeys(_drawn(topic.look) for topic in others))
    return Edit("look", tuple(topic.stable_id for topic in others), look.to_text(), before=f"label of {names}: {before}", after=_drawn(look))


def merging(topics: Sequence[Topic]) -> Edit | None:
    """All of them become one; the largest keeps its number, label and colour."""
    ordered = sorted((topic for topic in topics if topic.size), key=lambda topic: (-topic.size, topic.number))
    if len(ordered) < 2:
        return None
    return Edit(
        "merge", tuple(topic.stable_id for topic in ordered),
        before=", ".join(_sized(topic) for topic in ordered), after=f"{ordered[0].label.text} ({sum(topic.size for topic in ordered):,})",
    )  # fmt: skip


def moving(analysis: Analysis, rows: Sequence[int], target: Topic | None) -> Edit | None:
    """These documents into a topic, or out of every topic."""
    number = NO_TOPIC if target is None else target.number
    moved = _with_text(analysis, rows)
    moved = moved[analysis.assignment.topic_of[moved] != number]
    if not len(moved):
        return None
    moves = Moves.of(moved, NO_TOPIC if target is None else 0)
    ids = () if target is None else (target.stable_id,)
    return Edit("move", ids, moves=moves, before=_sources(analysis, moved), after=UNASSIGNED if target is None else target.label.text)


def creating(analysis: Analysis, rows: Sequence[int]) -> Edit | None:
    """A new topic of these documents."""
    moved = _with_text(analysis, rows)
    if not len(moved):
        return None
    stable_id = _new_ids(analysis, moved, 1)[0]
    return Edit("create", (stable_id,), moves=Moves.of(moved), before=_sources(analysis, moved), after=f"a new topic ({len(moved):,})")


def splitting(analysis: Analysis, topic: Topic, part_of: IntArray, strength: FloatArray | None = None) -> Edit | None:
    """A topic into parts, each document to one; the largest part stays the topic, the others become new ones.

    Parameters
    ----------
    part_of : int64 of shape (topic.size,)
        For the topic's documents in their order, any numbers from 0 on.
    strength : float32 of shape (topic.size,) or None
        Of each document in its part; None where nothing measured it.
    """
    members = np.flatnonzero(analysis.assignment.topic_of == topic.number)
    parts, place, sizes = np.unique(part_of, return_inverse=True, return_counts=True)
    if len(parts) < 2 or len(part_of) != len(members):
        return None
    rank = np.empty(len(parts), dtype=np.int64)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(parts))
    part = rank[place]
    goes = part > 0
    measured = analysis.assignment.strength[members] if strength is None else strength
    moves = Moves(members[goes], part[goes], measured[goes].astype(np.float32))
    ids = (topic.stable_id, *_new_ids(analysis, members, len(parts) - 1))
    return Edit("split", ids, moves=moves, before=_sized(topic), after=" + ".join(f"{size:,}" for size in sorted(sizes.tolist(), reverse=True)))


def deleting(topics: Sequence[Topic]) -> Edit | None:
    """The topics go, their documents become unassigned."""
    gone = [topic for topic in topics if topic.size]
    if not gone:
        return None
    return Edit("delete", tuple(topic.stable_id for topic in gone), before=", ".join(_sized(topic) for topic in gone), after=UNASSIGNED)


def assigning(analysis: Analysis, rows: IntArray, numbers: IntArray, strength: FloatArray, how: str) -> Edit | None:
    """Unassigned documents into the topics that a strategy suggests; `how` names strategy and threshold."""
    if not len(rows):
        return None
    targets, parts = np.unique(numbers, return_inverse=True)
    ids = tuple(analysis.topics[number].stable_id for number in targets)
    moves = Moves(rows, parts.astype(np.int64), strength.astype(np.float32))
    return Edit("assign", ids, how, moves, f"{len(rows):,} {UNASSIGNED}", f"{len(targets):,} topics by {how}")


def keeping(analysis: Analysis, rows: Sequence[int], is_kept: bool) -> Edit | None:
    """Documents that stay in no topic, or that are free again."""
    moved = _with_text(analysis, rows)
    moved = moved[analysis.assignment.topic_of[moved] == NO_TOPIC]
    if not len(moved):
        return None
    after = "kept as noise" if is_kept else "free to be assigned"
    return Edit("keep", value=YES if is_kept else "", moves=Moves.of(moved, NO_TOPIC), before=f"{len(moved):,} {UNASSIGNED}", after=after)


def banning(term: str) -> Edit:
    """A word or phrase that is never to be shown as a keyword."""
    return Edit("ban", value=term.casefold(), before=term, after="never shown as a keyword")


def _mark_of(topic: Topic, what: Kind) -> str:
    return {"check": YES if topic.is_checked else "", "hide": YES if topic.is_hidden else "", "note": topic.note, "colour": topic.colour}[what]


def _said(what: Kind, value: str) -> str:
    if what in ("check", "hide"):
        return {("check", YES): "checked", ("check", ""): "not checked", ("hide", YES): "hidden", ("hide", ""): "shown"}[what, value]
    return value or f"no {'note' if what == 'note' else 'colour of its own'}"


def _drawn(look: LabelLook) -> str:
    parts = [
        "moved" if look.place is not None else "",
        f"{look.scale:.0%} of its size" if look.scale != 1 else "",
        {"normal": "not bold", "bold": "bold", "": ""}[look.weight],
    ]
    return "not drawn" if look.is_hidden else ", ".join(part for part in parts if part) or "as laid out"


def _sized(topic: Topic) -> str:
    return f"{topic.label.text} ({topic.size:,})"


def _with_text(analysis: Analysis, rows: Sequence[int]) -> IntArray:
    """These rows, each once, without documents that have no text: they are in no topic, ever."""
    indices = np.unique(np.asarray(rows, dtype=np.int64))
    return indices[are_placed(analysis.positions[indices])]


def _sources(analysis: Analysis, rows: IntArray) -> str:
    """Where documents come from, the most frequent first."""
    numbers, counts = np.unique(analysis.assignment.topic_of[rows], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    names = [(UNASSIGNED if numbers[i] == NO_TOPIC else analysis.topics[numbers[i]].label.text, counts[i]) for i in order]
    return ", ".join(f"{count:,} of {name}" if name != UNASSIGNED else f"{count:,} {name}" for name, count in names)


def _new_ids(analysis: Analysis, rows: IntArray, n_ids: int) -> list[str]:
    """Ids of new topics, by their documents and by what there was before, so that the same work gives the same project."""
    digest = hashlib.sha256("/".join(topic.stable_id for topic in analysis.topics).encode() + rows.astype("<i8").tobytes())
    return [hashlib.sha256(digest.digest() + bytes([number])).hexdigest()[:12] for number in range(n_ids)]
