"""The exported folder against the real BERTopic: the same topics, labels and keywords as the tables of the same project."""

import csv

import numpy as np
import pytest

from tests.end_to_end.command_line import table, topicdesk
from topicdesk.core import edit_making
from topicdesk.project.store import Project

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ImportWarning", "ignore::UserWarning", "ignore::FutureWarning")]
FILES = {"config.json", "topics.json", "topic_embeddings.safetensors", "ctfidf.safetensors", "ctfidf_config.json"}


def exported(out, folder):
    """The folder for BERTopic as a BERTopic, the two tables of the same project, and what the export said."""
    from bertopic import BERTopic

    ended = topicdesk("export", out / "project.topicdesk", "--to", folder / "bertopic", "--format", "bertopic")
    assert ended.code == 0, ended.err
    config = (folder / "bertopic" / "config.json").read_text("utf-8")
    assert "/" not in config and "embedding_model" not in config  # neither this machine's folders nor a hub
    assert {line.rsplit("/", 1)[-1] for line in ended.out.splitlines()} == FILES == {path.name for path in (folder / "bertopic").iterdir()}
    assert topicdesk("export", out / "project.topicdesk", "--to", folder, "--format", "csv").code == 0
    return BERTopic.load(str(folder / "bertopic")), table(folder / "topics.csv"), table(folder / "documents.csv"), ended.err


@pytest.fixture(scope="module")
def unedited(finished_run, tmp_path_factory):
    return exported(finished_run.out, tmp_path_factory.mktemp("unedited"))


def assert_same(topic_model, topics, documents):
    info = topic_model.get_topic_info().set_index("Topic")
    assert topic_model.topics_ == [int(row["topic"]) for row in documents]
    present = info[(info.Count > 0) & (info.index >= 0)]
    assert present.index.tolist() == [int(row["topic"]) for row in topics]
    for row in topics:
        number = int(row["topic"])
        assert info.Count[number] == int(row["size"])
        assert info.CustomName[number] == row["label"].removeprefix("'")
        assert ", ".join(word for word, _ in topic_model.get_topic(number)) == row["keywords"]
        for aspect, column in (("KeyBERT", "keybert"), ("MMR", "mmr")):
            assert ", ".join(word for word, _ in topic_model.topic_aspects_[aspect][number]) == row[column]


def test_that_bertopic_loads_the_same_topics_labels_and_keywords(unedited):
    topic_model, topics, documents, said = unedited
    assert said == ""
    assert_same(topic_model, topics, documents)
    assert -1 in topic_model.topics_  # empty texts at least
    assert topic_model.get_topic_info().Count.sum() == len(documents)
    assert np.isfinite(topic_model.topic_embeddings_).all()
    scores = topic_model.c_tf_idf_.toarray()
    columns = topic_model.vectorizer_model.vocabulary_
    for row in topics:
        for word, score in topic_model.get_topic(int(row["topic"])):
            assert scores[int(row["topic"]) + topic_model._outliers, columns[word]] == pytest.approx(score)


def test_that_a_loaded_bertopic_can_be_worked_with(finished_run, unedited):
    topic_model, topics, documents, _ = unedited
    with finished_run.corpus.open(newline="", encoding="utf-8") as stream:
        texts = [row["text"] for row in csv.DictReader(stream)]
    vectors = topic_model.topic_embeddings_[[int(topics[0]["topic"]) + topic_model._outliers]]
    predicted, _ = topic_model.transform(["anything"], embeddings=vectors)
    assert list(predicted) == [int(topics[0]["topic"])]
    assert topic_model.get_document_info(texts).Topic.tolist() == [int(row["topic"]) for row in documents]
    own = topic_model.ctfidf_model.transform(topic_model.vectorizer_model.transform([" ".join(texts)]))
    assert own.shape[1] == topic_model.c_tf_idf_.shape[1]
    assert len(topic_model.hierarchical_topics(texts)) == len(topics) - 1
    assert topic_model.visualize_barchart(custom_labels=True) is not None


def test_that_edits_are_exported_and_every_topic_keeps_its_number(finished_run, tmp_path):
    out = finished_run.copy(tmp_path / "edited")
    with Project(out / "project.topicdesk") as project:

        def shown():
            return project.edited(project.analyses.get(project.analyses.current(), "")).analysis

        project.edits.add(edit_making.naming(shown().topics[2], "Ein Name, von Hand", False))
        project.edits.add(edit_making.merging(shown().topics[:2]))
        gone = next(topic.number for topic in shown().topics if not topic.size)
        project.edits.add(edit_making.banning(shown().topics[2].keywords[0].term))
        banned = project.edited(project.analyses.get(project.analyses.current(), "")).banned[0]
    topic_model, topics, documents, said = exported(out, tmp_path)
    assert_same(topic_model, topics, documents)
    info = topic_model.get_topic_info().set_index("Topic")
    assert info.CustomName[2] == "Ein Name, von Hand"
    assert info.Count[gone] == 0 and "1 topic that holds no documents any more" in said
    assert all(banned not in word.split() for words in topic_model.get_topics().values() for word, _ in words)
    last = max(int(row["topic"]) for row in topics)
    predicted, _ = topic_model.transform(["anything"], embeddings=topic_model.topic_embeddings_[[last + topic_model._outliers]])
    assert list(predicted) == [last]


def test_that_a_project_without_embeddings_is_refused_with_the_way_out(finished_run, tmp_path):
    out = finished_run.copy(tmp_path / "cleared")
    with Project(out / "project.topicdesk") as project:
        project.artifacts.clear()
    ended = topicdesk("export", out / "project.topicdesk", "--to", tmp_path / "bertopic", "--format", "bertopic")
    assert (ended.code, "run once more" in ended.reason()) == (2, True)
    assert not (tmp_path / "bertopic").exists()
