import os
import signal
import sys
import time
from pathlib import Path

import pytest

from topicdesk.core.events import RunCancelled, RunFailed, RunFinished
from topicdesk.core.requests import CorpusSource, RunRequest
from topicdesk.gui.engine_process import EngineProcess

WORKER = Path(__file__).parent / "fake_worker.py"


@pytest.fixture
def make_engine(qtbot):
    made = []

    def make(*behaviour):
        engine = EngineProcess([sys.executable, str(WORKER), *behaviour])
        engine.heard = []
        engine.event_came.connect(engine.heard.append)
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.shut_down()


def last_words(engine):
    return [event for event in engine.heard if isinstance(event, RunFinished | RunFailed | RunCancelled)]


def run_request(corpus_path):
    return RunRequest(str(corpus_path.with_suffix(".topicdesk")), CorpusSource(str(corpus_path)))


def test_that_a_request_sent_before_the_engine_is_ready_is_served(make_engine, qtbot, corpus_path):
    engine = make_engine()
    engine.send(run_request(corpus_path))
    qtbot.waitUntil(lambda: bool(last_words(engine)), timeout=10_000)
    assert isinstance(last_words(engine)[0], RunFinished)
    assert engine.state == "ready"


def test_that_a_cancel_that_is_heard_leaves_the_process_alive(make_engine, qtbot, corpus_path):
    engine = make_engine("pause=0.05", "steps=100")
    engine.send(run_request(corpus_path))
    qtbot.waitUntil(lambda: len(engine.heard) > 5, timeout=10_000)
    engine.cancel()
    qtbot.waitUntil(lambda: bool(last_words(engine)), timeout=1500)
    assert isinstance(last_words(engine)[0], RunCancelled)
    assert engine.state == "ready"


def test_that_an_engine_deaf_to_cancel_is_killed_within_three_seconds_and_replaced(make_engine, qtbot, corpus_path):
    engine = make_engine("pause=0.05", "steps=1000", "deaf")
    engine.send(run_request(corpus_path))
    qtbot.waitUntil(lambda: len(engine.heard) > 5, timeout=10_000)
    began = time.monotonic()
    engine.cancel()
    qtbot.waitUntil(lambda: bool(last_words(engine)), timeout=3000)
    assert time.monotonic() - began < 3
    assert isinstance(last_words(engine)[0], RunCancelled)
    qtbot.waitUntil(lambda: engine.state == "ready", timeout=10_000)


def test_that_a_death_in_a_run_becomes_a_last_word_with_the_reason_from_stderr(make_engine, qtbot, corpus_path):
    engine = make_engine("die=embed")
    engine.send(run_request(corpus_path))
    qtbot.waitUntil(lambda: bool(last_words(engine)), timeout=10_000)
    failed = last_words(engine)[0]
    assert failed.engine_died
    assert failed.stage == "embed"
    assert failed.reason == "The graphics card ran out of memory."
    qtbot.waitUntil(lambda: engine.state == "ready", timeout=10_000)


def test_that_an_idle_engine_that_is_killed_comes_back_without_a_word(make_engine, qtbot):
    engine = make_engine()
    engine.start()
    qtbot.waitUntil(lambda: engine.state == "ready", timeout=10_000)
    os.kill(engine.process_id(), signal.SIGKILL)
    qtbot.waitUntil(lambda: engine.state == "starting", timeout=5000)
    qtbot.waitUntil(lambda: engine.state == "ready", timeout=10_000)
    assert last_words(engine) == []


def test_that_an_engine_that_cannot_start_is_given_up_after_two_attempts(qtbot, corpus_path):
    engine = EngineProcess([sys.executable, "-c", "raise SystemExit('no such module')"])
    heard = []
    engine.event_came.connect(heard.append)
    engine.send(run_request(corpus_path))
    qtbot.waitUntil(lambda: engine.state == "dead" and bool(heard), timeout=10_000)
    assert heard[0].engine_died
    assert "no such module" in engine.stderr_tail


def test_that_a_program_that_is_not_there_is_reported_as_a_failed_run(qtbot, corpus_path):
    engine = EngineProcess(["/nowhere/python"])
    heard = []
    engine.event_came.connect(heard.append)
    engine.send(run_request(corpus_path))
    qtbot.waitUntil(lambda: bool(heard), timeout=5000)
    assert heard[0].exit_code == 3
    assert engine.state == "dead"


def test_that_shutting_down_takes_less_than_two_seconds_even_in_a_run(make_engine, qtbot, corpus_path):
    engine = make_engine("pause=5", "deaf")
    engine.send(run_request(corpus_path))
    qtbot.waitUntil(lambda: engine.state == "busy", timeout=10_000)
    pid = engine.process_id()
    began = time.monotonic()
    engine.shut_down()
    assert time.monotonic() - began < 2
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
