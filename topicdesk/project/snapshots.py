"""Backups of a project, beside it and nowhere else: without the cache, checked, thinned, and never over the last good one."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from topicdesk.core.errors import Cancelled, InputError, TopicDeskError
from topicdesk.project.copying import check_copy, copy_project, logs_of, put_in_place
from topicdesk.project.opening import BUSY_SECONDS, SUFFIX

TIME_FORMAT = "%Y-%m-%dT%H%M%SZ"
NAME = re.compile(r"(\d{4}-\d\d-\d\dT\d{6}Z)(?:-(\d+))? ([a-z ]+)\.topicdesk")
DAMAGED = "damaged"
A_DAY = timedelta(days=1)
N_NEWEST, N_DAYS, N_WEEKS = 3, 7, 8
OLD_PART_SECONDS = 3600
BYTES_AT_ONCE = 4 << 20


@dataclass(frozen=True)
class Snapshot:
    """One backup: where it lies, when it was taken (UTC) and why ("daily", "before an update", "before a restore")."""

    path: Path
    taken: datetime
    reason: str

    @property
    def n_bytes(self) -> int:
        """Its size; 0 where it has vanished."""
        with suppress(OSError):
            return self.path.stat().st_size
        return 0


def backups_folder(project_path: Path) -> Path:
    """Where the backups of a project lie."""
    return project_path.with_name(f"{project_path.stem}{SUFFIX}-backups")


def snapshots_of(project_path: Path) -> list[Snapshot]:
    """The backups of a project, newest first; files of damaged projects that were put aside are not among them."""
    found = []
    with suppress(OSError):
        for path in backups_folder(project_path).iterdir():
            known = NAME.fullmatch(path.name)
            if known is not None and known[3] != DAMAGED:
                taken = datetime.strptime(known[1], TIME_FORMAT).replace(tzinfo=UTC)
                found.append(((taken, int(known[2] or 1)), Snapshot(path, taken, known[3])))
    return [snapshot for _, snapshot in sorted(found, key=lambda pair: pair[0], reverse=True)]


def take_snapshot(project_path: Path, reason: str, is_unwanted: Callable[[], bool] = lambda: False, kept: Path | None = None) -> Snapshot:
    """Copy the project without its cache, check the copy, and let go of backups that are too many, but not of `kept`.

    Raises
    ------
    DamagedProject
        Where the project cannot be read whole; every earlier backup is still there.
    TopicDeskError
        Where there is no room, or the folder cannot be written.
    Cancelled
        Where `is_unwanted` says so.
    """
    path = _free_path(project_path, reason)
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise TopicDeskError(f"{path.parent}: no backup can be kept there ({error.strerror}).") from error
    _remove_old_parts(path.parent)
    copy_project(project_path, path, is_unwanted=is_unwanted)
    with suppress(OSError):
        path.chmod(project_path.stat().st_mode & 0o777)
    found = snapshots_of(project_path)
    for surplus in surplus_of([snapshot.taken for snapshot in found]):
        if found[surplus].path != kept:
            with suppress(OSError):
                found[surplus].path.unlink()
    return found[0]


def is_due(project_path: Path, now: datetime) -> bool:
    """Whether the newest backup is older than a day, or there is none."""
    found = snapshots_of(project_path)
    return not found or now - found[0].taken >= A_DAY


def files_before(project_path: Path, moment: datetime) -> list[Path]:
    """What TopicDesk put beside a project that may hold it as it was before a moment: backups, damaged files put aside, what was left half written."""
    found = []
    with suppress(OSError):
        for path in backups_folder(project_path).iterdir():
            known = NAME.match(path.name)
            if _is_ours(path) and (datetime.strptime(known[1], TIME_FORMAT).replace(tzinfo=UTC) if known is not None else _changed(path)) <= moment:
                found.append(path)
    with suppress(OSError):
        parts = re.compile(rf"\.{re.escape(project_path.name)}\.part-\d+")
        found += [path for path in project_path.parent.iterdir() if parts.fullmatch(path.name) and _changed(path) <= moment]
    return sorted(found)


def newest_good(project_path: Path, is_unwanted: Callable[[], bool] = lambda: False) -> Snapshot | None:
    """The newest backup that is whole; None where there is none, or none was found before `is_unwanted` said so."""
    for snapshot in snapshots_of(project_path):
        with suppress(TopicDeskError):
            check_copy(snapshot.path, is_unwanted)
            return snapshot
    return None


def surplus_of(taken: Sequence[datetime]) -> list[int]:
    """Which of these backups, newest first, may go: all but the three newest, the newest of seven days and of eight weeks."""
    kept = set(range(min(N_NEWEST, len(taken))))
    for n_kept, period in ((N_DAYS, "%Y-%m-%d"), (N_WEEKS, "%G-%V")):
        newest_of: dict[str, int] = {}
        for place, when in enumerate(taken):
            newest_of.setdefault(when.strftime(period), place)
        kept |= set(list(newest_of.values())[:n_kept])
    return [place for place in range(len(taken)) if place not in kept]


def restore(project_path: Path, snapshot: Snapshot, is_unwanted: Callable[[], bool] = lambda: False) -> None:
    """Put a backup in the project's place. What stands there now is kept first: as a backup, or as it is where it is damaged.

    Nobody else may have the project open.

    Raises
    ------
    TopicDeskError
        Where the backup is damaged or there is no room; the project is then as it was.
    Cancelled
        Where `is_unwanted` says so; likewise.
    """
    check_copy(snapshot.path, is_unwanted)
    if project_path.exists():
        try:
            check_copy(project_path, is_unwanted)
            take_snapshot(project_path, "before a restore", is_unwanted, snapshot.path)
            _fold_log_in(project_path)
        except InputError:
            _put_aside(project_path)
    part = project_path.with_name(f".{project_path.name}.part-{os.getpid()}")
    try:
        _copy_bytes(snapshot.path, part, is_unwanted)
        part.chmod(snapshot.path.stat().st_mode & 0o777)
        put_in_place(part, project_path)
    except OSError as error:
        raise TopicDeskError(f"{project_path}: the backup could not be put in its place ({error.strerror}). It lies in {snapshot.path}.") from error
    finally:
        part.unlink(missing_ok=True)


def delete_project(project_path: Path) -> list[Path]:
    """Remove the project, its backups, and whatever else of it TopicDesk has put beside it. Nobody else may have it open.

    Returns
    -------
    list of Path
        What lies in the folder of the backups and is not ours; it stays.

    Raises
    ------
    TopicDeskError
        Where something cannot be removed.
    """
    folder, beside = backups_folder(project_path), project_path.parent
    name = re.escape(project_path.name)
    leftover = re.compile(rf"\.{name}\.(part-\d+|engine-lock|window-lock)")
    try:
        ours = [path for path in folder.iterdir() if _is_ours(path)] if folder.is_dir() else []
        ours += [path for path in beside.iterdir() if leftover.fullmatch(path.name)]
        for path in (*logs_of(project_path), project_path, *ours):
            path.unlink(missing_ok=True)
        foreign = sorted(folder.iterdir()) if folder.is_dir() else []
        if folder.is_dir() and not foreign:
            folder.rmdir()
    except OSError as error:
        raise TopicDeskError(f"{error.filename}: it cannot be removed ({error.strerror}).") from error
    return foreign


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)


def _is_ours(path: Path) -> bool:
    return bool(NAME.fullmatch(path.name.removesuffix("-wal").removesuffix("-journal")) or re.fullmatch(r"\..*\.topicdesk\.part-\d+", path.name))


def _free_path(project_path: Path, reason: str) -> Path:
    """A name by the time to the second; a later one in that second gets a higher number, also where earlier ones have gone."""
    folder, stamp = backups_folder(project_path), datetime.now(UTC).strftime(TIME_FORMAT)
    taken = [int(known[2] or 1) for path in folder.glob(f"{stamp}*") if (known := NAME.match(path.name)) is not None]
    number = max(taken, default=0) + 1
    return folder / f"{stamp}{'' if number == 1 else f'-{number}'} {reason}{SUFFIX}"


def _fold_log_in(project_path: Path) -> None:
    """Close the write-ahead log: it must not be taken for that of the file that comes in the project's place."""
    connection = sqlite3.connect(project_path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    if logs := logs_of(project_path):
        raise TopicDeskError(f"{project_path}: another program has the project open ({logs[0].name}). Close it first.")


def _copy_bytes(source: Path, target: Path, is_unwanted: Callable[[], bool]) -> None:
    with source.open("rb") as read, target.open("wb") as written:
        while block := read.read(BYTES_AT_ONCE):
            if is_unwanted():
                raise Cancelled("The backup was not put in the project's place.")
            written.write(block)


def _put_aside(project_path: Path) -> None:
    """Keep a damaged file as it is, its log first: without it nothing worse can happen to what takes its place."""
    aside = _free_path(project_path, DAMAGED)
    aside.parent.mkdir(mode=0o700, exist_ok=True)
    for path in (*logs_of(project_path), project_path):
        path.replace(aside.with_name(aside.name + path.name.removeprefix(project_path.name)))


def _remove_old_parts(folder: Path) -> None:
    """What a killed process left half written."""
    for part in folder.glob(f".*{SUFFIX}.part-*"):
        with suppress(OSError):
            if time.time() - part.stat().st_mtime > OLD_PART_SECONDS:
                part.unlink()
