"""What a text is made of, from the command line to the tables."""

import json
import shutil

import pytest

from tests.end_to_end.command_line import table, topicdesk
from tests.generated_corpora import topical_texts, write_csv
from tests.worker.engine_client import Engine
from topicdesk.core.events import TextsCompared
from topicdesk.core.requests import CompareRequest, CorpusSource

pytestmark = pytest.mark.slow
N = 60


@pytest.fixture(scope="module")
def frayed_corpus(tmp_path_factory):
    """Texts in two columns, with what cleaning takes out and leaves out."""
    rows = [(f"d{i}", f"About {theme} {i}", f"<p>{text}</p> https://example.org/{i}", theme) for i, (theme, text) in enumerate(topical_texts(N))]
    rows[5] = ("d5", "", "<br>", "none")
    rows[6] = ("d6", "too", "short", "none")
    rows[8] = rows[7]
    rows[9] = ("d9", "A long text", " ".join(text for _, text in topical_texts(N)), "all")
    return write_csv(tmp_path_factory.mktemp("frayed") / "frayed.csv", ("key", "heading", "body", "theme"), rows)


def test_that_joined_and_cleaned_texts_reach_the_tables_and_are_found_again(frayed_corpus, starter_models, tmp_path):
    command = ("run", frayed_corpus, "--out", tmp_path / "out", "--no-labels", "--id", "key", "--text", "heading", "--text", "body")
    command += ("--clean", "html,urls", "--min-words", 3, "--drop-duplicates")
    done = topicdesk(*command)
    assert done.code == 0, done.err
    assert f"1 of {N} documents: only the beginning is read, the first 256 tokens. --split analyses all of it, in passages." in done.err
    summary = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert summary["dropped"] == {"nothing left after cleaning": 1, "fewer than 3 words": 1, "repeats an earlier text": 1}
    assert summary["texts"]["columns"] == ["heading", "body"]
    assert summary["texts"]["cleaned"] == {"html": N - 2, "urls": N - 3}
    documents = table(tmp_path / "out" / "documents.csv")
    assert [row["id"] for row in documents] == [row["key"] for row in table(frayed_corpus)]
    assert [number for number, row in enumerate(documents) if not row["x"]] == [5, 6, 8]
    assert documents[0]["body"].startswith("<p>")
    again = topicdesk(*command, "--json")
    assert [event["stage"] for event in again.events if event["event"] == "StageFinished" and event["from_cache"]][:1] == ["import"]


@pytest.fixture(scope="module")
def interviews(tmp_path_factory):
    """20 interviews of 12 turns each, in which two people speak of several themes; one is empty, one a text of 900 words without turns."""
    said = [text for _, text in topical_texts(20 * 12)]
    talks = ["\n".join(f"{'Q' if turn % 2 else 'Anna'}: {said[12 * i + turn]}" for turn in range(12)) for i in range(20)]
    talks[3] = ""
    talks[5] = " ".join(said[:120])
    return write_csv(tmp_path_factory.mktemp("interviews") / "interviews.csv", ("case", "talk", "site"), [(f"i{i}", talks[i], "north") for i in range(20)])


@pytest.fixture(scope="module")
def split_run(interviews, starter_models, tmp_path_factory):
    out = tmp_path_factory.mktemp("split") / "out"
    done = topicdesk("run", interviews, "--out", out, "--no-labels", "--id", "case", "--text", "talk", "--split", "speaker")
    assert done.code == 0, done.err
    return out


def test_that_interviews_are_analysed_by_passage_and_told_by_document(split_run, interviews):
    documents, passages, profiles = (table(split_run / f"{name}.csv") for name in ("documents", "passages", "profiles"))
    assert [row["id"] for row in documents] == [row["case"] for row in table(interviews)]
    assert [row["talk"] for row in documents] == [row["talk"] for row in table(interviews)]
    assert documents[3]["topic"] == "-1" and documents[3]["x"] == "" and documents[4]["x"]
    assert {row["speaker"] for row in passages if row["document"] == "i0"} == {"Anna", "Q"}
    assert len([row for row in passages if row["document"] == "i0"]) == 12
    assert len([row for row in passages if row["document"] == "i5"]) > 2
    for row in documents:
        assert sum(float(part["share"]) for part in profiles if part["id"] == row["id"]) == (0 if row["id"] == "i3" else pytest.approx(1))
    summary = json.loads((split_run / "run.json").read_text("utf-8"))
    assert (summary["n_documents"], summary["n_passages"], summary["n_cut"]) == (20, len(passages), 0)
    assert summary["texts"]["split"] == "speaker"


def test_that_what_an_interviewer_says_is_left_out_and_counted(interviews, starter_models, tmp_path):
    command = ("run", interviews, "--no-labels", "--id", "case", "--text", "talk", "--split", "speaker", "--without-speaker")
    done = topicdesk(*command, "q", "--out", tmp_path / "out", "--json")
    assert done.code == 0, done.err
    passages, documents = (table(tmp_path / "out" / f"{name}.csv") for name in ("passages", "documents"))
    turns = [line.removeprefix("Anna: ") for row in table(interviews) for line in row["talk"].splitlines() if line.startswith("Anna: ")]
    assert [row["text"] for row in passages if row["speaker"]] == turns
    assert {row["speaker"] for row in passages} == {"Anna", ""}  # nobody is named in the text without turns, which is read whole
    assert [row["talk"] for row in documents] == [row["talk"] for row in table(interviews)]
    assert json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["texts"]["unheard"] == {"q": 6 * 18}
    (read,) = (event for event in done.events if event["event"] == "CorpusRead")
    assert (read["unheard"], read["n_documents"], read["n_passages"]) == ({"q": 6 * 18}, 20, len(passages))
    refused = topicdesk(*command, "Bob", "--out", tmp_path / "none")
    assert refused.code == 2 and "nobody of that name speaks in these texts; those who do: Anna, Q" in refused.reason()


def test_that_split_texts_are_brought_up_to_date(split_run, interviews, tmp_path):
    rows = table(interviews)
    rows[0]["talk"] += "\nAnna: One more thing was said about the court and the judge at the end."
    later = write_csv(tmp_path / "later.csv", tuple(rows[0]), [tuple(row.values()) for row in rows])
    before = table(split_run / "passages.csv")
    out = shutil.copytree(split_run, tmp_path / "out")
    with Engine("--once") as engine:
        engine.send(CompareRequest(str(out / "project.topicdesk"), CorpusSource(str(later))))
        told = engine.until(lambda event: isinstance(event, TextsCompared))[-1]
    assert (told.n_new, told.n_changed, told.n_gone, told.n_same) == (0, 1, 0, len(rows) - 1)  # of documents
    done = topicdesk("run", later, "--out", out, "--no-labels", "--id", "case", "--text", "talk", "--split", "speaker", "--update")
    assert done.code == 0, done.err
    assert len(table(out / "passages.csv")) == len(before) + 1
    assert [row["id"] for row in table(out / "documents.csv")] == [row["case"] for row in rows]
