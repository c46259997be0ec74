"""`topicdesk relabel`: topics asked anew in the terminal, with the real starter models."""

import json

import pytest

from tests.end_to_end.command_line import topicdesk
from topicdesk.project.lock import ProjectLock
from topicdesk.project.store import Project

pytestmark = pytest.mark.slow
OTHER_PROMPT = '[labelling]\nmain_prompt = """Keywords: tea, leaf, cup\nName: Tea drinking\n\nKeywords: [KEYWORDS]\nName:"""\nprofile = "small"\n'


@pytest.fixture
def project(finished_run, tmp_path):
    return finished_run.copy(tmp_path / "out") / "project.topicdesk"


def shown(path):
    with Project(path) as project:
        return project.edited(project.analyses.get(project.analyses.current(), "")).analysis


def test_that_the_same_question_has_the_same_answers_and_changes_nothing(project):
    before = shown(project)
    ended = topicdesk("relabel", project)
    assert ended.code == 0, ended.err
    assert [line.split()[-1] for line in ended.out.splitlines()] == ["="] * len(before.topics)
    assert shown(project).topics == before.topics


def test_that_another_prompt_is_compared_and_accepted_but_for_the_researchers_own_label(project, tmp_path):
    before = shown(project)
    with Project(project) as opened:
        opened.edits.rename(before.topics[0].stable_id, "Mine")
    (tmp_path / "other.toml").write_text(OTHER_PROMPT, "utf-8")
    ended = topicdesk("relabel", project, "--settings", tmp_path / "other.toml", "--topics", "0,1", "--accept", "all", "--json")
    assert ended.code == 0, ended.err
    mine, other = json.loads(ended.out)
    assert (mine["topic"], mine["label"]["text"], mine["accepted"], other["topic"]) == (0, "Mine", False, 1)
    assert "Name: Tea drinking" in mine["new"]["prompt"] and mine["new"]["model_sha256"]
    now = shown(project)
    assert now.topics[0].label.text == "Mine"
    assert (now.topics[1].label.text == other["new"]["text"]) == (other["accepted"] or other["new"]["text"] == other["label"]["text"])

    ended = topicdesk("relabel", project, "--settings", tmp_path / "other.toml", "--topics", "0", "--accept", "0")
    assert ended.code == 0 and "1 label accepted" in ended.err, ended.err
    assert "accepted" in ended.out
    assert shown(project).topics[0].label.text == mine["new"]["text"]
    with Project(project) as opened:
        assert opened.edits.undo()
    assert shown(project).topics[0].label.text == "Mine"


def test_that_what_cannot_be_done_is_one_line_and_exit_code_2(project):
    assert "'77' is no topic of this project" in topicdesk("relabel", project, "--topics", "77").reason()
    assert "there is no such project" in topicdesk("relabel", project.with_name("none.topicdesk")).reason()
    with ProjectLock(project, "window"):
        ended = topicdesk("relabel", project, "--accept", "all")
    assert ended.code == 2 and "open in another window" in ended.reason()
