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


def test_that_a_topic_whose_prompt_is_unchanged_is_not_asked_again(finished_run, tmp_path, columns):
    """The kept answers of all but two topics are replaced by words that the model would not say: only those two are asked."""
    out = finished_run.copy(tmp_path / "out")
    with Project(out / "project.topicdesk") as project:
        with project.transaction() as connection:
            rows = connection.execute("SELECT key, block, bytes FROM artifact WHERE stage = 'label'").fetchall()
        n_topics = len(current(project).topics)
        single = [(key, json.loads(content)) for key, _, content in rows if _is_one_label(json.loads(content))]
        assert len(single) == n_topics
        with project.transaction() as connection:  # as after another analysis: the plan is not there, the answers are
            connection.execute("DELETE FROM artifact WHERE stage = 'label'")
        kept = [(key, content) for key, content in single if int(next(iter(content))) >= 2]
        for key, content in kept:
            number, label = next(iter(content.items()))
            project.artifacts.put(key, "label", {number: label | {"text": f"Kept answer {number}"}})
    ended = topicdesk("run", finished_run.corpus, "--out", out, "--json", *columns)
    assert ended.code == 0, ended.err
    labels = [row["label"] for row in table(out / "topics.csv")]
    assert labels[2:] == [f"Kept answer {number}" for number in range(2, n_topics)]
    assert not any(label.startswith("Kept answer") for label in labels[:2])


def _is_one_label(content):
    return isinstance(content, dict) and len(content) == 1 and next(iter(content)).isdecimal() and "text" in next(iter(content.values()))


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
    assert ", ".join(keyword.term for keyword in topic.keywords) in topic.label.prompt
    assert topic.label.n_prompt_tokens > 10


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
