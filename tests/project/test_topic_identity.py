import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.project.test_analyses import analysis
from topicdesk.core.analysis import Label, Topic, TopicAssignment
from topicdesk.project.topic_identity import stable_ids


def earlier(topic_of):
    import dataclasses

    topic_of = np.array(topic_of)
    sizes = np.bincount(topic_of[topic_of >= 0])
    topics = tuple(Topic(n, f"old{n}", int(size), (), (), (), (), Label("", "keywords")) for n, size in enumerate(sizes))
    assignment = TopicAssignment(topic_of, np.zeros(len(topic_of), dtype=np.float32))
    return dataclasses.replace(analysis(), assignment=assignment, topics=topics)


def test_that_a_topic_that_is_mostly_the_same_keeps_its_id_under_another_number():
    ids = stable_ids(np.array([1, 1, 1, 0, 0, 0, 0]), "key", earlier([0, 0, 0, 0, 1, 1, 1]))
    assert ids == ["old1", "old0"]


def test_that_a_topic_split_in_equal_halves_gives_its_id_to_neither():
    ids = stable_ids(np.array([0, 0, 1, 1]), "key", earlier([0, 0, 0, 0]))
    assert "old0" not in ids
    assert len(set(ids)) == 2


def test_that_documents_in_no_topic_do_not_count_as_shared():
    assert stable_ids(np.array([0, 0, -1, -1, -1, -1]), "key", earlier([0, 0, -1, -1, -1, -1])) == ["old0"]
    assert stable_ids(np.array([-1, -1]), "key", earlier([0, 0])) == []


def test_that_ids_follow_from_the_analysis_alone_where_there_is_none_before():
    topic_of = np.array([0, 1, 1])
    assert stable_ids(topic_of, "key", None) == stable_ids(topic_of, "key", None)
    assert not set(stable_ids(topic_of, "key", None)) & set(stable_ids(topic_of, "other", None))


NUMBERS = st.lists(st.integers(-1, 4), min_size=12, max_size=12).map(lambda n: np.unique([-1, *n], return_inverse=True)[1][1:] - 1)


@given(NUMBERS, NUMBERS)
def test_that_ids_are_unique_whatever_the_two_assignments(before, after):
    ids = stable_ids(after, "key", earlier(before))
    assert len(set(ids)) == len(ids) == after.max(initial=-1) + 1
