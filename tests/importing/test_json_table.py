"""JSON Lines and arrays: objects become rows, broken records are listed, files are streamed."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing import json_records, json_table
from topicdesk.importing.preview import preview_corpus
from topicdesk.importing.read_corpus import read_corpus

RECORDS = [{"id": i, "meta": {"title": f"Title {i}", "tags": ["a", "b"]}, "text": f"The words of text {i}", "ok": None} for i in range(1, 30)]


WRITTEN = [
    "\n".join(map(json.dumps, RECORDS)),
    json.dumps(RECORDS),
    json.dumps(RECORDS, indent=2),
    "\n".join(json.dumps(record, indent=1) for record in RECORDS),
]
CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1)


@pytest.mark.parametrize("content", WRITTEN)
def test_that_objects_are_rows_and_nested_keys_are_joined(corpus_file, content):
    corpus = read_corpus(corpus_file(content, "a.json"))
    assert corpus.fields == ("id", "meta.title", "meta.tags", "text", "ok")
    assert corpus.documents[4].fields == ("5", "Title 5", "a, b", "The words of text 5", "")
    assert (len(corpus.documents), corpus.unreadable, corpus.documents[4].title) == (29, (), "Title 5")


def test_that_a_broken_line_is_listed_and_the_others_are_read(corpus_file):
    lines = [json.dumps(record) for record in RECORDS]
    lines[6] = '{"id": 7, "text": "never closed'
    lines[9] = "nothing of the kind"
    preview = preview_corpus(corpus_file("\n".join(lines), "a.jsonl"))
    assert (preview.format, preview.n_rows) == ("jsonl", 27)
    assert [number for number, _ in preview.unreadable] == [7, 10]


BROKEN = {
    "a comma twice": lambda record: record.replace(",", ",,", 1),
    "a comma at its end": lambda record: record[:-1] + ",}",
    "a key without quotes": lambda record: record.replace('"id"', "id"),
    "no closing brace": lambda record: record[:-1],
    "no closing brackets": lambda record: record[: record.index("]")],
    "a text never closed": lambda record: re.sub(r'"(,\s*"ok")', r"\1", record),
    "a text never opened": lambda record: record.replace('"The', "The"),
    "a quotation mark too many": lambda record: record.replace("words", 'words of 5"'),
    "two quotation marks too many": lambda record: record.replace("words", '"words"'),
    "a bracket too few in a text": lambda record: record.replace(": null", ": nothing").replace("words", "{words [of"),
    "no record at all": lambda record: "nothing of the kind",
}


@pytest.mark.parametrize("size", [7, 1 << 18])
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("fault", BROKEN)
def test_that_a_broken_record_of_an_array_costs_itself_alone(corpus_file, monkeypatch, fault, indent, size):
    monkeypatch.setattr(json_records, "_BLOCK", size)
    records = [json.dumps(record, indent=indent) for record in RECORDS]
    records[3] = BROKEN[fault](records[3])
    corpus = read_corpus(corpus_file("[" + ",\n".join(records) + "]", "a.json"))
    assert [row for row, _ in corpus.unreadable] == [4]
    assert [document.id for document in corpus.documents] == [str(i) for i in range(1, 30) if i != 4]


def test_that_objects_in_a_broken_record_are_no_records(corpus_file):
    records = [json.dumps({"id": i, "text": f"The words of text {i}", "parts": [{"id": 1}, {"id": 2}], "of": {"id": 3}}) for i in range(1, 9)]
    records[3] = records[3].replace(", ", ",, ", 1)
    corpus = read_corpus(corpus_file("[" + ", ".join(records) + "]", "a.json"))
    assert ([row for row, _ in corpus.unreadable], len(corpus.documents)) == ([4], 7)


@pytest.mark.parametrize("number", [1, 29])
def test_that_the_first_and_the_last_record_may_be_broken(corpus_file, number):
    records = [json.dumps(record) for record in RECORDS]
    records[number - 1] = records[number - 1][:-1]
    corpus = read_corpus(corpus_file("[" + ", ".join(records) + "]", "a.json"))
    assert ([row for row, _ in corpus.unreadable], len(corpus.documents)) == ([number], 28)


def test_that_a_broken_text_of_an_array_of_texts_is_listed(corpus_file):
    corpus = read_corpus(corpus_file('["some words of text", nothing, "other words of text", "more words of text"]', "a.json"))
    assert ([row for row, _ in corpus.unreadable], len(corpus.documents)) == ([2], 3)


def test_that_objects_over_many_lines_may_be_broken_and_cut_by_blocks(corpus_file, monkeypatch):
    monkeypatch.setattr(json_records, "_BLOCK", 100)
    records = [json.dumps(record, indent=1) for record in RECORDS]
    records[3] = records[3].replace(",", ",,", 1)
    corpus = read_corpus(corpus_file("\n".join(records), "a.jsonl"))
    assert ([row for row, _ in corpus.unreadable], len(corpus.documents)) == ([4], 28)


def test_that_a_key_that_comes_late_is_told_and_not_silently_lost(corpus_file, monkeypatch):
    monkeypatch.setattr(json_table, "_MOST_RECORDS", 3)
    lines = [json.dumps(record) for record in [*RECORDS[:8], {"id": 9, "text": "The words of text 9", "note": "late"}]]
    corpus = read_corpus(corpus_file("\n".join(lines), "a.jsonl"))
    assert corpus.mended == ((9, "Row 9: its note was left out; no record before had it."),)


def test_that_texts_alone_are_a_column(corpus_file):
    assert read_corpus(corpus_file(json.dumps(["some words of text", "other words of text", "more words"]), "a.json")).texts[1] == "other words of text"


@pytest.mark.parametrize(
    ("content", "words"),
    [("[]", "no records"), ("{}", "no records"), ('[{"text": "cut o', "row 1 is no JSON"), ('[{"a":' + "[" * 5000, "nested too deeply|no JSON")],
)
def test_that_what_holds_no_record_is_refused(corpus_file, content, words):
    with pytest.raises(InputError, match=words):
        preview_corpus(corpus_file(content, "a.json"))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.fixed_dictionaries({"text": CELLS, "n": st.integers()}), min_size=1), st.integers(1, 9), st.booleans())
def test_that_blocks_of_any_size_give_the_same_rows(tmp_path_factory, records, size, is_array):
    path = tmp_path_factory.mktemp("json") / "a.json"
    path.write_text(json.dumps(records) if is_array else "\n".join(map(json.dumps, records)), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_records, "_BLOCK", size)
        rows = preview_corpus(CorpusSource(str(path), text="text"), n_rows=None).rows
    assert rows == tuple(tuple(str(record[key]) for key in records[0]) for record in records)
