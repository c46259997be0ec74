import os
import stat
import subprocess
import sys

import pytest

from topicdesk.core.files import write_text, write_whole


def test_that_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "table.csv"
    write_text(path, "old")

    def write(stream):
        stream.write(b"half of the ne")
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        write_whole(path, write)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_that_a_process_killed_while_it_writes_leaves_the_old_file(tmp_path):
    path = tmp_path / "table.csv"
    write_text(path, "old")
    code = (
        "import os, signal, sys; from pathlib import Path; from topicdesk.core.files import write_whole\n"
        "def write(stream):\n    stream.write(b'x' * 1_000_000); stream.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_whole(Path(sys.argv[1]), write)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == -9
    assert path.read_text() == "old"


@pytest.mark.skipif(os.name == "nt", reason="no umask there")
def test_that_a_written_file_has_the_permissions_of_any_other_new_file(tmp_path):
    (tmp_path / "plain").touch()
    write_text(tmp_path / "whole", "x")
    assert stat.S_IMODE((tmp_path / "whole").stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


def test_that_line_ends_stay_as_they_are(tmp_path):
    write_text(tmp_path / "f", "a\nb\r\nc")
    assert (tmp_path / "f").read_bytes() == b"a\nb\r\nc"


def test_that_a_folder_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(OSError):
        write_text(tmp_path / "absent" / "f", "x")
