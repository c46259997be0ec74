"""Nothing leaves the machine: the whole run without any interface, and counted under strace; it is a fresh one, byte for byte the same."""

import re
import shutil
import subprocess

import pytest

from tests.end_to_end.command_line import topicdesk

pytestmark = pytest.mark.slow
CALLS = "connect,sendto,sendmsg,sendmmsg,socket"


def assert_same_bytes(one, other):
    for name in ("topics.csv", "documents.csv"):
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


def test_that_a_run_passes_without_a_network_and_fresh_equals_fresh(finished_run, tmp_path, columns):
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network namespaces for this user here")
    ended = topicdesk("run", finished_run.corpus, "--out", tmp_path / "out", *columns, before=("unshare", "-rn"))
    assert ended.code == 0, ended.err
    assert_same_bytes(tmp_path / "out", finished_run.out)


def test_that_no_process_of_a_run_talks_to_an_internet_address(finished_run, tmp_path, columns):
    traced = ("strace", "-f", "-qq", "-o", str(tmp_path / "calls"), "-e", f"trace={CALLS}")
    if shutil.which("strace") is None or subprocess.run([*traced, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no strace here, or not permitted")
    ended = topicdesk("run", finished_run.corpus, "--out", tmp_path / "out", *columns, before=traced)
    assert ended.code == 0, ended.err
    calls = (tmp_path / "calls").read_text("utf-8", "replace").splitlines()
    assert calls, "strace saw nothing at all, not even the sockets between our own processes"
    assert [call for call in calls if "AF_INET" in call and re.search(r"\b(connect|sendto|sendmsg|sendmmsg)\(", call)] == []
    assert_same_bytes(tmp_path / "out", finished_run.out)
