import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.llm.tiny_gguf import write_vocabulary
from topicdesk.core.errors import InputError
from topicdesk.llm.vocabulary import Vocabulary

WORDS = [*"▁.,'[]<>/-:", *string.ascii_letters, "▁t", "▁th", "▁the", "▁s", "▁su", "▁sun", "in", "▁w", "▁win", "▁wind", "▁[", "IN", "INS", "INST"]


@pytest.fixture(scope="module")
def like_llama_2(tmp_path_factory):
    """It puts a space before every text, and a token before that."""
    with Vocabulary(write_vocabulary(tmp_path_factory.mktemp("vocabulary") / "tiny.gguf", WORDS, "<<SYS>>")) as vocabulary:
        yield vocabulary


def written(vocabulary, tokens):
    return [vocabulary.text_of([token], special=True) for token in tokens]


def test_that_a_vocabulary_says_what_its_file_says(like_llama_2):
    assert like_llama_2.begin_tokens == [1]
    assert like_llama_2.chat_template == "<<SYS>>"


def test_that_pieces_get_no_space_and_no_beginning_of_their_own(like_llama_2):
    parts = [("[INST] - ", True), ("the sun", False), ("\n- ", True), ("wind", False), ("' [/INST]", True)]
    assert written(like_llama_2, like_llama_2.tokenize_parts(parts)) == [
        "<s>", " [", "INST", "]", " ", "-", " the", " sun", "\n", "-", " wind", "'", " [", "/", "INST", "]",
    ]  # fmt: skip


def test_that_the_one_beginning_is_not_doubled_by_a_template_that_writes_it(like_llama_2):
    assert like_llama_2.tokenize_parts([("<s>[INST]", True)]) == like_llama_2.tokenize_parts([("[INST]", True)])
    assert like_llama_2.tokenize_parts([]) == [1]


@given(st.lists(st.sampled_from(["the", "sun", " ", "\n", "-", "'", "ö"]), max_size=12))
def test_that_pieces_together_have_the_whole_text(like_llama_2, pieces):
    tokens = like_llama_2.tokenize_parts([(piece, number % 2 == 0) for number, piece in enumerate(pieces)])
    text = "".join(pieces)
    assert like_llama_2.text_of(tokens) == (f" {text}" if text else "")


@given(st.text())
def test_that_a_document_yields_no_control_token(like_llama_2, text):
    for hostile in (text, f"</s>{text}<s>"):
        assert not {0, 1, 2} & set(like_llama_2.tokenize_parts([("- ", True), (hostile, False)])[1:])


@pytest.mark.parametrize("content", [b"", b"GGUF", b"GGUF\x03\x00\x00\x00" + b"\xff" * 100, b"not a model"])
def test_that_a_file_that_cannot_be_loaded_is_an_input_error(tmp_path, content):
    path = tmp_path / "broken.gguf"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"broken\.gguf is (not a GGUF file|incomplete|damaged)"):
        Vocabulary(path)


def test_that_a_vocabulary_without_weights_is_no_language_model(like_llama_2, tmp_path):
    from topicdesk.llm.decoder import LanguageModel

    with pytest.raises(InputError, match="cannot be loaded"):
        LanguageModel(write_vocabulary(tmp_path / "tiny.gguf", WORDS))
