"""What the project file costs: opening 100,000 documents, an edit to disk, a backup, bytes beside those of the CSV (`make bench`)."""

from __future__ import annotations

import csv
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).parents[2]
sys.path.insert(0, str(REPOSITORY))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

N_DOCUMENTS, N_TOPICS, N_WORDS, N_DIMENSIONS = 100_000, 120, 120, 384
LOADING_SECONDS = 30


def make_project(folder: Path) -> tuple[Path, int]:
    """A project of 100,000 made-up documents of 120 words with everything that a run leaves; and the bytes of its CSV."""
    from topicdesk.core.analysis import Analysis, Keyword, Label, Topic, TopicAssignment
    from topicdesk.core.corpus import Corpus, Document
    from topicdesk.core.settings import Settings
    from topicdesk.project.store import Project

    draw, random_numbers = random.Random(1), np.random.default_rng(1)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 9))) for _ in range(20_000)]
    texts = [" ".join(draw.choices(words, k=N_WORDS)) for _ in range(N_DOCUMENTS)]
    with (folder / "corpus.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("id", "title", "text"), *((f"d{i}", f"Title {i}", text) for i, text in enumerate(texts))])
    documents = tuple(Document(f"d{i}", text, f"Title {i}", None, None, (f"d{i}", f"Title {i}", text)) for i, text in enumerate(texts))
    topic_of = random_numbers.integers(-1, N_TOPICS, N_DOCUMENTS)
    centres = random_numbers.normal(size=(N_TOPICS + 1, 2)) * 6
    positions = (centres[topic_of] + random_numbers.normal(size=(N_DOCUMENTS, 2))).astype(np.float32)
    topics = tuple(
        Topic(number, f"stable-{number}", int((topic_of == number).sum()), tuple(Keyword(word, 0.5) for word in draw.sample(words, 10)), (), (),
              tuple(np.flatnonzero(topic_of == number)[:5].tolist()), Label(" ".join(draw.sample(words, 3)).capitalize(), "language model", "x" * 2000))
        for number in range(N_TOPICS)
    )  # fmt: skip
    assignment = TopicAssignment(topic_of.astype(np.int64), np.ones(N_DOCUMENTS, np.float32))
    path = folder / "corpus.topicdesk"
    with Project(path, create=True) as project:
        project.put_corpus(Corpus(documents, ("id", "title", "text")), {"path": "corpus.csv"})
        for block in range(0, N_DOCUMENTS, 256):
            vectors = random_numbers.normal(size=(min(256, N_DOCUMENTS - block), N_DIMENSIONS)).astype(np.float32)
            project.artifacts.put(f"block {block}", "embed", vectors)
        for block, n_dimensions in enumerate((5, 2)):
            project.artifacts.put("project", "project", random_numbers.normal(size=(N_DOCUMENTS, n_dimensions)).astype(np.float32), block)
        project.analyses.put(Analysis("", Settings(), positions, assignment, topics, {}, {"project": "project"}, {}, ()), "analysis")
    return path, (folder / "corpus.csv").stat().st_size


def open_in_window(path: Path) -> tuple[float, float]:
    """Seconds until map, topics and names are on the screen of a window that is there already, and until the texts are too."""
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    from topicdesk.gui.main_window import MainWindow
    from topicdesk.gui.session import Session

    application = QApplication.instance() or QApplication([])
    session = Session()
    window = MainWindow(session)
    window.show()
    until = time.monotonic() + LOADING_SECONDS
    while time.monotonic() < until and not window.pages.has_map:  # its library is loaded while the empty page is looked at
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
    began = time.perf_counter()
    session.open_path(path)
    while not (session.state == "result" and window.map_view.canvas.has_points):
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        time.sleep(0.001)
    window.grab()
    first = time.perf_counter() - began
    while session.corpus is None:
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        time.sleep(0.005)
    texts = time.perf_counter() - began
    window.close()
    return first, texts


def seconds_of_renames(path: Path, n: int = 60) -> list[float]:
    """From the wish to the disk, each with a connection of its own, as the window's thread does it beside the one that the window holds."""
    from topicdesk.project.store import Project

    seconds = []
    with Project(path):
        for number in range(n):
            began = time.perf_counter()
            with Project(path) as project:
                project.edits.rename(f"stable-{number % N_TOPICS}", f"Name {number}")
            seconds.append(time.perf_counter() - began)
    return seconds


def seconds_of_merge(path: Path, n: int = 5) -> tuple[float, int]:
    """Two topics of about 1,000 documents become one: the edit on disk, its words found and kept. Median, and the size of the merged topic."""
    from tests.engine import test_edit_requests as study
    from topicdesk.core.edit_making import merging
    from topicdesk.project.store import Project

    study.N = 8_900  # short documents in eight topics, a tenth of them in none
    analysis, ground, _ = study.study()
    edit = merging(analysis.topics[:2])
    seconds = []
    with Project(path) as project:
        for _ in range(n):
            began = time.perf_counter()
            project.edits.add(edit)
            found = study.descriptions(study.edited(analysis, [edit]), ground)
            project.descriptions.put(found)
            seconds.append(time.perf_counter() - began)
    return statistics.median(seconds), sum(topic.size for topic in analysis.topics[:2])


def main() -> None:
    """Print the figures beside their limits; a noisy machine is no failure."""
    from topicdesk.project.snapshots import take_snapshot
    from topicdesk.project.store import Project

    with tempfile.TemporaryDirectory() as temporary:
        os.environ["TOPICDESK_HOME"] = str(Path(temporary) / "home")
        path, csv_bytes = make_project(Path(temporary))
        first, texts = open_in_window(path)
        renames = seconds_of_renames(path)
        merge, n_merged = seconds_of_merge(path)
        began = time.perf_counter()
        backup = take_snapshot(path, "daily")
        backup_seconds = time.perf_counter() - began
        with Project(path) as project:
            began = time.perf_counter()
            project.check()
            check_seconds = time.perf_counter() - began
            cache = project.artifacts.n_bytes()
        size = path.stat().st_size
        print(f"Project file, {N_DOCUMENTS:,} documents of {N_WORDS} words, {N_TOPICS} topics, {N_DIMENSIONS} dimensions")
        print(f"  opened: first screen {first:.2f} s (at most 1), texts there {texts:.2f} s, closer look {check_seconds:.2f} s more")
        print(f"  rename to disk: median {1000 * statistics.median(renames):.1f} ms (at most 20), worst {1000 * max(renames):.0f} ms")
        print(f"  merge of two topics to one of {n_merged:,} documents, words included: {merge:.2f} s (at most 0.5)")
        print(f"  bytes a document: {size / N_DOCUMENTS:,.0f}, of them cache {cache / N_DOCUMENTS:,.0f}; in the CSV {csv_bytes / N_DOCUMENTS:,.0f}")
        print(f"  backup: {backup.n_bytes / N_DOCUMENTS:,.0f} bytes a document, {backup_seconds:.1f} s, checked")


if __name__ == "__main__":
    main()
