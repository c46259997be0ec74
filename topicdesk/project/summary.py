"""What is in a project file, counted, at a glance and without reading its documents."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from topicdesk.project.store import Project


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
        row = one("SELECT source FROM project")
        return Summary(
            path=project.path,
            n_documents=one("SELECT count(*) FROM document")[0] if row else 0,
            n_analyses=one("SELECT count(*) FROM analysis")[0],
            n_topics=one("SELECT count(*) FROM topic WHERE analysis = (SELECT id FROM analysis ORDER BY used DESC LIMIT 1)")[0],
            n_edits=one("SELECT count(*) FROM edit WHERE undone = 0")[0],
            n_bytes=project.path.stat().st_size,
            n_cache_bytes=project.artifacts.n_bytes(),
            has_texts=project.has_texts,
            is_unfinished=project.is_unfinished,
            source=json.loads(row[0]) if row else {},
        )
