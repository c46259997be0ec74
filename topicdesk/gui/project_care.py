"""What a researcher does with a project as a file: save it elsewhere, give a copy away, go back to a backup, clear its cache, delete it.

It knows when a backup is due, and what the session must let go of before a file changes under it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from topicdesk.gui.project_file import ProjectFile
from topicdesk.project.pasted import delete_pasted, pasted_files
from topicdesk.project.snapshots import Snapshot
from topicdesk.project.withdrawn import Withdrawn

if TYPE_CHECKING:
    from topicdesk.gui.session import Session


class ProjectCare(QObject):
    """The care of what is open in a session.

    Attributes
    ----------
    files : ProjectFile
        Its signals say what came of it.

    Signals
    -------
    withdrawal_told : (Withdrawn or None)
        After an update: backups hold texts that it took out; None when they do so no longer.
    """

    withdrawal_told = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.files = ProjectFile(self)
        self.files.notice.connect(session.notice)
        self.files.rescue_offered.connect(self._tell_of_rescue)
        self.files.withdrawn_found.connect(self._tell_of_withdrawn)
        self._is_after_update = False
        session.edits_changed.connect(self._back_up_if_due)
        session.state_changed.connect(lambda _: self._back_up_if_due())

    @property
    def can_change(self) -> bool:
        """Whether there is a project that nobody is writing at the moment."""
        session = self._session
        return session.corpus is not None and session.project_path is not None and session.state != "running"

    def take_note_of_opened(self, path: Path) -> None:
        """Look at a project that has just been opened more closely, while it is shown."""
        self.files.check(path)
        self.files.warn_of_place(path)

    def look_beside(self, path: Path, otherwise: Path | None = None) -> None:
        """See what lies where the project of a corpus would be, or in the other project that it may belong to, and what kind of folder that is."""
        self.files.look_beside(path, otherwise)
        self.files.warn_of_place(path)

    def _tell_of_rescue(self, snapshot: Snapshot) -> None:
        """Where the project is shown, the empty page's offer is not."""
        if self._session.state != "empty":
            self._session.notice.emit(f"The backup of {snapshot.taken.astimezone():%d %B, %H:%M} is whole: File, Backups goes back to it.")

    def save_as(self, target: Path) -> None:
        """Copy the project, and go on with the copy."""
        if (path := self._changeable()) is not None and target != path:
            self._when_written(partial(self.files.save_as, path, target, partial(self._session.open_path, target)))

    def share(self, target: Path, with_texts: bool) -> None:
        """A copy to give away."""
        if (path := self._changeable()) is not None and target != path:
            self._when_written(partial(self.files.share, path, target, with_texts))

    def clear_cache(self) -> None:
        """Forget what a run would compute anew."""
        if (path := self._changeable()) is not None:
            self._when_written(partial(self.files.clear_cache, path))

    def back_up_now(self) -> None:
        """A backup at the researcher's wish."""
        if (path := self._session.project_path) is not None:
            self._when_written(partial(self.files.back_up, path, "asked for", partial(self.files.list_backups, path)))

    def look_for_withdrawn(self) -> None:
        """After an update: see whether backups hold texts that it took out."""
        if (path := self._session.project_path) is not None:
            self._is_after_update = True
            self.files.look_for_withdrawn(path)

    def _tell_of_withdrawn(self, found: Withdrawn | None) -> None:
        if found is None or self._is_after_update:
            self._is_after_update = False
            self.withdrawal_told.emit(found)

    def delete_withdrawn(self) -> None:
        """Delete the backups that hold texts which updates took out."""
        if (path := self._changeable()) is not None:
            self._when_written(partial(self.files.delete_withdrawn, path))

    def restore(self, path: Path, snapshot: Snapshot) -> None:
        """Go back to a backup of the project at `path`, open or not; what is there now is kept as a backup."""
        if self._session.state == "running":
            self._session.notice.emit("A run is going on. Cancel it first, then restore a backup.")
            return
        self._session.let_go()
        if reason := self.files.hold(path):
            self._session.notice.emit(reason)
            return
        self._when_written(partial(self.files.restore, path, snapshot, partial(self._session.open_path, path), self._session.preview_failed.emit))

    def pasted_files(self) -> list[Path]:
        """The corpus files of the open project that TopicDesk itself wrote, when they were pasted."""
        project = self._session.project
        return pasted_files(project.source()) if project is not None else []

    def delete(self) -> None:
        """Remove the project, its backups, and the corpus file if pasting made it, for good."""
        if (path := self._changeable()) is None:
            return
        pasted = self.pasted_files()
        self._session.let_go()
        if reason := self.files.hold(path):
            self._session.notice.emit(reason)
            return

        def gone() -> None:
            self.files.let_go()
            self._session.preferences.forget(path)
            also = "".join(f", and {file.name}" for file in pasted)
            told = f"{path.name} and its backups are deleted{also}. Tables and figures that you exported stay where they are."
            self._session.in_background(partial(delete_pasted, pasted), partial(self._session.notice.emit, told))
            self._session.state_changed.emit(self._session.state)

        self._when_written(partial(self.files.delete, path, gone, self._session.preview_failed.emit))

    def _when_written(self, then: Callable[[], None]) -> None:
        """Go on once every edit that was made so far is on disk."""
        self._session.in_background(lambda: None, then)

    def _changeable(self) -> Path | None:
        return self._session.project_path if self.can_change else None

    def _back_up_if_due(self) -> None:
        session = self._session
        if session.analysis is not None and session.project_path is not None and self.can_change:
            self.files.back_up_if_due(session.project_path)
