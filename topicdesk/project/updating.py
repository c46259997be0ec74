"""A project's corpus is replaced by a later state of it, and everything that names documents by their rows follows, at one moment.

One transaction, however large: between the old rows and the new ones there is nothing that could be shown. Nobody edits meanwhile,
because whoever updates holds the project for its engine and its window. What was found about a changed text is forgotten, what a
researcher did to the document stays.
"""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from topicdesk.core.analysis import Analysis, Label, Topic, TopicAssignment
from topicdesk.core.arrays import IntArray, to_bytes
from topicdesk.core.corpus import Corpus
from topicdesk.core.corpus_change import CorpusChange
from topicdesk.core.edited_analysis import Description, apply_edits
from topicdesk.core.edits import Edit, Moves
from topicdesk.core.label_cards import without_evidence
from topicdesk.core.text_update import TextUpdate
from topicdesk.project.cache import RESULT, cache_key
from topicdesk.project.store import Project, now

# names in `meta`
UPDATING = "updating"  # the analysis that is brought up to date first, while its new documents wait for a place
BEHIND = "behind"  # the others whose new documents wait
EMBEDDINGS = "embed"
PROJECTION = "project"

Blocks = Iterable[tuple[int, Any]]


class TextUpdates:
    """The updates of a project's texts: making one, what is left to do of it, and the list of those before."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def replace_corpus(self, corpus: Corpus, source: dict[str, Any], change: CorpusChange, plans: Sequence[tuple[str, Blocks]] = ()) -> TextUpdate:
        """Put a later state of the corpus in the place of the one that is there, all or nothing.

        Parameters
        ----------
        source : dict
            As given to `put_corpus`.
        plans : sequence of (key, blocks)
            Where the embeddings of the new corpus lie, as an artifact for each model.
        """
        project = self._project
        update = TextUpdate(
            now(), change.n_new, change.n_changed, change.n_gone, change.n_same, change.by_id, change.gone,
        )  # fmt: skip
        edits = project.edits.all()
        moved = {edit.sequence: _moved(edit, change.row_of) for edit in edits if edit.moves is not None}
        found = (_carried(project, number, corpus, change, edits, moved) for number in project.analyses.numbers())
        carried = [later for later in found if later is not None]
        current = project.analyses.current()
        with project.transaction() as connection:
            connection.execute("PRAGMA secure_delete = ON")  # a document that is gone leaves no text in free pages
            project.write_documents(connection, corpus, source)
            for sequence, moves in moved.items():
                connection.execute("UPDATE edit SET moves = ? WHERE sequence = ?", (to_bytes(moves.to_record()), sequence))
            for later in carried:
                project.analyses.write_over(connection, later.number, later.analysis, cache_key("carried", 1, of=later.number, corpus=corpus.fingerprint))
                for block, layout in later.layouts:
                    project.artifacts.write(connection, later.analysis.keys[PROJECTION], PROJECTION, layout, block)
                project.descriptions.write(connection, later.described)
            _forget_results_of_rows(connection, {later.analysis.keys.get(PROJECTION, "") for later in carried})
            _forget_evidence(connection, edits, frozenset().union(*(later.bereft for later in carried)))
            for key, blocks in plans:
                for block, value in blocks:
                    project.artifacts.write(connection, key, EMBEDDINGS, value, block)
            if current is not None:
                connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (UPDATING, str(current)))
            _note_behind(connection, [later.number for later in carried if later.number != current])
            connection.execute(
                "INSERT INTO text_update (made, n_new, n_changed, n_gone, n_same, by_id, gone) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*dataclasses.astuple(update)[:-1], json.dumps(update.gone, ensure_ascii=False)),
            )
        return update

    @property
    def waiting(self) -> int | None:
        """The analysis that an update is not finished for: its new documents have no place yet."""
        value = self._noted(UPDATING)
        return int(value) if value else None

    @property
    def behind(self) -> tuple[int, ...]:
        """The other analyses whose new documents have no place yet; a run sees to them once its own work is done."""
        value = self._noted(BEHIND)
        return tuple(json.loads(value)) if value else ()

    def finish(self, number: int, analysis: Analysis, key: str) -> None:
        """Store the analysis with its new documents; nothing of it waits any more."""
        with self._project.transaction() as connection:
            self._project.analyses.write_over(connection, number, analysis, key)
            connection.execute("DELETE FROM meta WHERE name = ? AND value = ?", (UPDATING, str(number)))
            _note_behind(connection, [other for other in self.behind if other != number])

    def give_up(self) -> None:
        """Let a run make everything anew instead; the analysis that was being brought up to date is one of those behind."""
        waiting, behind = self.waiting, self.behind
        with self._project.transaction() as connection:
            connection.execute("DELETE FROM meta WHERE name = ?", (UPDATING,))
            _note_behind(connection, [*behind, *([waiting] if waiting is not None else [])])

    def forget(self, number: int) -> None:
        """Expect no place for an analysis's new documents: it is damaged, or has no map."""
        with self._project.transaction() as connection:
            _note_behind(connection, [other for other in self.behind if other != number])

    def _noted(self, name: str) -> str | None:
        with self._project.at_one_moment() as one:
            row = one(f"SELECT value FROM meta WHERE name = '{name}'")
        return row[0] if row else None


@dataclass(frozen=True, eq=False)
class _Later:
    """An analysis over the new rows, in which new and changed documents have no topic and no place yet.

    Attributes
    ----------
    layouts : list of (block, array)
        Its cached projection, as far as it is there.
    described : dict of str to Description
        What is known of edited topics.
    bereft : frozenset of str
        Stable ids of topics that had a document which is gone or has another text.
    """

    number: int
    analysis: Analysis
    layouts: list[tuple[int, Any]]
    described: dict[str, Description]
    bereft: frozenset[str]


def _note_behind(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    if numbers:
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (BEHIND, json.dumps(list(numbers))))
    else:
        connection.execute("DELETE FROM meta WHERE name = ?", (BEHIND,))


def _forget_results_of_rows(connection: sqlite3.Connection, kept: set[str]) -> None:
    """What the cache holds by rows, or quotes of texts, is of the corpus before."""
    marks = ", ".join("?" * len(kept))
    connection.execute(f"DELETE FROM artifact WHERE stage NOT IN (?, ?) AND key NOT IN ({marks})", (RESULT, EMBEDDINGS, *kept))


def _forget_evidence(connection: sqlite3.Connection, edits: Sequence[Edit], bereft: frozenset[str]) -> None:
    """What a model was shown of texts that are no longer there is not kept; the name that it gave is."""
    for edit in edits:
        if edit.what == "relabel" and not bereft.isdisjoint(edit.topics):
            connection.execute("UPDATE edit SET value = ? WHERE sequence = ?", (without_evidence(edit.value), edit.sequence))


def _moved(edit: Edit, row_of: IntArray) -> Moves:
    """The same documents at their new rows; those that are gone are left out."""
    assert edit.moves is not None
    rows = row_of[edit.moves.rows]
    is_there = rows >= 0
    return Moves(rows[is_there], edit.moves.parts[is_there], edit.moves.strength[is_there])


def _carried(project: Project, number: int, corpus: Corpus, change: CorpusChange, edits: Sequence[Edit], moved: dict[int, Moves]) -> _Later | None:
    """None where the analysis is damaged: it cannot be shown in any case."""
    found = project.analyses.get(number, "")
    if found is None:
        return None
    row_of = change.kept_row_of
    topic_of = _at_new_rows(found.assignment.topic_of, row_of, change.n_after, -1)
    keys = {name: cache_key("carried", 1, of=key, corpus=corpus.fingerprint) for name, key in found.keys.items()}
    sizes = np.bincount(topic_of[topic_of >= 0], minlength=len(found.topics))
    later = dataclasses.replace(
        found, fingerprint=corpus.fingerprint, keys=keys,
        positions=_at_new_rows(found.positions, row_of, change.n_after, np.nan),
        assignment=TopicAssignment(topic_of, _at_new_rows(found.assignment.strength, row_of, change.n_after, 0)),
        topics=tuple(_topic(topic, int(sizes[topic.number]), row_of) for topic in found.topics),
    )  # fmt: skip
    layouts = [(block, project.artifacts.array(found.keys.get(PROJECTION, ""), block)) for block in (0, 1)]
    placed = [(block, _at_new_rows(layout, row_of, change.n_after, np.nan)) for block, layout in layouts if layout is not None]
    before = apply_edits(found, edits, project.descriptions.get)
    log = [dataclasses.replace(edit, moves=moved.get(edit.sequence)) for edit in edits]
    after = apply_edits(later, log)
    known = ((key, before.keys.get(topic)) for topic, key in after.keys.items())
    described = {key: project.descriptions.get(earlier) for key, earlier in known if earlier is not None}
    topics_before = before.analysis.assignment.topic_of[row_of < 0]
    bereft = frozenset(before.analysis.topics[topic].stable_id for topic in np.unique(topics_before[topics_before >= 0]).tolist())
    return _Later(number, later, placed, {key: _described(it, row_of) for key, it in described.items() if it is not None}, bereft)


def _at_new_rows(array: Any, row_of: IntArray, n_after: int, missing: float) -> Any:
    moved = np.full((n_after, *array.shape[1:]), missing, dtype=array.dtype)
    there = row_of >= 0
    moved[row_of[there]] = array[there]
    return moved


def _topic(topic: Topic, size: int, row_of: IntArray) -> Topic:
    exemplars = _rows(topic.exemplars, row_of)
    return dataclasses.replace(topic, size=size, exemplars=exemplars, label=_label(topic.label, len(exemplars) < len(topic.exemplars)))


def _described(description: Description, row_of: IntArray) -> Description:
    likeness = {int(row_of[row]): likeness for row, likeness in description.likeness.items() if row_of[row] >= 0}
    return dataclasses.replace(description, exemplars=_rows(description.exemplars, row_of), likeness=likeness)


def _label(label: Label, is_exemplar_gone: bool) -> Label:
    """As `_forget_evidence` for a label of the run."""
    return dataclasses.replace(label, prompt="", quotes=()) if is_exemplar_gone else label


def _rows(rows: Sequence[int], row_of: IntArray) -> tuple[int, ...]:
    return tuple(int(row_of[row]) for row in rows if row_of[row] >= 0)
