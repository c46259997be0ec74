"""Whole blocks give exactly the rows that one row after the other gives, and only what is exact is taken as a block."""

import csv
import io
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topicdesk.importing.block_cutter import BlockCutter
from topicdesk.importing.csv_reader import CsvRows
from topicdesk.importing.dialect import Dialect
from topicdesk.importing.record_cutter import RecordCutter
from topicdesk.importing.text_lines import TextLines

ROWS = ["a,b\n", "a,b,c\n", '"a, b",c\n', '"a""",\n']
PIECES = st.sampled_from([*ROWS, '"', '""', '"""', ",", ",", "\n", "\n", "\r\n", "\r", "a", "b ", '","', '"\n"', '"a"', "é", "\x85", "\x1c"])


def told(rows):
    return list(rows), rows.unreadable, rows.mended, rows.excerpts, rows.number


def told_in_blocks(rows):
    found = [(number, list(cells)) for block in rows.blocks() for number, cells in zip(block.numbers, zip(*block.columns, strict=True), strict=True)]
    return [cells for _, cells in found], rows.unreadable, rows.mended, rows.excerpts, rows.number, [number for number, _ in found]


def numbers_of(rows):
    return [rows.number for _ in rows]


def in_blocks(text, size, *shape):
    return CsvRows(TextLines(io.BytesIO(text.encode()), "utf-8"), *shape), patch("topicdesk.importing.text_lines._BLOCK", size)


@settings(deadline=None, max_examples=600)
@given(st.lists(PIECES, max_size=30).map("".join), st.integers(1, 40), st.integers(1, 3), st.sampled_from(['"', "'", ""]), st.integers(0, 1), st.integers(0, 1))
def test_that_blocks_change_nothing(text, size, width, quote, n_header, n_lines_above):
    shape = (Dialect(",", quote), width, 0, n_header, None, n_lines_above)
    text = "above\n" * n_lines_above + ("a,b,c"[: 2 * width - 1] + "\n") * n_header + text
    expected = told(CsvRows(io.StringIO(text, newline=""), *shape))
    numbers = numbers_of(CsvRows(io.StringIO(text, newline=""), *shape))
    for tell, further in ((told, ()), (told_in_blocks, (numbers,))):
        rows, small_blocks = in_blocks(text, size, *shape)
        with small_blocks:
            assert tell(rows) == (*expected, *further)


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.lists(st.text('a",\n x', max_size=8), min_size=2, max_size=2), max_size=9),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_that_what_csv_wrote_is_one_exact_block(rows, quoting, line_end):
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=line_end, quoting=quoting).writerows(rows)
    columns, rest = BlockCutter(Dialect(), 2).cut(stream.getvalue(), True) or ([[], []], "")
    assert ([list(row) for row in zip(*columns, strict=True)], rest) == (rows, "")


@pytest.mark.parametrize(
    "text", ['a,"b"c\n', 'a, "b"\n', 'a,b"c"\n', 'a"",b\n', "a\n", "a,b,c\n", "\na,b\n", "a,b\rc,d\n", 'a,"b\n', "a,b\n\nc,d\n", "a\nb,c,d\n"]
)
def test_that_a_block_with_one_doubtful_row_is_left_alone(text):
    assert BlockCutter(Dialect(), 2).cut("x,y\n" + text, True) is None


def test_that_a_row_that_is_not_whole_waits_for_the_next_block():
    assert BlockCutter(Dialect(), 2).cut('a,"b"\nc,"d', False) == ([["a"], ["b"]], 'c,"d')
    assert BlockCutter(Dialect(), 2).cut('a,"b,\nc', False) is None


def test_that_blocks_are_taken_again_after_a_doubtful_row():
    lines = [f"{i},text {i}\n" for i in range(1, 2001)]
    lines[300] = "broken\n"
    one_by_one = []
    rows, small_blocks = in_blocks("id,text\n" + "".join(lines), 1000, Dialect(), 2)
    started = RecordCutter.rows

    def counted(self, *given):
        for cells in started(self, *given):
            one_by_one.append(cells)
            yield cells

    with small_blocks, patch.object(RecordCutter, "rows", counted):
        assert sum(len(block.numbers) for block in rows.blocks()) == 1999
    assert [number for number, _ in rows.unreadable] == [301]
    assert 0 < len(one_by_one) < 200
