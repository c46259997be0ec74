"""What the window reads from and writes to a project file, as plain functions that run in the background thread."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from topicdesk.core.analysis import Analysis
from topicdesk.core.arrays import IntArray
from topicdesk.core.corpus import Corpus
from topicdesk.core.edit_log import EditLog
from topicdesk.core.edited_analysis import Description, EditedAnalysis
from topicdesk.core.edits import Edit
from topicdesk.core.records import write_records
from topicdesk.exporting.tables import export_further_tables, export_tables
from topicdesk.project.store import SUFFIX, Project

VIEW, FIGURE = "window", "figure"  # keys of the table `layout`
TURN_SECONDS = 0.001
Work = Callable[[Project], Any]


@dataclass(frozen=True)
class Kept:
    """What the project keeps of the researcher's work: the log of edits, and what is known about the topics that they touched, by key."""

    log: EditLog
    descriptions: dict[str, Description]


@dataclass(frozen=True, eq=False)
class Trial:
    """Topics of another size, not applied yet.

    Attributes
    ----------
    topic_of : int64 of shape (n_documents,)
        The topic's number, -1 = in no topic. Numbers are the trial's own, not the analysis's.
    """

    topic_of: IntArray
    min_topic_size: int
    n_topics: int
    n_unassigned: int


@dataclass(frozen=True, eq=False)
class Opened:
    """A project as found: without a corpus where its import never finished, without an analysis where its run did not.

    `view` is how the window last looked at it, as given to `remembering`; `figure` is what was last chosen of a figure.
    """

    corpus: Corpus | None
    analysis: Analysis | None
    kept: Kept
    view: dict[str, Any]
    has_corpus: bool = True
    has_texts: bool = True
    is_unfinished: bool = False
    figure: dict[str, Any] = field(default_factory=dict)


def glance_at(project: Project) -> Opened:
    """What is seen of a project first: everything but its texts. Raises DamagedProject."""
    with project.reading():
        current = project.analyses.current()
        analysis = project.analyses.get(current, project.fingerprint or "") if current is not None else None
        view, figure = project.layout(VIEW) or {}, project.layout(FIGURE) or {}
        return Opened(None, analysis, read_kept(project), view, project.fingerprint is not None, project.has_texts, project.is_unfinished, figure)


def read_corpus(project: Project) -> Corpus:
    """The texts of a project. Raises DamagedProject.

    Reading makes so many objects that Python looks for garbage among all there are, for 60 ms and more in which the window stands still.
    What is loaded before, and the corpus after, is therefore set aside: it is freed when it is let go of, but no longer looked through.
    """
    gc.freeze()
    corpus = project.corpus(_let_window_have_its_turn)
    gc.freeze()
    return corpus


def open_project(project: Project) -> Opened:
    """Everything that the window shows of a project, at once. Raises DamagedProject."""
    corpus = read_corpus(project) if project.fingerprint else None
    return replace(glance_at(project), corpus=corpus)


def reading_analysis(number: int) -> Work:
    """Work that reads an analysis without the researcher's labels; its result is None where the analysis is not whole."""
    return lambda project: project.analyses.get(number, project.fingerprint or "")


def read_kept(project: Project) -> Kept:
    """The log as it stands, and all descriptions."""
    return Kept(EditLog(project.edits.all(), project.text_updates()), project.descriptions.all())


def reading_descriptions(keys: Iterable[str]) -> Work:
    """Work that reads what is known under these keys, as far as it is there."""
    return lambda project: {key: description for key in keys if (description := project.descriptions.get(key)) is not None}


def reading_positions(key: str) -> Work:
    """Work that reads the map's positions; beside them, as block 0, lies what topics are sought in."""
    return lambda project: project.artifacts.array(key, 1)


def reading_topic_of(key: str) -> Work:
    """Work that reads the topic numbers of a trial."""
    return lambda project: project.artifacts.array(key)


def adding(edit: Edit) -> Work:
    """Work that writes an edit; its result is the edit as it stands in the log."""
    return lambda project: project.edits.add(edit)


def explaining(sequence: int, why: str) -> Work:
    """Work that says why an edit was made."""
    return lambda project: project.edits.explain(sequence, why)


def remembering(what: str, values: dict[str, Any]) -> Work:
    """Work that keeps how the window looks at the project (VIEW), or what was chosen of a figure (FIGURE): plain values."""
    return lambda project: project.set_layout(what, values)


def undoing(project: Project) -> None:
    """Take the newest edit back."""
    project.edits.undo()


def redoing(project: Project) -> None:
    """Make the edit again that was taken back last."""
    project.edits.redo()


def project_path(corpus_path: Path, sample: int | None = None) -> Path:
    """Where the project of a corpus lies: beside it; a sample of it has a project of its own."""
    return corpus_path.with_name(f"{corpus_path.stem}{'' if sample is None else f'-sample-{sample}'}{SUFFIX}")


def fresh_path(path: Path) -> Path:
    """NAME-2.topicdesk, or the first number that is free."""
    number = 2
    while (candidate := path.with_name(f"{path.stem}-{number}{SUFFIX}")).exists():
        number += 1
    return candidate


def exporting_tables(folder: Path, stem: str, kind: str, analysis: Analysis, corpus: Corpus) -> Callable[[], str]:
    """Work that writes NAME-topics.KIND and NAME-documents.KIND (and what there is of passages), numbered where such files are there.

    Its result says what was written.
    """

    def work() -> str:
        topics, documents = free_path(folder, f"{stem}-topics.{kind}"), free_path(folder, f"{stem}-documents.{kind}")
        notices = export_tables(topics, documents, analysis, corpus)
        further, told = export_further_tables(lambda name: free_path(folder, f"{stem}-{name}.{kind}"), analysis, corpus)
        *first, last = (path.name for path in (topics, documents, *further))
        return " ".join([f"Written to {folder}: {', '.join(first)} and {last}.", *dict.fromkeys((*notices, *told))])

    return work


def exporting_records(kind: str, folder: Path, stem: str, found: Analysis, edited: EditedAnalysis, log: EditLog, corpus: Corpus) -> Callable[[], str]:
    """Work that writes the history or the methods paragraph as NAME-..., numbered where such files are there; its result names them."""
    return lambda: " and ".join(path.name for path in write_records(kind, lambda name: free_path(folder, f"{stem}-{name}"), found, edited, log, corpus))


def free_path(folder: Path, name: str) -> Path:
    """NAME in the folder, or NAME-2, NAME-3 ... where that is there already."""
    path, number = folder / name, 2
    while path.exists():
        path, number = folder / f"{Path(name).stem}-{number}{Path(name).suffix}", number + 1
    return path


def _let_window_have_its_turn() -> None:
    """A thread that computes without a pause makes the window ask for the interpreter at each of its hundred small steps."""
    time.sleep(TURN_SECONDS)
