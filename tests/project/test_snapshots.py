import re
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.project.made_projects import everything_of, make_project
from topicdesk.core.errors import Cancelled, DamagedProject, TopicDeskError
from topicdesk.project import schema, snapshots
from topicdesk.project.snapshots import backups_folder, delete_project, is_due, newest_good, restore, snapshots_of, surplus_of, take_snapshot
from topicdesk.project.store import Project, opened_or_made

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    return make_project(tmp_path / "my project.topicdesk")


def damage(path):
    content = bytearray(path.read_bytes())
    content[4096 : len(content) // 2] = b"\xa5" * (len(content) // 2 - 4096)
    path.write_bytes(content)


def test_that_a_snapshot_has_everything_but_the_cache(path):
    snapshot = take_snapshot(path, "daily")
    assert snapshot.path.parent == backups_folder(path) == path.with_name("my project.topicdesk-backups")
    assert everything_of(snapshot.path) == everything_of(path)
    with Project(snapshot.path) as project:
        assert project.artifacts.n_bytes() == 0
    assert snapshots_of(path) == [snapshot]
    assert snapshot.n_bytes == snapshot.path.stat().st_size
    assert snapshot.path.stat().st_mode == path.stat().st_mode


def test_that_a_snapshot_is_taken_while_the_project_is_open_and_written(path):
    with Project(path) as project:
        project.edits.rename("stable-1", "Not on disk alone")
        snapshot = take_snapshot(path, "daily")
        project.edits.rename("stable-1", "Later")
    with Project(snapshot.path) as project:
        assert project.edits.names()["stable-1"] == "Not on disk alone"


def test_that_a_damaged_project_is_never_put_over_a_good_snapshot(path):
    before = take_snapshot(path, "daily")
    damage(path)
    with pytest.raises(DamagedProject):
        take_snapshot(path, "daily")
    assert [found.name for found in backups_folder(path).iterdir()] == [before.path.name]
    assert newest_good(path) == before


def test_that_one_altered_letter_of_a_document_makes_a_snapshot_bad(path):
    good = take_snapshot(path, "daily")
    bad = take_snapshot(path, "daily")
    assert bad.path.name.startswith(good.path.name[:15])
    content = bad.path.read_bytes()
    bad.path.write_bytes(content.replace(b"Text 17 on law", b"Text 17 on low"))
    assert newest_good(path) == good


def test_that_a_snapshot_that_is_not_wanted_any_more_leaves_nothing(path):
    make_project(path.with_name("big.topicdesk"), 20_000)
    with pytest.raises(Cancelled):
        take_snapshot(path.with_name("big.topicdesk"), "daily", lambda: True)
    assert list(backups_folder(path.with_name("big.topicdesk")).iterdir()) == []


def test_that_what_a_killed_snapshot_left_is_removed_later(path, monkeypatch):
    monkeypatch.setattr(snapshots, "OLD_PART_SECONDS", -1)
    backups_folder(path).mkdir()
    (backups_folder(path) / ".x.topicdesk.part-1").touch()
    take_snapshot(path, "daily")
    assert len(list(backups_folder(path).iterdir())) == 1


def test_that_a_snapshot_that_does_not_fit_says_so(path):
    backups_folder(path).write_text("a file stands where the folder should be")
    with pytest.raises(TopicDeskError, match="no backup can be kept"):
        take_snapshot(path, "daily")


def test_that_restoring_keeps_what_was_there(path):
    before = everything_of(path)
    snapshot = take_snapshot(path, "daily")
    with Project(path) as project:
        project.edits.rename("stable-0", "A mistake")
    mistaken = everything_of(path)
    restore(path, snapshot)
    assert everything_of(path) == before
    newest = snapshots_of(path)[0]
    assert newest.reason == "before a restore"
    restore(path, newest)
    assert everything_of(path) == mistaken


def test_that_restoring_puts_a_damaged_file_aside(path):
    before = everything_of(path)
    snapshot = take_snapshot(path, "daily")
    damage(path)
    path.with_name(path.name + "-wal").write_bytes(b"left over")
    restore(path, snapshot)
    assert everything_of(path) == before
    (aside,) = (found for found in backups_folder(path).iterdir() if "damaged" in found.name)
    assert b"\xa5" * 4096 in aside.read_bytes()
    assert snapshots_of(path) == [snapshot]


def test_that_a_run_on_a_damaged_project_names_the_newest_good_backup(path):
    good = take_snapshot(path, "daily")
    damage(path)
    with pytest.raises(DamagedProject, match=re.escape(str(good.path))), opened_or_made(path):
        pass


def test_that_a_damaged_snapshot_is_not_restored(path):
    before = everything_of(path)
    snapshot = take_snapshot(path, "daily")
    damage(snapshot.path)
    with pytest.raises(DamagedProject):
        restore(path, snapshot)
    assert everything_of(path) == before


def test_that_a_lost_project_comes_back(path):
    before = everything_of(path)
    snapshot = take_snapshot(path, "daily")
    path.unlink()
    restore(path, snapshot)
    assert everything_of(path) == before


def test_that_a_project_is_backed_up_before_its_format_changes(path, monkeypatch):
    before = everything_of(path)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "ALTER TABLE document ADD COLUMN mood TEXT;"))
    Project(path).close()
    Project(path).close()
    monkeypatch.undo()
    (snapshot,) = snapshots_of(path)
    assert snapshot.reason == "before an update"
    assert everything_of(snapshot.path) == before


def test_that_a_format_does_not_change_where_no_backup_can_be_made(path, monkeypatch):
    backups_folder(path).write_text("in the way")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "ALTER TABLE document ADD COLUMN mood TEXT;"))
    with pytest.raises(TopicDeskError, match="no backup"):
        Project(path)
    monkeypatch.undo()
    Project(path).close()


def test_that_a_backup_is_due_once_a_day(path):
    assert is_due(path, NOW)
    snapshot = take_snapshot(path, "daily")
    assert not is_due(path, snapshot.taken + timedelta(hours=23))
    assert is_due(path, snapshot.taken + timedelta(hours=24))


@given(st.lists(st.integers(0, 400 * 24), max_size=60))
def test_that_thinning_keeps_the_newest_and_little_else(hours):
    taken = sorted((NOW - timedelta(hours=hour) for hour in hours), reverse=True)
    gone = surplus_of(taken)
    kept = [when for place, when in enumerate(taken) if place not in gone]
    assert kept[:3] == taken[:3]
    assert len(kept) <= 3 + 7 + 8
    assert {when.date() for when in taken if NOW - when < timedelta(days=3)} <= {when.date() for when in kept} or len({w.date() for w in taken}) > 7
    assert surplus_of(kept) == []  # once thinned, nothing more goes


def test_that_deleting_removes_every_trace_and_nothing_else(path):
    take_snapshot(path, "daily")
    other = make_project(path.with_name("other.topicdesk"))
    take_snapshot(other, "daily")
    (backups_folder(path) / ".x.topicdesk.part-77").touch()
    for name in (f".{path.name}.engine-lock", f".{path.name}.part-5", f"{path.name}-wal"):
        path.with_name(name).touch()
    (path.parent / "corpus.csv").touch()
    assert delete_project(path) == []
    assert {found.name for found in path.parent.iterdir()} == {"corpus.csv", "other.topicdesk", "other.topicdesk-backups"}
    (backups_folder(other) / "my notes.txt").touch()
    assert delete_project(other) == [backups_folder(other) / "my notes.txt"]
    assert {found.name for found in Path(path.parent).iterdir()} == {"corpus.csv", "other.topicdesk-backups"}


def test_that_a_snapshot_of_an_older_version_can_be_restored(path, monkeypatch):
    before = everything_of(path)
    snapshot = take_snapshot(path, "daily")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "ALTER TABLE document ADD COLUMN mood TEXT;"))
    restore(path, snapshot)
    assert everything_of(path) == before
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone()[0] == len(schema.MIGRATIONS)
    connection.close()


def test_that_the_newest_of_a_second_is_not_taken_for_the_oldest(path):
    for number in range(6):
        with Project(path) as project:
            project.edits.rename("stable-1", f"Name {number}")
        newest = take_snapshot(path, "before an update")
        assert newest.path.exists()
        with Project(newest.path) as project:
            assert project.edits.names()["stable-1"] == f"Name {number}"


@pytest.mark.parametrize("place", range(3))
def test_that_each_of_several_backups_of_a_day_can_be_restored_and_stays(path, place):
    for number in range(5):
        with Project(path) as project:
            project.edits.rename("stable-1", f"Name {number}")
        take_snapshot(path, "before an update")
    listed = snapshots_of(path)
    with Project(listed[place].path) as project:
        wanted = project.edits.names()
    restore(path, listed[place])
    with Project(path) as project:
        assert project.edits.names() == wanted
    assert listed[place].path.exists()
