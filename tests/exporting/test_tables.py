"""Topics and documents as CSV, XLSX and Parquet: the same values in each, and reading our own export back gives them again."""

import csv
import dataclasses
import math
import zipfile

import numpy as np
import pyarrow.parquet
import pytest

from topicdesk.core.analysis import Analysis, Keyword, Label, Topic, TopicAssignment
from topicdesk.core.corpus import Corpus, Document
from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.core.settings import Settings
from topicdesk.core.tables import Table, document_table, topic_table
from topicdesk.exporting import xlsx
from topicdesk.exporting.tables import TABLE_FORMATS, export_tables
from topicdesk.exporting.xlsx import write_xlsx
from topicdesk.importing.preview import preview_corpus

NASTY = [
    "=1+1",
    "+49 30",
    "-x",
    "@a",
    "a\tb",
    'say "hi", all',
    "two\nlines",
    "Grüße 言語 \U0001f600",
    "",
    "007",
    "1e5",
    "true",
    " padded ",
    "http://example.org",
    "\x01\x02",
]


N = 45


@pytest.fixture
def written():
    """An analysis over rows of nasty cells, and its corpus."""
    keywords = (Keyword("=energy", 0.5), Keyword("sun, moon", 0.25))
    labels = [Label("-Energy, and more", "language model"), Label("Wind", "researcher")]
    topics = tuple(Topic(i, f"id{i}", 20, keywords, keywords, keywords, (0, 1), labels[i], is_checked=i == 0, note="=note") for i in range(2))
    assignment = TopicAssignment(np.arange(N) % 3 - 1, np.linspace(0, 1, N, dtype=np.float32))
    positions = np.random.default_rng(1).normal(size=(N, 2)).astype(np.float32)
    positions[4] = np.nan
    documents = tuple(Document(f"d{i}", f"Text {i}", NASTY[i % 15] or None, fields=(NASTY[i % 15], NASTY[(i * 7 + 3) % 15])) for i in range(N))
    return Analysis("f", Settings(), positions, assignment, topics, {}, {}, {}, ()), Corpus(documents, ("label", "note"))


def expected(table: Table) -> list[tuple[str, ...]]:
    return [tuple("" if isinstance(cell, float) and math.isnan(cell) else str(cell) for cell in row) for row in table.rows]


def without_apostrophe(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" else cell


@pytest.mark.parametrize("kind", TABLE_FORMATS)
def test_that_reading_our_own_export_back_gives_the_same_values(tmp_path, written, kind):
    analysis, corpus = written
    topics, documents = tmp_path / f"topics.{kind}", tmp_path / f"documents.{kind}"
    assert export_tables(topics, documents, analysis, corpus) == []
    for path, make in ((topics, topic_table), (documents, document_table)):
        preview = preview_corpus(CorpusSource(str(path), delimiter="," if kind == "csv" else None, header=True), n_rows=None)
        table = make(analysis, corpus, with_marks=True)
        assert [name for name, _, _ in preview.columns] == list(table.names)
        rows = [tuple(without_apostrophe(cell) if kind == "csv" else cell for cell in row) for row in preview.rows]
        wanted = [
            tuple(str(float(cell)) if cell and name in ("strength", "x", "y") else cell for name, cell in zip(table.names, row)) for row in expected(table)
        ]
        rows = [tuple(str(float(cell)) if cell and name in ("strength", "x", "y") else cell for name, cell in zip(table.names, row)) for row in rows]
        assert rows == wanted


def test_that_hidden_topics_are_named_in_both_tables(tmp_path, written):
    analysis, corpus = written
    analysis = dataclasses.replace(analysis, topics=(dataclasses.replace(analysis.topics[0], is_hidden=True), *analysis.topics[1:]))
    export_tables(tmp_path / "t.csv", tmp_path / "d.csv", analysis, corpus)
    for name in ("t.csv", "d.csv"):
        with (tmp_path / name).open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                assert row["hidden"] == ("yes" if row["topic"] == "0" else "")


def test_that_no_text_is_a_formula_or_a_link_in_a_workbook(tmp_path, written):
    export_tables(tmp_path / "t.xlsx", tmp_path / "d.xlsx", *written)
    with zipfile.ZipFile(tmp_path / "d.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "=1+1" in sheet and "<f>" not in sheet and "hyperlink" not in sheet


def test_that_numbers_keep_every_digit(tmp_path):
    values = [float(np.float32(0.1)), 0.1 + 0.2, 1 / 3, 1e-300, -12345678.123456789]
    write_xlsx(tmp_path / "a.xlsx", Table(("text", "x"), (str, float), 5, [(f"word {i} and more", value) for i, value in enumerate(values)]))
    rows = preview_corpus(CorpusSource(str(tmp_path / "a.xlsx")), n_rows=None).rows
    assert [float(row[1]) for row in rows] == values


def test_that_parquet_has_types(tmp_path, written):
    export_tables(tmp_path / "t.parquet", tmp_path / "d.parquet", *written)
    schema = pyarrow.parquet.read_schema(tmp_path / "d.parquet")
    assert [str(schema.field(name).type) for name in ("id", "topic", "strength", "x", "corpus_label")] == ["string", "int64", "double", "double", "string"]


def test_that_what_excel_cannot_hold_is_said(tmp_path, monkeypatch):
    table = Table(("text",), (str,), 2, [("a" * 40_000,), ("short",)])
    assert write_xlsx(tmp_path / "a.xlsx", table) == ["Excel holds at most 32,767 characters in a cell: 1 cell were cut. CSV and Parquet hold them whole."]
    monkeypatch.setattr(xlsx, "MOST_ROWS", 1)
    with pytest.raises(InputError, match="holds 1 rows"):
        write_xlsx(tmp_path / "b.xlsx", table)
    assert not (tmp_path / "b.xlsx").exists()
