import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from topicdesk.project.topic_identity import stable_ids


def earlier(topic_of, name="old"):
    topic_of = np.array(topic_of)
    return [(topic_of, [f"{name}{n}" for n in range(topic_of.max(initial=-1) + 1)])]


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
    assert stable_ids(topic_of, "key") == stable_ids(topic_of, "key")
    assert not set(stable_ids(topic_of, "key")) & set(stable_ids(topic_of, "other"))


def test_that_the_latest_comes_first_and_no_id_is_given_twice():
    latest, before = earlier([0, 0, 0, -1, -1, -1], "late"), earlier([0, 0, 0, 1, 1, 1])
    assert stable_ids(np.array([0, 0, 0, 1, 1, 1]), "key", latest + before) == ["late0", "old1"]
    both_halves = earlier([0, 0, 0, 1, 1, 1], "late") + earlier([-1, -1, -1, 0, 0, 0], "late")
    assert stable_ids(np.array([0, 0, 0, 1, 1, 1]), "key", both_halves) == ["late0", "late1"]


def test_that_a_topic_that_edits_made_is_known_again():
    found, edited = earlier([0, 0, 1, 1, 2, 2]), [(np.array([0, 0, 0, 0, 2, 2]), ["old0", "old1", "old2"])]
    assert stable_ids(np.array([0, 0, 0, 0, 1, 1]), "key", found + edited) == ["old0", "old2"]


NUMBERS = st.lists(st.integers(-1, 4), min_size=12, max_size=12).map(lambda n: np.unique([-1, *n], return_inverse=True)[1][1:] - 1)


@given(NUMBERS, NUMBERS)
def test_that_ids_are_unique_whatever_the_two_assignments(before, after):
    ids = stable_ids(after, "key", earlier(before))
    assert len(set(ids)) == len(ids) == after.max(initial=-1) + 1
