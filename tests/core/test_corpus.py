import hashlib
import io
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topicdesk.core.arrays import from_bytes, to_bytes
from topicdesk.core.corpus import Corpus, Document, DocumentColumns
from topicdesk.core.errors import Cancelled
from topicdesk.core.progress import Progress

CELLS = st.lists(st.text(max_size=4), max_size=3).map(tuple)


@given(CELLS, CELLS)
def test_that_two_corpora_have_one_fingerprint_only_if_their_cells_are_equal(one, other):
    first, second = (Corpus((Document("1", "t", fields=cells),), ("a",)).fingerprint for cells in (one, other))
    assert (first == second) == (one == other)


@given(st.lists(CELLS, max_size=70))
def test_that_the_fingerprint_is_that_of_earlier_versions(rows):
    digest = hashlib.sha256()
    for cells in (("a", "ü"), *(("7", "text", "", *cells) for cells in rows)):
        for cell in cells:
            encoded = cell.encode("utf-8", "surrogatepass")
            digest.update(len(encoded).to_bytes(8, "little") + encoded)
        digest.update(b"\xff")
    assert Corpus(tuple(Document("7", "text", fields=cells) for cells in rows), ("a", "ü")).fingerprint == digest.hexdigest()


def test_that_lone_surrogates_do_not_break_the_fingerprint():
    assert Corpus((Document("1", "\ud800"),)).fingerprint != Corpus((Document("1", "\ud801"),)).fingerprint


def test_that_documents_without_text_keep_their_place():
    corpus = Corpus((Document("1", ""), Document("2", "b"), Document("3", "b"), Document("4", "")))
    assert corpus.with_text.tolist() == [1, 2]
    assert corpus.with_text.dtype == np.int64
    assert corpus.n_duplicates == 1
    assert Corpus(()).with_text.shape == (0,)


@pytest.mark.parametrize("dates", [None, ["2001", None, "2003"]])
@pytest.mark.parametrize("cells", [(), (["1", "2", "3"], ["x", "y", ""])])
def test_that_documents_kept_in_columns_are_those_that_were_put_in(dates, cells):
    columns = DocumentColumns(["1", "2"], ["a", ""], None, dates and dates[:2], None, tuple(column[:2] for column in cells))
    columns.extend(DocumentColumns(["3"], ["c"], None, dates and dates[2:], None, tuple(column[2:] for column in cells)))
    rows = list(zip(*cells)) or [()] * 3
    documents = [Document("123"[i], ("a", "", "c")[i], None, dates and dates[i], None, rows[i]) for i in range(3)]
    assert list(columns) == documents and [columns[i] for i in range(-3, 3)] == documents * 2
    assert columns[1:] == tuple(documents[1:]) and columns[::-2] == (documents[2], documents[0])
    with pytest.raises(IndexError):
        columns[3]
    corpus, plain = Corpus(columns, ("a", "b")), Corpus(tuple(documents), ("a", "b"))
    assert (corpus.texts, corpus.fingerprint, corpus.with_text.tolist()) == (plain.texts, plain.fingerprint, [0, 2])


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.bool_])
@pytest.mark.parametrize("shape", [(0,), (3, 4), (0, 5)])
def test_that_an_array_survives_its_bytes(dtype, shape):
    array = np.ones(shape, dtype=dtype)
    back = from_bytes(to_bytes(array))
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)


def test_that_no_pickle_is_read_or_written():
    with pytest.raises(ValueError):
        to_bytes(np.array([{"a": 1}], dtype=object))
    stream = io.BytesIO()
    np.save(stream, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    for content in (pickle.dumps([1]), stream.getvalue()):
        with pytest.raises(ValueError):
            from_bytes(content)


def test_that_progress_reports_first_and_then_stops_where_it_was_cancelled():
    told = []
    Progress(lambda done, total: told.append((done, total)))(1, 2)
    with pytest.raises(Cancelled):
        Progress(lambda done, total: told.append((done, total)), lambda: True)(2, 2)
    assert told == [(1, 2), (2, 2)]
