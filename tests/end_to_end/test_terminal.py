"""The terminal's side of a run, with stand-ins for the engine that die, babble and do not listen."""

import io
import json
import os
import signal
import sys
import threading
import time

import pytest

from topicdesk import terminal
from topicdesk.core import events
from topicdesk.core.engine_protocol import encode_event
from topicdesk.core.errors import InputError, StageFailed
from topicdesk.core.requests import RelabelRequest, RunRequest


@pytest.fixture
def follow(monkeypatch, capfdbinary):
    """A function that follows a stand-in for the engine; gives exit code, events and stderr."""

    def run(code, as_json=True):
        monkeypatch.setattr(terminal, "engine_command", lambda: [sys.executable, "-c", code])
        exit_code = terminal.follow_run(RunRequest("p"), as_json)
        out, err = capfdbinary.readouterr()
        return exit_code, [json.loads(line) for line in out.splitlines()], err.decode()

    return run


def saying(*said, then=""):
    stream = b"".join(encode_event(event, 1, number) for number, event in enumerate(said))
    return f"import os, signal, sys, time\nsys.stdin.readline()\nos.write(1, {stream!r})\n{then}"


def test_that_an_engine_that_cannot_start_ends_with_3(follow):
    code, said, err = follow("raise SystemExit(1)")
    assert code == 3
    assert [event["event"] for event in said] == ["RunFailed"]
    assert len(err.splitlines()) == 1
    assert "exit code 1" in err


def test_that_an_abort_of_the_language_model_is_explained(follow):
    code, said, err = follow(saying(events.StageStarted("label"), then="os.write(2, b'GGML_ASSERT(x) failed\\n'); os.abort()"))
    assert code == 3
    assert said[-1]["stage"] == "label"
    assert "The language model's library stopped itself." in err
    assert "GGML_ASSERT" in said[-1]["details"]


def test_that_an_engine_that_dies_of_the_graphics_card_is_followed_by_one_that_leaves_it_alone(follow):
    died = "os.write(2, b'CUDA error: unspecified launch failure\\n'); os.abort()"
    asked = saying(events.StageStarted("label")).replace("sys.stdin.readline()", "asked = sys.stdin.readline()")
    finished = f"os.write(1, {encode_event(events.RunFinished(1, {}), 1, 1)!r})"
    code, said, err = follow(f'{asked}\nif \'"gpu_layers":"0"\' in asked:\n    {finished}\nelse:\n    {died}\n')
    assert code == 0
    assert [event["event"] for event in said] == ["StageStarted", "Notice", "StageStarted", "RunFinished"]
    assert [event["sequence"] for event in said] == [0, 1, 2, 3]
    assert "does not answer any more" in said[1]["text"]
    assert err == ""


def test_that_a_graphics_card_that_kills_every_engine_ends_the_run_with_its_reason(follow):
    code, said, err = follow(saying(events.StageStarted("label"), then="os.write(2, b'CUDA out of memory\\n'); os.abort()"))
    assert code == 3
    assert [event["event"] for event in said if event["event"] != "StageStarted"] == ["Notice", "Notice", "RunFailed"]
    assert "The graphics card ran out of memory." in err


def test_that_what_comes_after_the_last_word_is_not_waited_for(follow):
    started = time.monotonic()
    code, said, _ = follow(saying(events.RunFinished(1, {}), then="print('noise', flush=True); sys.stdin.read()"))
    assert code == 0
    assert len(said) == 1
    assert time.monotonic() - started < 10


def test_that_lines_that_are_no_events_are_passed_over(follow):
    code, said, _ = follow(
        saying(events.RunStarted("p"), then=f"print('[1]'); print('noise'); sys.stdout.buffer.write({encode_event(events.RunFinished(1, {}), 1, 1)!r})")
    )
    assert code == 0
    assert [event["event"] for event in said] == ["RunStarted", "RunFinished"]


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")
def test_that_a_deaf_engine_is_killed_two_seconds_after_ctrl_c(follow):
    threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
    started = time.monotonic()
    code, said, _ = follow(saying(events.StageStarted("embed"), then="signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(60)"))
    assert code == 130
    assert 2 < time.monotonic() - started < 5
    assert said[-1]["event"] == "RunCancelled"
    assert "embed" in said[-1]["kept"]


@pytest.mark.parametrize(
    ("last", "code"),
    [
        (events.RunFinished(1, {"total_seconds": 2.0}), 0),
        (events.RunFailed("embed", "No.", 2, "Do."), 2),
        (events.RunFailed("embed", "No.", 3), 3),
        (events.RunCancelled("embed", "Kept."), 130),
    ],
)
def test_that_the_last_word_decides_the_exit_code(follow, last, code):
    assert follow(saying(last), as_json=False)[0] == code


def test_that_the_progress_display_is_lines_on_stderr_where_it_is_no_terminal(follow):
    said = (
        events.CorpusRead(1200, 3, 2, {"empty text": 4}), events.StageStarted("embed", 10, "documents"), events.StageProgress("embed", 5, 10),
        events.StageFinished("embed", 1.5, False), events.StageFinished("project", 0.0, True), events.TopicsReady(1, 7, 100),
        events.RunFailed("label", "It\nbroke.", 3, "Mend it."),
    )  # fmt: skip
    _, out, err = follow(saying(*said), as_json=False)
    assert out == []
    assert err.splitlines() == [
        "1,200 documents (4 empty text, 3 repeated, 2 rows unreadable)", "embed           1.5 s", "project    kept from an earlier run",
        "7 topics, 100 documents in none", "topicdesk: It broke. Mend it.",
    ]  # fmt: skip


def test_that_the_progress_display_counts_one_as_one(follow):
    said = (events.CorpusRead(1, 0, 1, {}), events.TopicsReady(1, 1, 1), events.RunFailed("label", "It broke.", 3, "Mend it."))
    _, _, err = follow(saying(*said), as_json=False)
    assert err.splitlines()[:2] == ["1 document (1 row unreadable)", "1 topic, 1 document in none"]


def asking(monkeypatch, code):
    monkeypatch.setattr(terminal, "engine_command", lambda: [sys.executable, "-c", code])
    return terminal.ask_engine(RelabelRequest("p", ("t",)))


def test_that_one_question_has_one_answer_with_its_progress_beside_it(monkeypatch, capfd):
    answer = events.Relabelled("k", 1, False)
    said = saying(events.EngineReady(1.0, "cpu", {}), events.RelabelProgress(0, 0), events.Notice("n", "By the way."), answer, then="sys.stdin.read()")
    assert asking(monkeypatch, said) == answer
    assert capfd.readouterr() == ("", "By the way.\n")


def test_that_a_question_that_is_refused_or_kills_the_engine_raises_with_the_reason(monkeypatch):
    with pytest.raises(InputError, match="No such topic"):
        asking(monkeypatch, saying(events.RequestFailed("RelabelRequest", "No such topic.")))
    with pytest.raises(StageFailed, match="library stopped itself") as died:
        asking(monkeypatch, saying(events.RelabelProgress(0, 0), then="os.write(2, b'GGML_ASSERT(x) failed\\n'); os.abort()"))
    assert died.value.exit_code == 3


def test_that_the_import_is_shown_in_megabytes_and_other_stages_in_what_they_count(monkeypatch):
    written = io.StringIO()
    monkeypatch.setattr(written, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", written)
    display = terminal._Progress()
    for stage, unit, total in (("import", "bytes", 8_000_000), ("embed", "documents", 4000)):
        display.show(events.StageStarted(stage, None, unit))
        display.show(events.StageProgress(stage, total // 4, total))
    assert "import 2.0 of 8.0 MB" in written.getvalue()
    assert "embed 1,000 of 4,000" in written.getvalue()
