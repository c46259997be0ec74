"""The engine is killed in one stage after the other; each next one goes on, and the end is that of an undisturbed run."""

import csv
import os
import shutil
import signal

import pytest

from tests.worker.conftest import MANY_TOPICS
from tests.worker.engine_client import Engine, run_request
from topicdesk.core.events import LabelReady, Notice, RunFinished, StageFinished, StageProgress, StageStarted
from topicdesk.project.store import Project

pytestmark = pytest.mark.slow


def starts(stage):
    return lambda event: isinstance(event, StageStarted) and event.stage == stage


KILL_AT = {
    "in the second block of embeddings": lambda event: isinstance(event, StageProgress) and event.stage == "embed" and event.done >= 288,
    "while both layouts are under way": lambda event: isinstance(event, StageProgress) and event.stage == "project",
    "while keywords are chosen": starts("keywords"),
    "at the first label": lambda event: isinstance(event, LabelReady),
    "at a label of the second group": lambda event: isinstance(event, StageProgress) and event.stage == "label" and event.done >= 18,
}


def while_topics_are_asked_again():
    """When the label stage counts more than the topics themselves."""
    totals = set()

    def is_met(event):
        if isinstance(event, StageProgress) and event.stage == "label":
            totals.add(event.total)
        return len(totals) > 1

    return is_met


def killed(engine, request, is_met):
    import psutil

    engine.send(request)
    said = engine.until(lambda event: is_met(event) or isinstance(event, RunFinished))
    assert not isinstance(said[-1], RunFinished)
    family = psutil.Process(engine.process.pid).children(recursive=True)
    os.kill(engine.process.pid, signal.SIGKILL)
    engine.process.wait()
    _, alive = psutil.wait_procs(family, 5)
    assert all(process.status() == psutil.STATUS_ZOMBIE for process in alive)  # dead, and nobody's child
    return said


@pytest.mark.timeout(900)
def test_that_a_run_killed_in_every_stage_ends_with_the_bytes_of_an_undisturbed_one(undisturbed, tmp_path):
    request = run_request(undisturbed.corpus, tmp_path / "out", MANY_TOPICS)
    for what, is_met in (KILL_AT | {"while topics are asked again": while_topics_are_asked_again(), "while it draws": starts("draw")}).items():
        with Engine("--once") as engine:
            said = killed(engine, request, is_met)
        if what == "while both layouts are under way":
            embedded = [event for event in said if isinstance(event, StageProgress) and event.stage == "embed"]
            assert embedded[0].n_from_cache == 256  # the first block was kept
        assert not list((tmp_path / "out").glob("*.csv"))
    with Engine("--once") as engine:
        said = engine.run(request)
    assert isinstance(said[-1], RunFinished), said[-1]
    assert {event.stage for event in said if isinstance(event, StageFinished) and event.from_cache} >= {"embed", "project", "cluster", "keywords", "label"}
    assert undisturbed.has_same_bytes_as(tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"project.topicdesk", "map.png", "topics.csv", "documents.csv", "run.json"}


def test_that_a_fresh_run_that_is_killed_and_sent_again_computes_only_the_rest(undisturbed, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(undisturbed.out, out)
    request = run_request(undisturbed.corpus, out, MANY_TOPICS, fresh=True, with_labels=False)
    with Engine("--once") as engine:
        said = killed(engine, request, starts("keywords"))
    assert not any(event.from_cache for event in said if isinstance(event, StageFinished))
    with Engine("--once") as engine:
        said = engine.run(request)
    assert isinstance(said[-1], RunFinished), said[-1]
    assert "fresh-goes-on" in [event.code for event in said if isinstance(event, Notice)]
    from_cache = {event.stage: event.from_cache for event in said if isinstance(event, StageFinished)}
    assert {stage for stage, was_kept in from_cache.items() if was_kept} == {"embed", "project", "cluster"}
    assert topics_of(out) == topics_of(undisturbed.out)
    with Project(out / "project.topicdesk") as project:
        assert not project.artifacts.has_afresh()  # the next one computes all anew


def topics_of(out):
    with (out / "documents.csv").open(encoding="utf-8", newline="") as stream:
        return [(row["id"], row["topic"], row["x"], row["y"]) for row in csv.DictReader(stream)]
