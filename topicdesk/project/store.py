"""The project file, one SQLite database that holds everything of an analysis; every method is one short transaction.

Two processes write it side by side: the engine its documents, artifacts, analyses and labels, the window edits and layout.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from topicdesk.core.corpus import Corpus, Document
from topicdesk.core.errors import InputError, TopicDeskError
from topicdesk.project.analyses import AnalysisTable
from topicdesk.project.cache import ArtifactTable
from topicdesk.project.edits import EditTable
from topicdesk.project.schema import migrate

SUFFIX = ".topicdesk"
BUSY_SECONDS = 30.0
DOCUMENTS_A_BLOCK = 256


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

    Raises
    ------
    InputError
        On opening a file that is damaged, of another program, of a newer version, or absent (unless `create`).
    """

    def __init__(self, path: Path, create: bool = False) -> None:
        if not create and not path.is_file():
            raise InputError(f"{path}: there is no such project.")
        self.path = path
        self._connection = _opened(path)
        self.artifacts = ArtifactTable(self._connection, self.transaction)
        self.analyses = AnalysisTable(self._connection, self.transaction)
        self.edits = EditTable(self._connection, self.transaction)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the last one to close it folds the write-ahead log into it, so that the one file is whole."""
        self._connection.close()

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

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Raises InputError where what is read turns out to be damaged."""
        try:
            yield self._connection
        except sqlite3.DatabaseError as error:
            raise InputError(f"{self.path}: the project is damaged ({error}). Delete it and run again, or take a copy of it.") from error

    @property
    def fingerprint(self) -> str | None:
        """The fingerprint of the corpus inside; None for a project without one."""
        row = self._connection.execute("SELECT fingerprint FROM project").fetchone()
        return row[0] if row else None

    def put_corpus(self, corpus: Corpus, source: dict[str, Any]) -> None:
        """Store all documents, whole or not at all. `source` says where they came from and which columns play which role."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO project VALUES (1, ?, ?, ?, ?, ?, ?)",
                (corpus.fingerprint, json.dumps(corpus.fields), json.dumps(corpus.dropped), json.dumps(corpus.unreadable), json.dumps(source), now()),
            )
            connection.executemany(
                "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?)",
                ((row, d.id, d.text, d.title, d.date, d.group, json.dumps(d.fields, ensure_ascii=False)) for row, d in enumerate(corpus.documents)),
            )

    def corpus(self, between_blocks: Callable[[], object] = lambda: None) -> Corpus:
        """All documents, in order. Raises InputError for a project without a corpus.

        `between_blocks` is called now and then: whoever reads beside a window waits in it for a moment, so that the window has its turn.
        """
        with self.reading() as connection:
            row = connection.execute("SELECT fields, dropped, unreadable FROM project").fetchone()
            if row is None:
                raise InputError(f"{self.path}: this project holds no corpus yet.")
            documents: list[Document] = []
            cursor = connection.execute("SELECT id, text, title, date, class, fields FROM document ORDER BY row")
            while block := cursor.fetchmany(DOCUMENTS_A_BLOCK):
                cells = json.loads(f"[{','.join(row[5] for row in block)}]")  # one call a block: half of the time went into calls
                documents += [Document(id, text, title, date, group, tuple(own)) for (id, text, title, date, group, _), own in zip(block, cells, strict=True)]
                between_blocks()
        return Corpus(tuple(documents), tuple(json.loads(row[0])), json.loads(row[1]), tuple((number, why) for number, why in json.loads(row[2])))

    def source(self) -> dict[str, Any]:
        """Where the corpus came from, as given to `put_corpus`; empty where there is none."""
        row = self._connection.execute("SELECT source FROM project").fetchone()
        return dict(json.loads(row[0])) if row else {}

    def layout(self, key: str) -> Any:
        """What the window keeps under `key` (zoom, selection, label places); None where nothing is."""
        row = self._connection.execute("SELECT value FROM layout WHERE key = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else None

    def set_layout(self, key: str, value: Any) -> None:
        """Keep `value` (plain values) under `key`."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO layout VALUES (?, ?)", (key, json.dumps(value)))


@contextmanager
def opened_or_made(path: Path) -> Iterator[Project]:
    """A project to run in, made with its folder where there is none; one that came to hold no corpus is not left behind.

    Raises
    ------
    InputError
        Where the file is no project, or its folder cannot be made.
    """
    is_new = not path.exists()
    new_folders = [folder for folder in path.parents if not folder.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path.parent}: the folder cannot be made ({error.strerror}). Choose another.") from error
    is_unused = False
    try:
        with Project(path, create=True) as project:
            try:
                yield project
            finally:
                is_unused = is_new and project.fingerprint is None
    finally:
        if is_unused:
            with suppress(OSError):
                path.unlink()
                for folder in new_folders:
                    folder.rmdir()


def _opened(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            migrate(connection, str(path))
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            connection.close()
            raise
    except sqlite3.OperationalError as error:
        raise InputError(f"{path}: the project cannot be opened ({error}). Is its folder writable?") from error
    except sqlite3.DatabaseError as error:
        raise InputError(f"{path}: this is not a TopicDesk project, or it is damaged ({error}).") from error
    return connection
