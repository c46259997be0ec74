from pathlib import Path, PurePosixPath

import pytest

from topicdesk.project import opening, whereabouts
from topicdesk.project.store import Project
from topicdesk.project.whereabouts import Place, file_system_of, mounts_in_mac_list, mounts_in_mountinfo, place_of, sync_program_of

MOUNTINFO = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /home/me/share rw,relatime shared:2 - cifs //server/share rw
31 22 0:41 / /home/me/my\040files rw - fuse.sshfs me@host:/ rw
32 22 0:42 / /mnt/c rw,noatime - 9p drvfs rw
33 22 0:43 / /home rw - nfs4 server:/home rw
34 33 0:44 / /home/local rw - xfs /dev/sdb rw
not a line
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/etc", "ext4"), ("/home/me/share", "cifs"), ("/home/me/share/deep/er", "cifs"), ("/home/me/sharex", "nfs4"), ("/home/me/my files/a", "fuse.sshfs"),
        ("/mnt/c/Users", "9p"), ("/home/local/me", "xfs"), ("/home/you", "nfs4"),
    ],
)  # fmt: skip
def test_that_the_file_system_of_a_folder_is_that_of_its_nearest_mount(folder, kind):
    assert file_system_of(PurePosixPath(folder), mounts_in_mountinfo(MOUNTINFO)) == kind


def test_that_shares_are_found_in_the_list_of_a_mac():
    said = "/dev/disk1s1 on / (apfs, local, journaled)\n//me@server/data on /Volumes/my data (smbfs, nodev, nosuid)\nnonsense\n"
    assert file_system_of(PurePosixPath("/Volumes/my data/x"), mounts_in_mac_list(said)) == "smbfs"
    assert file_system_of(PurePosixPath("/Users"), mounts_in_mac_list(said)) == "apfs"


@pytest.mark.parametrize(
    ("marker", "program"),
    [
        (".dropbox", "Dropbox"), (".dropbox.cache", "Dropbox"), (".849C9593-D756-4E56-8D6E-42412F2A707B", "OneDrive"), (".sync_1a2b.db", "Nextcloud"),
        ("._sync_1a2b.db", "Nextcloud"), (".owncloudsync.log", "ownCloud"), (".tmp.driveupload", "Google Drive"), (".stfolder", "Syncthing"),
        (".sync_notes.txt", ""), (".git", ""), ("dropbox.txt", ""),
    ],
)  # fmt: skip
def test_that_a_sync_program_is_known_by_what_it_leaves_in_its_folder(tmp_path, marker, program):
    (tmp_path / marker).touch()
    (tmp_path / "deep" / "er").mkdir(parents=True)
    assert place_of(tmp_path / "deep" / "er" / "p.topicdesk").sync_program == program
    assert bool(place_of(tmp_path / "deep" / "er" / "p.topicdesk").warning()) == bool(program)


@pytest.mark.parametrize(
    ("folder", "program"),
    [
        ("/Users/me/Library/Mobile Documents/com~apple~CloudDocs/study", "iCloud"),
        ("/Users/me/Library/CloudStorage/GoogleDrive-me@x.org/My Drive", "Google Drive"),
        ("/Users/me/Library/CloudStorage/OneDrive-University", "OneDrive"),
        ("/home/me/OneDrive - University/a", "OneDrive"), ("/home/me/Nextcloud", "Nextcloud"),
        ("/home/me/Dropbox/x", "Dropbox"), ("/home/me/one drive", ""), ("/home/me/dropboxes", ""), ("/data/cloud", "OneDrive"), ("/", ""),
    ],
)  # fmt: skip
def test_that_a_sync_program_is_known_by_the_names_of_folders(folder, program):
    assert sync_program_of(PurePosixPath(folder), lambda _: [], {"OneDrive": "/data/cloud"}) == program


def test_that_a_warning_names_who_carries_the_texts_away():
    assert "synchronised by Dropbox" in Place("Dropbox").warning()
    assert "network share (NFS)" in Place("", "NFS").warning()
    assert Place().warning() == ""


@pytest.mark.parametrize(("is_shared", "journal"), [(True, "delete"), (False, "wal")])
def test_that_a_shared_folder_gets_the_journal_that_can_be_shared(tmp_path, monkeypatch, is_shared, journal):
    monkeypatch.setattr(opening, "place_of", lambda path: Place("Dropbox" if is_shared else "", "", is_shared))
    with Project(tmp_path / "p.topicdesk", create=True) as project:
        project.edits.rename("a", "b")
        assert project._connection.execute("PRAGMA journal_mode").fetchone()[0] == journal
        with Project(tmp_path / "p.topicdesk") as second:
            second.edits.rename("c", "d")
        assert project.edits.names() == {"a": "b", "c": "d"}


def test_that_a_folder_that_cannot_be_read_is_an_ordinary_one(monkeypatch):
    monkeypatch.setattr(whereabouts, "_mounts", lambda: [])
    assert whereabouts._place_of_folder(Path("/there/is/no/such/folder")) == Place()
