"""A window that closes during a long job on the project file: the job is given up at once, and nothing of it is left half written."""

import sqlite3
import threading
import time
from functools import partial
from typing import ClassVar

import pytest

from tests.gui.test_session import run, until
from topicdesk.gui.main_window import MainWindow
from topicdesk.project.snapshots import backups_folder, snapshots_of
from topicdesk.project.store import Project

PAUSE_SECONDS, N_PAUSES = 0.02, 100


class SlowConnection(sqlite3.Connection):
    """Takes its time over each step of one statement, as a large project does; what ends it is the real handler."""

    slow = ""
    pauses: ClassVar[list[float]] = []
    has_begun = threading.Event()
    has_ended = threading.Event()

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self._is_unwanted, self._n_steps = None, 0

    def set_progress_handler(self, handler, n):
        self._is_unwanted, self._n_steps = handler, n
        super().set_progress_handler(handler, n)

    def execute(self, statement, *values):
        if not (self.slow and statement.startswith(self.slow)):
            return super().execute(statement, *values)
        super().set_progress_handler(self._step, 1)
        found = super().execute(statement, *values)
        if not statement.startswith("SELECT"):  # its rows are still to come
            self.has_ended.set()
            super().set_progress_handler(self._is_unwanted, self._n_steps)
        return found

    def _step(self):
        self.has_begun.set()
        if len(self.pauses) < N_PAUSES:
            self.pauses.append(PAUSE_SECONDS)
            time.sleep(PAUSE_SECONDS)
        return self._is_unwanted is not None and self._is_unwanted()


@pytest.fixture
def slow_over(monkeypatch):
    """Makes SQLite slow over statements that begin so."""

    def set_slow(beginning):
        SlowConnection.pauses.clear()
        SlowConnection.has_begun.clear()
        SlowConnection.has_ended.clear()
        monkeypatch.setattr(SlowConnection, "slow", beginning)
        monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=SlowConnection))

    return set_slow


@pytest.fixture
def window(make_session, qtbot, corpus_path):
    """A window with a finished run, a rename and a backup from before it."""
    window = MainWindow(make_session())
    window.show()
    run(qtbot, window.session, corpus_path)
    path = window.session.project_path
    until(qtbot, lambda: snapshots_of(path) and not window.session.care.files.is_backing_up)
    window.session.rename_topic(0, "Mine")
    until(qtbot, lambda: not window.session.editor.n_unwritten)
    with Project(path) as project:
        for number in range(100):
            project.artifacts.put(f"answer {number}", "label", ["a cached answer"])
    yield window
    window.close()


def close_during(qtbot, window, job):
    """Begin the job, close the window in the middle of it, and look at what is left; how much of it is cache."""
    path = window.session.project_path
    job()
    until(qtbot, SlowConnection.has_begun.is_set)
    began = time.monotonic()
    window.close()
    print(f"closed after {time.monotonic() - began:.2f} s")
    assert not SlowConnection.has_ended.is_set(), "the window waited for the job"
    assert not [left for left in path.parent.rglob("*") if "part-" in left.name or "lock" in left.name or "journal" in left.name]
    SlowConnection.slow = ""
    with Project(path) as project:
        project.check()
        assert list(project.edits.names().values()) == ["Mine"]
        return project.artifacts.n_bytes()


@pytest.mark.parametrize("statement", ["VACUUM INTO", "PRAGMA quick_check", "SELECT id, text, coalesce"])
def test_that_save_as_is_given_up(window, qtbot, tmp_path, slow_over, statement):
    slow_over(statement)
    (tmp_path / "elsewhere").mkdir()
    close_during(qtbot, window, lambda: window.session.care.save_as(tmp_path / "elsewhere" / "copy.topicdesk"))
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("statement", ["DELETE FROM artifact", "VACUUM"])
def test_that_clearing_the_cache_is_given_up(window, qtbot, slow_over, statement):
    with Project(window.session.project_path) as project:
        n_before = project.artifacts.n_bytes()
    slow_over(statement)
    assert close_during(qtbot, window, window.session.care.clear_cache) == (n_before if statement.startswith("DELETE") else 0)


@pytest.mark.parametrize("statement", ["PRAGMA quick_check", "SELECT id, text, coalesce", "INSERT INTO main"])
def test_that_a_backup_and_its_check_are_given_up(window, qtbot, slow_over, statement):
    path = window.session.project_path
    before = snapshots_of(path)
    slow_over(statement)
    close_during(qtbot, window, window.session.care.back_up_now)
    assert snapshots_of(path) == before


@pytest.mark.parametrize("statement", ["PRAGMA quick_check", "INSERT INTO main"])
def test_that_a_restore_is_given_up_and_the_project_stays_as_it_is(window, qtbot, slow_over, statement):
    path = window.session.project_path
    (before,) = snapshots_of(path)
    slow_over(statement)
    close_during(qtbot, window, lambda: window.session.care.restore(path, before))
    assert snapshots_of(path) == [before]
    assert [file.name for file in backups_folder(path).iterdir()] == [before.path.name]
