"""GGUF files with random weights, as the benchmarks use them, are real to llama.cpp."""

import dataclasses

import pytest

from tests.benchmarks.shape_gguf import SHAPES, write_gguf
from topicdesk.core.errors import Cancelled, InputError
from topicdesk.core.language_file import read_language_file
from topicdesk.core.progress import Progress
from topicdesk.llm.decoder import LanguageModel

TINY = SHAPES["tiny"]
PROMPT = "Keywords: moon, rocket\nTopic label:"


def answered(path, **more):
    with LanguageModel(path, n_threads=1, **more) as model:
        prompts = [model.tokenize(PROMPT, special=False)] * 3
        return list(model.answer(prompts, 4)), model


@pytest.mark.parametrize("quantisation", ["Q4_K_M", "Q8_0", "F16"])
def test_that_a_tiny_model_loads_and_answers_and_is_what_its_header_says(tmp_path, quantisation):
    path = write_gguf(tmp_path / "tiny.gguf", TINY, quantisation)
    answers, model = answered(path)
    assert [answer.n_new_tokens for answer in answers] == [4, 4, 4]
    assert all(-20 < answer.mean_log_probability < 0 for answer in answers)
    file = read_language_file(path)
    assert (file.n_parameters, file.n_context, file.template) == (model.n_parameters, model.n_context, model.chat_template)
    assert file.quantisation == quantisation


def test_that_the_same_seed_writes_the_same_file(tmp_path):
    one, same, other = (write_gguf(tmp_path / f"{n}.gguf", TINY, "Q4_0", seed=seed).read_bytes() for n, seed in enumerate((1, 1, 2)))
    assert one == same != other


def test_that_a_context_of_8_bits_answers_too(tmp_path):
    path = write_gguf(tmp_path / "tiny.gguf", TINY, "Q8_0")
    answers, model = answered(path, cache_type="q8_0")
    assert model.cache_type == "q8_0"
    assert len(answers) == 3


def test_that_a_plans_limits_are_kept_and_a_longer_prompt_is_answered_all_the_same(tmp_path):
    path = write_gguf(tmp_path / "tiny.gguf", TINY, "Q8_0")
    with LanguageModel(path, n_threads=1, most_parallel=2, most_cells=512) as model:
        short, long = model.tokenize(PROMPT, special=False), model.tokenize("word " * 200, special=False)
        assert len(list(model.answer([short] * 5, 2))) == 5
        assert model._decoding[1].n_parallel <= 2
        assert model._decoding[1].n_cells <= 512
        assert len(long) > 512
        assert len(list(model.answer([long] * 2, 2))) == 2


def test_that_loading_can_be_cancelled(tmp_path):
    path = write_gguf(tmp_path / "tiny.gguf", TINY, "Q8_0")
    with pytest.raises(Cancelled):
        LanguageModel(path, progress=Progress(is_cancelled=lambda: True))


def test_that_the_loader_refuses_a_damaged_header_before_native_code_sees_it(tmp_path, monkeypatch):
    path = write_gguf(tmp_path / "tiny.gguf", dataclasses.replace(TINY, n_layers=1), "Q8_0")
    with path.open("r+b") as stream:
        stream.truncate(path.stat().st_size - 64)
    with pytest.raises(InputError, match="is incomplete: "):
        LanguageModel(path)
