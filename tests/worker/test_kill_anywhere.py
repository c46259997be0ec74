"""The engine dies anywhere and of anything; nothing that was finished or acknowledged is lost, and the next run ends as if nothing had been.

Twenty kills at random points here; `make bench` has two hundred (tests/benchmarks/kill_points.py).
"""

import signal
import sys

import pytest

from tests.conftest import COUNTED
from tests.worker.engine_client import run_request
from tests.worker.kill_points import SETTINGS, KillRange
from tests.worker.nursery_client import Nursery
from topicdesk.core.engine_protocol import death_of_engine
from topicdesk.core.events import LabelReady, Notice, RunFailed, RunFinished, StageFinished
from topicdesk.project.store import Project

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="no fork there")]

N_KILLS = 20


@pytest.fixture(scope="module")
def kill_range(starter_models, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kills")
    with Nursery(folder) as nursery:
        yield KillRange(nursery, folder, seed=7)


def run_with(kill_range, out, *fault):
    """The engine and its last word of a run that something befalls; None where it died without one."""
    engine = kill_range.nursery.child("engine", fault=fault)
    engine.send(run_request(kill_range.corpus, out, SETTINGS))
    return engine, engine.last_word()


@pytest.mark.timeout(900)
def test_that_nothing_is_lost_wherever_the_engine_is_killed(kill_range, record_property):
    kill_range.kill_many(N_KILLS)
    record_property(COUNTED, kill_range.counts.in_words())
    assert kill_range.counts.n_lost == 0
    assert kill_range.counts.n_kills == N_KILLS
    assert len(kill_range.counts.stages) >= 3


@pytest.mark.parametrize("words", ["ggml_backend_cuda_buffer_type_alloc_buffer: cudaMalloc failed: out of memory\n", "terminate called: std::bad_alloc\n"])
def test_that_an_engine_that_aborts_for_want_of_memory_says_so_and_the_next_goes_on(kill_range, tmp_path, words):
    engine, last_word = run_with(kill_range, tmp_path / "out", "abort after saying", words)
    assert last_word is None
    status = engine.wait()
    assert status == -signal.SIGABRT
    assert "ran out of memory" in death_of_engine("cluster", status, engine.said_on_stderr()).reason
    kill_range.look_at(tmp_path / "out")
    kill_range.finish(tmp_path / "out")


def test_that_a_group_is_asked_again_whole_after_a_crash_by_chance_and_ends_with_the_same_names(kill_range, tmp_path):
    engine, _ = run_with(kill_range, tmp_path / "out", "abort at topic", 3)
    assert engine.wait() == -signal.SIGABRT
    kill_range.finish(tmp_path / "out")


def test_that_a_topic_that_crashes_the_engine_again_and_again_keeps_its_keywords_and_the_others_get_their_names(kill_range, tmp_path):
    for _ in range(2):  # with its group, alone
        engine, last_word = run_with(kill_range, tmp_path / "out", "abort at topic", 3)
        assert last_word is None
        assert engine.wait() == -signal.SIGABRT
    engine, last_word = run_with(kill_range, tmp_path / "out", "abort at topic", 3)
    assert isinstance(last_word, RunFinished), engine.said_on_stderr()
    engine.end()
    assert next(event.text for event in engine.events if isinstance(event, Notice) and event.code == "labels-skipped").startswith("1 topic keeps its keywords")
    with Project(tmp_path / "out" / "project.topicdesk") as project:
        topics = project.analyses.get(last_word.analysis_id, "").topics
    assert topics[3].label.origin == "keywords"
    assert {event.topic for event in engine.events if isinstance(event, LabelReady)} >= {topic.number for topic in topics} - {3}


@pytest.mark.parametrize(("what", "limits"), [("file size", (60_000, 150_000, 400_000)), ("pages", (20, 45, 80))])
def test_that_a_full_disk_ends_the_run_with_a_sentence_and_room_lets_it_go_on(kill_range, tmp_path, what, limits):
    failed = []
    for limit in limits:
        engine, last_word = run_with(kill_range, tmp_path / "out", what, limit)
        engine.end()
        assert last_word is not None, engine.said_on_stderr()
        if isinstance(last_word, RunFailed):
            failed.append(last_word)
            assert last_word.exit_code == 3, last_word
            assert "could not be written" in last_word.reason or "File too large" in last_word.reason or "written" in last_word.reason, last_word
            assert "kept" in last_word.reason + last_word.advice
        kill_range.look_at(tmp_path / "out")
    assert len(failed) >= 2
    print(f"{what}: {[(one.stage, one.reason.rpartition('(')[2]) for one in failed]}")
    kill_range.finish(tmp_path / "out")


def test_that_a_cleared_cache_is_made_anew_with_the_same_result(kill_range, tmp_path):
    kill_range.finish(tmp_path / "out")
    with Project(tmp_path / "out" / "project.topicdesk") as project:
        before = project.path.stat().st_size
        project.edits.rename("no topic", "kept")
        assert project.artifacts.n_bytes() > 100_000
        project.artifacts.clear()
        assert project.artifacts.n_bytes() == 0
        assert project.analyses.get(project.analyses.current(), "") is not None
    assert (tmp_path / "out" / "project.topicdesk").stat().st_size < before - 100_000
    engine, last_word = run_with(kill_range, tmp_path / "out")
    assert isinstance(last_word, RunFinished)
    engine.end()
    assert not {event.stage for event in engine.events if isinstance(event, StageFinished) and event.from_cache} & {"embed", "project", "label"}
    kill_range.finish(tmp_path / "out")
    with Project(tmp_path / "out" / "project.topicdesk") as project:
        assert project.edits.names() == {"no topic": "kept"}
