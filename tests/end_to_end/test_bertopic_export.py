"""The exported folder against the real BERTopic: the same topics, labels and keywords as the tables of the same project."""

import csv

import numpy as np
import pytest

from tests.end_to_end.command_line import table, topicdesk
from tests.generated_corpora import topical_texts, write_csv
from topicdesk.core import edit_making
from topicdesk.core.languages import find_language
from topicdesk.project.store import Project
from topicdesk.stages.words import has_segmenter

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ImportWarning", "ignore::UserWarning", "ignore::FutureWarning")]
FILES = {"config.json", "topics.json", "topic_embeddings.safetensors", "ctfidf.safetensors", "ctfidf_config.json"}
CHINESE = {
    "医院的{}医生为病人提供新的治疗，手术以后需要检查和药物。": ("心脏", "肿瘤", "儿童", "神经", "眼科", "牙科", "皮肤", "骨科"),
    "{}足球队在比赛中进球，教练和球员赢得了冠军联赛。": ("北京", "上海", "广州", "山东", "河南", "天津", "浙江", "江苏"),
    "银行的{}利率上升，股票市场的投资者担心货币和债券。": ("贷款", "存款", "住房", "企业", "长期", "短期", "国际", "中央"),
}
JAPANESE = {
    "病院の{}の医師は患者に新しい治療を行い、手術の後で検査と薬が必要です。": ("心臓", "腫瘍", "小児", "神経", "眼科", "歯科", "皮膚", "整形"),
    "{}のサッカーチームは試合で得点し、監督と選手はリーグで優勝した。": ("東京", "大阪", "京都", "札幌", "福岡", "神戸", "広島", "仙台"),
    "銀行の{}の金利が上がり、株式市場の投資家は通貨と債券を心配している。": ("融資", "預金", "住宅", "企業", "長期", "短期", "国際", "中央"),
}


def exported(out, folder, rows="documents.csv"):
    """The folder for BERTopic as a BERTopic, the tables of topics and of `rows` of the same project, and what the export said."""
    from bertopic import BERTopic

    ended = topicdesk("export", out / "project.topicdesk", "--to", folder / "bertopic", "--format", "bertopic")
    assert ended.code == 0, ended.err
    config = (folder / "bertopic" / "config.json").read_text("utf-8")
    assert "/" not in config and "embedding_model" not in config  # neither this machine's folders nor a hub
    assert {line.rsplit("/", 1)[-1] for line in ended.out.splitlines()} == FILES == {path.name for path in (folder / "bertopic").iterdir()}
    assert topicdesk("export", out / "project.topicdesk", "--to", folder, "--format", "csv").code == 0
    return BERTopic.load(str(folder / "bertopic")), table(folder / "topics.csv"), table(folder / rows), ended.err


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


def test_that_bertopic_loads_the_passages_of_documents_that_were_split(starter_models, tmp_path):
    said = [text for _, text in topical_texts(160)]
    talks = ["\n".join(f"{'Q' if turn % 2 else 'Anna'}: {said[8 * i + turn]}" for turn in range(8)) for i in range(20)]
    corpus = write_csv(tmp_path / "talks.csv", ("id", "text"), [(f"i{i}", talk) for i, talk in enumerate(talks)])
    done = topicdesk("run", corpus, "--out", tmp_path / "out", "--text", "text", "--id", "id", "--split", "speaker", "--no-labels")
    assert done.code == 0, done.err
    topic_model, topics, passages, told = exported(tmp_path / "out", tmp_path, "passages.csv")
    assert_same(topic_model, topics, passages)
    assert len(topics) > 2 and len(topic_model.topics_) == 160
    assert "160 passages" in told


@pytest.mark.parametrize(("name", "sentences"), [("Chinese", CHINESE), ("Japanese", JAPANESE)])
def test_that_bertopic_loads_words_that_only_a_segmenter_can_tell(name, sentences, starter_models, tmp_path):
    if not has_segmenter(find_language(name)):
        pytest.skip(f"the extra topicdesk[{name.lower()}] is not installed")
    texts = [sentence.format(word) + sentence.format(other) for sentence, words in sentences.items() for word in words for other in words[:3]]
    corpus = write_csv(tmp_path / "c.csv", ("id", "text"), list(enumerate(texts)))
    done = topicdesk("run", corpus, "--out", tmp_path / "out", "--text", "text", "--no-labels", "--min-topic-size", 10)
    assert done.code == 0, done.err
    topic_model, topics, documents, told = exported(tmp_path / "out", tmp_path)
    assert_same(topic_model, topics, documents)
    words = {word for topic in topics for word in topic["keywords"].split(", ")}
    assert len(topics) > 1 and max(map(len, words)) < 12  # words, not sentences
    assert name in told
