import json
import typing

from topicdesk.core import event_log, events
from topicdesk.core.bug_report import bug_report
from topicdesk.core.event_log import EventLog, described, steps_of

SECRET = "Zwickelmann confessed"


def filled(kind):
    """An event with the secret wherever a text may stand."""
    values = {}
    for name, annotation in typing.get_type_hints(kind).items():
        text = str(annotation)
        if annotation is str:
            values[name] = SECRET
        elif "dict" in text:
            values[name] = {SECRET: SECRET, "n_documents": 3} if name == "summary" else {SECRET: 1}
        elif "tuple" in text or "list" in text:
            values[name] = (SECRET,)
        elif annotation is bool:
            values[name] = True
        else:
            values[name] = 7
    return values


def test_that_no_event_brings_a_text_into_the_log():
    fixed = {"stage": "embed", "code": "no-topics", "unit": "documents", "request": "SearchRequest", "device": "cpu", "versions": {"numpy": "2"}}
    for kind in typing.get_args(events.Event):
        values = filled(kind)
        kept = described(kind(**(values | {name: value for name, value in fixed.items() if name in values})))
        assert kept["event"] == kind.__name__
        assert SECRET not in json.dumps(kept), kind


def test_that_every_field_that_is_kept_is_a_count_a_time_or_a_word_of_our_own():
    """Whoever adds a field here must have thought of what may stand in it."""
    own_words = {"stage", "unit", "code", "request", "device"}
    for kind, names in event_log.FIELDS.items():
        hints = typing.get_type_hints(kind)
        for name in names:
            assert hints[name] in (int, float, bool, int | None) or name in own_words or (kind is events.EngineReady and name == "versions"), (kind, name)


def test_that_a_failure_keeps_where_and_never_what_was_said():
    details = (
        f"Traceback (most recent call last):\n  File \"/home/zwickelmann/topicdesk/engine/labels.py\", line 12, in ask\n    x = '{SECRET}'\n"
        f"ValueError: {SECRET}\n  /home/zwickelmann/topicdesk/stages/keywords.py:80 describe_topics\nllama: {SECRET}\n"
    )
    assert steps_of(details) == ["labels.py:12 ask", "ValueError", "keywords.py:80 describe_topics"]
    kept = described(events.RunFailed("label", f"The file {SECRET}.csv", 2, SECRET, details))
    assert "zwickelmann" not in json.dumps(kept).lower()
    assert kept["why"] == "said to the researcher"
    assert described(events.RunFailed("embed", "The engine ended without a word (signal 9).", 3, engine_died=True))["why"] == "signal 9"
    assert described(events.RunFailed("embed", "The disk is full.", 3, engine_died=True))["why"] == "The disk is full."


def test_that_the_log_is_typed_lines_and_rotated(tmp_path, monkeypatch):
    monkeypatch.setattr(event_log, "MOST_BYTES", 2000)
    log = EventLog(tmp_path / "logs")
    assert log.lines() == []
    for number in range(100):
        log.record(events.StageFinished("embed", float(number), False))
        log.record(events.StageProgress("embed", 1, 2))
    assert {path.name for path in (tmp_path / "logs").iterdir()} == {"events.jsonl", "events.jsonl.1", "events.jsonl.2"}
    assert all(path.stat().st_size < 2200 for path in (tmp_path / "logs").iterdir())
    newest = json.loads(log.lines()[-1])
    assert (newest["event"], newest["seconds"]) == ("StageFinished", 99.0)


def test_that_a_log_that_cannot_be_written_stops_nobody(tmp_path):
    (tmp_path / "logs").write_text("in the way")
    EventLog(tmp_path / "logs").record(events.RunStarted("p"))


def test_that_a_report_has_versions_and_events(tmp_path):
    said = bug_report(['{"event": "RunStarted"}'])
    assert "numpy 2" in said
    assert '{"event": "RunStarted"}' in said
    assert "Read it before you send it" in said
