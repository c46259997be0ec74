"""The project file, one SQLite database that holds everything of an analysis; each of its transactions is short.

Two processes write it side by side: the engine its documents, artifacts, analyses and labels, the window edits and layout.
What is larger than a few MiB is written in several transactions, the one that makes it count being the last.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from topicdesk.core.analysis import Analysis
from topicdesk.core.corpus import Corpus, Document, Spans
from topicdesk.core.edited_analysis import EditedAnalysis, apply_edits
from topicdesk.core.errors import DamagedProject, InputError, TopicDeskError
from topicdesk.core.passages import in_passages
from topicdesk.core.text_making import TextMaking
from topicdesk.core.text_update import TextUpdate
from topicdesk.project.analyses import AnalysisTable
from topicdesk.project.cache import ArtifactTable, at_one_moment
from topicdesk.project.copying import STEPS_BETWEEN_LOOKS, TEXTS, check_documents
from topicdesk.project.descriptions import DescriptionTable
from topicdesk.project.edits import EditTable
from topicdesk.project.lock import ProjectLock
from topicdesk.project.opening import SUFFIX, check_pages, open_connection, reading
from topicdesk.project.snapshots import newest_good, take_snapshot
from topicdesk.project.topic_identity import Known

__all__ = ["SUFFIX", "Project", "now", "opened_or_made"]

DOCUMENTS_A_BLOCK = 256
BYTES_A_TRANSACTION = 2 << 20
UNFINISHED = "unfinished"  # the name in `meta` of what a run that has not ended was asked for


def now() -> str:
    """The time in UTC, to the second, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Project:
    """An open project file. Use it as a context manager, or close it.

    Attributes
    ----------
    path : Path
    artifacts : ArtifactTable
        Cached results of stages.
    analyses : AnalysisTable
        Finished analyses with their topics and labels.
    edits : EditTable
        What the researcher changed, with undo.
    descriptions : DescriptionTable
        Keywords and exemplars of the topics that edits touched.

    Raises
    ------
    InputError
        On opening a file that is damaged, of another program, of a newer version, or absent (unless `create`).
    """

    def __init__(self, path: Path, create: bool = False) -> None:
        if not create and not path.is_file():
            raise InputError(f"{path}: there is no such project.")
        if not create and not path.stat().st_size:
            raise DamagedProject(f"{path}: the project is damaged (the file is empty).")
        self.path = path
        self._connection = open_connection(path, lambda version: take_snapshot(path, "before an update"))
        self.artifacts = ArtifactTable(self._connection, self.transaction)
        self.analyses = AnalysisTable(self._connection, self.transaction)
        self.edits = EditTable(self._connection, self.transaction)
        self.descriptions = DescriptionTable(self._connection, self.transaction)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the last one to close it folds the write-ahead log into it, so that the one file is whole."""
        self._connection.close()

    def fold_log_in(self) -> None:
        """Write the log into the file now, as far as nobody reads: the file's earlier pages go."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing. Raises TopicDeskError where the disk is full or the file cannot be written."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise TopicDeskError(f"{self.path}: the project could not be written ({error}). What was saved before is kept.") from error

    def reading(self) -> AbstractContextManager[None]:
        """For what is read inside: raises DamagedProject where it is no longer what was written."""
        return reading(self.path)

    def check(self) -> None:
        """Look at every page, and at every document where there are texts. Raises DamagedProject."""
        check_pages(self._connection, self.path)
        check_documents(self._connection, self.path)

    def check_pages(self) -> None:
        """Look at every page: a second for a gigabyte. Raises DamagedProject."""
        check_pages(self._connection, self.path)

    def give_up_when(self, is_unwanted: Callable[[], bool]) -> None:
        """Let what is read end with a TopicDeskError as soon as nobody wants it: a window that closes does not wait. What is written is then not."""
        self._connection.set_progress_handler(is_unwanted, STEPS_BETWEEN_LOOKS)

    @property
    def fingerprint(self) -> str | None:
        """The fingerprint of the corpus inside; None for a project without one."""
        row = self._connection.execute("SELECT fingerprint FROM project").fetchone()
        return row[0] if row else None

    def put_corpus(self, corpus: Corpus, source: dict[str, Any]) -> None:
        """Store all documents, whole or not at all. `source` says where they came from and which columns play which role.

        They come in several transactions, so that the window need not wait for its turn; there is a corpus when the last is done.
        """
        if self.fingerprint is not None:
            raise TopicDeskError(f"{self.path}: the project could not be written (it holds a corpus already). What was saved before is kept.")
        with self.transaction() as connection:
            _forget_documents(connection)  # of an import that was killed
        for statement, rows in _rows_of(corpus):
            for some in _in_pieces(rows):
                with self.transaction() as connection:
                    connection.executemany(statement, some)
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO project (id, fingerprint, fields, dropped, unreadable, mended, making, source, created) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
                (corpus.fingerprint, *map(json.dumps, _told(corpus, source)), now()),
            )

    def write_documents(self, connection: sqlite3.Connection, corpus: Corpus, source: dict[str, Any]) -> None:
        """Put a corpus in the place of the one that is there, within the caller's transaction."""
        _forget_documents(connection)
        for statement, rows in _rows_of(corpus):
            connection.executemany(statement, rows)
        connection.execute(
            "UPDATE project SET fingerprint = ?, fields = ?, dropped = ?, unreadable = ?, mended = ?, making = ?, source = ?",
            (corpus.fingerprint, *map(json.dumps, _told(corpus, source))),
        )

    def set_source(self, source: dict[str, Any]) -> None:
        """Take note of where the corpus was read from last, the corpus itself being the same."""
        with self.transaction() as connection:
            connection.execute("UPDATE project SET source = ?", (json.dumps(source),))

    @contextmanager
    def at_one_moment(self) -> Iterator[Callable[[str], Any]]:
        """A function that gives the first row of a question, None where there is none; all answers are of the same moment."""
        with at_one_moment(self._connection):
            yield lambda question: self._connection.execute(question).fetchone()

    def corpus(self, between_blocks: Callable[[], object] = lambda: None) -> Corpus:
        """All documents, in order. Raises InputError for a project without a corpus.

        `between_blocks` is called now and then: whoever reads beside a window waits in it for a moment, so that the window has its turn.
        """
        with self.reading():
            connection = self._connection
            row = connection.execute("SELECT fields, dropped, unreadable, mended, making FROM project").fetchone()
            if row is None:
                raise InputError(f"{self.path}: this project holds no corpus yet.")
            documents: list[Document] = []
            cursor = connection.execute("SELECT id, text, title, date, class, fields FROM document ORDER BY row")
            while block := cursor.fetchmany(DOCUMENTS_A_BLOCK):
                cells = json.loads(f"[{','.join(row[5] for row in block)}]")  # one call a block: half of the time went into calls
                documents += [Document(id, text, title, date, group, tuple(own)) for (id, text, title, date, group, _), own in zip(block, cells, strict=True)]
                between_blocks()
            making = TextMaking.from_dict(json.loads(row[4]))
            corpus = Corpus(tuple(documents), tuple(json.loads(row[0])), json.loads(row[1]), _numbered(row[2]), _numbered(row[3]), making)
            passages = connection.execute("SELECT document, start, stop, speaker FROM passage ORDER BY row").fetchall()
            if not passages:
                return corpus
            between_blocks()
            return in_passages(corpus, Spans.from_rows(passages))

    def edited(self, analysis: Analysis) -> EditedAnalysis:
        """An analysis of this project with the researcher's edits applied."""
        return apply_edits(analysis, self.edits.all(), self.descriptions.get)

    def known_topics(self, key: str) -> Iterator[Known]:
        """The topics that a new analysis under `key` is compared with: those found and those that edits made of them, latest analysis first."""
        for analysis in self.analyses.earlier(key):
            shown = self.edited(analysis).analysis
            yield analysis.assignment.topic_of, [topic.stable_id for topic in analysis.topics]
            yield shown.assignment.topic_of, [topic.stable_id for topic in shown.topics]

    def text_updates(self) -> tuple[TextUpdate, ...]:
        """What has become of the corpus since it was imported, oldest first."""
        rows = self._connection.execute("SELECT made, n_new, n_changed, n_gone, n_same, by_id, gone FROM text_update ORDER BY sequence")
        return tuple(
            TextUpdate(made, new, changed, n_gone, same, bool(by_id), tuple(json.loads(gone))) for made, new, changed, n_gone, same, by_id, gone in rows
        )

    def source(self) -> dict[str, Any]:
        """Where the corpus came from, as given to `put_corpus`; empty where there is none."""
        row = self._connection.execute("SELECT source FROM project").fetchone()
        return dict(json.loads(row[0])) if row else {}

    @property
    def has_texts(self) -> bool:
        """False in a copy that was made for sharing without texts: it can be looked at, not run again."""
        return self._meta(TEXTS) != "absent"

    @property
    def is_unfinished(self) -> bool:
        """Whether the last run has not ended: it goes on, or its engine was killed."""
        return self._meta(UNFINISHED) is not None

    def set_unfinished(self, is_unfinished: bool) -> None:
        """Take note that a run begins, or that it has ended."""
        with self.transaction() as connection:
            if is_unfinished:
                connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (UNFINISHED, now()))
            else:
                connection.execute("DELETE FROM meta WHERE name = ?", (UNFINISHED,))
                connection.execute("DELETE FROM afresh")

    def _meta(self, name: str) -> str | None:
        row = self._connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def layout(self, key: str) -> Any:
        """What the window keeps under `key` (zoom, selection, label places); None where nothing is."""
        row = self._connection.execute("SELECT value FROM layout WHERE key = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else None

    def set_layout(self, key: str, value: Any) -> None:
        """Keep `value` (plain values) under `key`."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO layout VALUES (?, ?)", (key, json.dumps(value)))


def _forget_documents(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM document")
    connection.execute("DELETE FROM passage")


def _rows_of(corpus: Corpus) -> Iterator[tuple[str, Iterable[tuple[Any, ...]]]]:
    """The documents, then their passages where there are such, each with the statement that writes them."""
    documents = ((row, d.id, d.text, d.title, d.date, d.group, json.dumps(d.fields, ensure_ascii=False)) for row, d in enumerate(corpus.rows))
    yield "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?)", documents
    if corpus.spans is not None:
        yield "INSERT INTO passage VALUES (?, ?, ?, ?, ?)", ((row, *passage) for row, passage in enumerate(corpus.spans.rows()))


def _told(corpus: Corpus, source: dict[str, Any]) -> tuple[Any, ...]:
    """What is kept of a corpus beside its documents."""
    return corpus.fields, corpus.dropped, corpus.unreadable, corpus.mended, corpus.making.to_dict(), source


def _numbered(stored: str) -> tuple[tuple[int, str], ...]:
    return tuple((number, why) for number, why in json.loads(stored))


def _whole(path: Path) -> Project:
    """The open project, every page looked at. Raises DamagedProject, with the newest good backup where there is one."""
    try:
        project = Project(path, create=True)
        try:
            project.check_pages()
        except BaseException:
            project.close()
            raise
        return project
    except DamagedProject as error:
        good = newest_good(path)
        if good is None:
            raise
        raise DamagedProject(f"{error} The newest good backup is {good.path}; File, Backups in the window puts it in its place.") from error


@contextmanager
def opened_or_made(path: Path) -> Iterator[tuple[Project, ProjectLock]]:
    """A project to run in, held for one engine alone, made with its folder where there is none; one that came to hold no corpus is not left behind.

    Raises
    ------
    InputError
        Where the file is no project or damaged, its folder cannot be made, or another engine works on it.
    """
    is_new = not path.exists()
    new_folders = [folder for folder in path.parents if not folder.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path.parent}: the folder cannot be made ({error.strerror}). Choose another.") from error
    is_unused = is_new
    try:
        with ProjectLock(path, "engine") as lock:
            try:
                with _whole(path) as project:
                    try:
                        yield project, lock
                    finally:
                        is_unused = is_new and project.fingerprint is None
            finally:
                if is_unused:
                    path.unlink(missing_ok=True)
    finally:
        if is_unused:
            with suppress(OSError):
                for folder in new_folders:
                    folder.rmdir()


def _in_pieces(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """Rows in lists of a few MiB at most; a larger row alone."""
    piece: list[tuple[Any, ...]] = []
    n_bytes = 0
    for row in rows:
        size = 4 * sum(len(cell) for cell in row if isinstance(cell, str))  # a character takes up to four bytes
        if piece and n_bytes + size > BYTES_A_TRANSACTION:
            yield piece
            piece, n_bytes = [], 0
        piece.append(row)
        n_bytes += size
    if piece:
        yield piece
