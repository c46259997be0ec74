"""The care of the project file from the window: who holds it, its backups, copies of it, its cache, what lies beside a corpus.

Everything happens in a thread of its own, so that an edit never waits for a copy; it knows nothing of runs or pages.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from topicdesk.core.errors import InputError, TopicDeskError
from topicdesk.gui.project_thread import ProjectThread
from topicdesk.gui.wording import count, file_size
from topicdesk.project.copying import copy_whole
from topicdesk.project.lock import ProjectLock, remove_stale
from topicdesk.project.sharing import share_project
from topicdesk.project.snapshots import Snapshot, delete_project, is_due, newest_good, restore, snapshots_of, take_snapshot
from topicdesk.project.store import Project
from topicdesk.project.summary import Summary, summary_of, summary_of_backup
from topicdesk.project.whereabouts import place_of
from topicdesk.project.withdrawn import delete_withdrawn, withdrawn_texts

Then = Callable[[], None]
Result = TypeVar("Result")
NO_BACKUP = "No good backup of it was found. Export what you need of what is shown; its corpus file then makes the project anew."


class ProjectFile(QObject):
    """One window's dealings with project files as files.

    Attributes
    ----------
    is_backing_up : bool

    Signals
    -------
    notice : (str)
        What was done, or why not.
    beside_found : (Summary or None)
        The project that lies beside a corpus file.
    rescue_offered : (Snapshot)
        The newest good backup of a project that cannot be opened or turned out to be damaged.
    backups_listed : (list of (Snapshot, Summary or None))
        None for a backup that cannot be read.
    summary_read : (Summary)
    withdrawn_found : (Withdrawn or None)
        What backups hold of texts that updates took out.
    """

    notice = Signal(str)
    beside_found = Signal(object)
    rescue_offered = Signal(object)
    backups_listed = Signal(list)
    summary_read = Signal(object)
    withdrawn_found = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = ProjectThread(self)
        self._hold: ProjectLock | None = None
        self._held_path: Path | None = None
        self._warned: set[Path] = set()
        self._is_closing = False
        self.is_backing_up = False

    # ---- holding

    def hold(self, path: Path) -> str:
        """Hold a project for this window, and let go of the one that was held. A sentence where another window has it; empty else."""
        if self._hold is not None and self._held_path == path:
            return ""
        self.let_go()
        try:
            self._hold, self._held_path = ProjectLock(path, "window"), path
        except InputError as error:
            return str(error)
        return ""

    def let_go(self) -> None:
        """Hold nothing any more."""
        hold, self._hold, path, self._held_path = self._hold, None, self._held_path, None
        if hold is not None and path is not None:
            hold.release()
            remove_stale(path, "engine")

    def give_up(self) -> None:
        """End copies, checks and clearing that go on: they may stand in the way of the last edits."""
        self._is_closing = True
        self._thread.give_up()

    def close(self) -> None:
        """Give up what goes on, and let go."""
        self.give_up()
        self._thread.close()
        self.let_go()

    # ---- looking

    def look_beside(self, path: Path, otherwise: Path | None = None) -> None:
        """Look at the project that a corpus's would be, else at the other one; `beside_found` follows."""
        self._thread.submit(
            lambda: _summary_at(path) or (_summary_at(otherwise) if otherwise is not None else None),
            self.beside_found.emit,
            lambda _: self.beside_found.emit(None),
        )

    def warn_of_place(self, path: Path) -> None:
        """Say once of each folder where it is synchronised or shared."""
        if path.parent not in self._warned:
            self._warned.add(path.parent)
            self._thread.submit(lambda: place_of(path).warning(), lambda words: self.notice.emit(words) if words else None, lambda _: None)

    def read_summary(self, path: Path) -> None:
        """Count what is in a project; `summary_read` follows."""
        self._thread.with_project(path, summary_of, self.summary_read.emit, self.notice.emit)

    def list_backups(self, path: Path) -> None:
        """List the backups with what is in each; `backups_listed` follows."""
        work = lambda: [(snapshot, _summary_of_backup(snapshot.path)) for snapshot in snapshots_of(path)]  # noqa: E731
        self._thread.submit(work, self.backups_listed.emit, self.notice.emit)

    def look_for_rescue(self, path: Path, otherwise: str = "") -> None:
        """Find the newest good backup of a project that is damaged; `rescue_offered` follows where there is one, else `notice` says `otherwise`."""

        def tell(found: Snapshot | None) -> None:
            if found is not None:
                self.rescue_offered.emit(found)
            elif otherwise:
                self.notice.emit(otherwise)

        self._thread.submit(lambda: newest_good(path, self._is_unwanted), tell, lambda _: None)

    def check(self, path: Path) -> None:
        """Look at every page and document of an open project, while it is shown already."""

        def damaged(reason: str) -> None:
            if not self._is_closing:
                self.notice.emit(reason)
                self.look_for_rescue(path, NO_BACKUP)

        self._thread.with_project(path, Project.check, lambda _: None, damaged, can_be_given_up=True)

    def look_for_withdrawn(self, path: Path) -> None:
        """See whether backups hold texts that updates took out; `withdrawn_found` follows."""
        self._thread.with_project(path, withdrawn_texts, self.withdrawn_found.emit, self.notice.emit)

    # ---- doing

    def back_up_if_due(self, path: Path) -> None:
        """A backup where the newest one is older than a day."""
        if not self.is_backing_up and is_due(path, datetime.now(UTC)):
            self.back_up(path, "daily", lambda: None)

    def back_up(self, path: Path, reason: str, then: Then) -> None:
        """A backup now; `then` is called when it is there."""
        self.is_backing_up = True

        def done(_: object) -> None:
            self.is_backing_up = False
            then()

        def failed(why: str) -> None:
            self.is_backing_up = False
            self.notice.emit(f"No backup was made. {why}")

        self._thread.submit(lambda: take_snapshot(path, reason, self._is_unwanted), done, failed)

    def delete_withdrawn(self, path: Path) -> None:
        """Delete the backups that hold texts which updates took out; `notice`, `withdrawn_found` and `backups_listed` follow."""

        def done(n_deleted: int) -> None:
            self.notice.emit(f"{count(n_deleted, 'backup')} with withdrawn texts deleted.")
            self.look_for_withdrawn(path)
            self.list_backups(path)

        self._thread.with_project(path, delete_withdrawn, done, self.notice.emit)

    def restore(self, path: Path, snapshot: Snapshot, then: Then, failed: Callable[[str], None]) -> None:
        """Put a backup in the place of a project that is open nowhere."""
        self._thread.submit(lambda: _alone(path, lambda: restore(path, snapshot, self._is_unwanted)), lambda _: then(), failed)

    def save_as(self, path: Path, target: Path, then: Then) -> None:
        """Copy the whole project; `then` is called when the copy is there."""
        self._thread.submit(lambda: _held(target, lambda: copy_whole(path, target, self._is_unwanted)), lambda _: then(), self.notice.emit)

    def share(self, path: Path, target: Path, with_texts: bool) -> None:
        """A copy to give away; `notice` says when it is there."""
        without = "" if with_texts else " without texts"
        work = lambda: _held(target, lambda: share_project(path, target, with_texts, self._is_unwanted))  # noqa: E731
        self._thread.submit(work, lambda _: self.notice.emit(f"A copy{without} is in {target}."), self.notice.emit)

    def clear_cache(self, path: Path) -> None:
        """Forget what a run would compute anew; `notice` says how much room that gave."""

        def work(project: Project) -> str:
            before = path.stat().st_size
            project.artifacts.clear()
            return f"The cache is cleared: the project is {file_size(max(0, before - path.stat().st_size))} smaller. Maps, labels and edits are as they were."

        self._thread.with_project(path, work, self.notice.emit, self.notice.emit, can_be_given_up=True)

    def _is_unwanted(self) -> bool:
        return self._is_closing

    def delete(self, path: Path, then: Then, failed: Callable[[str], None]) -> None:
        """Remove a project that is open nowhere, with its backups."""

        def done(foreign: list[Path]) -> None:
            if foreign:
                self.notice.emit(f"{foreign[0].parent} holds files that are not TopicDesk's; they stay.")
            then()

        self._thread.submit(lambda: _alone(path, lambda: delete_project(path)), done, failed)


def _alone(path: Path, work: Callable[[], Result]) -> Result:
    """Work while no engine works on the project."""
    with ProjectLock(path, "engine"):
        return work()


def _held(target: Path, work: Callable[[], Result]) -> Result:
    """Work that may replace a project, while no engine and no window has that open."""
    with ProjectLock(target, "window"):
        return _alone(target, work)


def _summary_of_backup(path: Path) -> Summary | None:
    """None where it cannot be read."""
    try:
        return summary_of_backup(path)
    except TopicDeskError:
        return None


def _summary_at(path: Path) -> Summary | None:
    """None where there is no project, or one that cannot be read."""
    if not path.is_file():
        return None
    try:
        with Project(path) as project:
            return summary_of(project)
    except TopicDeskError:
        return None
