"""An analysis with the researcher's edits applied: a pure function, the same for the window, the engine and every export.

A topic keeps its number whatever happens to others: one that is merged away, deleted or emptied leaves its number vacant, a new one
gets the next number. An edit holds in every analysis that has the topics it names, by their stable ids; where it does not hold, it is
passed over with a reason, and nothing of it is lost.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from topicdesk.core.analysis import Analysis, Keyword, Label, Topic, TopicAssignment
from topicdesk.core.arrays import BoolArray, FloatArray, IntArray, are_placed
from topicdesk.core.edits import NO_TOPIC, YES, Edit
from topicdesk.core.keyword_label import keyword_label
from topicdesk.core.label_cards import labels_from_text, renamed
from topicdesk.core.label_look import LabelLook

COLOUR = re.compile("#[0-9a-fA-F]{6}")
ASPECTS = ("keywords", "keybert", "mmr")


@dataclass(frozen=True)
class Description:
    """What the engine found out about the documents that an edited topic holds.

    Attributes
    ----------
    keywords, keybert, mmr : tuple of Keyword
        More than are shown, so that some can be banned; the best first, `mmr` in the order of choice.
    likeness : dict of int to float
        For documents that a person placed, in place of HDBSCAN's membership: cosine to the topic's mean embedding.
    """

    keywords: tuple[Keyword, ...]
    keybert: tuple[Keyword, ...] = ()
    mmr: tuple[Keyword, ...] = ()
    exemplars: tuple[int, ...] = ()
    likeness: dict[int, float] = field(default_factory=dict)


LookUp = Callable[[str], Description | None]


@dataclass(frozen=True)
class Tally:
    """What the researcher did that holds in this analysis, counted.

    Attributes
    ----------
    n_topics, n_checked, n_renamed, n_relabelled, n_hidden
        Of the topics that there are now; relabelled are those with a later answer of a model that was accepted.
    n_merged, n_split, n_created, n_deleted
        Topics that went into others; that were split; that were made of documents; that were deleted.
    n_moved, n_assigned, n_kept
        Documents that a person moved; that a strategy put into topics (and no person moved); that are kept as noise.
    """

    n_topics: int = 0
    n_checked: int = 0
    n_renamed: int = 0
    n_relabelled: int = 0
    n_hidden: int = 0
    n_merged: int = 0
    n_split: int = 0
    n_created: int = 0
    n_deleted: int = 0
    n_moved: int = 0
    n_assigned: int = 0
    n_kept: int = 0
    n_banned: int = 0


@dataclass(frozen=True, eq=False)
class EditedAnalysis:
    """What the researcher sees.

    Attributes
    ----------
    analysis : Analysis
    not_carried : dict of int to str
        Edits that do not hold in this analysis, by sequence, with the reason.
    kept : bool of shape (n_documents,)
        Documents that stay in no topic, whatever is suggested.
    banned : tuple of str
        Words and phrases that are never shown as keywords.
    keys : dict of int to str
        The description's key of each topic that edits touched, by number.
    lacking : tuple of int
        Those of them whose description is not there yet.
    unmeasured : bool of shape (n_documents,)
        Documents that a person put into their topic, so that HDBSCAN's membership does not hold for them.
    tally : Tally
    """

    analysis: Analysis
    not_carried: dict[int, str]
    kept: BoolArray
    banned: tuple[str, ...]
    keys: dict[int, str]
    lacking: tuple[int, ...]
    unmeasured: BoolArray
    tally: Tally


def apply_edits(analysis: Analysis, edits: Iterable[Edit], look_up: LookUp = lambda _: None) -> EditedAnalysis:
    """The analysis after these edits, in their order; those that are not "done" are passed over."""
    sheet = _Sheet(analysis)
    not_carried = {}
    for edit in edits:
        if edit.state == "done" and (reason := sheet.take(edit)):
            not_carried[edit.sequence] = reason
    return sheet.result(not_carried, look_up)


def is_banned(term: str, banned: Iterable[str]) -> bool:
    """Whether a keyword is one of the banned, or a phrase around a banned word."""
    words = term.casefold().split()
    return any(words == ban.split() or (" " not in ban and ban in words) for ban in banned)


class _Sheet:
    """The analysis as it stands after some edits."""

    def __init__(self, analysis: Analysis) -> None:
        self._found = analysis
        self._topic_of: IntArray = analysis.assignment.topic_of.copy()
        self._strength: FloatArray = analysis.assignment.strength.copy()
        self._number_of = {topic.stable_id: topic.number for topic in analysis.topics}
        self._marks: list[dict[str, str]] = [{} for _ in analysis.topics]
        self._accepted: dict[int, Label] = {}
        self._sizes: list[int] = [topic.size for topic in analysis.topics]
        self._touched: set[int] = set()
        self._kept: BoolArray = np.zeros(len(self._topic_of), dtype=np.bool_)
        self._banned: list[str] = []
        self._tally = Tally()
        self._moved: BoolArray = np.zeros(len(self._topic_of), dtype=np.bool_)
        self._assigned: BoolArray = np.zeros(len(self._topic_of), dtype=np.bool_)

    def take(self, edit: Edit) -> str:
        """Apply one edit. Why it does not hold here; empty where it does."""
        steps: dict[str, Callable[[Edit], str]] = {
            "merge": self._merge, "split": self._split, "create": self._create, "move": self._move, "assign": self._move,
            "delete": self._delete, "keep": self._keep, "ban": self._ban, "relabel": self._relabel,
        }  # fmt: skip
        return steps.get(edit.what, self._mark)(edit)

    def _numbers(self, ids: Sequence[str]) -> tuple[list[int], str]:
        """The numbers of those topics that are here, and a complaint where one is not."""
        numbers = [number for stable_id in ids if (number := self._number_of.get(stable_id, NO_TOPIC)) != NO_TOPIC and self._sizes[number]]
        n_lacking = len(ids) - len(numbers)
        if not n_lacking:
            return numbers, ""
        return numbers, f"Only in part: {n_lacking} of {len(ids)} topics are not in this analysis." if numbers else "The topic is not in this analysis."

    def _mark(self, edit: Edit) -> str:
        if edit.what == "colour" and edit.value and not COLOUR.fullmatch(edit.value):
            return "This is no colour."
        numbers, complaint = self._numbers(edit.topics)
        if edit.what == "look" and (objection := _look_objection(edit.value)):
            return objection
        for number in numbers:
            self._marks[number][edit.what] = edit.value
        return complaint

    def _relabel(self, edit: Edit) -> str:
        """Labels that were accepted take the place of whatever label there was."""
        labels = labels_from_text(edit.value)
        if len(labels) != len(edit.topics):
            return "These are no labels."
        numbers, complaint = self._numbers(edit.topics)
        for stable_id, label in zip(edit.topics, labels, strict=True):
            if (number := self._number_of.get(stable_id)) in numbers:
                self._accepted[number] = label
                self._marks[number]["rename"] = ""
        return complaint

    def _merge(self, edit: Edit) -> str:
        numbers, complaint = self._numbers(edit.topics)
        if len(numbers) < 2:
            return "Fewer than two of its topics are in this analysis."
        target, *others = numbers
        self._topic_of[np.isin(self._topic_of, others)] = target
        self._sizes[target] += sum(self._sizes[number] for number in others)
        for number in others:
            self._sizes[number] = 0
        notes = [self._marks[number].get("note", "") for number in (target, *others)]
        self._marks[target] |= {"note": "\n".join(note for note in notes if note), "check": ""}
        self._touched.add(target)
        self._count(merged=len(others))
        return complaint

    def _split(self, edit: Edit) -> str:
        assert edit.moves is not None
        numbers, complaint = self._numbers(edit.topics[:1])
        if complaint or self._is_known(edit.topics[1:]):
            return complaint or "The new topic is in this analysis already."
        source = numbers[0]
        is_here = self._topic_of[edit.moves.rows] == source
        if not is_here.any():
            return "The topic holds none of these documents here."
        new = [source, *(self._add(stable_id) for stable_id in edit.topics[1:])]
        self._place(edit.moves.rows[is_here], np.array(new)[edit.moves.parts[is_here]], edit.moves.strength[is_here])
        self._marks[source]["check"] = ""
        self._count(split=1)
        return ""

    def _create(self, edit: Edit) -> str:
        assert edit.moves is not None
        if self._is_known(edit.topics):
            return "The new topic is in this analysis already."
        number = self._add(edit.topics[0])
        self._moved |= self._place(edit.moves.rows, np.full(edit.n_moved, number), edit.moves.strength)
        self._count(created=1)
        return ""

    def _move(self, edit: Edit) -> str:
        assert edit.moves is not None
        numbers = [self._number_of.get(stable_id, NO_TOPIC) for stable_id in edit.topics]
        is_here = np.array([number != NO_TOPIC and self._sizes[number] > 0 for number in numbers] + [not numbers])[edit.moves.parts]
        if not is_here.any():
            return "The topic is not in this analysis."
        complaint = "" if is_here.all() else f"Only in part: the topics of {int((~is_here).sum()):,} of {edit.n_moved:,} documents are not in this analysis."
        rows, parts, strength = edit.moves.rows[is_here], edit.moves.parts[is_here], edit.moves.strength[is_here]
        if edit.what == "assign":  # what another analysis has found a topic for is not torn out of it
            is_free = (self._topic_of[rows] == NO_TOPIC) & ~self._kept[rows]
            rows, parts, strength = rows[is_free], parts[is_free], strength[is_free]
            if not len(rows):
                return "None of these documents is unassigned here."
        placed = self._place(rows, np.array([*numbers, NO_TOPIC])[parts], strength)
        if edit.what == "assign":
            self._assigned |= placed
        else:
            self._moved |= placed
        return complaint

    def _delete(self, edit: Edit) -> str:
        numbers, complaint = self._numbers(edit.topics)
        members = np.flatnonzero(np.isin(self._topic_of, numbers))
        self._place(members, np.full(len(members), NO_TOPIC), np.zeros(len(members), dtype=np.float32))
        self._count(deleted=len(numbers))
        return complaint

    def _keep(self, edit: Edit) -> str:
        assert edit.moves is not None
        self._kept[edit.moves.rows] = edit.value == YES
        return ""

    def _ban(self, edit: Edit) -> str:
        self._banned.append(edit.value)
        return ""

    def _count(self, merged: int = 0, split: int = 0, created: int = 0, deleted: int = 0) -> None:
        t = self._tally
        self._tally = replace(t, n_merged=t.n_merged + merged, n_split=t.n_split + split, n_created=t.n_created + created, n_deleted=t.n_deleted + deleted)

    def _is_known(self, ids: Iterable[str]) -> bool:
        return any(stable_id in self._number_of for stable_id in ids)

    def _add(self, stable_id: str) -> int:
        number = self._number_of[stable_id] = len(self._marks)
        self._marks.append({})
        self._sizes.append(0)
        return number

    def _place(self, rows: IntArray, numbers: IntArray, strength: FloatArray) -> BoolArray:
        """Put documents into topics; which of all were elsewhere before."""
        has_text = are_placed(self._found.positions[rows])
        rows, numbers, strength = rows[has_text], numbers[has_text], strength[has_text]
        is_new = self._topic_of[rows] != numbers
        rows, numbers, strength = rows[is_new], numbers[is_new], strength[is_new]
        for changed, by in ((self._topic_of[rows], -1), (numbers, 1)):
            for number, n_rows in zip(*np.unique(changed, return_counts=True), strict=True):
                if number != NO_TOPIC:
                    self._sizes[number] += by * int(n_rows)
                    self._touched.add(int(number))
        self._topic_of[rows] = numbers
        self._strength[rows] = np.where(numbers == NO_TOPIC, 0, strength)
        placed: BoolArray = np.zeros(len(self._topic_of), dtype=np.bool_)
        placed[rows] = True
        return placed

    # ---- what comes of it

    def result(self, not_carried: dict[int, str], look_up: LookUp) -> EditedAnalysis:
        """Topics with their marks, keywords and labels, and the assignment."""
        found = self._found
        keys = self._keys()
        unmeasured: BoolArray = np.isnan(self._strength)
        told = {number: described for number, key in keys.items() if (described := look_up(key)) is not None}
        for described in told.values():
            self._fill_strength(described)
        ids = {number: stable_id for stable_id, number in self._number_of.items()}
        topics: list[Topic] = []
        for number, size in enumerate(self._sizes):
            base = found.topics[number] if number < len(found.topics) else Topic(number, ids[number], 0, (), (), (), (), Label("", "keywords"))
            topics.append(self._topic(replace(base, size=size), told.get(number), {topic.label.text for topic in topics if topic.size}))
        strength = np.nan_to_num(self._strength)
        is_changed = bool(self._touched)
        edited = replace(
            found, topics=tuple(topics),
            assignment=TopicAssignment(self._topic_of, strength) if is_changed else found.assignment,
            found_topic_of=found.assignment.topic_of if is_changed else None,
        )  # fmt: skip
        lacking = tuple(sorted(keys.keys() - told.keys()))
        banned = tuple(dict.fromkeys(self._banned))
        return EditedAnalysis(edited, not_carried, self._kept, banned, keys, lacking, unmeasured, self._summed_up(edited.present, len(banned)))

    def _summed_up(self, present: Sequence[Topic], n_banned: int) -> Tally:
        return replace(
            self._tally, n_topics=len(present), n_checked=sum(topic.is_checked for topic in present),
            n_renamed=sum(topic.label.origin == "researcher" for topic in present),
            n_relabelled=sum(topic.number in self._accepted and topic.label.origin != "researcher" for topic in present),
            n_hidden=sum(topic.is_hidden for topic in present),
            n_moved=int(self._moved.sum()), n_assigned=int((self._assigned & ~self._moved).sum()), n_kept=int(self._kept.sum()), n_banned=n_banned,
        )  # fmt: skip

    def _keys(self) -> dict[int, str]:
        """Which topics need a description of their own: other documents than were found, or a keyword that is banned."""
        hit = {topic.number for topic in self._found.topics if any(is_banned(k.term, self._banned) for name in ASPECTS for k in getattr(topic, name))}
        keys = {}
        for number in sorted(self._touched | (hit if self._banned else set())):
            if self._sizes[number]:
                members = np.flatnonzero(self._topic_of == number)
                is_as_found = number < len(self._found.topics) and np.array_equal(members, np.flatnonzero(self._found.assignment.topic_of == number))
                if not is_as_found or number in hit:
                    keys[number] = description_key(self._found, members)
        return keys

    def _fill_strength(self, described: Description) -> None:
        for row, likeness in described.likeness.items():
            if np.isnan(self._strength[row]):
                self._strength[row] = likeness

    def _topic(self, base: Topic, told: Description | None, taken: set[str]) -> Topic:
        number, marks = base.number, self._marks[base.number]
        n_shown = self._found.settings.keywords.n_keywords
        source = told or base
        keywords, keybert = self._shown(source.keywords, n_shown), self._shown(source.keybert, n_shown)
        mmr = self._shown(source.mmr, n_shown)
        if told is not None:
            mmr = tuple(sorted(mmr, key=lambda keyword: (-keyword.score, keyword.term)))
        exemplars = told.exemplars if told is not None and told.exemplars else self._exemplars(base)
        label = base.label
        if number in self._accepted:
            label = self._accepted[number]
        elif label.origin == "keywords" and (not label.text or told is not None):
            label = Label(keyword_label([keyword.term for keyword in keywords], number, taken), "keywords")
        if marks.get("rename"):
            label = renamed(label, marks["rename"])
        marked = replace(
            base,
            note=marks.get("note", ""),
            colour=marks.get("colour", ""),
            is_checked=marks.get("check") == YES,
            is_hidden=marks.get("hide") == YES,
            look=LabelLook.from_text(marks.get("look", "")),
        )
        return replace(marked, keywords=keywords, keybert=keybert, mmr=mmr, exemplars=exemplars, label=label)

    def _shown(self, keywords: tuple[Keyword, ...], n_shown: int) -> tuple[Keyword, ...]:
        return tuple(keyword for keyword in keywords if not is_banned(keyword.term, self._banned))[:n_shown]

    def _exemplars(self, base: Topic) -> tuple[int, ...]:
        """Until the engine has chosen: those that are still in the topic, else its firmest documents."""
        still = tuple(row for row in base.exemplars if self._topic_of[row] == base.number)
        if still or not base.size:
            return still
        members = np.flatnonzero(self._topic_of == base.number)
        firmest = members[np.argsort(-np.nan_to_num(self._strength[members]), kind="stable")]
        return tuple(firmest[: self._found.settings.exemplars.n_exemplars].tolist())


def _look_objection(value: str) -> str:
    try:
        LabelLook.from_text(value)
    except ValueError:
        return "This is no look of a label."
    return ""


def description_key(analysis: Analysis, members: IntArray) -> str:
    """The name of what is known about these documents as a topic of this analysis."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(analysis.keys.get("keywords", "").encode())
    digest.update(members.astype("<i8").tobytes())
    return digest.hexdigest()
