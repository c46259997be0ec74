import json

import pytest

from tests.end_to_end.command_line import table, topicdesk
from tests.generated_corpora import write_topical
from topicdesk.core.analysis import Label
from topicdesk.project.store import Project

pytestmark = pytest.mark.slow


def current(project):
    return project.analyses.get(project.analyses.current(), project.fingerprint)


def test_that_fresh_computes_all_anew_keeps_the_researchers_names_and_changes_nothing_else(finished_run, tmp_path, columns):
    out = finished_run.copy(tmp_path / "out")
    with Project(out / "project.topicdesk") as project:
        stable_id = current(project).topics[1].stable_id
        project.edits.rename(stable_id, "=My own name")
    ended = topicdesk("run", finished_run.corpus, "--out", out, "--fresh", *columns)
    assert ended.code == 0, ended.err
    stages = json.loads((out / "run.json").read_text("utf-8"))["stages"]
    assert not any(stage["from_cache"] for stage in stages)
    before, after = table(finished_run.out / "topics.csv"), table(out / "topics.csv")
    assert (after[1]["label"], after[1]["label_origin"]) == ("'=My own name", "researcher")
    assert [row for n, row in enumerate(after) if n != 1] == [row for n, row in enumerate(before) if n != 1]
    assert {row["label"] for row in table(out / "documents.csv") if row["topic"] == "1"} == {"'=My own name"}
    with Project(out / "project.topicdesk") as project:
        assert project.edits.names() == {stable_id: "=My own name"}
        assert current(project).topics[1].stable_id == stable_id
        assert current(project).topics[1].label.origin != "researcher"  # the edit lies above the result, not in it
        project.edits.undo()
    assert topicdesk("run", finished_run.corpus, "--out", out, *columns).code == 0
    assert (out / "topics.csv").read_bytes() == (finished_run.out / "topics.csv").read_bytes()


def test_that_what_was_asked_before_is_not_asked_again(finished_run, tmp_path, columns):
    """All kept answers but one are replaced by words that the model would not say: only that one is asked again."""
    out = finished_run.copy(tmp_path / "out")
    with Project(out / "project.topicdesk") as project:
        asked_again = current(project).topics[0].label.prompt
        with project.transaction() as connection:
            rows = connection.execute("SELECT key, bytes FROM artifact WHERE stage = 'label' AND block = 0").fetchall()
        said = {key: answer for key, content in rows if is_one_answer(answer := from_json(content))}
        with project.transaction() as connection:  # as after another analysis: the plans are not there, the answers are
            connection.execute("DELETE FROM artifact WHERE stage = 'label'")
        for key, answer in said.items():
            if answer["prompt"] != asked_again:
                project.artifacts.put(key, "label", answer | {"text": answer["text"] + " anew"})
    ended = topicdesk("run", finished_run.corpus, "--out", out, "--json", *columns)
    assert ended.code == 0, ended.err
    assert any(row["label"].endswith("anew") for row in table(out / "topics.csv"))
    with Project(out / "project.topicdesk") as project:
        anew = {key for key, answer in said.items() if not project.artifacts.values(key)["text"].endswith("anew")}
    assert anew == {key for key, answer in said.items() if answer["prompt"] == asked_again}


def from_json(content):
    try:
        return json.loads(content)
    except ValueError:
        return None


def is_one_answer(content):
    return isinstance(content, dict) and {"text", "prompt", "log_probability"} <= content.keys()


def test_that_a_run_without_labels_names_topics_by_keywords_and_labels_come_later(finished_run, tmp_path, columns):
    ended = topicdesk("run", finished_run.corpus, "--out", tmp_path / "out", "--no-labels", *columns)
    assert ended.code == 0, ended.err
    assert {row["label_origin"] for row in table(tmp_path / "out" / "topics.csv")} == {"keywords"}
    assert [model["role"] for model in json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["models"]] == ["embedding"]
    assert topicdesk("run", finished_run.corpus, "--out", tmp_path / "out", *columns).code == 0
    for name in ("topics.csv", "documents.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (finished_run.out / name).read_bytes()


def test_that_a_touched_corpus_file_is_read_again_and_nothing_is_computed(finished_run, tmp_path, columns):
    out = finished_run.copy(tmp_path / "out")
    corpus = tmp_path / "copy.csv"
    corpus.write_bytes(finished_run.corpus.read_bytes())
    assert topicdesk("run", corpus, "--out", out, *columns).code == 0
    from_cache = {stage["name"]: stage["from_cache"] for stage in json.loads((out / "run.json").read_text("utf-8"))["stages"]}
    assert [name for name, was_cached in from_cache.items() if not was_cached] == ["import", "draw"]


def test_that_a_damaged_cache_is_computed_again_to_the_same_bytes(finished_run, tmp_path, columns):
    out = finished_run.copy(tmp_path / "out")
    with Project(out / "project.topicdesk") as project, project.transaction() as connection:
        connection.execute("UPDATE artifact SET bytes = zeroblob(64) WHERE stage IN ('project', 'cluster', 'keywords', 'label')")
    ended = topicdesk("run", finished_run.corpus, "--out", out, *columns)
    assert ended.code == 0, ended.err
    for name in ("topics.csv", "documents.csv"):
        assert (out / name).read_bytes() == (finished_run.out / name).read_bytes()


def test_that_the_projects_prompt_card_is_what_the_model_was_asked(finished_run):
    with Project(finished_run.out / "project.topicdesk") as project:
        topic = current(project).topics[0]
    assert isinstance(topic.label, Label)
    assert topic.keywords[0].term in topic.label.prompt
    assert topic.label.n_prompt_tokens > 10
    assert topic.label.model.endswith(".gguf")
    assert topic.label.model_sha256 == json.loads((finished_run.out / "run.json").read_text("utf-8"))["models"][1]["sha256"]
    assert topic.label.confidence in ("unsure", "fairly sure", "sure")


def test_that_run_json_says_how_the_labels_fare_with_documents_that_took_no_part(finished_run):
    check = json.loads((finished_run.out / "run.json").read_text("utf-8"))["label_check"]
    with Project(finished_run.out / "project.topicdesk") as project:
        labels = [topic.label for topic in current(project).topics]
    assert check["n"] == len(labels)
    assert check["valid"] == sum(label.origin == "language model" for label in labels)
    assert check["flagged"] == sum(bool(label.flags) for label in labels)
    assert 0 <= check["accuracy"] <= min(check["valid"], check["right"]) / check["n"] + 1e-4


def test_that_two_runs_into_the_same_folder_at_once_do_not_spoil_it(starter_models, tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    corpus = write_topical(tmp_path / "c.csv", 30)
    with ThreadPoolExecutor(2) as together:
        ended = list(together.map(lambda _: topicdesk("run", corpus, "--out", tmp_path / "out", "--no-labels"), range(2)))
    assert 0 in [one.code for one in ended]
    for one in ended:
        assert one.code in (0, 2, 3)
        assert one.code == 0 or one.reason()
    assert topicdesk("run", corpus, "--out", tmp_path / "out", "--no-labels").code == 0
    assert len(table(tmp_path / "out" / "documents.csv")) == 30
