import dataclasses
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.shape_gguf import SHAPES, encode_header, tensors_of, values_of
from topicdesk.core.gguf import parse_header
from topicdesk.core.language_file import language_file_of
from topicdesk.llm.memory_plan import Wanted, cheaper_plans, plan_memory, plans

GIB = 1 << 30
LABELS = Wanted(n_parallel=8, n_shared_tokens=420, n_own_tokens=424)  # the article's prompt, 400 own tokens, 24 of the answer


def language_file(shape, quantisation):
    header = parse_header(encode_header(values_of(SHAPES[shape], quantisation), list(tensors_of(SHAPES[shape], quantisation))), 10**12)
    return language_file_of(header, header.n_bytes_wanted)


LLAMA_2_13B = language_file("llama-2-13b", "Q4_K_M")
STARTER = language_file("smollm2-135m", "Q4_1")


def gibibytes(number):
    return round(number * GIB)


def test_that_llama_2_13b_lies_whole_on_a_t4_with_eight_prompts_at_once():
    plan = plan_memory(LLAMA_2_13B, gibibytes(14.5), gibibytes(12), LABELS)
    assert plan.n_gpu_layers == 41
    assert plan.n_parallel >= 8
    assert plan.n_ctx >= 420 + 8 * 424
    assert plan.cache_type == "f16"
    assert plan.card_bytes <= gibibytes(14.5)


def test_that_llama_2_13b_lies_in_part_on_a_card_with_8_gib():
    plan = plan_memory(LLAMA_2_13B, gibibytes(8), gibibytes(12), LABELS)
    assert 10 <= plan.n_gpu_layers <= 39
    assert plan.card_bytes <= gibibytes(8)
    assert plan.card_bytes + plan.memory_bytes > LLAMA_2_13B.n_bytes


@pytest.mark.parametrize("card", [0, 0.5, 2])
def test_that_llama_2_13b_stays_on_the_processor_with_2_gib_or_less(card):
    plan = plan_memory(LLAMA_2_13B, gibibytes(card), gibibytes(16), LABELS)
    assert (plan.n_gpu_layers, plan.card_bytes) == (0, 0)
    assert plan.n_parallel == 8


def test_that_without_room_for_one_prompt_there_is_no_plan():
    assert plan_memory(LLAMA_2_13B, 0, gibibytes(6), LABELS) is None


def test_that_the_starter_lies_whole_on_any_card_and_in_little_memory():
    assert plan_memory(STARTER, gibibytes(2), gibibytes(1), LABELS).n_gpu_layers == 31
    assert plan_memory(STARTER, 0, gibibytes(0.5), LABELS).n_parallel == 8


def test_that_weights_and_context_are_what_llama_cpp_reports():
    """Llama-2-13B with 2,304 tokens of context in 16 bits: 1,800.00 MiB, 121.5 MiB of working memory; the starter 50.62 and 13.79."""
    table = {part.what: part.n_bytes for part in plan_memory(LLAMA_2_13B, 0, gibibytes(16), Wanted(2, 200, 56 + 512)).parts}
    assert table["context"] == 2304 * 800 * 1024 == 1800 << 20
    assert table["working memory"] == pytest.approx(121.5 * (1 << 20), rel=0.1)
    assert table["weights"] == pytest.approx(LLAMA_2_13B.n_bytes, rel=1e-3)
    table = {part.what: part.n_bytes for part in plan_memory(STARTER, 0, gibibytes(1), Wanted(8, 0, 256)).parts}
    assert table["context"] == pytest.approx(50.62 * (1 << 20), rel=1e-3)
    assert table["weights"] == pytest.approx(STARTER.n_bytes, rel=0.02)


def test_that_a_tied_table_is_counted_once_in_memory_and_again_on_a_card():
    (on_card,) = (part for part in plan_memory(STARTER, gibibytes(4), gibibytes(4), LABELS).parts if part.is_on_card and part.what == "weights")
    assert on_card.n_bytes == sum(STARTER.layer_bytes) + STARTER.output_bytes
    assert STARTER.output_bytes > STARTER.input_bytes > 0


def test_that_a_model_with_a_running_state_is_asked_one_by_one():
    assert plan_memory(dataclasses.replace(STARTER, is_recurrent=True), 0, gibibytes(4), LABELS).n_parallel == 1


def test_that_each_step_down_takes_less_and_the_last_is_on_the_processor():
    found = list(plans(LLAMA_2_13B, gibibytes(14.5), gibibytes(20), LABELS))
    steps = list(cheaper_plans(found, found[0]))
    on_card = [plan.card_bytes for plan in (found[0], *steps)]
    assert all(later <= 0.9 * earlier for earlier, later in itertools.pairwise(on_card) if earlier)
    assert steps[-1].n_gpu_layers == 0
    assert len(steps) <= 12


amounts = st.integers(0, 32 * GIB)
wanted = st.builds(Wanted, st.integers(1, 32), st.integers(0, 3000), st.integers(1, 3000))


@given(amounts, amounts, wanted, st.sampled_from([LLAMA_2_13B, STARTER]))
def test_that_whatever_is_planned_fits_and_holds_what_was_asked(card, memory, wanted, file):
    plan = plan_memory(file, card, memory, wanted)
    if plan is not None:
        assert plan.memory_bytes <= memory
        assert plan.card_bytes <= card
        assert 1 <= plan.n_parallel <= wanted.n_parallel
        assert plan.n_ctx >= wanted.n_shared_tokens + plan.n_parallel * wanted.n_own_tokens
        assert plan.n_ctx % 256 == 0
        assert plan.card_bytes + plan.memory_bytes >= sum(file.layer_bytes)


@given(amounts, st.integers(0, 8 * GIB), wanted)
def test_that_more_room_on_the_card_never_puts_less_on_it(card, more, wanted):
    less, plenty = (plan_memory(LLAMA_2_13B, room, 64 * GIB, wanted) for room in (card, card + more))
    assert plenty.n_gpu_layers >= less.n_gpu_layers
