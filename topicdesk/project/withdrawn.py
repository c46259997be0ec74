"""Texts that an update has taken out of a project and that lie in its backups still: how many, in which files, and how these go; it asks nobody."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from topicdesk.core.errors import TopicDeskError
from topicdesk.project.snapshots import backups_folder, files_before
from topicdesk.project.store import Project


@dataclass(frozen=True)
class Withdrawn:
    """Texts that are gone, or were worded otherwise, and the files beside the project that are older than the update that took them out."""

    n_gone: int
    n_changed: int
    paths: tuple[Path, ...]

    @property
    def words(self) -> str:
        """What lies where, in a sentence."""
        texts = [f"{self.n_gone:,} {'text that is' if self.n_gone == 1 else 'texts that are'} gone"] * bool(self.n_gone)
        texts += [f"the earlier wording of {self.n_changed:,} {'text' if self.n_changed == 1 else 'texts'}"] * bool(self.n_changed)
        said = " and ".join(texts)
        verb = "lies" if len(texts) == 1 and (self.n_gone or 1) == 1 else "lie"
        return f"{said[0].upper()}{said[1:]} still {verb} in {len(self.paths):,} {'backup' if len(self.paths) == 1 else 'backups'} beside the project."


def withdrawn_texts(project: Project) -> Withdrawn | None:
    """What backups hold of texts that updates took out; None where there is nothing. A backup counts as a whole, whether or not it had each of the texts."""
    updates = [update for update in project.text_updates() if update.n_gone or update.n_changed]
    if not updates:
        return None
    paths = files_before(project.path, datetime.fromisoformat(updates[-1].made))
    if not paths:
        return None
    held = [update for update in updates if files_before(project.path, datetime.fromisoformat(update.made))]
    return Withdrawn(sum(update.n_gone for update in held), sum(update.n_changed for update in held), tuple(paths))


def delete_withdrawn(project: Project) -> int:
    """Delete the backups that hold withdrawn texts; how many there were. No other backup, no copy that the researcher made elsewhere, goes.

    Raises
    ------
    TopicDeskError
        Where one cannot be removed.
    """
    found = withdrawn_texts(project)
    if found is None:
        return 0
    try:
        for path in found.paths:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise TopicDeskError(f"{error.filename}: it cannot be removed ({error.strerror}).") from error
    with suppress(OSError):
        backups_folder(project.path).rmdir()  # where nothing is left in it
    with suppress(sqlite3.Error):
        project.fold_log_in()
    return len(found.paths)
