import dataclasses

import pytest

from tests.benchmarks.shape_gguf import ARRAY, FLOAT32, INT32, SHAPES, STRING, UINT32, encode_header, tensors_of, values_of, write_gguf
from topicdesk.core.errors import InputError
from topicdesk.core.gguf import Malformed, parse_header
from topicdesk.core.language_file import language_file_of, read_language_file

TINY = SHAPES["tiny"]
VALUES = values_of(TINY, "Q4_0")
TOKENS = VALUES["tokenizer.ggml.tokens"][1][1]


def told(changes=None, without=(), tensors=None):
    values = {key: value for key, value in (VALUES | (changes or {})).items() if key not in without}
    content = encode_header(values, list(tensors_of(TINY, "Q4_0")) if tensors is None else tensors)
    return language_file_of(parse_header(content, 10**9), 10**9)


def test_that_the_starter_is_what_it_says_it_is(starter_models):
    starter = read_language_file(starter_models.language_path)
    assert (starter.architecture, starter.quantisation, starter.licence) == ("llama", "Q4_1", "apache-2.0")
    assert (starter.n_parameters, starter.n_layers, starter.n_context, starter.n_vocabulary) == (134_515_008, 30, 8192, 49_152)
    assert "<|im_start|>" in starter.template
    assert starter.cache_elements == (3 * 64 * 2,) * 30


def test_that_llama_2_13b_in_q4_k_m_has_its_published_size(tmp_path):
    """7,865,956,224 bytes, 13.02 thousand million parameters, 800 KiB of context a token: as published and measured."""
    path = write_gguf(tmp_path / "13b.gguf", SHAPES["llama-2-13b"], "Q4_K_M", with_weights=False)
    file = read_language_file(path)
    assert file.n_bytes == pytest.approx(7_865_956_224, rel=1e-4)
    assert file.n_parameters == 13_015_864_320
    assert sum(file.cache_elements) * 2 == 800 << 10
    assert sum(file.layer_bytes) + file.output_bytes + file.input_bytes == pytest.approx(file.n_bytes, rel=1e-3)


def test_that_a_changed_file_is_read_again(tmp_path):
    path = write_gguf(tmp_path / "m.gguf", TINY, "Q4_0", with_weights=False)
    assert read_language_file(path).n_layers == 2
    write_gguf(path, dataclasses.replace(TINY, n_layers=3), "Q4_0", with_weights=False)
    assert read_language_file(path).n_layers == 3


def test_that_a_refusal_begins_with_the_path(tmp_path):
    path = tmp_path / "m.gguf"
    path.write_bytes(b"GGUF and more")
    with pytest.raises(InputError, match="version 1684955424 of the format") as refused:
        read_language_file(path)
    assert str(refused.value).startswith(str(path))
    with pytest.raises(InputError, match="cannot be read"):
        read_language_file(tmp_path / "absent.gguf")


def test_that_a_tied_model_counts_its_output_on_the_card_and_its_input_in_memory():
    shape = dataclasses.replace(TINY, is_tied=True)
    tied = told(tensors=list(tensors_of(shape, "Q4_0")))
    assert tied.output_bytes >= tied.input_bytes > 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"general.architecture": (STRING, b"bert")}, "is not a chat model"),
        ({"general.type": (STRING, b"adapter")}, r"is not a chat model \(it is: adapter\)"),
        ({"split.count": (UINT32, 3)}, "one of 3 parts"),
        ({"llama.block_count": (UINT32, 0)}, "block_count is 0"),
        ({"llama.block_count": (UINT32, 100_000)}, "block_count is 100000"),
        ({"llama.block_count": (STRING, b"two")}, "block_count is b'two'"),
        ({"llama.context_length": (UINT32, 0)}, "context_length is 0"),
        ({"llama.attention.head_count_kv": (ARRAY, (UINT32, [2, 2, 2]))}, "does not fit its 2 layers"),
        ({"llama.attention.layer_norm_rms_epsilon": (FLOAT32, float("nan"))}, "epsilon is nan"),
        ({"llama.attention.layer_norm_rms_epsilon": (FLOAT32, -1.0)}, "epsilon is -1.0"),
        ({"llama.rope.scaling.type": (STRING, b"other")}, "scaling.type is b'other'"),
        ({"llama.rope.dimension_count": (UINT32, 2**20)}, "dimension_count is 1048576"),
        ({"llama.expert_count": (UINT32, 2000)}, "expert_count is 2000"),
        ({"llama.expert_used_count": (UINT32, 2)}, "of 0 experts it uses 2"),
        ({"llama.expert_count": (UINT32, 8)}, "of 8 experts it uses 0"),
        ({"tokenizer.ggml.model": (STRING, b"bert")}, "not a chat model's"),
        ({"tokenizer.ggml.model": (STRING, b"gpt2")}, "it has no merges"),
        ({"tokenizer.ggml.model": (STRING, b"gpt2"), "tokenizer.ggml.merges": (ARRAY, (STRING, [b"a b", b""]))}, "a merge is empty"),
        ({"tokenizer.ggml.tokens": (ARRAY, (UINT32, [1]))}, "its tokens are of the wrong type"),
        ({"tokenizer.ggml.tokens": (STRING, b"all")}, "its tokens are of the wrong type"),
        ({"tokenizer.ggml.tokens": (ARRAY, (STRING, []))}, "it has 0 tokens"),
        ({"tokenizer.ggml.tokens": (ARRAY, (STRING, [*TOKENS[:-1], b"<s>"]))}, "1 of its tokens stand in it twice"),
        ({"tokenizer.ggml.tokens": (ARRAY, (STRING, [*TOKENS[:-1], b"<s>\0 more"]))}, "1 of its tokens stand in it twice"),
        ({"tokenizer.ggml.tokens": (ARRAY, (STRING, [*TOKENS[:-1], b"x" * 20_000]))}, "longer than any text"),
        ({"tokenizer.ggml.tokens": (ARRAY, (STRING, [t.replace(b"<0x41>", b"no byte") for t in TOKENS]))}, "should stand for a byte"),
        ({"tokenizer.ggml.token_type": (ARRAY, (INT32, [1]))}, "1 token_type for 1,024 tokens"),
        ({"tokenizer.ggml.token_type": (ARRAY, (INT32, [99] * 1024))}, "unknown type 99"),
        ({"tokenizer.ggml.token_type": (ARRAY, (FLOAT32, [1.0] * 1024))}, "token_type are of the wrong type"),
        ({"tokenizer.ggml.scores": (ARRAY, (FLOAT32, [0.0]))}, "1 scores for 1,024 tokens"),
        ({"tokenizer.ggml.scores": (ARRAY, (STRING, [b"a"]))}, "scores are no numbers"),
        ({"tokenizer.chat_template": (STRING, b"x" * (2 << 20))}, "template is longer"),
    ],
)
def test_that_a_header_llama_cpp_would_stop_over_is_refused_with_the_reason(changes, said):
    with pytest.raises(Malformed, match=said):
        told(changes)


def test_that_lacking_byte_tokens_are_refused():
    kinds = {"tokenizer.ggml.token_type": (ARRAY, (INT32, [1] * 1024))}
    tokens = {"tokenizer.ggml.tokens": (ARRAY, (STRING, [t.replace(b"<0x00>", b"no byte") for t in TOKENS]))}
    with pytest.raises(Malformed, match="1 of the 256 byte tokens are lacking"):
        told(kinds | tokens)


def test_that_weights_are_wanted():
    with pytest.raises(Malformed, match="holds no weights"):
        told(tensors=[])


def test_that_a_quantisation_the_file_does_not_name_is_that_of_most_bytes():
    assert told(without=("general.file_type",)).quantisation == "Q4_0"
    assert told({"general.file_type": (STRING, b"seven")}).quantisation == "Q4_0"
