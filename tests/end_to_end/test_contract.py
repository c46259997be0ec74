"""What a run leaves behind and says, held against the contract."""

import json
import re

import pytest

from tests.end_to_end.command_line import table, topicdesk
from tests.end_to_end.conftest import N_DOCUMENTS
from topicdesk.core.events import STAGES
from topicdesk.core.settings import Settings

pytestmark = pytest.mark.slow


def test_that_a_run_leaves_five_files_and_nothing_else(finished_run):
    assert sorted(path.name for path in finished_run.out.iterdir()) == ["documents.csv", "map.png", "project.topicdesk", "run.json", "topics.csv"]
    assert (finished_run.out / "map.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_that_topics_csv_keeps_its_header_and_its_promises(finished_run):
    content = (finished_run.out / "topics.csv").read_bytes()
    assert content.split(b"\n")[0] == b"topic,size,label,label_origin,keywords,keybert,mmr,exemplars"
    assert b"\r" not in content
    topics = table(finished_run.out / "topics.csv")
    assert len(topics) == finished_run.summary["n_topics"] >= 4
    assert [topic["topic"] for topic in topics] == [str(number) for number in range(len(topics))]
    sizes = [int(topic["size"]) for topic in topics]
    assert sizes == sorted(sizes, reverse=True)
    ids = {row["id"] for row in table(finished_run.out / "documents.csv")}
    for topic in topics:
        assert topic["label_origin"] in ("language model", "keywords")
        assert all(len(topic[aspect].split(", ")) == 10 for aspect in ("keywords", "keybert", "mmr"))
        assert set(topic["exemplars"].split(", ")) <= ids
    assert len({topic["label"] for topic in topics}) == len(topics)


def test_that_documents_csv_has_every_row_in_order_and_its_own_columns(finished_run):
    assert (finished_run.out / "documents.csv").read_bytes().split(b"\n")[0] == (
        b"id,title,topic,label,strength,x,y,corpus_id,corpus_title,corpus_topic,text,amount,corpus_label,corpus_x"
    )
    documents, corpus = table(finished_run.out / "documents.csv"), table(finished_run.corpus)
    assert [row["id"] for row in documents] == [row["id"] for row in corpus]
    labels = {topic["topic"]: topic["label"] for topic in table(finished_run.out / "topics.csv")} | {"-1": ""}
    sizes = {topic["topic"]: int(topic["size"]) for topic in table(finished_run.out / "topics.csv")}
    for row, given in zip(documents, corpus, strict=True):
        assert row["label"] == labels[row["topic"]]
        assert 0 <= float(row["strength"]) <= 1
        assert (row["x"] == "") == (row["y"] == "") == (given["text"] == "")
        assert row["topic"] == "-1" or given["text"]
        assert row["amount"] == given["amount"]  # a number is not touched, not even a negative one
        assert row["corpus_label"] == "'" + given["label"]
        assert (row["text"], row["corpus_topic"], row["corpus_x"]) == (given["text"], given["topic"], given["x"])
    assert documents[3]["title"] == "'=title 3"
    assert {topic: sum(row["topic"] == topic for row in documents) for topic in sizes} == sizes


def test_that_repeated_texts_are_in_one_place_and_one_topic(finished_run):
    repeated = [row for row in table(finished_run.out / "documents.csv") if row["text"] == "The court and the judge were about appeal."]
    assert len(repeated) == 4
    assert len({row["topic"] for row in repeated}) == 1
    assert len({round(float(row["x"]), 0) for row in repeated}) <= 2


def test_that_the_topics_are_the_themes(finished_run):
    from sklearn.metrics import adjusted_rand_score

    rows = [row for row in table(finished_run.out / "documents.csv") if row["topic"] != "-1"]
    assert len(rows) > N_DOCUMENTS / 2
    assert adjusted_rand_score([row["corpus_topic"] for row in rows], [row["topic"] for row in rows]) > 0.5


def test_that_run_json_has_its_keys_and_stage_names(finished_run):
    summary = finished_run.summary
    assert set(summary) >= {
        "n_documents",
        "n_topics",
        "n_unassigned",
        "dropped",
        "stages",
        "total_seconds",
        "peak_memory_mib",
        "settings",
        "models",
        "versions",
        "device",
    }
    assert [stage["name"] for stage in summary["stages"]] == list(STAGES)
    assert all(set(stage) == {"name", "seconds", "from_cache"} and not stage["from_cache"] for stage in summary["stages"])
    assert summary["n_documents"] == N_DOCUMENTS
    assert summary["dropped"] == {"empty text": 4}
    assert summary["n_unassigned"] == sum(row["topic"] == "-1" for row in table(finished_run.out / "documents.csv"))
    assert sum(stage["seconds"] for stage in summary["stages"]) <= summary["total_seconds"] + 0.1
    assert 300 < summary["peak_memory_mib"] < 8000
    assert {(model["role"], len(model["sha256"])) for model in summary["models"]} == {("embedding", 64), ("language", 64)}
    assert summary["device"] in ("cpu", "cuda")
    chosen = {
        stage: {name: value for name, value in table.items() if name in Settings().to_dict()[stage]}
        for stage, table in summary["settings"].items()
        if isinstance(table, dict)
    }
    assert Settings.from_dict(chosen) == Settings()
    assert "were about" not in json.dumps(summary)


def test_that_the_stream_of_json_has_exactly_one_last_word_and_it_is_the_summary(finished_run):
    said = finished_run.ended.events
    assert all({"event", "version", "run", "sequence"} <= set(event) for event in said)
    assert [event["sequence"] for event in said] == sorted({event["sequence"] for event in said})
    last = [event for event in said if event["event"] in ("RunFinished", "RunFailed", "RunCancelled")]
    assert last == [said[-1]]
    assert last[0]["event"] == "RunFinished"
    assert last[0]["summary"] == finished_run.summary
    assert last[0]["outputs"] == ["map.png", "topics.csv", "documents.csv", "run.json"]
    assert finished_run.ended.err == ""


def test_that_an_unchanged_run_changes_nothing_and_computes_nothing(finished_run, tmp_path, columns):
    out = finished_run.copy(tmp_path / "out")
    ended = topicdesk("run", finished_run.corpus, "--out", out, *columns)
    assert ended.code == 0, ended.err
    for name in ("topics.csv", "documents.csv", "map.png"):
        assert (out / name).read_bytes() == (finished_run.out / name).read_bytes(), name
    stages = json.loads((out / "run.json").read_text("utf-8"))["stages"]
    assert [stage["name"] for stage in stages if not stage["from_cache"]] == ["draw"]
    assert "kept from an earlier run" in ended.err
    assert ended.out == ""


def test_that_a_changed_topic_size_reuses_embeddings_and_projection(finished_run, tmp_path, columns):
    out = finished_run.copy(tmp_path / "out")
    assert topicdesk("run", finished_run.corpus, "--out", out, "--min-topic-size", 5, *columns).code == 0
    summary = json.loads((out / "run.json").read_text("utf-8"))
    from_cache = {stage["name"]: stage["from_cache"] for stage in summary["stages"]}
    assert from_cache["import"]
    assert from_cache["embed"]
    assert from_cache["project"]
    assert not from_cache["cluster"]
    assert summary["settings"]["clustering"]["min_topic_size"] == 5
    assert topicdesk("run", finished_run.corpus, "--out", out, *columns).code == 0
    assert (out / "topics.csv").read_bytes() == (finished_run.out / "topics.csv").read_bytes()


def test_that_a_changed_prompt_asks_again_and_does_not_cluster_again(finished_run, tmp_path, columns):
    out = finished_run.copy(tmp_path / "out")
    (tmp_path / "my.toml").write_text('[labelling]\nmain_prompt = "Words: [KEYWORDS]\\nTopic label:"\n', "utf-8")
    ended = topicdesk("run", finished_run.corpus, "--out", out, "--settings", tmp_path / "my.toml", "--json", *columns)
    assert ended.code == 0, ended.err
    from_cache = {event["stage"]: event["from_cache"] for event in ended.events if event["event"] == "StageFinished"}
    assert from_cache == dict.fromkeys(STAGES, True) | {"label": False, "draw": False}
    assert sum(event["event"] == "LabelReady" for event in ended.events) >= finished_run.summary["n_topics"]


def test_that_numbers_are_written_so_that_they_read_back_exactly(finished_run):
    for row in table(finished_run.out / "documents.csv"):
        for column in ("strength", "x", "y"):
            assert row[column] == "" or repr(float(row[column])) == row[column]
            assert re.fullmatch(r"-?\d+\.\d+(e-\d+)?|", row[column])
