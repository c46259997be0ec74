import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.llm.test_templates import RENDERED
from topicdesk.llm.untrusted import MARKERS, plain

PIECES = [
    "<|",
    "|>",
    "<",
    "|",
    ">",
    "[",
    "INST",
    "/",
    "]",
    "<<SYS>>",
    "</s>",
    "<s",
    "s>",
    "###",
    " user",
    "im_end",
    "<think>",
    "\u202e",
    "\u200b",
    "\x00",
    " ",
    "a",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=20).map("".join)))
def test_that_plain_text_is_one_line_without_markers_and_control_characters_and_stays_so(text):
    shown = plain(text)
    assert shown == shown.strip()
    assert plain(shown) == shown
    assert not MARKERS.search(shown)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in shown)


@pytest.mark.parametrize("rendered", RENDERED.values(), ids=RENDERED)
def test_that_the_markers_of_every_known_template_are_broken(rendered):
    assert not MARKERS.search(plain(rendered))
    for marker in ("<|im_start|>", "<|im_end|>", "<|im_sep|>", "<|end|>", "<|user|>", "<|eot_id|>", "[INST]", "[/INST]", "</s>", "<<SYS>>", "<end_of_turn>"):
        assert marker not in plain(rendered)


def test_that_what_cannot_be_seen_is_dropped_and_the_rest_kept():
    assert plain("\ufeffgood\u202e te\u200bxt\u2060\x1a\ue000") == "good text"
    assert plain("Zürich 5 € 深山 👩🚀 50 % <b>bold</b> a|b [1]") == "Zürich 5 € 深山 👩🚀 50 % <b>bold</b> a|b [1]"
    assert plain("one\r\ntwo three\x85four\tfive") == "one two three four five"
