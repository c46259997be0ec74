import pytest

from topicdesk.core.errors import Cancelled, InputError
from topicdesk.core.progress import Progress
from topicdesk.llm.decoder import LanguageModel, _common_prefix

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
    long = model.tokenize("The moon and the rocket are about space. " * 240 + f"\n\n{EXAMPLES}Keywords: space, nasa, moon\nTopic label:", special=False)
    assert 2048 < len(long) < 5000
    alone = answers(model, [long])[0]
    assert alone.text
    assert alone.n_prompt_tokens == len(long)


def test_that_prompts_of_very_different_length_are_answered_together(model, one_by_one):
    long = model.tokenize("The rocket. " * 250 + f"\n\n{EXAMPLES}Keywords: space, nasa, moon\nTopic label:", special=False)
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


@pytest.mark.parametrize("content", [b"", b"GGUF", b"GGUF\x03\x00\x00\x00" + b"\xff" * 100, b"not a model"])
def test_that_a_file_that_cannot_be_loaded_is_an_input_error(tmp_path, content):
    path = tmp_path / "broken.gguf"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"broken\.gguf.*cannot be loaded"):
        LanguageModel(path)


def test_that_the_shared_beginning_leaves_a_token_of_each():
    assert _common_prefix([[1, 2, 3], [1, 2, 4]]) == [1, 2]
    assert _common_prefix([[1, 2], [1, 2]]) == [1]
    assert _common_prefix([[1, 2], [1]]) == []
    assert _common_prefix([[1, 2, 3]]) == []
