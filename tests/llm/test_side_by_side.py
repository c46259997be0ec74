"""Several contexts of one model: here two, with a thread each."""

import threading

import pytest

from tests.llm.test_decoder import KEYWORDS, Spy, answers, prompts
from topicdesk.core.errors import Cancelled, TopicDeskError
from topicdesk.core.progress import Progress
from topicdesk.llm.batching import Prefix
from topicdesk.llm.decoder import LanguageModel
from topicdesk.llm.side_by_side import n_contexts_for

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pair(starter_models):
    with LanguageModel(starter_models.language_path, n_threads=2) as model:
        yield model


def test_that_two_contexts_answer_as_one(pair, model):
    """Batch mates change the last bits, and with them an answer now and then."""
    together = [answer.text for answer in answers(pair, prompts(pair))]
    alone = [answer.text for answer in answers(model, prompts(model))]
    assert sum(one == other for one, other in zip(together, alone, strict=True)) >= len(KEYWORDS) - 1
    assert len(pair._decoding[2]._decodings) == 2


def test_that_the_same_list_has_the_same_answers_whatever_was_answered_before(pair):
    first = answers(pair, prompts(pair))
    answers(pair, prompts(pair)[2:5])
    next(iter(pair.answer(prompts(pair), 2)))
    assert answers(pair, prompts(pair)) == first


def test_that_one_prompt_takes_one_context_with_all_threads(pair):
    assert answers(pair, prompts(pair)[:1])
    assert len(pair._decoding[2]._decodings) == 1


def test_that_progress_counts_the_answers_of_all(pair):
    told = []
    list(pair.answer(prompts(pair), 4, progress=Progress(lambda done, total: told.append((done, total)))))
    assert told == [(number, 7) for number in range(1, 8)]


def test_that_a_cancel_ends_all_threads(pair):
    seen = []
    with pytest.raises(Cancelled):
        for answer in pair.answer(prompts(pair), 12, progress=Progress(is_cancelled=lambda: bool(seen))):
            seen.append(answer)
    assert not any("work" in thread.name for thread in threading.enumerate())
    assert len(answers(pair, prompts(pair))) == 7


def test_that_an_error_in_one_context_ends_the_list_and_the_next_is_answered(pair, monkeypatch):
    spy = Spy(pair._lib)
    monkeypatch.setattr(pair, "_lib", spy)
    monkeypatch.setattr(pair, "_prefix", Prefix([]))
    pair._end_decoding()
    spy.answers = {("llama_decode", 3): -3}
    with pytest.raises(TopicDeskError, match="code -3"):
        list(pair.answer(prompts(pair), 4))
    assert len(list(pair.answer(prompts(pair), 4))) == 7
    pair._end_decoding()
    assert spy.n_calls["llama_init_from_model"] == spy.n_calls["llama_free"] == 2
    assert spy.n_calls["llama_state_seq_get_data"] == 1  # one read the prefix for both


def test_that_an_older_list_is_given_up_when_a_newer_is_asked(pair):
    older = iter(pair.answer(prompts(pair), 2))
    next(older)
    assert len(list(pair.answer(prompts(pair), 2))) == 7
    with pytest.raises(RuntimeError, match="another list"):
        next(older)


@pytest.mark.parametrize(
    ("n_parameters", "n_gpu_layers", "n_threads", "expected"),
    [(135_000_000, 0, 2, 2), (135_000_000, 0, 16, 4), (135_000_000, 0, 1, 1), (135_000_000, 99, 8, 1), (13_000_000_000, 0, 8, 1)],
)
def test_that_only_a_small_model_on_the_processor_has_several_contexts(n_parameters, n_gpu_layers, n_threads, expected):
    assert n_contexts_for(n_parameters, n_gpu_layers, n_threads) == expected
