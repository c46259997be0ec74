"""After an update in the terminal: backups that hold withdrawn texts are told of, or deleted where that was asked for."""

from __future__ import annotations

from topicdesk.core import events
from topicdesk.engine.run import Run
from topicdesk.project.withdrawn import delete_withdrawn, withdrawn_texts


def see_to_withdrawn(run: Run) -> None:
    """Only beside an update; a window asks its researcher itself."""
    if not run.request.update or run.request.out_folder is None:
        return
    if run.request.delete_backups:
        if n_deleted := delete_withdrawn(run.project):
            which = "1 backup that held withdrawn texts is" if n_deleted == 1 else f"{n_deleted:,} backups that held withdrawn texts are"
            run.emit(events.Notice("backups-deleted", f"{which} deleted."))
    elif (found := withdrawn_texts(run.project)) is not None:
        which = "this backup" if len(found.paths) == 1 else "these backups"
        run.emit(events.Notice("texts-in-backups", f"{found.words} The same command with --delete-backups deletes {which}."))
