"""What a text is made of, from the command line to the tables."""

import json

import pytest

from tests.end_to_end.command_line import table, topicdesk
from tests.generated_corpora import topical_texts, write_csv

pytestmark = pytest.mark.slow
N = 60


@pytest.fixture(scope="module")
def frayed_corpus(tmp_path_factory):
    """Texts in two columns, with what cleaning takes out and leaves out."""
    rows = [(f"d{i}", f"About {theme} {i}", f"<p>{text}</p> https://example.org/{i}", theme) for i, (theme, text) in enumerate(topical_texts(N))]
    rows[5] = ("d5", "", "<br>", "none")
    rows[6] = ("d6", "too", "short", "none")
    rows[8] = rows[7]
    return write_csv(tmp_path_factory.mktemp("frayed") / "frayed.csv", ("key", "heading", "body", "theme"), rows)


def test_that_joined_and_cleaned_texts_reach_the_tables_and_are_found_again(frayed_corpus, starter_models, tmp_path):
    command = ("run", frayed_corpus, "--out", tmp_path / "out", "--no-labels", "--id", "key", "--text", "heading", "--text", "body")
    command += ("--clean", "html,urls", "--min-words", 3, "--drop-duplicates")
    done = topicdesk(*command)
    assert done.code == 0, done.err
    summary = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert summary["dropped"] == {"nothing left after cleaning": 1, "fewer than 3 words": 1, "repeats an earlier text": 1}
    assert summary["texts"]["columns"] == ["heading", "body"]
    assert summary["texts"]["cleaned"] == {"html": N - 1, "urls": N - 2}
    documents = table(tmp_path / "out" / "documents.csv")
    assert [row["id"] for row in documents] == [row["key"] for row in table(frayed_corpus)]
    assert [number for number, row in enumerate(documents) if not row["x"]] == [5, 6, 8]
    assert documents[0]["body"].startswith("<p>")
    again = topicdesk(*command, "--json")
    assert [event["stage"] for event in again.events if event["event"] == "StageFinished" and event["from_cache"]][:1] == ["import"]
