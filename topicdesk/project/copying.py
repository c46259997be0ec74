"""A new project file with chosen columns of another: what snapshots and shared copies are made of, so that nothing left out was ever in them."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from topicdesk.core.corpus import fingerprint_of, passage_cells
from topicdesk.core.errors import Cancelled, DamagedProject, TopicDeskError
from topicdesk.project import schema
from topicdesk.project.cache import RESULT
from topicdesk.project.opening import BUSY_SECONDS, check_pages, distrust, is_damage, reading

WITHOUT_CACHE = {"artifact": f"stage = '{RESULT}'", "afresh": "FALSE"}
TEXTS = "texts"  # the name in `meta` that says "absent" in a copy without texts
STEPS_BETWEEN_LOOKS = 1_000  # few: a step may be a row of many pages

Columns = Mapping[str, Mapping[str, str]]


def copy_project(
    source: Path,
    target: Path,
    where: Mapping[str, str] = WITHOUT_CACHE,
    instead: Columns | None = None,
    functions: Mapping[str, Callable[[str], str]] | None = None,
    afterwards: Sequence[str] = (),
    is_unwanted: Callable[[], bool] = lambda: False,
) -> None:
    """Write a new file with the rows of another one, check it, and put it in the place of `target`; whole or absent.

    Parameters
    ----------
    where : mapping
        For a table, the condition under which a row is taken along; all of them where it is not named.
    instead : mapping or None
        For a table and a column, what stands in the copy instead: an SQL expression.
    functions : mapping or None
        Of one text to another, for these expressions.
    afterwards : sequence of str
        Statements that end the copy.
    is_unwanted : callable
        Asked now and then.

    Raises
    ------
    DamagedProject
        Where the source cannot be read whole. No file is left.
    TopicDeskError
        Where the copy cannot be written.
    Cancelled
    """
    part = target.with_name(f".{target.name}.part-{os.getpid()}")
    part.unlink(missing_ok=True)
    try:
        with _naming(source, target, is_unwanted):
            _fill(source, part, where, instead or {}, functions or {}, afterwards, is_unwanted)
            check_copy(part, is_unwanted)
            put_in_place(part, target)
    finally:
        part.unlink(missing_ok=True)


def copy_whole(source: Path, target: Path, is_unwanted: Callable[[], bool] = lambda: False) -> None:
    """Everything, the cache too, without the room that was given back in the meantime. Raises as `copy_project`."""
    part = target.with_name(f".{target.name}.part-{os.getpid()}")
    part.unlink(missing_ok=True)
    try:
        with _naming(source, target, is_unwanted):
            connection = sqlite3.connect(source, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                connection.set_progress_handler(is_unwanted, STEPS_BETWEEN_LOOKS)
                distrust(connection)
                connection.execute("VACUUM INTO ?", (str(part),))
            finally:
                connection.close()
            check_copy(part, is_unwanted)
            put_in_place(part, target)
    finally:
        part.unlink(missing_ok=True)


def check_copy(path: Path, is_unwanted: Callable[[], bool] = lambda: False) -> None:
    """Look at a copy before it is relied on: its pages, its tables, and that its documents are those of its fingerprint.

    Raises
    ------
    DamagedProject
    Cancelled
        Where `is_unwanted` says so.
    """
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.set_progress_handler(is_unwanted, STEPS_BETWEEN_LOOKS)
        with reading(path):
            distrust(connection)
            schema.refuse_foreign(connection, str(path))
            check_pages(connection, path)
            check_documents(connection, path)
    except TopicDeskError as error:
        if is_unwanted():
            raise Cancelled("The check was given up.") from error
        raise
    finally:
        connection.close()


def check_documents(connection: sqlite3.Connection, path: Path) -> None:
    """That every cell is as it was imported. Raises DamagedProject."""
    with reading(path):
        row = connection.execute("SELECT fingerprint, fields FROM project").fetchone()
        if row is None or connection.execute("SELECT value FROM meta WHERE name = ?", (TEXTS,)).fetchone() == ("absent",):
            return
        documents = connection.execute("SELECT id, text, coalesce(title, ''), fields FROM document ORDER BY row")
        has_passages = "passage" in schema.tables(connection)  # a backup is made, and checked, before a file is brought to a newer version
        passages = connection.execute("SELECT document, start, stop, speaker FROM passage ORDER BY row") if has_passages else ()
        rows = ((id, text, title, *json.loads(cells)) for id, text, title, cells in documents)
        found = fingerprint_of(json.loads(row[1]), chain(rows, map(passage_cells, passages)))
    if found != row[0]:
        raise DamagedProject(f"{path}: the project is damaged (a document in it is not as it was imported).")


def logs_of(project_path: Path) -> list[Path]:
    """SQLite's own files beside a project, where there are any."""
    return [path for ending in ("-wal", "-shm", "-journal") if (path := project_path.with_name(project_path.name + ending)).exists()]


def put_in_place(part: Path, target: Path) -> None:
    """Sync a finished file, give it its name, and sync that. A log of what stood there goes first: it would be taken for that of the new file."""
    with part.open("rb+") as stream:
        os.fsync(stream.fileno())
    for log in logs_of(target):
        log.unlink(missing_ok=True)
    part.replace(target)
    if os.name != "nt":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _fill(
    source: Path,
    part: Path,
    where: Mapping[str, str],
    instead: Columns,
    functions: Mapping[str, Callable[[str], str]],
    afterwards: Sequence[str],
    is_unwanted: Callable[[], bool],
) -> None:
    connection = sqlite3.connect(part, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.set_progress_handler(is_unwanted, STEPS_BETWEEN_LOOKS)
        for name, function in functions.items():
            connection.create_function(name, 1, function)
        distrust(connection)
        connection.execute("PRAGMA journal_mode = OFF")  # a copy that is not finished is thrown away
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("ATTACH DATABASE ? AS source", (str(source),))
        version = int(connection.execute("PRAGMA source.user_version").fetchone()[0])
        connection.execute("BEGIN")
        schema.apply(connection, 0, version)
        for table, columns in schema.tables(connection).items():
            chosen = ", ".join(instead.get(table, {}).get(column, f'"{column}"') for column in columns)
            condition = f" WHERE {where[table]}" if table in where else ""
            connection.execute(f'INSERT INTO main."{table}" SELECT {chosen} FROM source."{table}"{condition}')
        for statement in afterwards:
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("DETACH DATABASE source")
    finally:
        connection.close()


@contextmanager
def _naming(source: Path, target: Path, is_unwanted: Callable[[], bool]) -> Iterator[None]:
    """Says in words what went wrong while a copy was made."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        if is_unwanted():
            raise Cancelled("The copy was given up.") from error
        if isinstance(error, sqlite3.Error) and is_damage(error):
            raise DamagedProject(f"{source}: the project is damaged ({error}).") from error
        raise TopicDeskError(f"{target}: the copy could not be written ({error}).") from error
