"""Ctrl+C, and an engine that dies: the terminal always has the last word."""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from tests.end_to_end.command_line import COMMAND

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")]


class Followed:
    """A run with --json that is followed line by line."""

    def __init__(self, corpus, out, columns):
        command = [*COMMAND, "run", str(corpus), "--out", str(out), "--json", *columns]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, start_new_session=True)
        self.said = []

    def until(self, event, stage=None):
        for line in self.process.stdout:
            self.said.append(json.loads(line))
            if self.said[-1]["event"] == event and self.said[-1].get("stage", stage) == stage:
                return
        raise AssertionError(self.said[-1:])

    def engine(self):
        return next(child for child in psutil.Process(self.process.pid).children() if "worker" in child.cmdline())

    def end(self):
        out, err = self.process.communicate(timeout=60)
        self.said += [json.loads(line) for line in out.splitlines()]
        return self.process.returncode, err.decode()


@pytest.fixture
def follow(finished_run, tmp_path, columns):
    return lambda: Followed(finished_run.corpus, tmp_path / "out", columns)


@pytest.mark.parametrize("whole_group", [False, True], ids=["kill -INT", "Ctrl+C in a terminal"])
@pytest.mark.parametrize("stage", ["import", "embed"])
def test_that_ctrl_c_ends_with_130_and_says_what_was_kept(follow, stage, whole_group):
    run = follow()
    run.until("StageStarted", stage)
    family = psutil.Process(run.process.pid).children(recursive=True)
    asked = time.monotonic()
    (os.killpg if whole_group else os.kill)(run.process.pid, signal.SIGINT)
    code, err = run.end()
    assert code == 130
    assert time.monotonic() - asked < 4
    last = [event for event in run.said if event["event"] in ("RunFinished", "RunFailed", "RunCancelled")]
    assert [event["event"] for event in last] == ["RunCancelled"]
    assert last[0]["kept"]
    assert "Traceback" not in err
    _, alive = psutil.wait_procs(family, 5)
    assert all(process.status() == psutil.STATUS_ZOMBIE for process in alive)


def test_that_ctrl_c_before_the_engine_is_up_ends_with_130(follow):
    run = follow()
    while not psutil.Process(run.process.pid).children():
        time.sleep(0.01)
    os.killpg(run.process.pid, signal.SIGINT)
    code, err = run.end()
    assert code == 130
    assert "Traceback" not in err


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGKILL])
def test_that_an_engine_that_dies_ends_with_3_and_a_reason(follow, number):
    run = follow()
    run.until("StageStarted", "embed")
    run.engine().send_signal(number)
    code, err = run.end()
    assert code == 3
    last = [event for event in run.said if event["event"] in ("RunFinished", "RunFailed", "RunCancelled")]
    assert [event["event"] for event in last] == ["RunFailed"]
    assert last[0]["engine_died"]
    assert len([line for line in err.splitlines() if line.startswith("topicdesk: ")]) == 1
    assert f"signal {int(number)}" in err


def test_that_the_terminal_killed_leaves_no_engine_behind(follow):
    run = follow()
    run.until("StageStarted", "embed")
    family = psutil.Process(run.process.pid).children(recursive=True)
    run.process.kill()
    run.process.communicate()
    _, alive = psutil.wait_procs(family, 5)
    assert all(process.status() == psutil.STATUS_ZOMBIE for process in alive)
