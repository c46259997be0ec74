"""The look of a label: as the text of an edit and back, through the log, and what is not one."""

from dataclasses import replace

import pytest

from tests.gui.fake_session import made_up
from topicdesk.core.edit_making import relooking
from topicdesk.core.edited_analysis import apply_edits
from topicdesk.core.edits import Edit
from topicdesk.core.label_look import AS_LAID_OUT, LabelLook

MOVED = LabelLook(place=(1.5, -2.25), scale=1.2, weight="bold")


@pytest.mark.parametrize("look", [AS_LAID_OUT, MOVED, LabelLook(is_hidden=True)])
def test_that_a_look_comes_back_from_its_text(look):
    assert LabelLook.from_text(look.to_text()) == look


@pytest.mark.parametrize("text", ["1", "{", '{"scale": 99}', '{"place": [1]}', '{"place": ["a", 2]}', '{"weight": "black"}', '{"place": [NaN, 1]}'])
def test_that_other_texts_are_refused(text):
    with pytest.raises(ValueError):
        LabelLook.from_text(text)


def test_that_an_edit_gives_topics_their_look_and_an_empty_one_takes_it_back():
    _, analysis = made_up(200, 4)
    moving = relooking(analysis.topics[1:3], MOVED)
    assert moving.after == "moved, 120% of its size, bold"
    edited = apply_edits(analysis, [moving]).analysis
    assert [topic.look for topic in edited.topics] == [AS_LAID_OUT, MOVED, MOVED, AS_LAID_OUT]
    back = relooking(edited.topics, AS_LAID_OUT)
    assert back.topics == moving.topics
    assert apply_edits(analysis, [moving, back]).analysis.topics[1].look == AS_LAID_OUT
    assert relooking(analysis.topics, AS_LAID_OUT) is None


def test_that_a_look_that_is_none_does_not_hold():
    _, analysis = made_up(200, 4)
    edit = replace(Edit("look", (analysis.topics[0].stable_id,), "nonsense"), sequence=7)
    edited = apply_edits(analysis, [edit])
    assert edited.not_carried == {7: "This is no look of a label."}
    assert edited.analysis.topics[0].look == AS_LAID_OUT
