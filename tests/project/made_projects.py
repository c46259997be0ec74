"""Small projects with something in every table, for the tests of the file itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from topicdesk.core.analysis import Analysis, Keyword, Label, ModelFile, Topic, TopicAssignment
from topicdesk.core.corpus import Corpus, Document
from topicdesk.core.settings import LabellingSettings, Settings
from topicdesk.project.store import Project

SECRET = "Der Patient Zwickelmann gestand am Dienstag alles"
TOPICS = ("space", "law")


def made_corpus(n_documents: int = 40) -> Corpus:
    ids = [f"{SECRET} id {i}" if i == 3 else f"d{i}" for i in range(n_documents)]
    documents = tuple(
        Document(
            ids[i], f"Text {i} on {TOPICS[i % 2]}. {SECRET if i in (3, 4) else 'Nothing more'}.",
            f"Title {i} {SECRET if i == 3 else ''}", "2020", SECRET if i == 5 else "a", (ids[i], f"{SECRET} cell" if i == 6 else "cell"),
        )
        for i in range(n_documents)
    )  # fmt: skip
    return Corpus(documents, ("id", SECRET), {"empty text": 1}, ((7, f"odd: {SECRET}"),))


def made_analysis(n_documents: int = 40, name: str = "Space") -> Analysis:
    topic_of = np.arange(n_documents) % 2
    topic_of[::9] = -1
    topics = tuple(
        Topic(number, f"stable-{number}", int((topic_of == number).sum()), (Keyword(word, 0.5),), (), (), (number, number + 2),
              Label(name if number == 0 else "Law", "language model", f"Keywords: {word}. Excerpt: {SECRET}", 0.2))
        for number, word in enumerate(TOPICS)
    )  # fmt: skip
    positions = np.random.default_rng(1).normal(size=(n_documents, 2)).astype(np.float32)
    assignment = TopicAssignment(topic_of.astype(np.int64), np.full(n_documents, 0.5, np.float32))
    models = (ModelFile("embedding", "/home/zwickelmann/models/MiniLM", "0" * 64), ModelFile("language", "C:\\Users\\zwickelmann\\m.gguf", "1" * 64))
    settings = Settings(labelling=LabellingSettings(system_text=SECRET, example=SECRET, main_prompt=f"{SECRET}: [KEYWORDS] [DOCUMENTS]"))
    return Analysis("", settings, positions, assignment, topics, {"embedding": {"device": "cpu"}}, {"project": "projection"}, {"numpy": "2"}, models, "now")


def make_project(path: Path, n_documents: int = 40) -> Path:
    """A project with a corpus, cached results, an analysis, edits and a view."""
    with Project(path, create=True) as project:
        project.put_corpus(made_corpus(n_documents), {"path": "/home/zwickelmann/interviews.csv", "text": SECRET, "n_bytes": 9, "changed": 8})
        project.artifacts.put("vectors", "embed", np.ones((n_documents, 8), np.float32))
        project.artifacts.put("said", "label", {"prompt": SECRET})
        project.analyses.put(made_analysis(n_documents), "analysis")
        project.edits.rename("stable-0", "Rockets")
        project.edits.rename("stable-1", "Courts")
        project.edits.undo()
        project.set_layout("window", {"tab": 1, "search": SECRET})
        project.set_layout("figure", {"title": SECRET})
        project.set_layout("places", {"stable-0": [1, 2]})
    return path


def everything_of(path: Path) -> tuple[object, ...]:
    """What a researcher would miss."""
    with Project(path) as project:
        number = project.analyses.current()
        analysis = project.analyses.get(number, "") if number is not None else None
        corpus = project.corpus() if project.fingerprint else None
        shown = None if analysis is None else (analysis.topics, analysis.positions.tobytes(), analysis.assignment.topic_of.tobytes(), analysis.models)
        return corpus, shown, project.edits.names(), project.edits.can_redo(), project.layout("places")
