"""The text of a file comes out whole, in lines and in blocks, wherever the blocks end."""

import io
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from topicdesk.importing.text_lines import TextLines

TEXTS = st.text('aé\n\r"\0,', max_size=60)


@settings(deadline=None, max_examples=200)
@given(TEXTS, st.integers(1, 7), st.sampled_from(["utf-8", "utf-16"]))
def test_that_lines_are_the_same_in_blocks_of_any_size(text, size, encoding):
    with patch("topicdesk.importing.text_lines._BLOCK", size):
        lines = list(TextLines(io.BytesIO(text.encode(encoding)), encoding))
    assert lines == io.StringIO(text.replace("\0", ""), newline="").readlines()


@settings(deadline=None, max_examples=300)
@given(TEXTS, st.integers(1, 7), st.lists(st.sampled_from(["line", "block", "rest", "lines"]), max_size=20))
def test_that_nothing_is_lost_or_doubled_however_lines_and_blocks_alternate(text, size, steps):
    with patch("topicdesk.importing.text_lines._BLOCK", size):
        source = TextLines(io.BytesIO(text.encode()), "utf-8")
        taken = ""
        for step in steps:
            if step == "line":
                taken += next(iter(source), "")
                continue
            block, _ = source.take_block()
            if step == "lines":
                source.give_back_as_lines(block)
            elif step == "rest":
                taken += block[: len(block) // 2]
                source.give_back(block[len(block) // 2 :])
            else:
                taken += block
        taken += "".join(source)
    assert taken == text.replace("\0", "")


def test_that_the_last_block_is_known_as_such():
    source = TextLines(io.BytesIO(b"one\ntwo"), "utf-8")
    assert source.take_block() == ("one\ntwo", False)
    source.give_back("two")
    assert source.take_block() == ("two", True)
    assert source.take_block() == ("", True)
