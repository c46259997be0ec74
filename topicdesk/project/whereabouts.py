"""What kind of folder a file lies in: synchronised to a cloud, on a network share, or neither; it looks at names and mounts only."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath

NETWORK_FILE_SYSTEMS = {
    "nfs": "NFS", "nfs4": "NFS", "cifs": "Windows", "smb3": "Windows", "smbfs": "Windows", "afpfs": "Apple", "webdav": "WebDAV", "davfs": "WebDAV",
    "fuse.davfs": "WebDAV", "fuse.davfs2": "WebDAV", "fuse.sshfs": "SSH", "fuse.rclone": "rclone", "fuse.gvfsd-fuse": "network", "afs": "AFS",
    "ceph": "Ceph", "fuse.ceph": "Ceph", "glusterfs": "Gluster", "fuse.glusterfs": "Gluster", "lustre": "Lustre", "beegfs": "BeeGFS", "gpfs": "GPFS",
    "ncpfs": "NetWare", "fuse.s3fs": "S3", "fuse.google-drive-ocamlfuse": "Google Drive",
}  # fmt: skip
WITHOUT_SHARED_MEMORY = frozenset({"9p", "drvfs", "vboxsf", "virtiofs", "fuse.vmhgfs-fuse", "prl_fs"})  # folders of a host: local, but no place for WAL

# What sync programs leave in the folder that they keep in step; a trailing * stands for any ending.
SYNC_MARKERS = (
    (".dropbox", "Dropbox"), (".dropbox.cache", "Dropbox"), (".849C9593-D756-4E56-8D6E-42412F2A707B", "OneDrive"), (".nextcloudsync.log", "Nextcloud"),
    (".owncloudsync.log", "ownCloud"), (".sync_*", "Nextcloud"), ("._sync_*", "Nextcloud"), (".tmp.driveupload", "Google Drive"),
    (".tmp.drivedownload", "Google Drive"), (".stfolder", "Syncthing"), (".SynologyWorkingDirectory", "Synology Drive"), (".seafile-data", "Seafile"),
)  # fmt: skip
SYNC_FOLDERS = (
    ("onedrive", "OneDrive"), ("dropbox", "Dropbox"), ("googledrive", "Google Drive"), ("google drive", "Google Drive"), ("my drive", "Google Drive"),
    ("icloud drive", "iCloud"), ("iclouddrive", "iCloud"), ("com~apple~clouddocs", "iCloud"), ("nextcloud", "Nextcloud"), ("owncloud", "ownCloud"),
    ("box-box", "Box"), ("pcloud drive", "pCloud"), ("pclouddrive", "pCloud"), ("seafile", "Seafile"), ("synologydrive", "Synology Drive"),
)  # fmt: skip
SYNC_ENVIRONMENT = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")


@dataclass(frozen=True)
class Place:
    """Where a file lies. `sync_program` and `network` name what carries it further; empty where nothing is known to."""

    sync_program: str = ""
    network: str = ""
    wants_rollback_journal: bool = False

    def warning(self) -> str:
        """One or two sentences for whoever keeps private texts there; empty for an ordinary folder."""
        if self.sync_program:
            return (
                f"This folder is synchronised by {self.sync_program}: that program uploads the project with its texts, and its backups. "
                "Keep private texts in a folder that stays on this computer."
            )
        if self.network:
            return (
                f"This folder lies on a network share ({self.network}): texts leave this computer, and whoever reads the share reads them. "
                "Open the project on one computer at a time."
            )
        return ""


def place_of(path: Path) -> Place:
    """What kind of folder a file lies in, or would lie in."""
    folder = path.absolute().parent
    try:
        folder = folder.resolve()
    except OSError:
        pass
    return _place_of_folder(folder)


@functools.lru_cache(maxsize=64)
def _place_of_folder(folder: Path) -> Place:
    file_system = file_system_of(folder, _mounts())
    network = NETWORK_FILE_SYSTEMS.get(file_system, "Windows" if _is_remote_on_windows(folder) else "")
    program = sync_program_of(folder, _names_in, os.environ)
    return Place(program, network, bool(program or network) or file_system in WITHOUT_SHARED_MEMORY)


def sync_program_of(folder: PurePath, names_in: Callable[[PurePath], Iterable[str]], environment: os._Environ[str] | dict[str, str]) -> str:
    """The program that keeps a folder in step with a cloud, by the marks that it leaves there; empty for none."""
    roots = {environment[name] for name in SYNC_ENVIRONMENT if environment.get(name)}
    for above in (folder, *folder.parents):
        if str(above) in roots:
            return "OneDrive"
        name = above.name.lower()
        for start, program in SYNC_FOLDERS:
            if name == start or name.startswith((f"{start}-", f"{start} -")):
                return program
        here = set(names_in(above))
        for marker, program in SYNC_MARKERS:
            if marker in here or (marker.endswith("*") and any(found.startswith(marker[:-1]) and found.endswith(".db") for found in here)):
                return program
    return ""


def file_system_of(folder: PurePath, mounts: Iterable[tuple[str, str]]) -> str:
    """The type of the file system that a folder lies on, from (mount point, type) pairs, the later above the earlier; empty where unknown."""
    best, kind = -1, ""
    for point, file_system in mounts:
        if (folder.as_posix() == point or folder.is_relative_to(point)) and len(point) >= best:
            best, kind = len(point), file_system
    return kind


def mounts_in_mountinfo(text: str) -> list[tuple[str, str]]:
    """(mount point, type) pairs of Linux's /proc/self/mountinfo."""
    pairs = []
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        words, kinds = before.split(" "), after.split(" ")
        if len(words) > 4 and kinds[0]:
            point = words[4].encode("ascii", "backslashreplace").decode("unicode_escape") if "\\" in words[4] else words[4]
            pairs.append((point, kinds[0]))
    return pairs


def mounts_in_mac_list(text: str) -> list[tuple[str, str]]:
    """(mount point, type) pairs of what macOS's `mount` prints: "//me@host/x on /Volumes/x (smbfs, nodev)"."""
    pairs = []
    for line in text.splitlines():
        _, _, rest = line.partition(" on ")
        point, _, options = rest.rpartition(" (")
        if point:
            pairs.append((point, options.rstrip(")").split(",")[0].strip()))
    return pairs


def _mounts() -> list[tuple[str, str]]:
    try:
        if sys.platform == "linux":
            return mounts_in_mountinfo(Path("/proc/self/mountinfo").read_text("utf-8", "replace"))
        if sys.platform == "darwin":
            return mounts_in_mac_list(subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=5, check=False).stdout)
    except (OSError, subprocess.SubprocessError):
        pass
    return []


def _names_in(folder: PurePath) -> list[str]:
    """The hidden names of a folder; none where it cannot be read."""
    try:
        return [entry.name for entry in os.scandir(folder) if entry.name.startswith(".")]
    except OSError:
        return []


def _is_remote_on_windows(folder: Path) -> bool:
    if sys.platform != "win32":
        return False
    import ctypes

    remote = 4
    return folder.drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(f"{folder.drive}\\") == remote
