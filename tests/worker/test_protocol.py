import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.worker.conftest import MANY_TOPICS
from tests.worker.engine_client import Engine, run_request
from topicdesk.core import events, requests
from topicdesk.core.engine_protocol import EventReader, encode_request

pytestmark = pytest.mark.slow


def test_that_a_run_says_its_stages_in_order_and_ends_with_one_last_word(undisturbed):
    said = undisturbed.events
    names = [event.stage for event in said if isinstance(event, events.StageFinished)]
    assert names == [event.stage for event in said if isinstance(event, events.StageStarted)] == list(events.STAGES)
    assert [event for event in said if isinstance(event, events.LAST_WORDS)] == [said[-1]]
    assert isinstance(said[-1], events.RunFinished)
    assert any(isinstance(event, events.ProjectionReady) for event in said)
    ready = next(place for place, event in enumerate(said) if isinstance(event, events.TopicsReady))
    labelled = [place for place, event in enumerate(said) if isinstance(event, events.LabelReady)]
    assert {said[place].topic for place in labelled} == set(range(said[-1].summary["n_topics"]))
    assert min(labelled) > ready  # the map is there before the model's first answer


def test_that_progress_never_falls_or_passes_its_total(undisturbed):
    for stage in events.STAGES:
        done = [event for event in undisturbed.events if isinstance(event, events.StageProgress) and event.stage == stage]
        assert [event.done for event in done] == sorted(event.done for event in done)
        assert all(0 <= event.done <= event.total for event in done)


def test_that_no_event_but_labels_carries_a_documents_text(undisturbed):
    for event in undisturbed.events:
        if not isinstance(event, events.LabelReady):
            assert "were about" not in json.dumps(events.to_dict(event))


def test_that_the_stream_is_json_lines_with_version_run_and_sequence(warm_engine, undisturbed):
    lines = [json.loads(line) for line in warm_engine.raw.splitlines()]
    assert {line["version"] for line in lines} == {events.PROTOCOL_VERSION}
    first_run = [line["sequence"] for line in lines if line["run"] == 1]
    assert first_run == list(range(len(first_run)))


def test_that_what_libraries_print_does_not_spoil_the_stream():
    """The private streams are made before anything else is imported: prints from Python and from C go to stderr."""
    code = """
import ctypes, os, sys
from topicdesk.core import events
from topicdesk.engine import worker
source, sink = worker._private_streams()
speaker = worker._Speaker(sink)
speaker.say(events.RunStarted("p"))
print("a library prints")
os.write(1, b"a library writes to descriptor 1\\n")
ctypes.CDLL(None).puts(b"C prints")
os.system("echo a child prints")
assert sys.stdin.read() == "" or True
assert os.read(0, 10) == b""
assert source.readline() == b"for the engine\\n"
speaker.say(events.RunCancelled("embed", "kept"))
"""
    done = subprocess.run([sys.executable, "-c", code], input=b"for the engine\n", capture_output=True, check=True)
    reader = EventReader()
    assert list(reader.feed(done.stdout)) == [events.RunStarted("p"), events.RunCancelled("embed", "kept")]
    assert done.stdout.count(b"\n") == 2
    for said in (b"a library prints", b"descriptor 1", b"C prints", b"a child prints"):
        assert said in done.stderr


def test_that_the_end_of_standard_input_ends_the_engine(starter_models):
    with Engine("--once") as engine:
        engine.until(lambda event: isinstance(event, events.EngineReady))
        engine.process.stdin.close()
        assert engine.process.wait(5) == 0


def test_that_a_quit_request_ends_the_engine(starter_models):
    with Engine("--once") as engine:
        engine.send(requests.QuitRequest())
        assert engine.process.wait(60) == 0


def test_that_lines_that_are_no_requests_are_passed_over(starter_models, tmp_path):
    with Engine("--once") as engine:
        for line in (b"nonsense\n", b"[1]\n", b"\xff\n", b'{"request": "RunRequest", "source": {"nonsense": 1}}\n', b"[" * 100_000 + b"\n", b"\n"):
            engine.process.stdin.write(line)
        failed = engine.run(run_request(tmp_path / "absent.csv", tmp_path / "out"))[-1]
        assert isinstance(failed, events.RunFailed)
        assert failed.exit_code == 2
        assert "absent.csv" in failed.reason


def test_that_an_engine_whose_parent_was_killed_leaves_no_process_behind(starter_models, tmp_path, undisturbed):
    """The parent is a process of its own; it is killed while both layouts are under way."""
    import psutil

    code = """
import subprocess, sys, time
from topicdesk.core.engine_protocol import engine_command
engine = subprocess.Popen([*engine_command(), "--once"], stdin=subprocess.PIPE, stdout=sys.stdout)
engine.stdin.write(sys.stdin.buffer.read())
engine.stdin.flush()
time.sleep(600)
"""
    request = encode_request(run_request(undisturbed.corpus, tmp_path / "out", MANY_TOPICS))
    parent = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    parent.stdin.write(request)
    parent.stdin.close()
    reader = EventReader()
    while not any(isinstance(event, events.StageStarted) and event.stage == "project" for event in reader.feed(os.read(parent.stdout.fileno(), 65_536))):
        pass
    time.sleep(0.3)
    family = psutil.Process(parent.pid).children(recursive=True)
    assert len(family) >= 2  # the engine and the server of its layouts at least
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    _, alive = psutil.wait_procs(family, 5)
    assert all(process.status() == psutil.STATUS_ZOMBIE for process in alive), [process.cmdline() for process in alive]
