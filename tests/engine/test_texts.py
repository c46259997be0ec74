"""Texts as the engine takes them: whole, or in passages that its own embedding model reads to the end."""

import pytest

from tests.generated_corpora import topical_texts, write_csv
from topicdesk.core.errors import InputError
from topicdesk.core.progress import Progress
from topicdesk.core.requests import CorpusSource
from topicdesk.core.text_making import SPLITS
from topicdesk.engine.texts import read_texts
from topicdesk.stages.embedding import EmbeddingModel, numerics_of_machine


@pytest.fixture
def source(tmp_path):
    """A long English text with turns, one in a script without spaces, one whose sentences never end, an empty and a short one."""
    said = [text for _, text in topical_texts(60)]
    texts = ["\n".join(f"{'AB'[turn % 2]}: {text}" for turn, text in enumerate(said)), "这是关于海洋和船只的一句话。" * 60, "word " * 900, "", "Short."]
    path = write_csv(tmp_path / "long.csv", ("id", "text"), [(f"t{number}", text) for number, text in enumerate(texts)])
    return CorpusSource(str(path), text="text", id="id")


def no_model():
    raise AssertionError("whole texts need no model")


def test_that_whole_texts_are_read_without_a_model(source):
    assert read_texts(source, no_model, Progress()).spans is None


def test_that_an_unknown_way_of_splitting_is_refused_before_anything_is_read():
    with pytest.raises(InputError, match="split by speaker, paragraph, sentences"):
        read_texts(CorpusSource("nowhere.csv", split="chapter"), no_model, Progress())


@pytest.mark.slow
@pytest.mark.parametrize("split", SPLITS)
def test_that_the_model_reads_every_passage_to_its_end(source, split, starter_models):
    model = EmbeddingModel(starter_models.embedding_path, numerics_of_machine("cpu"))
    assert model.count_cut(read_texts(source, no_model, Progress()).texts) == 3
    corpus = read_texts(CorpusSource(source.path, text="text", id="id", split=split), lambda: model, Progress())
    assert model.count_cut(corpus.texts) == 0
    assert len(corpus.rows) == 5 and {whole for whole, *_ in corpus.spans.rows()} == {0, 1, 2, 4}
    assert corpus.documents[-1].text == "Short."


@pytest.mark.slow
def test_that_a_file_without_texts_cannot_be_split(tmp_path, starter_models):
    path = write_csv(tmp_path / "empty.csv", ("id", "text"), [("a", ""), ("b", " ")])
    model = EmbeddingModel(starter_models.embedding_path, numerics_of_machine("cpu"))
    with pytest.raises(InputError, match="nothing to be split"):
        read_texts(CorpusSource(str(path), text="text", id="id", split="sentences"), lambda: model, Progress())
