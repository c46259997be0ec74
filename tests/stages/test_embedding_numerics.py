import pytest

from topicdesk.core.errors import InputError
from topicdesk.stages.embedding_numerics import EmbeddingNumerics, Machine, choose_numerics, numerics_of_machine

PLAIN = Machine(None, frozenset({"avx2"}), 4)


@pytest.mark.parametrize(
    ("capability", "precision"),
    [((6, 1), "float32"), ((7, 0), "float16"), ((7, 5), "float16"), ((8, 0), "bfloat16"), ((8, 9), "bfloat16"), ((12, 0), "bfloat16")],
)
@pytest.mark.parametrize("device", ["auto", "cuda"])
def test_that_a_cards_generation_decides_how_many_bits_it_computes_with(device, capability, precision):
    chosen = choose_numerics(device, Machine(capability, frozenset({"avx512_bf16"}), 4))
    assert (chosen.precision, chosen.device, chosen.block_size, chosen.batch_tokens) == (precision, "cuda", 4096, 32_768)


@pytest.mark.parametrize(
    ("flags", "precision"),
    [(set(), "float32"), ({"avx2", "avx512f", "avx512_vnni"}, "float32"), ({"avx512_bf16"}, "bfloat16"), ({"amx_tile", "amx_bf16"}, "bfloat16")],
)
@pytest.mark.parametrize("device", ["auto", "cpu"])
def test_that_without_a_card_the_processors_instructions_decide(device, flags, precision):
    assert choose_numerics(device, Machine(None, frozenset(flags), 6)) == EmbeddingNumerics(precision, "cpu", 6)


def test_that_the_processor_is_taken_where_it_is_wished_for():
    assert choose_numerics("cpu", Machine((7, 5), frozenset(), 4)).device == "cpu"


def test_that_a_card_that_is_wished_for_and_not_there_is_an_input_error():
    with pytest.raises(InputError, match="--device auto"):
        choose_numerics("cuda", PLAIN)


def test_that_this_machine_is_judged_the_same_twice():
    assert numerics_of_machine("cpu") == numerics_of_machine("cpu")
    assert numerics_of_machine("cpu").device == "cpu"
