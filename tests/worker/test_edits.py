"""Edits beside a real warm engine: what it finds out for them, and what a later run makes of them."""

import csv
import json
import re
import shutil

import numpy as np
import pytest

from tests.worker.conftest import MANY_TOPICS
from tests.worker.engine_client import run_request
from topicdesk.core import edit_making
from topicdesk.core.events import Described, RequestFailed, SplitFound, Suggested
from topicdesk.core.requests import DescribeRequest, SplitRequest, SuggestRequest
from topicdesk.engine.outputs import export_project
from topicdesk.project.store import Project

pytestmark = pytest.mark.slow
ANSWERS = (Described, Suggested, SplitFound, RequestFailed)


@pytest.fixture
def ask(warm_engine):
    def ask(request):
        warm_engine.send(request)
        return warm_engine.until(lambda event: isinstance(event, ANSWERS))[-1]

    return ask


@pytest.fixture
def out(undisturbed, tmp_path):
    return shutil.copytree(undisturbed.out, tmp_path / "out")


@pytest.fixture
def path(out):
    return out / "project.topicdesk"


def edited(path):
    with Project(path) as project:
        return project.edited(project.analyses.get(project.analyses.current(), ""))


def edit(path, make):
    with Project(path) as project:
        shown = project.edited(project.analyses.get(project.analyses.current(), ""))
        project.edits.add(make(shown.analysis))


def test_that_a_merge_gets_keywords_and_typical_documents_of_its_own(ask, path):
    edit(path, lambda shown: edit_making.merging(shown.topics[:2]))
    before = edited(path)
    assert len(before.lacking) == 1
    assert ask(DescribeRequest(str(path))) == Described(1)
    after = edited(path)
    (number,) = before.lacking
    topic = after.analysis.topics[number]
    assert after.lacking == ()
    assert len(topic.keywords) == len(topic.keybert) == len(topic.mmr) == 10
    assert all(after.analysis.assignment.topic_of[row] == number for row in topic.exemplars)
    assert ask(DescribeRequest(str(path))) == Described(0)


@pytest.mark.parametrize("strategy", ["centroid", "neighbours", "c-tf-idf"])
def test_that_unassigned_documents_get_a_topic_suggested_unless_they_are_kept(ask, path, strategy):
    some = list(range(0, 40))
    edit(path, lambda shown: edit_making.moving(shown, some, None))
    edit(path, lambda shown: edit_making.keeping(shown, [0, 1], True))
    found = ask(SuggestRequest(str(path), strategy))
    assert isinstance(found, Suggested), found
    with Project(path) as project:
        rows, numbers, scores = (project.artifacts.array(found.key, block) for block in range(3))
    shown = edited(path).analysis
    assert set(range(2, 40)) <= set(rows.tolist()) and not {0, 1} & set(rows.tolist())
    assert len(rows) == found.n_documents == len(numbers) == len(scores)
    assert {shown.topics[number].size > 0 for number in numbers.tolist()} == {True}
    assert ((scores >= 0) & (scores <= 1)).all()


def test_that_a_topic_is_split_in_the_cached_projection(ask, path):
    edit(path, lambda shown: edit_making.merging(shown.topics[:3]))
    shown = edited(path).analysis
    topic = max(shown.present, key=lambda topic: topic.size)
    found = ask(SplitRequest(str(path), topic.stable_id, 3))
    assert isinstance(found, SplitFound) and found.n_parts == 3, found
    with Project(path) as project:
        part_of, words = project.artifacts.array(found.key), project.artifacts.values(found.key, 1)
        project.edits.add(edit_making.splitting(shown, topic, part_of))
    assert len(words) == 3 and all(words)
    after = edited(path).analysis
    assert [t.size for t in after.topics[-2:]] == np.bincount(part_of)[1:].tolist()
    assert isinstance(ask(SplitRequest(str(path), "no such topic")), RequestFailed)


def test_that_a_run_with_other_settings_carries_edits_over_and_writes_them(ask, warm_engine, undisturbed, out, path):
    edit(path, lambda shown: edit_making.naming(shown.topics[0], "=My own name", False))
    edit(path, lambda shown: edit_making.merging(shown.topics[1:3]))
    edit(path, lambda shown: edit_making.moving(shown, [5, 6, 7], shown.topics[0]))
    said = warm_engine.run(run_request(undisturbed.corpus, out, MANY_TOPICS | {"keywords": {"n_keywords": 5}}, with_labels=False))
    after = edited(path)
    assert after.not_carried == {} and after.lacking == ()
    assert [len(topic.keywords) for topic in after.analysis.present] == [5] * len(after.analysis.present)
    with (out / "topics.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert "'=My own name" in [row["label"] for row in rows]
    summary = json.loads((out / "run.json").read_text("utf-8"))
    assert summary["n_topics"] == len(rows) == len(after.analysis.present)
    assert summary == said[-1].summary
    assert (summary["edits"]["n_merged"], summary["edits"]["n_renamed"]) == (1, 1)


def test_that_every_number_of_the_methods_paragraph_equals_run_json(undisturbed, out, path, warm_engine):
    edit(path, lambda shown: edit_making.marking(shown.topics[:4], "check", "yes"))
    edit(path, lambda shown: edit_making.merging(shown.topics[1:3]))
    edit(path, lambda shown: edit_making.moving(shown, [5, 6, 7], shown.topics[0]))
    warm_engine.run(run_request(undisturbed.corpus, out, MANY_TOPICS))
    summary = json.loads((out / "run.json").read_text("utf-8"))
    text, references = (found.read_text("utf-8") for found in export_project(path, out / "records", "methods"))
    found, edits = summary["found"], summary["edits"]
    n_texts = summary["n_documents"] - sum(summary["dropped"].values())
    counted = r"analysed (\d+) texts.*minimum size (\d+).*giving (\d+) topics?; (\d+) texts?.*"
    said = re.search(counted + r"checked (\d+) of (\d+) labels, renamed (\d+), merged (\d+), moved (\d+)", text)
    assert [int(number) for number in said.groups()] == [
        n_texts, summary["min_topic_size"], found["n_topics"], found["n_unassigned"] - sum(summary["dropped"].values()),
        edits["n_checked"], edits["n_topics"], edits["n_renamed"], edits["n_merged"], edits["n_moved"],
    ]  # fmt: skip
    assert (summary["n_topics"], summary["n_unassigned"]) != (found["n_topics"], found["n_unassigned"])
    for model in summary["models"]:
        assert model["sha256"][:12] in text
    for name, version in summary["versions"].items():
        assert f"{name} {version}" in text or f"TopicDesk {version}" in text
    seed = summary["settings"]["projection"]["seed"]
    assert f"seed {seed})" in text
    n_cut = summary["n_cut"]
    assert ("read in part" in text) == bool(n_cut)
    assert references.count("@") >= 6


def test_that_the_exported_log_and_topics_have_what_the_researcher_did(path, tmp_path):
    edit(path, lambda shown: edit_making.marking(shown.topics[:1], "check", "yes"))
    edit(path, lambda shown: edit_making.marking(shown.topics[:1], "note", "Good."))
    table, page = export_project(path, tmp_path / "log", "log")
    assert table.read_text("utf-8").count("\n") == 3 and "Wrote a note" in page.read_text("utf-8")
    topics, _ = export_project(path, tmp_path / "csv", "csv")
    with topics.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0])[-3:] == ["checked", "hidden", "note"]
    assert (rows[0]["checked"], rows[0]["note"], rows[1]["checked"]) == ("yes", "Good.", "")
