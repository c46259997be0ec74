"""The fast lane gives exactly what `csv.reader` and patience give, whatever the text."""

import csv
import io
from unittest.mock import PropertyMock, patch

from hypothesis import given, settings
from hypothesis import strategies as st

from topicdesk.importing.csv_reader import CsvRows
from topicdesk.importing.dialect import Dialect
from topicdesk.importing.record_cutter import RecordCutter

PIECES = st.sampled_from(['"', '""', '"""', ",", "\n", "\r\n", "a", "b ", '","', '"\n"', '"a"', "é"])


def read(text, width, quote):
    rows = CsvRows(iter(io.StringIO(text, newline="")), Dialect(",", quote), width, n_header=0)
    return list(rows), rows.unreadable, rows.mended


@settings(deadline=None, max_examples=500)
@given(st.lists(PIECES, max_size=25).map("".join), st.integers(1, 3), st.sampled_from(['"', ""]))
def test_that_the_fast_lane_changes_nothing(text, width, quote):
    with patch.object(Dialect, "is_plain", new_callable=PropertyMock, return_value=False):
        expected = read(text, width, quote)
    assert read(text, width, quote) == expected


@settings(deadline=None, max_examples=200)
@given(st.lists(st.lists(st.text('a",\n\r x', max_size=8), min_size=2, max_size=2), max_size=6), st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
def test_that_what_csv_wrote_is_cut_without_the_slow_way(rows, quoting):
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\r\n", quoting=quoting).writerows(rows)
    cutter = RecordCutter(Dialect())
    assert list(cutter.rows(iter(stream.getvalue().splitlines(keepends=True)), 2)) == rows or cutter.refused
