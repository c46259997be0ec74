"""A project that another process works on, or that was shared without its texts, is left alone."""

import os

import pytest

from tests.end_to_end.command_line import topicdesk
from topicdesk.project.lock import ProjectLock
from topicdesk.project.sharing import share_project

pytestmark = pytest.mark.slow


def test_that_a_second_run_into_the_same_folder_ends_with_2_and_says_who_works_there(finished_run, tmp_path, columns):
    out = finished_run.copy(tmp_path / "out")
    before = (out / "project.topicdesk").read_bytes()
    with ProjectLock(out / "project.topicdesk", "engine"):
        ended = topicdesk("run", finished_run.corpus, "--out", out, *columns)
    assert ended.code == 2
    assert f"process {os.getpid()}" in ended.reason()
    assert "Another run works on this project" in ended.reason()
    assert (out / "project.topicdesk").read_bytes() == before


def test_that_a_copy_without_texts_cannot_be_run(finished_run, tmp_path, columns):
    out = finished_run.copy(tmp_path / "out")
    share_project(finished_run.out / "project.topicdesk", out / "project.topicdesk", with_texts=False)
    ended = topicdesk("run", finished_run.corpus, "--out", out, *columns)
    assert ended.code == 2
    assert "without its texts" in ended.reason()
    ended = topicdesk("export", out / "project.topicdesk", "--to", tmp_path / "figures", "--format", "png")
    assert ended.code == 0, ended.err
    assert (tmp_path / "figures" / "map.png").exists()
