import os
import signal
import subprocess
import sys

import pytest

from topicdesk.core.errors import InputError, ProjectInUse
from topicdesk.project.lock import ProjectLock, lock_path, remove_stale
from topicdesk.project.store import opened_or_made

HOLDER = """
import faulthandler, os, sys, time
from pathlib import Path
from topicdesk.project.lock import ProjectLock
lock = ProjectLock(Path(sys.argv[1]), "engine")
faulthandler.enable(lock.fileno())
print("held", flush=True)
if sys.argv[2] == "abort":
    os.abort()
time.sleep(600)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "my project.topicdesk"


def holder(path, what):
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(path), what], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    return process


def test_that_a_project_is_held_by_one_engine_and_the_other_is_told_which(path):
    with ProjectLock(path, "engine"), pytest.raises(ProjectInUse, match=f"Another run .*process {os.getpid()} on .* Wait until it has ended"):
        ProjectLock(path, "engine")
    with ProjectLock(path, "engine"):
        pass
    assert list(path.parent.iterdir()) == []


def test_that_a_window_and_an_engine_hold_a_project_side_by_side(path):
    with ProjectLock(path, "engine"), ProjectLock(path, "window"), pytest.raises(ProjectInUse, match="open in another window"):
        ProjectLock(path, "window")


def test_that_a_lock_dies_with_its_process_and_a_kill_leaves_no_word_of_a_crash(path):
    process = holder(path, "wait")
    with pytest.raises(ProjectInUse, match=f"process {process.pid} "):
        ProjectLock(path, "engine")
    remove_stale(path, "engine")
    assert lock_path(path, "engine").exists()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with ProjectLock(path, "engine") as lock:
        assert lock.crash_before == ""
    assert not lock_path(path, "engine").exists()


def test_that_a_crash_in_native_code_is_known_to_the_next_and_to_nobody_after(path):
    process = holder(path, "abort")
    process.communicate()
    assert process.returncode == -signal.SIGABRT
    remove_stale(path, "engine")
    with ProjectLock(path, "engine") as lock:
        assert "Aborted" in lock.crash_before
    with ProjectLock(path, "engine") as lock:
        assert lock.crash_before == ""


def test_that_a_lock_left_by_a_killed_process_is_swept_away(path):
    process = holder(path, "wait")
    process.kill()
    process.communicate()
    remove_stale(path, "engine")
    assert list(path.parent.iterdir()) == []


def test_that_of_many_who_take_and_give_back_there_is_never_more_than_one(path):
    code = """
import sys
from pathlib import Path
from topicdesk.core.errors import ProjectInUse
from topicdesk.project.lock import ProjectLock
path, inside, n = Path(sys.argv[1]), Path(sys.argv[2]), 0
while n < 150:
    try:
        with ProjectLock(path, "engine"):
            inside.touch(exist_ok=False)
            inside.unlink()
            n += 1
    except ProjectInUse:
        pass
"""
    several = [subprocess.Popen([sys.executable, "-c", code, str(path), str(path.with_name("inside"))]) for _ in range(3)]
    assert [process.wait(60) for process in several] == [0, 0, 0]


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="who may write everywhere is not stopped")
def test_that_a_folder_that_cannot_be_written_is_named(path):
    path.parent.chmod(0o500)
    with pytest.raises(InputError, match="cannot be written"):
        ProjectLock(path, "engine")


def test_that_a_second_engine_leaves_the_project_of_the_first_alone(path):
    with opened_or_made(path), pytest.raises(ProjectInUse), opened_or_made(path):
        pass
    assert list(path.parent.iterdir()) == []
