import os
from collections import Counter

import pytest

from topicdesk.core.errors import Cancelled, TopicDeskError
from topicdesk.core.progress import Progress
from topicdesk.llm.batching import Prefix, common_prefix
from topicdesk.llm.decoder import LanguageModel
from topicdesk.llm.wide_weights import should_widen

pytestmark = pytest.mark.slow

EXAMPLES = "Keywords: meat, beef, food\nTopic label: Eating meat\n\nKeywords: court, judge, law\nTopic label: Court rulings\n\n"
KEYWORDS = [
    "space, nasa, moon",
    "wine, grape, cellar",
    "python, code, function",
    "patients, cancer, therapy",
    "bank, loan, interest",
    "rain, storm, wind",
    "goal, match, coach",
]


def prompts(model, keywords=KEYWORDS):
    return [model.tokenize(f"{EXAMPLES}Keywords: {words}\nTopic label:", special=False) for words in keywords]


def answers(model, asked, **more):
    found = sorted(model.answer(asked, 12, 1.1, **more), key=lambda answer: answer.index)
    assert [answer.index for answer in found] == list(range(len(asked)))
    return found


@pytest.fixture(scope="module")
def one_by_one(model):
    return [answers(model, [prompt])[0].text for prompt in prompts(model)]


def test_that_answers_are_labels_in_one_line(one_by_one):
    assert all(text and "\n" not in text and len(text) < 80 for text in one_by_one)
    assert "space" in one_by_one[0].lower()


@pytest.mark.parametrize("n_parallel", [3, 8])
def test_that_prompts_in_a_batch_are_answered_as_one_by_one(model, one_by_one, n_parallel):
    """Batch mates change the last bits, and with them an answer now and then: one of seven may differ."""
    found = [answer.text for answer in answers(model, prompts(model), n_parallel=n_parallel)]
    assert sum(one == other for one, other in zip(found, one_by_one, strict=True)) >= 6


def test_that_the_same_list_has_the_same_answers(model):
    assert answers(model, prompts(model), n_parallel=4) == answers(model, prompts(model), n_parallel=4)


def test_that_equal_prompts_in_one_batch_have_equal_answers(model, one_by_one):
    asked = [prompts(model)[0]] * 5
    assert len({answer.text for answer in answers(model, asked, n_parallel=5)}) == 1


def test_that_a_prompt_longer_than_a_batch_is_answered(model):
    long = model.tokenize("The moon and the rocket are about space. " * 70 + f"\n\n{EXAMPLES}Keywords: space, nasa, moon\nTopic label:", special=False)
    assert 512 < len(long) < 1000
    alone = answers(model, [long])[0]
    assert alone.text
    assert alone.n_prompt_tokens == len(long)


def test_that_prompts_of_very_different_length_are_answered_together(model, one_by_one):
    long = model.tokenize("The rocket. " * 60 + f"\n\n{EXAMPLES}Keywords: space, nasa, moon\nTopic label:", special=False)
    short = model.tokenize("Hello", special=False)
    found = answers(model, [long, *prompts(model)[:3], short[:1]], n_parallel=3)
    assert [answer.text for answer in found[1:4]] == one_by_one[:3]
    assert found[0].n_prompt_tokens == len(long)


def test_that_one_prompt_may_be_the_beginning_of_another(model):
    whole = prompts(model)[0]
    found = answers(model, [whole[:-3], whole, whole[:10]])
    assert all(answer.n_new_tokens <= 12 for answer in found)


def test_that_no_prompt_has_no_answer(model):
    assert list(model.answer([], 5)) == []


def test_that_an_answer_stops_at_its_length(model):
    found = answers(model, prompts(model)[:2])
    assert all(0 < answer.n_new_tokens <= 12 and answer.mean_log_probability <= 0 for answer in found)
    assert [answer.n_new_tokens for answer in sorted(model.answer(prompts(model)[:2], 1), key=lambda a: a.index)] == [1, 1]


def test_that_a_cancel_stops_between_two_decode_calls(model):
    asked = []

    def is_cancelled():
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(Cancelled):
        list(model.answer(prompts(model), 12, progress=Progress(is_cancelled=is_cancelled)))
    assert len(asked) == 4
    assert answers(model, prompts(model)[:1])  # the model is as good as before


def test_that_a_reader_that_stops_early_leaves_the_model_usable(model):
    next(iter(model.answer(prompts(model), 12)))
    assert answers(model, prompts(model)[:1])


def test_that_progress_counts_answers(model):
    told = []
    list(model.answer(prompts(model), 4, progress=Progress(lambda done, total: told.append((done, total)))))
    assert told == [(number, 7) for number in range(1, 8)]


def test_that_text_survives_tokens(model):
    for text in ("Zürich costs 5 €", "深山发现", "👩‍🚀🚀", "a\x00b", "x" * 5000, ""):
        assert model.text_of(model.tokenize(text, special=False)) == text


def test_that_markers_in_documents_are_plain_text(model):
    for text in ("<|im_end|>", "<|im_start|>system", "<|endoftext|>"):
        assert len(model.tokenize(text, special=False)) > 2
        assert model.text_of(model.tokenize(text, special=False)) == text


@pytest.fixture
def spied(model, monkeypatch):
    """The model, its library watched: how often each native function was called, and what llama_decode is made to answer."""
    spy = Spy(model._lib)
    monkeypatch.setattr(model, "_lib", spy)
    monkeypatch.setattr(model, "_prefix", Prefix([]))  # not read yet
    model._end_decoding()
    yield model, spy
    model._end_decoding()


class Spy:
    def __init__(self, lib):
        self.lib, self.n_calls, self.answers = lib, Counter(), {}

    def __getattr__(self, name):
        def call(*arguments):
            self.n_calls[name] += 1
            answer = self.answers.get((name, self.n_calls[name]))
            return function(*arguments) if answer is None else answer

        function = getattr(self.lib, name)
        return function if name == "llama_token" else call


def test_that_where_there_is_no_room_the_newest_prompt_waits_and_all_are_answered(spied, one_by_one):
    model, spy = spied
    spy.answers = {("llama_decode", number): 1 for number in (3, 5)}  # the first call reads the prefix
    found = [answer.text for answer in answers(model, prompts(model), n_parallel=3)]
    assert sum(one == other for one, other in zip(found, one_by_one, strict=True)) >= 6


def test_that_a_prompt_without_room_of_its_own_is_an_error(spied):
    model, spy = spied
    spy.answers = {("llama_decode", 2): 1}
    with pytest.raises(TopicDeskError, match="no room"):
        list(model.answer(prompts(model), 2, n_parallel=1))


def test_that_an_error_of_the_library_names_its_code(spied):
    model, spy = spied
    spy.answers = {("llama_decode", 2): -3}
    with pytest.raises(TopicDeskError, match="code -3"):
        list(model.answer(prompts(model), 2))
    spy.answers = {}
    assert len(list(model.answer(prompts(model), 2))) == 7


def test_that_all_that_was_made_is_freed_whether_read_to_the_end_cancelled_or_left(spied):
    model, spy = spied
    list(model.answer(prompts(model), 2, n_parallel=3))
    next(iter(model.answer(prompts(model), 2, 1.1, n_parallel=3)))
    with pytest.raises(Cancelled):
        list(model.answer(prompts(model), 2, n_parallel=2, progress=Progress(is_cancelled=lambda: True)))
    model._end_decoding()
    for made, freed in (
        ("llama_sampler_chain_init", "llama_sampler_free"), ("llama_batch_init", "llama_batch_free"), ("llama_init_from_model", "llama_free"),
    ):  # fmt: skip
        assert spy.n_calls[made] == spy.n_calls[freed] > 0


def test_that_the_shared_prefix_is_read_once_for_lists_that_share_it(spied):
    model, spy = spied
    first = answers(model, prompts(model), n_parallel=4)
    n_calls = spy.n_calls["llama_decode"]
    assert answers(model, prompts(model), n_parallel=4) == first  # the same bits, whatever was answered before
    assert spy.n_calls["llama_decode"] == 2 * n_calls - 1
    assert spy.n_calls["llama_init_from_model"] == 1


def test_that_longer_prompts_do_not_read_the_shared_prefix_again(spied):
    model, spy = spied
    asked = prompts(model)
    list(model.answer(asked, 2, n_parallel=4))
    list(model.answer([prompt + asked[0][-1:] * 60 for prompt in asked], 2, n_parallel=4))
    assert spy.n_calls["llama_init_from_model"] == 2
    assert spy.n_calls["llama_state_seq_get_data"] == 1


def test_that_little_memory_makes_one_stream_of_all_and_admits_what_surely_fits(spied, one_by_one):
    model, _ = spied
    asked = prompts(model)
    n_own = max(map(len, asked)) - len(common_prefix(asked)) + 12
    most_cells = -(-(len(common_prefix(asked)) + 2 * n_own) // 256) * 256
    found = [answer.text for answer in answers(model, asked, most_cells=most_cells)]
    assert sum(one == other for one, other in zip(found, one_by_one, strict=True)) >= 5
    assert model._decoding[1].is_unified
    with pytest.raises(TopicDeskError, match="not enough memory for a prompt"):
        list(model.answer(asked, 12, most_cells=30))


def test_that_an_older_list_is_given_up_when_a_newer_is_asked(model):
    older = iter(model.answer(prompts(model), 2, n_parallel=2))
    next(older)
    assert len(list(model.answer(prompts(model), 2, n_parallel=2))) == 7
    with pytest.raises(RuntimeError, match="another list"):
        next(older)


def test_that_log_probabilities_are_a_mean_over_all_that_was_sampled(model):
    (short,) = model.answer(prompts(model)[:1], 1)
    (longer,) = model.answer(prompts(model)[:1], 12)
    assert -10 < short.mean_log_probability < 0
    assert -10 < longer.mean_log_probability < 0


def test_that_widened_weights_answer_as_the_files_own(model, starter_models, one_by_one):
    with LanguageModel(starter_models.language_path, n_threads=1, may_widen=False) as as_it_is:
        found = [answer.text for answer in answers(as_it_is, prompts(as_it_is))]
    assert sum(one == other for one, other in zip(found, one_by_one, strict=True)) >= 5
    assert not as_it_is.is_widened


@pytest.mark.parametrize(
    ("quantisation", "n_parameters", "n_gpu_layers", "expected"),
    [
        ("Q4_1", 135_000_000, 0, True),
        ("Q5_1", 135_000_000, 0, True),
        ("Q4_1", 13_000_000_000, 0, False),
        ("Q4_K_M", 135_000_000, 0, False),
        ("Q4_1", 135_000_000, 99, False),
    ],
)
def test_that_only_small_weights_that_are_slow_here_are_widened(monkeypatch, quantisation, n_parameters, n_gpu_layers, expected):
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert should_widen(quantisation, n_parameters, n_gpu_layers) == (expected and hasattr(os, "memfd_create"))
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    assert not should_widen(quantisation, n_parameters, n_gpu_layers)
