import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from topicdesk.core.analysis import TopicAssignment
from topicdesk.stages.held_out import hold_out, without


def assigned(topic_of):
    topics = np.array(topic_of, dtype=np.int64)
    return TopicAssignment(topics, np.ones(len(topics), dtype=np.float32))


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 40)), max_size=120))
def test_that_at_most_a_third_of_a_topics_texts_are_held_out_and_equal_texts_stand_together(rows):
    topics = sorted({topic for topic, _ in rows if topic >= 0})
    rows = [(topics.index(topic) if topic >= 0 else -1, text) for topic, text in rows]
    texts = [f"text {text}" for _, text in rows]
    assignment = assigned([topic for topic, _ in rows])
    held = hold_out(texts, assignment)
    assert not held[assignment.topic_of == -1].any()
    for topic in range(assignment.n_topics):
        members = np.flatnonzero(assignment.topic_of == topic)
        kept, out = ({texts[i] for i in members if held[i] == side} for side in (False, True))
        assert not kept & out
        assert len(out) <= (len(kept) + len(out)) / 3
        assert len(kept) >= 1
    assert without(assignment, held).n_topics == assignment.n_topics


def test_that_a_fifth_is_held_out_of_a_large_topic_three_of_a_small_one_and_fifty_at_most():
    for size, n_held in ((3, 1), (9, 3), (12, 3), (20, 4), (100, 20), (400, 50)):
        held = hold_out([f"text {i}" for i in range(size)], assigned([0] * size))
        assert held.sum() == n_held


def test_that_neither_order_nor_other_topics_change_who_is_held_out():
    texts = [f"text {i}" for i in range(30)]
    held = dict(zip(texts, hold_out(texts, assigned([0] * 30)), strict=True))
    turned = dict(zip(texts[::-1], hold_out(texts[::-1], assigned([0] * 30)), strict=True))
    beside = dict(zip([*texts, "other"], hold_out([*texts, "other"], assigned([0] * 30 + [-1])), strict=True))
    assert held == turned == {text: beside[text] for text in texts}
