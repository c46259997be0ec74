"""The smallest corpora through the command itself; every other size and content is in tests/worker/test_small_corpora.py."""

import pytest

from tests.end_to_end.command_line import table, topicdesk
from tests.generated_corpora import write_topical

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("n_documents", [1, 50])
def test_that_a_small_corpus_ends_well(starter_models, tmp_path, n_documents):
    ended = topicdesk("run", write_topical(tmp_path / "c.csv", n_documents), "--out", tmp_path / "out")
    assert ended.code == 0, ended.err
    assert "Traceback" not in ended.err
    assert "Warning" not in ended.err
    documents = table(tmp_path / "out" / "documents.csv")
    assert [row["id"] for row in documents] == [f"d{number}" for number in range(n_documents)]
    assert all(row["x"] and row["y"] for row in documents)
    if n_documents == 1:
        assert documents[0]["topic"] == "-1"
        assert (tmp_path / "out" / "topics.csv").read_text("utf-8") == "topic,size,label,label_origin,keywords,keybert,mmr,exemplars\n"
    assert ("1 document\n" if n_documents == 1 else f"{n_documents} documents\n") in ended.err
