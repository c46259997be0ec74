"""What the window asks between runs, of a real warm engine."""

import shutil

import numpy as np
import pytest

from tests.worker.conftest import MANY_TOPICS
from tests.worker.engine_client import run_request
from topicdesk.core.events import ForecastReady, Reclustered, RequestFailed, RunFinished, StageFinished
from topicdesk.core.requests import CancelRequest, CorpusSource, ForecastRequest, ReclusterRequest
from topicdesk.core.settings import default_min_topic_size
from topicdesk.project.store import Project

pytestmark = pytest.mark.slow
ANSWERS = (ForecastReady, Reclustered, RequestFailed)


@pytest.fixture
def ask(warm_engine):
    def ask(request):
        warm_engine.send(request)
        return warm_engine.until(lambda event: isinstance(event, ANSWERS))[-1]

    return ask


@pytest.fixture
def out(undisturbed, tmp_path):
    return shutil.copytree(undisturbed.out, tmp_path / "out")


def test_that_a_forecast_counts_documents_and_names_seconds_and_memory(ask, undisturbed):
    ready = ask(ForecastRequest(CorpusSource(str(undisturbed.corpus))))
    assert isinstance(ready, ForecastReady), ready
    assert (ready.n_documents, ready.n_cut, ready.n_max_tokens) == (400, 0, 256)
    assert ready.min_topic_size == default_min_topic_size(400)
    assert {"embed", "project", "label"} <= set(ready.seconds)
    assert all(0 <= seconds < 600 for seconds in ready.seconds.values())
    assert 500 < ready.memory_mib < 8000
    assert ready.free_memory_mib > 0


@pytest.mark.parametrize("content", ["text\n", "text\nThe only text of all.\n"])
def test_that_a_forecast_of_next_to_nothing_ends(ask, tmp_path, content):
    path = tmp_path / "c.csv"
    path.write_text(content, "utf-8")
    assert isinstance(ask(ForecastRequest(CorpusSource(str(path), text="text"))), ForecastReady | RequestFailed)


def test_that_a_forecast_of_no_file_fails_in_a_sentence(ask, tmp_path):
    failed = ask(ForecastRequest(CorpusSource(str(tmp_path / "absent.csv"))))
    assert isinstance(failed, RequestFailed)
    assert failed.request == "ForecastRequest"
    assert "absent.csv" in failed.reason


def test_that_topics_of_another_size_are_found_again_by_the_run_that_asks_for_them(ask, warm_engine, undisturbed, out):
    other = {"clustering": {"min_topic_size": 20}}
    found = ask(ReclusterRequest(str(out / "project.topicdesk"), other))
    assert isinstance(found, Reclustered), found
    assert found.min_topic_size == 20
    with Project(out / "project.topicdesk") as project:
        topic_of = project.artifacts.array(found.key)
    assert topic_of.shape == (400,)
    assert (found.n_topics, found.n_unassigned) == (topic_of.max() + 1, (topic_of == -1).sum())
    said = warm_engine.run(run_request(undisturbed.corpus, out, other, with_labels=False))
    assert isinstance(said[-1], RunFinished)
    assert next(event.from_cache for event in said if isinstance(event, StageFinished) and event.stage == "cluster")
    assert said[-1].summary["n_topics"] == found.n_topics


def test_that_reclustering_with_the_same_settings_gives_the_runs_own_topics(ask, undisturbed, out):
    found = ask(ReclusterRequest(str(out / "project.topicdesk"), MANY_TOPICS))
    with Project(out / "project.topicdesk") as project:
        analysis = project.analyses.get(project.analyses.current(), "")
        np.testing.assert_array_equal(project.artifacts.array(found.key), analysis.assignment.topic_of)


@pytest.mark.parametrize("settings", [{"clustering": {"min_topic_size": 1}}, {"nonsense": {}}])
def test_that_settings_that_cannot_be_fail_in_a_sentence(ask, out, settings):
    failed = ask(ReclusterRequest(str(out / "project.topicdesk"), settings))
    assert isinstance(failed, RequestFailed)
    assert failed.reason


def test_that_a_project_without_an_analysis_cannot_be_clustered_again(ask, tmp_path):
    Project(tmp_path / "p.topicdesk", create=True).close()
    for path in (tmp_path / "p.topicdesk", tmp_path / "absent.topicdesk"):
        assert isinstance(ask(ReclusterRequest(str(path))), RequestFailed)


def test_that_of_many_waiting_sizes_the_newest_is_answered_and_most_are_passed_over(warm_engine, out):
    sizes = list(range(5, 45))
    for size in sizes:
        warm_engine.send(ReclusterRequest(str(out / "project.topicdesk"), {"clustering": {"min_topic_size": size}}))
    said = warm_engine.until(lambda event: isinstance(event, Reclustered) and event.min_topic_size == sizes[-1])
    answered = [event.min_topic_size for event in said if isinstance(event, Reclustered)]
    assert answered == sorted(set(answered))
    assert len(answered) < len(sizes)


def test_that_a_cancel_between_requests_does_not_touch_the_next(ask, warm_engine, out):
    warm_engine.send(CancelRequest())
    assert isinstance(ask(ReclusterRequest(str(out / "project.topicdesk"), MANY_TOPICS)), Reclustered)
