import json
import shutil

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.generated_corpora import topical_texts
from topicdesk.core.errors import Cancelled, InputError
from topicdesk.core.progress import Progress
from topicdesk.stages.embedding import EmbeddingModel, EmbeddingNumerics, batches_by_tokens, distinct_texts

FULL = EmbeddingNumerics("float32", "cpu", 2)


@pytest.fixture(scope="module")
def model(starter_models):
    return EmbeddingModel(starter_models.embedding_path, FULL)


@given(st.lists(st.sampled_from(["a", "b", "", "c", "A"])))
def test_that_each_text_stands_once_in_the_order_of_its_first_appearance(texts):
    distinct, index_of = distinct_texts(texts)
    assert [distinct[i] for i in index_of] == texts
    assert distinct == list(dict.fromkeys(texts))
    assert index_of.dtype == np.int64


@pytest.mark.slow
def test_that_vectors_are_unit_rows_in_the_order_of_the_texts(model):
    texts = [text for _, text in topical_texts(50)] + ["short", "x " * 3000, "深山发现的紫薇树桩", "a\x00b", "", "x" * 1_000_000]
    vectors = model.embed(texts)
    assert vectors.shape == (len(texts), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    backwards = model.embed(texts[::-1])[::-1]
    assert (vectors * backwards).sum(axis=1).min() > 0.9999


@pytest.mark.slow
def test_that_vectors_are_sentence_transformers_own(model, starter_models):
    from sentence_transformers import SentenceTransformer

    texts = [text for _, text in topical_texts(20)]
    theirs = SentenceTransformer(str(starter_models.embedding_path), device="cpu", local_files_only=True).encode(texts, normalize_embeddings=True)
    np.testing.assert_allclose(model.embed(texts), theirs, atol=1e-5)


@pytest.mark.slow
def test_that_the_same_block_has_the_same_vectors_bit_for_bit(model, starter_models):
    texts = [text for _, text in topical_texts(70)]
    np.testing.assert_array_equal(model.embed(texts), EmbeddingModel(starter_models.embedding_path, FULL).embed(texts))


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_that_half_precision_finds_the_neighbours_that_float32_finds(model, starter_models, real_texts, precision):
    texts = [text[:200] for text in real_texts[:200]]
    halved = EmbeddingModel(starter_models.embedding_path, EmbeddingNumerics(precision, "cpu", 2)).embed(texts)

    def neighbours(vectors):
        return np.argsort(-(vectors @ vectors.T), axis=1)[:, 1:11]

    agreement = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(neighbours(model.embed(texts)).tolist(), neighbours(halved).tolist(), strict=True)])
    print(f"\nof the 10 nearest neighbours by float32, {precision} finds {agreement:.3f}")
    assert agreement >= 0.98


class SmallMemory:
    """A model that runs out of memory over more than `most` tokens at a time, with the words of PyTorch."""

    def __init__(self, model, most, message="CUDA out of memory. Tried to allocate 2.00 GiB."):
        self.compute, self.most, self.message, self.n_refused = model._computed, most, message, 0

    def __call__(self, features):
        if features["input_ids"].numel() > self.most:
            self.n_refused += 1
            raise torch.OutOfMemoryError(self.message)
        return self.compute(features)


@pytest.mark.slow
def test_that_a_batch_too_large_for_the_memory_is_halved_until_it_fits(model, monkeypatch):
    texts = [text for _, text in topical_texts(60)]
    whole = model.embed(texts)
    small = SmallMemory(model, 600)
    monkeypatch.setattr(model, "_computed", small)
    monkeypatch.setattr(model, "batch_tokens", 2048)
    np.testing.assert_allclose(model.embed(texts), whole, atol=1e-5)
    assert model.batch_tokens == 512
    assert small.n_refused == 2
    model.embed(texts)
    assert small.n_refused == 2, "later blocks are not tried with what did not fit"


@pytest.mark.slow
def test_that_one_text_too_large_for_the_memory_fails(model, monkeypatch):
    monkeypatch.setattr(model, "_computed", SmallMemory(model, 1))
    monkeypatch.setattr(model, "batch_tokens", 2048)
    with pytest.raises(RuntimeError, match="out of memory"):
        model.embed(["one text", "another text"])
    monkeypatch.setattr(model, "_computed", SmallMemory(model, 1, "shapes do not fit"))
    monkeypatch.setattr(model, "batch_tokens", 2048)
    with pytest.raises(RuntimeError, match="shapes"):
        model.embed(["one text", "another text"])
    assert model.batch_tokens == 2048


@pytest.mark.slow
def test_that_tokenising_ahead_as_for_a_card_changes_no_vector(model, monkeypatch):
    monkeypatch.setattr(model, "batch_tokens", 512)
    texts = [text for _, text in topical_texts(60)]
    whole = model.embed(texts)
    before, computed = model._computed, []
    monkeypatch.setattr(model, "_computed", lambda features: (computed.append(1), before(features))[1])
    monkeypatch.setattr(model, "numerics", EmbeddingNumerics("float32", "cuda", 0))  # decides who tokenises; the weights stay where they are
    np.testing.assert_array_equal(model.embed(texts), whole)
    assert len(computed) > 2


@pytest.mark.slow
def test_that_a_prefix_that_a_model_asks_for_is_read_before_each_text(starter_models, model, tmp_path):
    folder = shutil.copytree(starter_models.embedding_path, tmp_path / "prefixed")
    config = folder / "config_sentence_transformers.json"
    config.write_text(json.dumps({"prompts": {"query": "find: ", "clustering": "group: "}, "default_prompt_name": "query"}), "utf-8")
    prefixed = EmbeddingModel(folder, FULL)
    assert prefixed.prefix == "group: "
    np.testing.assert_allclose(prefixed.embed(["a text", "b"]), model.embed(["group: a text", "group: b"]), atol=1e-5)
    assert prefixed.count_cut(["word " * 253]) == 1
    assert model.count_cut(["word " * 253]) == 0


@pytest.mark.slow
def test_that_texts_read_only_in_part_are_counted_exactly(model):
    assert model.n_max_tokens == 256
    fits, exceeds = "word " * 254, "word " * 255  # and two tokens for the beginning and the end
    assert model.count_cut([fits, exceeds, "", "word " * 100_000, fits]) == 2
    assert model.count_cut([]) == 0


@pytest.mark.slow
def test_that_a_cancel_stops_between_two_batches(model):
    told = []

    def is_cancelled():
        return len(told) >= 2

    with pytest.raises(Cancelled):
        model.embed([text for _, text in topical_texts(200)], Progress(lambda done, total: told.append((done, total)), is_cancelled))
    (begun, _), (between, n_texts) = told
    assert begun == 0 < between < n_texts == 200


@pytest.mark.slow
def test_that_a_folder_without_usable_weights_is_an_input_error(tmp_path, starter_models):
    folder = shutil.copytree(starter_models.embedding_path, tmp_path / "broken")
    for weights in folder.glob("*.safetensors"):
        weights.write_bytes(b"\xff" * 100)
    with pytest.raises(InputError, match=r"broken: the embedding model cannot be loaded"):
        EmbeddingModel(folder, FULL)


@given(st.lists(st.integers(1, 256), max_size=300).map(sorted), st.integers(1, 9000))
def test_that_batches_cover_all_texts_in_order_and_hold_few_long_or_many_short_ones(lengths, n_tokens):
    batches = batches_by_tokens(lengths, n_tokens)
    assert [i for batch in batches for i in batch] == list(range(len(lengths)))
    assert all(len(batch) == 1 or len(batch) * lengths[batch[-1]] <= n_tokens for batch in batches)
    assert all(len(batch) > 0 for batch in batches)
