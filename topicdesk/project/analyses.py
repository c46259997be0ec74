"""Finished analyses in the project file: settings, topics and labels; their arrays lie among the artifacts."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from topicdesk.core.analysis import Analysis, Keyword, Label, ModelFile, Topic, TopicAssignment
from topicdesk.core.settings import Settings
from topicdesk.project.cache import RESULT, ArtifactTable, Transaction, at_one_moment, cache_key

MOST_COMPARED = 8  # analyses that a new one is compared with
ASPECTS = ("keywords", "keybert", "mmr")


@dataclass(frozen=True)
class AnalysisSummary:
    """One analysis in few words; `n_topics` and `n_unassigned` are as its run left them."""

    number: int
    created: str
    settings: Settings
    models: tuple[ModelFile, ...]
    n_topics: int
    n_unassigned: int


class AnalysisTable:
    """Analyses by number; the newest used one is the one that is shown."""

    def __init__(self, connection: sqlite3.Connection, transaction: Transaction) -> None:
        self._connection = connection
        self._transaction = transaction
        self._artifacts = ArtifactTable(connection, transaction)

    def put(self, analysis: Analysis, key: str) -> int:
        """Store an analysis under `key`, or replace the one that has it; it becomes the current one. Returns its number."""
        positions_key, assignment_key = cache_key("positions", 1, of=key), cache_key("assignment", 1, of=key)
        self._artifacts.put(positions_key, RESULT, analysis.positions)
        self._artifacts.put(assignment_key, RESULT, analysis.assignment.topic_of, 0)
        self._artifacts.put(assignment_key, RESULT, analysis.assignment.strength, 1)
        keys = analysis.keys | {"positions": positions_key, "assignment": assignment_key}
        with self._transaction() as connection:
            used = connection.execute("SELECT coalesce(max(used), 0) + 1 FROM analysis").fetchone()[0]
            number: int = connection.execute(
                "INSERT INTO analysis (key, settings, numerics, keys, versions, models, created, used) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (key) DO UPDATE SET keys = excluded.keys, used = excluded.used RETURNING id",
                (key, json.dumps(analysis.settings.to_dict()), json.dumps(analysis.numerics), json.dumps(keys), json.dumps(analysis.versions),
                 json.dumps([dataclasses.asdict(model) for model in analysis.models]), analysis.created, used),
            ).fetchone()[0]  # fmt: skip
            _write_topics(connection, number, analysis)
        return number

    def numbers(self) -> list[int]:
        """Every analysis that there is."""
        return [number for (number,) in self._connection.execute("SELECT id FROM analysis ORDER BY id")]

    def write_over(self, connection: sqlite3.Connection, number: int, analysis: Analysis, key: str) -> None:
        """Put an analysis, under a key of its own, in the place of the one with this number, within the caller's transaction."""
        keys = json.loads(connection.execute("SELECT keys FROM analysis WHERE id = ?", (number,)).fetchone()[0])
        places = {name: keys[name] for name in ("positions", "assignment")}
        self._artifacts.write(connection, places["positions"], RESULT, analysis.positions)
        self._artifacts.write(connection, places["assignment"], RESULT, analysis.assignment.topic_of, 0)
        self._artifacts.write(connection, places["assignment"], RESULT, analysis.assignment.strength, 1)
        connection.execute(
            "UPDATE analysis SET key = ?, numerics = ?, keys = ?, versions = ? WHERE id = ?",
            (key, json.dumps(analysis.numerics), json.dumps(analysis.keys | places), json.dumps(analysis.versions), number),
        )
        _write_topics(connection, number, analysis)

    def put_labels(self, number: int, labels: dict[int, Label]) -> None:
        """Replace the labels of the topics named by number, all or none."""
        with self._transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO label VALUES (?, ?, ?, ?, ?)", (_label_row(number, topic, label) for topic, label in labels.items()))

    def current(self) -> int | None:
        """The number of the analysis used last; None where there is none."""
        row = self._connection.execute("SELECT id FROM analysis ORDER BY used DESC LIMIT 1").fetchone()
        return row[0] if row else None

    def earlier(self, key: str) -> Iterator[Analysis]:
        """What a new analysis under `key` is compared with: the one that has this key already, then the others, the one used last first."""
        rows = self._connection.execute("SELECT id FROM analysis ORDER BY key != ?, used DESC LIMIT ?", (key, MOST_COMPARED)).fetchall()
        for (number,) in rows:
            if (analysis := self.get(number, "")) is not None:
                yield analysis

    def use(self, number: int) -> None:
        """Make an analysis the current one."""
        if number != self.current():
            with self._transaction() as connection:
                connection.execute("UPDATE analysis SET used = (SELECT max(used) + 1 FROM analysis) WHERE id = ?", (number,))

    def summaries(self) -> list[AnalysisSummary]:
        """What there is to choose from, the newest first."""
        rows = self._connection.execute(
            "SELECT id, created, settings, models, (SELECT count(*) FROM topic WHERE analysis = analysis.id), (SELECT count(*) FROM document) - "
            "(SELECT coalesce(sum(size), 0) FROM topic WHERE analysis = analysis.id) FROM analysis ORDER BY created DESC, id DESC"
        )
        return [
            AnalysisSummary(number, created, Settings.from_dict(json.loads(settings)), tuple(ModelFile(**model) for model in json.loads(models)), *counts)
            for number, created, settings, models, *counts in rows
        ]

    def get(self, number: int, fingerprint: str) -> Analysis | None:
        """The analysis; None where it is not there, or its arrays are damaged."""
        with at_one_moment(self._connection):
            return self._get(number, fingerprint)

    def _get(self, number: int, fingerprint: str) -> Analysis | None:
        row = self._connection.execute("SELECT settings, numerics, keys, versions, models, created FROM analysis WHERE id = ?", (number,)).fetchone()
        if row is None:
            return None
        settings, numerics, keys, versions, models = (json.loads(column) for column in row[:5])
        positions, topic_of = self._artifacts.array(keys["positions"]), self._artifacts.array(keys["assignment"], 0)
        strength = self._artifacts.array(keys["assignment"], 1)
        if positions is None or topic_of is None or strength is None:
            return None
        labels = dict(self._labels(number))
        rows = self._connection.execute("SELECT number, stable_id, size, keywords, exemplars FROM topic WHERE analysis = ? ORDER BY number", (number,))
        topics = tuple(
            Topic(topic, stable_id, size, *_aspects(keywords), tuple(json.loads(exemplars)), labels[topic])
            for topic, stable_id, size, keywords, exemplars in rows
        )
        return Analysis(
            fingerprint, Settings.from_dict(settings), positions.astype(np.float32), TopicAssignment(topic_of.astype(np.int64), strength.astype(np.float32)),
            topics, numerics, keys, versions, tuple(ModelFile(**model) for model in models), row[5],
        )  # fmt: skip

    def _labels(self, number: int) -> list[tuple[int, Label]]:
        rows = self._connection.execute("SELECT topic, text, origin, card FROM label WHERE analysis = ?", (number,))
        return [(topic, Label.from_plain({"text": text, "origin": origin} | json.loads(card))) for topic, text, origin, card in rows]


def _write_topics(connection: sqlite3.Connection, number: int, analysis: Analysis) -> None:
    connection.execute("DELETE FROM topic WHERE analysis = ?", (number,))
    connection.execute("DELETE FROM label WHERE analysis = ?", (number,))
    connection.executemany("INSERT INTO topic VALUES (?, ?, ?, ?, ?, ?)", (_topic_row(number, topic) for topic in analysis.topics))
    connection.executemany("INSERT INTO label VALUES (?, ?, ?, ?, ?)", (_label_row(number, topic.number, topic.label) for topic in analysis.topics))


def _topic_row(number: int, topic: Topic) -> tuple[int, int, str, int, str, str]:
    keywords = {aspect: [(k.term, k.score) for k in getattr(topic, aspect)] for aspect in ASPECTS}
    return number, topic.number, topic.stable_id, topic.size, json.dumps(keywords, ensure_ascii=False), json.dumps(topic.exemplars)


def _label_row(number: int, topic: int, label: Label) -> tuple[int, int, str, str, str]:
    card = dataclasses.asdict(label)
    return number, topic, card.pop("text"), card.pop("origin"), json.dumps(card, ensure_ascii=False)


def _aspects(stored: str) -> tuple[tuple[Keyword, ...], tuple[Keyword, ...], tuple[Keyword, ...]]:
    aspects = json.loads(stored)
    first, second, third = (tuple(Keyword(term, score) for term, score in aspects[aspect]) for aspect in ASPECTS)
    return first, second, third
