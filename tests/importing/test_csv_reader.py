"""Rows that cannot be read are listed with number and reason, and the others come out."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing import csv_reader
from topicdesk.importing.csv_reader import CsvRows
from topicdesk.importing.dialect import Dialect
from topicdesk.importing.preview import preview_corpus
from topicdesk.importing.read_corpus import read_corpus


def read(text, width, **said):
    rows = CsvRows(iter(text.splitlines(keepends=True)), Dialect(**said), width)
    return list(rows), rows.unreadable


def test_that_ragged_rows_are_listed_with_their_numbers(corpus_file):
    corpus = read_corpus(corpus_file("id,title,text\n1,a,good words here\n2,b\n3,c,more words,and more\n\n4,d,last words\n"))
    assert [document.id for document in corpus.documents] == ["1", "4"]
    assert [row for row, _ in corpus.unreadable] == [2, 3]
    assert corpus.unreadable[0][1].startswith("Row 2 has 2 cells, the header 3; perhaps cells are missing")
    assert corpus.unreadable[1][1].startswith("Row 3 has 4 cells, the header 3; perhaps a cell contains the delimiter ,")


def test_that_row_numbers_are_ids_where_there_is_no_id_column(corpus_file):
    corpus = read_corpus(corpus_file("title,text\na,good words here\nb\nc,more good words\n"))
    assert [document.id for document in corpus.documents] == ["1", "3"]


def test_that_a_lone_quote_costs_one_row_and_not_the_rest_of_the_file(corpus_file):
    rows = [f"{i},the words of text {i}" for i in range(1, 3001)]
    rows[1283] = '1284,"never closed'
    corpus = read_corpus(corpus_file("id,text\n" + "\n".join(rows) + "\n"))
    assert len(corpus.documents) == 2999
    assert corpus.unreadable == ((1284, "Row 1,284 has a quotation mark that is never closed."),)


def test_that_two_lone_quotes_that_swallow_what_is_between_them_cost_two_rows():
    lines = ["id,a,text"] + [f"{i},x,words {i}" for i in range(1, 21)]
    lines[5], lines[12] = '5,x,"words', '12,x,"words'
    rows, unreadable = read("\n".join(lines) + "\n", 3)
    assert [row[0] for row in rows] == [str(i) for i in range(1, 21) if i not in (5, 12)]
    assert [number for number, _ in unreadable] == [5, 12]
    assert "quotation mark" in unreadable[0][1]


def test_that_a_file_cut_off_inside_a_text_says_so():
    rows, unreadable = read('id,text\n1,one\n2,"and then\nthe file', 2)
    assert rows == [["1", "one"]]
    assert unreadable == [(2, "Row 2 has a quotation mark that is never closed; perhaps the file was cut off here.")]


def test_that_line_breaks_inside_cells_stay_one_row():
    assert read('id,text\n1,"one\n\ntwo\r\nthree"\n2,four\n', 2) == ([["1", "one\n\ntwo\r\nthree"], ["2", "four"]], [])


def test_that_blank_lines_are_no_rows():
    assert read("id,text\n\n1,one\n   \n\n2,two\n\n", 2) == ([["1", "one"], ["2", "two"]], [])


def test_that_a_repeated_header_is_no_document():
    rows, unreadable = read("id,text\n1,one\nid,text\n2,two\n", 2)
    assert (len(rows), unreadable) == (2, [(2, "Row 2 repeats the header.")])


def test_that_an_empty_quoted_cell_of_a_single_column_is_a_row(corpus_file):
    corpus = read_corpus(corpus_file('text\n"one two three"\n""\n\n"four five six"\n'))
    assert corpus.texts == ["one two three", "", "four five six"]
    assert corpus.dropped == {"empty text": 1}


def test_that_cells_beyond_pythons_own_limit_are_read(corpus_file):
    text = "many words " * 100_000
    corpus = read_corpus(corpus_file(f'id,text\n1,"{text}"\n2,few words here\n'))
    assert corpus.texts == [text.strip(), "few words here"]


def test_that_quotes_that_never_pair_up_end_in_bounded_time():
    started = time.monotonic()
    _, unreadable = read("id,text\n" + '"a","b\n' * 20_000, 2)
    assert time.monotonic() - started < 10
    assert unreadable


def test_that_a_hopeless_file_ends_in_a_sentence_and_not_in_a_million_reasons(monkeypatch):
    monkeypatch.setattr(csv_reader, "HOPELESS_ROWS", 100)
    with pytest.raises(InputError, match=r"nearly no row can be read; check delimiter and quote. Row 1 has 3 cells"):
        read("id,text\n" + "1,2,3\n" * 200, 2)


def test_that_a_missing_header_counts_the_table(corpus_file):
    preview = preview_corpus(corpus_file("1,some words of a text\n2,more words of a text\n3,x,y\n4,last words of a text\n"))
    assert (preview.header, preview.n_rows) == (False, 3)
    assert preview.unreadable[0][1].startswith("Row 3 has 3 cells, the table 2;")


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet='ab,"\n\r\\ ', max_size=80), st.integers(1, 3), st.sampled_from(['"', ""]))
def test_that_every_row_is_read_or_listed_and_numbers_rise(text, width, quote):
    rows = CsvRows(iter(text.splitlines(keepends=True)), Dialect(",", quote), width, n_header=0)
    numbers = []
    for cells in rows:
        assert len(cells) == width
        numbers.append(rows.number)
    listed = [number for number, _ in rows.unreadable]
    assert sorted(numbers + listed) == list(range(1, len(numbers) + len(listed) + 1))


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(["1,some words", '2,"more, words"', "3", "4,a,b", '5,"open', '6,x"y"', '"7",""']), min_size=1, max_size=40))
def test_that_read_and_unreadable_rows_are_all_rows_of_the_file(tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("rows") / "a.csv"
    path.write_text("id,text\n" + "\n".join(lines) + "\n")
    try:
        corpus = read_corpus(CorpusSource(str(path), text="text", delimiter=",", quote='"', header=True))
    except InputError:
        return
    numbers = sorted([row for row, _ in corpus.unreadable])
    assert len(corpus.documents) + len(numbers) <= len(lines)
    assert len(corpus.documents) == len(corpus.with_text) + corpus.dropped.get("empty text", 0)
    if not any('"open' in line for line in lines):  # else a row may rightly hold several lines
        assert len(corpus.documents) + len(numbers) == len(lines)
