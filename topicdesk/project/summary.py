"""What is in a project file, counted, at a glance and without reading its documents."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from topicdesk.project import schema
from topicdesk.project.cache import RESULT
from topicdesk.project.copying import TEXTS
from topicdesk.project.opening import distrust, reading
from topicdesk.project.store import UNFINISHED, Project


@dataclass(frozen=True)
class Summary:
    """Counts of a project. `source` is where its corpus came from, `n_topics` those of the current analysis, `n_edits` those not taken back."""

    path: Path
    n_documents: int
    n_analyses: int
    n_topics: int
    n_edits: int
    n_bytes: int
    n_cache_bytes: int
    has_texts: bool
    is_unfinished: bool
    source: dict[str, Any]

    def is_of(self, corpus_path: Path) -> bool:
        """Whether the file at this path is the one that was imported, unchanged since by size and time."""
        try:
            state = corpus_path.stat()
        except OSError:
            return False
        return (self.source.get("n_bytes"), self.source.get("changed")) == (state.st_size, state.st_mtime_ns)


def summary_of(project: Project) -> Summary:
    """Count what is there. Raises DamagedProject."""
    with project.reading(), project.at_one_moment() as one:
        return _counted(project.path, one)


def summary_of_backup(path: Path) -> Summary:
    """Count what is in a file that nobody writes, of whatever version, and leave it as it is: a project that is opened is brought to the newest version.

    Raises
    ------
    DamagedProject, TopicDeskError
        Where it cannot be read.
    """
    with reading(path):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            distrust(connection)
            schema.refuse_foreign(connection, str(path))
            return _counted(path, lambda statement: connection.execute(statement).fetchone())
        finally:
            connection.close()


def _counted(path: Path, one: Callable[[str], Any]) -> Summary:
    """All of it stands in tables that the first version had."""
    row = one("SELECT source FROM project")
    return Summary(
        path=path,
        n_documents=one("SELECT count(*) FROM document")[0] if row else 0,
        n_analyses=one("SELECT count(*) FROM analysis")[0],
        n_topics=one("SELECT count(*) FROM topic WHERE analysis = (SELECT id FROM analysis ORDER BY used DESC LIMIT 1)")[0],
        n_edits=one("SELECT count(*) FROM edit WHERE undone = 0")[0],
        n_bytes=path.stat().st_size,
        n_cache_bytes=one(f"SELECT coalesce(sum(length(bytes)), 0) FROM artifact WHERE stage != '{RESULT}'")[0],
        has_texts=one(f"SELECT count(*) FROM meta WHERE name = '{TEXTS}' AND value = 'absent'")[0] == 0,
        is_unfinished=one(f"SELECT count(*) FROM meta WHERE name = '{UNFINISHED}'")[0] > 0,
        source=json.loads(row[0]) if row else {},
    )
