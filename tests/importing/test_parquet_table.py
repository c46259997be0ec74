"""Parquet: all kinds of columns become text, missing values empty cells, and a damaged file a sentence."""

import datetime

import pyarrow
import pyarrow.parquet
import pytest

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.preview import preview_corpus
from topicdesk.importing.read_corpus import read_corpus


def written(path, columns):
    pyarrow.parquet.write_table(pyarrow.table(columns), path, row_group_size=700)
    return CorpusSource(str(path))


def test_that_rows_of_all_groups_come_in_their_order_with_their_roles(tmp_path):
    n = 2500
    source = written(tmp_path / "a.parquet", {
        "key": list(range(n)), "abstract": [f"Some words of abstract {i}" for i in range(n)], "when": [datetime.date(2020, 1, 1 + i % 28) for i in range(n)],
        "tags": [["a", "b"] if i % 2 else None for i in range(n)], "share": [0.5] * n, "ok": [True] * n,
    })  # fmt: skip
    corpus = read_corpus(source)
    assert corpus.fields == ("key", "abstract", "when", "tags", "share", "ok")
    assert [document.id for document in corpus.documents] == [str(i) for i in range(n)]
    assert corpus.documents[0].fields == ("0", "Some words of abstract 0", "2020-01-01", "", "0.5", "true")
    assert corpus.documents[1].fields[3] == '["a", "b"]'
    assert preview_corpus(source, n_rows=3).format == "parquet"


@pytest.mark.parametrize("kind", [pyarrow.string(), pyarrow.large_string(), pyarrow.dictionary(pyarrow.int32(), pyarrow.string()), pyarrow.binary()])
def test_that_texts_of_every_kind_come_as_they_are_and_missing_ones_empty(tmp_path, kind):
    texts = ["Some words of the first text", None, "", "Grüße, 你好\nand more words", "nan"]
    source = written(tmp_path / "a.parquet", {"text": pyarrow.array([text and text.encode() for text in texts]).cast(pyarrow.string()).cast(kind)})
    assert [row[0] for row in preview_corpus(source, n_rows=None).rows] == [text or "" for text in texts]


@pytest.mark.parametrize("content", [b"PAR1" + bytes(100), b"PAR1" + bytes(50) + b"\x10\x00\x00\x00PAR1"])
def test_that_a_damaged_file_is_refused(corpus_file, content):
    with pytest.raises(InputError, match="Parquet file is damaged"):
        preview_corpus(corpus_file(content, "a.parquet"))


def test_that_a_file_without_rows_is_refused(tmp_path):
    with pytest.raises(InputError, match="no rows"):
        preview_corpus(written(tmp_path / "a.parquet", {"text": pyarrow.array([], pyarrow.string())}))
