import os
import signal
import subprocess
import sys
import time

import pytest

from topicdesk.core import awake
from topicdesk.core.awake import staying_awake

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asked for differently there")

STAND_IN = """#!/bin/sh
echo "$@" >> "$ASKED"
while [ "$1" != "cat" ]; do shift; done
echo $$ >> "$ASKED"
exec "$@"
"""


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """The file in which a stand-in for systemd-inhibit writes what it was asked, and its process."""
    command = tmp_path / "bin" / "systemd-inhibit"
    command.parent.mkdir()
    command.write_text(STAND_IN)
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("ASKED", str(tmp_path / "asked"))
    return tmp_path / "asked"


def wait_for_lines(path, n_lines):
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if path.exists() and path.read_text().count("\n") >= n_lines:
            return path.read_text().splitlines()
        time.sleep(0.02)
    raise AssertionError("nothing was asked")


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_that_the_system_is_asked_to_stay_awake_and_released_again(asked):
    with staying_awake():
        words, pid = wait_for_lines(asked, 2)
        assert "--what=idle:sleep" in words
        assert is_alive(int(pid))
    assert not is_alive(int(pid))


def test_that_the_wish_ends_with_a_process_that_is_killed(asked):
    code = "import time\nfrom topicdesk.core.awake import staying_awake\nwith staying_awake():\n    time.sleep(600)"
    process = subprocess.Popen([sys.executable, "-c", code])
    pid = int(wait_for_lines(asked, 2)[1])
    process.send_signal(signal.SIGKILL)
    process.wait()
    until = time.monotonic() + 5
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert not is_alive(pid)


@pytest.mark.parametrize("command", [["there-is-no-such-command"], ["false"], ["sh", "-c", "exit 3"]])
def test_that_a_system_that_cannot_be_asked_stops_nobody(monkeypatch, command):
    monkeypatch.setattr(awake, "command", lambda: command)
    with staying_awake():
        time.sleep(0.05)


def test_that_a_command_that_does_not_end_is_ended(monkeypatch):
    monkeypatch.setattr(awake, "END_SECONDS", 0.1)
    monkeypatch.setattr(awake, "command", lambda: ["sleep", "600"])
    with staying_awake():
        pass
