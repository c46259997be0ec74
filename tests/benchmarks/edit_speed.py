"""How long an edit takes: a rename to disk as the window writes it, and a merge of two topics of 1,000 documents with its keywords.

    python -m tests.benchmarks.edit_speed [--documents 4000]

Texts are docstrings of the sample corpus; vectors are made up, because the time does not depend on them.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from topicdesk.core import edit_making
from topicdesk.core.analysis import Analysis, Label, ModelFile, Topic, TopicAssignment
from topicdesk.core.corpus import Corpus, Document
from topicdesk.core.requests import DescribeRequest
from topicdesk.core.settings import Settings
from topicdesk.engine.edit_requests import describe
from topicdesk.engine.ground import ground_of
from topicdesk.engine.keys import block_key, computing_versions
from topicdesk.engine.terms import EMBEDDED_A_BLOCK, counted_terms, found_languages, read_as, term_vectors_key, vocabulary_key
from topicdesk.engine.workshop import Workshop
from topicdesk.importing.sample_corpus import write_sample
from topicdesk.project.store import Project
from topicdesk.stages.embedding import EmbeddingNumerics, distinct_texts
from topicdesk.stages.vocabulary import terms_to_embed

N_RENAMES, N_DIMENSIONS, SIZE, SHA256 = 60, 384, 1000, "0" * 64
RENAME_MILLISECONDS, MERGE_SECONDS = 20, 0.5


def made_texts(n_documents: int, folder: Path) -> list[str]:
    csv.field_size_limit(2**30)
    with write_sample(folder).open(encoding="utf-8", newline="") as stream:
        texts = [row["text"] for row in csv.DictReader(stream)]
    return [texts[i % len(texts)] + (f" {i}" if i >= len(texts) else "") for i in range(n_documents)]


def made_project(path: Path, texts: list[str], workshop: Workshop, size: int = SIZE) -> None:
    """Two topics of `size` documents, the rest in eight others, with all that a run keeps of terms, embeddings and coordinates."""
    generator = np.random.default_rng(0)

    def vectors(n: int) -> np.ndarray:
        drawn = generator.normal(size=(n, N_DIMENSIONS)).astype(np.float32)
        return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)

    n_documents = len(texts)
    topic_of = np.where(np.arange(n_documents) < 2 * size, np.arange(n_documents) // size, 2 + np.arange(n_documents) % 8)
    numerics, versions, settings = EmbeddingNumerics("float32", "cpu", 1), workshop.versions, Settings()
    corpus = Corpus(tuple(Document(str(i), text) for i, text in enumerate(texts)))
    with Project(path, create=True) as project:
        project.put_corpus(corpus, {"path": "made"})
        distinct, _ = distinct_texts(texts)
        for start in range(0, len(distinct), numerics.block_size):
            block = distinct[start : start + numerics.block_size]
            project.artifacts.put(block_key(block, SHA256, numerics, versions), "embed", vectors(len(block)))

        class Shelf:
            cached_array, cached_values = project.artifacts.array, project.artifacts.values

            def keep(self, key, value, block=0):
                project.artifacts.put(key, "keywords", value, block)

        languages = read_as(found_languages(Shelf(), project.fingerprint or "", lambda: texts), settings.keywords)
        words_key = vocabulary_key(project.fingerprint or "", settings.keywords, {name: versions[name] for name in ("scikit-learn", "numpy")}, languages)
        columns = terms_to_embed(counted_terms(Shelf(), words_key, texts, settings.keywords, languages))
        key = term_vectors_key(words_key, SHA256, numerics, computing_versions(versions))
        for number, start in enumerate(range(0, len(columns), EMBEDDED_A_BLOCK)):
            project.artifacts.put(key, "keywords", vectors(len(columns[start : start + EMBEDDED_A_BLOCK])).astype(np.float16), number)
        middles = np.column_stack([topic_of * 8] * 5)
        project.artifacts.put("p", "project", (middles + generator.normal(size=(n_documents, 5))).astype(np.float32), 0)
        topics = tuple(Topic(n, f"t{n}", int((topic_of == n).sum()), (), (), (), (), Label(f"Topic {n}", "keywords")) for n in range(10))
        analysis = Analysis(
            project.fingerprint or "", settings, generator.normal(size=(n_documents, 2)).astype(np.float32),
            TopicAssignment(topic_of.astype(np.int64), np.ones(n_documents, np.float32)), topics, {"embedding": dataclasses.asdict(numerics)},
            {"keywords": "k", "embed": "e", "project": "p"}, versions, (ModelFile("embedding", "made", SHA256),), "now",
        )  # fmt: skip
        project.analyses.put(analysis, "made")


def seconds_of_renames(path: Path) -> list[float]:
    """Opened, written and closed each time, as the window's background thread does it, while the window keeps its own connection."""
    seconds = []
    with Project(path):
        for i in range(N_RENAMES):
            started = time.perf_counter()
            with Project(path) as project:
                project.edits.rename("t5", f"Name {i}")
            seconds.append(time.perf_counter() - started)
    return seconds


def seconds_of_merge(path: Path, workshop: Workshop) -> float:
    """From the wish to keywords on disk: the edit is made, written, applied and described, and read back."""
    started = time.perf_counter()
    with Project(path) as project:
        shown = project.edited(project.analyses.get(project.analyses.current() or 0, "")).analysis  # type: ignore[arg-type]
        project.edits.add(edit_making.merging(shown.topics[:2]))  # type: ignore[arg-type]
    describe(DescribeRequest(str(path)), workshop)
    with Project(path) as project:
        edited = project.edited(project.analyses.get(project.analyses.current() or 0, ""))  # type: ignore[arg-type]
    seconds = time.perf_counter() - started
    assert not edited.lacking and len(edited.analysis.topics[0].mmr) == 10
    with Project(path) as project:
        project.edits.undo()
        project.descriptions.put({})
        with project.transaction() as connection:
            connection.execute("DELETE FROM description")
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=4000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, workshop = Path(folder) / "made.topicdesk", Workshop()
        made_project(path, made_texts(chosen.documents, Path(folder)), workshop)
        renames = seconds_of_renames(path)
        started = time.perf_counter()
        with Project(path) as project:
            ground_of(project, project.analyses.get(project.analyses.current() or 0, ""), workshop)  # type: ignore[arg-type]
        first = time.perf_counter() - started
        merges = [seconds_of_merge(path, workshop) for _ in range(7)]
    print(f"{chosen.documents:,} documents")
    print(f"rename to disk      median {statistics.median(renames) * 1000:6.1f} ms  worst {max(renames) * 1000:6.1f} ms  (limit {RENAME_MILLISECONDS} ms)")
    print(f"merge of 2 x {SIZE:,}  median {statistics.median(merges):6.2f} s   worst {max(merges):6.2f} s   (limit {MERGE_SECONDS} s, keywords included)")
    print(f"first edit after opening: {first:.2f} s more, to read terms and embeddings")


if __name__ == "__main__":
    main()
