import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topicdesk.core import tables
from topicdesk.core.analysis import Analysis, Keyword, Label, Topic, TopicAssignment
from topicdesk.core.corpus import Corpus, Document
from topicdesk.core.settings import Settings


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\n=1+1",
        "\n\n-1+cmd|x",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(A1)",
        "\tx",
        "\rx",
        "=",
        "-",
        "--5",
        "+49 89 123",
        "-1; =2",
        "-\u0661a",
    ],
)
def test_that_a_cell_that_would_run_is_neutralised(cell):
    assert tables.neutralised(cell) == "'" + cell


@pytest.mark.parametrize(
    "cell",
    [
        "-5",
        "+5",
        "-0.5",
        "-.5",
        "-1,5",
        "-1.234,56",
        "-1e-7",
        "+12%",
        "5",
        "a=1",
        "",
        " x",
        "'=1",
        "\nwords",
        " =1",
        "so; =)",
        "well ;-)",
        ";=)",
        "(a;-b)",
        "a;=1",
        "one;two (three)",
        "one\n- two (three)",
    ],
)
def test_that_numbers_and_harmless_cells_are_not_touched(cell):
    assert tables.neutralised(cell) == cell


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("a;=cmd()|x", "a;'=cmd()|x"),
        ("a;=cmd|' /C calc'!A0;b", "a;'=cmd|' /C calc'!A0;b"),
        ("=A1;+HYPERLINK(A1)", "'=A1;'+HYPERLINK(A1)"),
        ("a\t@SUM(A1)", "a\t'@SUM(A1)"),
        ("a;＝SUM(A1)", "a;'＝SUM(A1)"),
        ("a\n=SUM(A1)", "a\n'=SUM(A1)"),
    ],
)
def test_that_a_formula_is_found_where_another_spreadsheet_cuts_the_cell(cell, written):
    assert tables.neutralised(cell) == written


@given(st.text())
def test_that_no_written_cell_begins_a_formula_unless_it_is_a_number(cell):
    written = tables.neutralised(cell)
    assert written.replace("'", "") == cell.replace("'", "")
    if written[:1] in tuple("=+-@\t\r＝＋－＠"):
        assert any(character.isdigit() for character in written)
        assert not any(character.isalpha() and character not in "eE" for character in written)


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_that_a_written_float_is_its_repr(value):
    stored = np.array([value], dtype=np.float32).tolist()[0]
    assert float(tables._cell(stored)) == stored
    assert tables._cell(stored) == repr(stored)


@given(st.lists(st.sampled_from(["id", "title", "x", "corpus_id", "corpus_corpus_id", "text", "corpus_text"]), unique=True))
def test_that_own_columns_never_collide(fields):
    names = tables.own_columns(fields)
    assert len(set(names)) == len(names) == len(fields)
    assert not set(names) & set(tables.DOCUMENT_COLUMNS)
    assert all(name.endswith(field) for name, field in zip(names, fields, strict=True))


def test_that_a_colliding_column_is_called_corpus_name():
    assert tables.own_columns(("label", "text", "x")) == ["corpus_label", "text", "corpus_x"]


def analysis_and_corpus():
    documents = (
        Document("=7", "text one", "@title", fields=("=7", "text one", "-3.5")),
        Document("8", "", None, fields=("8", "", 'line\nbreak, and "quotes"')),
    )
    label = Label("-Energy \ud800", "language model")
    keywords = (Keyword("=energy", 0.5), Keyword("sun", 0.25))
    topic = Topic(0, "abc", 1, keywords, keywords[:1], keywords[1:], (0,), label)
    assignment = TopicAssignment(np.array([0, -1]), np.array([0.1, 0], dtype=np.float32))
    positions = np.array([[0.1, -2], [np.nan, np.nan]], dtype=np.float32)
    analysis = Analysis("f", Settings(), positions, assignment, (topic,), {}, {}, {}, ())
    return analysis, Corpus(documents, ("id", "text", "amount"))


def rows_of(path):
    content = path.read_bytes()
    assert b"\r" not in content
    return list(csv.reader(io.StringIO(content.decode("utf-8", "surrogatepass"), newline="")))


def test_that_topics_csv_has_its_columns_in_order_and_runs_nothing(tmp_path):
    analysis, corpus = analysis_and_corpus()
    tables.write_topics(tmp_path / "topics.csv", analysis, corpus)
    header, row = rows_of(tmp_path / "topics.csv")
    assert header == ["topic", "size", "label", "label_origin", "keywords", "keybert", "mmr", "exemplars"]
    assert row == ["0", "1", "'-Energy \ud800", "language model", "'=energy, sun", "'=energy", "sun", "'=7"]


def test_that_documents_csv_has_one_row_a_document_with_its_own_columns(tmp_path):
    analysis, corpus = analysis_and_corpus()
    tables.write_documents(tmp_path / "documents.csv", analysis, corpus)
    header, first, second = rows_of(tmp_path / "documents.csv")
    assert header == ["id", "title", "topic", "label", "strength", "x", "y", "corpus_id", "text", "amount"]
    assert first == ["'=7", "'@title", "0", "'-Energy \ud800", repr(float(np.float32(0.1))), repr(float(np.float32(0.1))), "-2.0", "'=7", "text one", "-3.5"]
    assert second == ["8", "", "-1", "", "0.0", "", "", "8", "", 'line\nbreak, and "quotes"']
