"""The preview keeps its contract and shows what a run would read."""

import json
import subprocess
import sys
import time

import pytest

from topicdesk.importing import json_table, sniffing
from topicdesk.importing import preview as preview_module
from topicdesk.importing.preview import preview_corpus
from topicdesk.importing.preview_text import printable, render_preview
from topicdesk.importing.read_corpus import read_corpus

TABLE = "id,title,text,date,label\n" + "".join(
    f'{i},Title number {i},"Some words of text {i % 90}, and more",2024-01-{i % 28 + 1:02},{"ab"[i % 2]}\n' for i in range(1, 101)
)


def test_that_few_long_rows_are_enough_to_tell_the_columns(corpus_file, monkeypatch):
    monkeypatch.setattr(sniffing, "_ENOUGH_CHARACTERS", 1000)
    monkeypatch.setattr(json_table, "_ENOUGH_BYTES", 1000)
    seen = []
    facts = sniffing.column_facts
    monkeypatch.setattr(sniffing, "column_facts", lambda name, cells: seen.append(len(cells)) or facts(name, cells))
    records = [{"id": i, "text": f"The words of text {i}, " + "and more of them " * 20} for i in range(300)]
    for name, content in (
        ("a.csv", "".join(f'{row["id"]},"{row["text"]}"\n' for row in ({"id": "id", "text": "text"}, *records))),
        ("a.json", json.dumps(records)),
    ):
        preview = preview_corpus(corpus_file(content, name))
        assert ([role for _, _, role in preview.columns], preview.n_rows) == (["id", "text"], 300)
    assert seen == [20] * 4


def test_that_the_contract_is_kept_to_the_letter(corpus_file):
    values = preview_corpus(corpus_file(TABLE + "101,x,,2024-01-01,a\n102,short\n"), n_rows=2).to_dict()
    assert json.loads(json.dumps(values)) == values
    assert values == {
        "format": "csv",
        "encoding": "utf-8",
        "delimiter": ",",
        "quote": '"',
        "header": True,
        "columns": [
            {"name": "id", "kind": "number", "role": "id"},
            {"name": "title", "kind": "text", "role": "title"},
            {"name": "text", "kind": "text", "role": "text"},
            {"name": "date", "kind": "date", "role": "date"},
            {"name": "label", "kind": "category", "role": "class"},
        ],
        "n_rows": 101,
        "unreadable": [{"row": 102, "reason": values["unreadable"][0]["reason"]}],
        "dropped": {"empty text": 1},
        "duplicates": 10,
        "rows": [
            ["1", "Title number 1", "Some words of text 1, and more", "2024-01-02", "b"],
            ["2", "Title number 2", "Some words of text 2, and more", "2024-01-03", "a"],
        ],
    }


def test_that_preview_and_reading_agree(corpus_file):
    source = corpus_file(TABLE + "x\n\n,,,,\n", "corpus.csv")
    preview, corpus = preview_corpus(source, n_rows=None), read_corpus(source)
    assert preview.n_rows == len(corpus.documents) == len(preview.rows)
    assert preview.unreadable == corpus.unreadable
    assert preview.dropped == corpus.dropped
    assert preview.duplicates == corpus.n_duplicates
    assert [list(row) for row in preview.rows] == [list(document.fields) for document in corpus.documents]
    assert tuple(name for name, _, _ in preview.columns) == corpus.fields


def test_that_corrections_and_roles_are_taken(corpus_file):
    preview = preview_corpus(corpus_file("a;b,c\nfirst words here;x,1\nsecond words here;y,2\n", delimiter=";", text="B,C", title="a"))
    assert preview.columns == (("a", "text", "title"), ("b,c", "text", "text"))


def test_that_the_count_is_left_open_where_it_would_take_too_long(corpus_file, monkeypatch):
    source = corpus_file(TABLE)
    monkeypatch.setattr(preview_module, "_CLOCK_EVERY", 8)
    assert preview_corpus(source, n_rows=5, budget_seconds=0).n_rows is None
    assert len(preview_corpus(source, n_rows=5, budget_seconds=0).rows) == 5
    assert preview_corpus(source, n_rows=None, budget_seconds=0).n_rows == 100


def test_that_the_terminal_shows_columns_roles_and_first_rows(corpus_file):
    text = render_preview(preview_corpus(corpus_file(TABLE + "102,short\n"), n_rows=3))
    assert "utf-8, delimiter comma, quote double, with a header; 100 rows" in text
    assert "text    text      text" in text
    assert "Row 101 has 2 cells, the header 5" in text
    assert "Some words of text 1, and more" in text
    assert max(map(len, text.splitlines())) <= 100


def test_that_the_terminal_is_told_where_no_column_looks_like_texts(corpus_file):
    assert "name it with --text" in render_preview(preview_corpus(corpus_file("a,b\n1,2\n3,4\n")))


def test_that_no_cell_can_command_the_terminal(corpus_file):
    assert "\x1b" not in render_preview(preview_corpus(corpus_file("id,text\n1,some \x1b[31mred\x1b[0m words\x07 here\n2,other words\u202e here\n")))
    assert printable("a\x1b[2Jb\u202ec\nd") == "a\ufffd[2Jb\ufffdc d"


def test_that_wide_characters_stay_aligned(corpus_file):
    lines = render_preview(preview_corpus(corpus_file("題名,text\n天気,今日はとても天気が良いので\n"))).splitlines()
    assert lines[2:5] == ["COLUMN  KIND  ROLE", "題名    text  none", "text    text  text"]


@pytest.mark.parametrize("module", ["cli", "importing.preview", "importing.preview_text", "importing.child", "importing.read_corpus"])
def test_that_import_starts_fast_and_loads_nothing_heavy(module):
    heavy = {"clevercsv", "charset_normalizer", "pandas", "torch", "PySide6", "sklearn"} | ({"numpy"} if module != "importing.read_corpus" else set())
    code = f"import sys, topicdesk.{module}; print(sorted({heavy!r} & set(sys.modules)))"
    best = min(_timed(code) for _ in range(3))
    assert best < (3.0 if module == "importing.read_corpus" else 2.0)


def _timed(code):
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
    return time.monotonic() - started
