import dataclasses
import json
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topicdesk.core import engine_protocol, events, requests

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | ANY_TEXT, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3)
)
OF_TYPE = {
    "str": ANY_TEXT,
    "int": st.integers(),
    "int | None": st.none() | st.integers(),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "bool": st.booleans(),
    "bool | None": st.none() | st.booleans(),
    "dict[str, int]": st.dictionaries(ANY_TEXT, st.integers(), max_size=3),
    "dict[str, str]": st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=3),
    "dict[str, float]": st.dictionaries(ANY_TEXT, st.floats(allow_nan=False, allow_infinity=False), max_size=3),
    "dict[str, Any]": st.dictionaries(ANY_TEXT, PLAIN, max_size=3),
    "tuple[str, ...]": st.lists(ANY_TEXT, max_size=3).map(tuple),
    "tuple[int, ...]": st.lists(st.integers(), max_size=3).map(tuple),
    "tuple[float, ...]": st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=3).map(tuple),
    "str | None": st.none() | ANY_TEXT,
}


def one_of(kinds, more=None):
    strategies = OF_TYPE | (more or {})
    return st.one_of([st.builds(kind, **{f.name: strategies[f.type] for f in dataclasses.fields(kind)}) for kind in kinds])


EVENTS = one_of(typing.get_args(events.Event))
SOURCES = one_of([requests.CorpusSource])
REQUESTS = one_of(typing.get_args(requests.Request), {"CorpusSource": SOURCES, "CorpusSource | None": st.none() | SOURCES})


@given(EVENTS)
def test_that_every_event_survives_json(event):
    assert events.from_dict(json.loads(json.dumps(events.to_dict(event)))) == event


@given(REQUESTS)
def test_that_every_request_survives_its_line(request):
    line = engine_protocol.encode_request(request)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert engine_protocol.decode_request(line) == request


def test_that_a_path_of_undecodable_bytes_reaches_the_engine():
    path = b"/data/caf\xe9.csv".decode("utf-8", "surrogateescape")
    request = requests.RunRequest("p", requests.CorpusSource(path))
    assert engine_protocol.decode_request(engine_protocol.encode_request(request)) == request


@given(st.lists(EVENTS, max_size=5), st.data())
def test_that_events_are_read_whatever_the_pieces_they_come_in(said, data):
    stream = b"".join(engine_protocol.encode_event(event, 1, number) for number, event in enumerate(said))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    reader, heard = engine_protocol.EventReader(), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        heard += reader.feed(stream[start:end])
    assert heard == said


@pytest.mark.parametrize(
    "line",
    [
        b"Loading weights: 100%", b"", b"{}", b"null", b"7", b'"text"', b"[1, 2, 3]", b"[]", b"\xff\xfe", b'{"event": "RunStarted"}',
        b'{"version": 1, "run": 1, "sequence": 1, "event": ["RunStarted"]}', b'{"version": 1, "run": 1, "sequence": 1, "event": "Nonsense"}',
        b'{"version": 1, "run": 1, "sequence": 1, "event": "RunStarted"}',
        b'{"version": 1, "run": 1, "sequence": 1, "event": "RunFinished", "analysis_id": 1, "summary": {}, "outputs": 5}',
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_that_a_line_that_is_no_event_is_passed_over(line):
    reader = engine_protocol.EventReader()
    good = engine_protocol.encode_event(events.RunStarted("p"), 1, 0)
    assert list(reader.feed(line + b"\n" + good)) == [events.RunStarted("p")]


@given(st.binary(max_size=300))
def test_that_no_bytes_break_the_reader(piece):
    list(engine_protocol.EventReader().feed(piece + b"\n"))


@given(PLAIN)
def test_that_no_json_breaks_the_readers(value):
    line = json.dumps(value).encode()
    list(engine_protocol.EventReader().feed(line + b"\n"))
    with pytest.raises(ValueError):
        engine_protocol.decode_request(line)


@pytest.mark.parametrize("values", [{"request": "RunRequest"}, {"request": ["x"]}, {"request": "RunRequest", "project": "p", "source": {"nonsense": 1}},
                                    {"request": "CancelRequest", "more": 1}, {}])  # fmt: skip
def test_that_a_request_of_another_version_is_a_value_error(values):
    with pytest.raises(ValueError):
        engine_protocol.decode_request(json.dumps(values).encode())


def test_that_a_new_run_forgets_the_last_word_of_the_one_before():
    reader = engine_protocol.EventReader()
    list(reader.feed(engine_protocol.encode_event(events.RunCancelled("embed", "kept"), 1, 3)))
    assert reader.last_word == events.RunCancelled("embed", "kept")
    list(reader.feed(engine_protocol.encode_event(events.RunStarted("p"), 2, 0)))
    assert reader.last_word is None


def test_that_an_event_names_its_version_run_and_place():
    values = json.loads(engine_protocol.encode_event(events.LabelReady(1, "Zeile\u2028 ü", "keywords"), 4, 17))
    assert (values["version"], values["run"], values["sequence"], values["event"]) == (events.PROTOCOL_VERSION, 4, 17, "LabelReady")


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        ("ggml_backend_cuda: cudaMalloc failed: out of memory", "The graphics card ran out of memory."),
        ("CUDA error: an illegal memory access", "The graphics card does not answer any more. Restart the computer if it happens again."),
        ("CUDA error: device-side assert triggered", "The graphics card reported an error."),
        ("terminate called after throwing an instance of 'std::bad_alloc'", "The computer ran out of memory."),
        ("/src/llama.cpp:12: GGML_ASSERT(n > 0) failed", "The language model's library stopped itself."),
        ("sqlite3.OperationalError: database or disk is full", "The disk is full."),
    ],
)
def test_that_the_end_of_stderr_becomes_a_reason_with_advice(tail, reason):
    failed = engine_protocol.death_of_engine("label", -6, "noise\n" * 5000 + tail)
    assert failed.reason == reason
    assert failed.advice
    assert failed.exit_code == 3
    assert failed.engine_died
    assert len(failed.details) <= 4000


@pytest.mark.parametrize(("code", "how"), [(-9, "signal 9"), (1, "exit code 1")])
def test_that_a_silent_death_says_how_it_was(code, how):
    assert how in engine_protocol.death_of_engine("embed", code, "").reason
