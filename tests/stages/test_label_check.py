import numpy as np
import pytest

from topicdesk.stages.label_check import DUPLICATE, ELSEWHERE, TOO_BROAD, TOO_NARROW, check_labels

AXES = np.eye(6, dtype=np.float32)


def unit(*rows):
    vectors = np.array(rows, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def documents(n_topics, n_each=4):
    """Documents that lie exactly on their topic's axis."""
    topic_of = np.repeat(np.arange(n_topics), n_each)
    return AXES[topic_of], topic_of


def check(labels, label_vectors, held=None, is_valid=None):
    return check_labels(labels, is_valid or [True] * len(labels), label_vectors, *(held or documents(len(labels))))


def test_that_labels_that_tell_their_topics_are_right_and_unflagged():
    found = check(["Sun", "Wind", "Sea"], AXES[:3])
    assert found.is_right == (True, True, True)
    assert found.flags == ((), (), ())
    assert found.summary() == {"n": 3, "valid": 3, "right": 3, "accuracy": 1.0, "flagged": 0}


def test_that_a_label_counts_only_where_it_is_valid_and_right():
    found = check(["Sun", "Wind", "Sea"], AXES[[0, 1, 0]], is_valid=[True, False, True])
    assert found.is_right == (True, True, False)
    assert found.flags[2] == (ELSEWHERE, DUPLICATE)
    assert found.summary()["accuracy"] == pytest.approx(1 / 3, abs=1e-4)


def test_that_a_label_that_draws_the_documents_of_other_topics_is_too_broad():
    vectors = unit([1, 0.9, 0.9, 0, 0, 0], [0.9, 0.5, -1, 0, 0, 0], [0.9, -1, 0.5, 0, 0, 0])
    found = check(["Energy", "Wind", "Sea"], vectors)
    assert TOO_BROAD in found.flags[0]
    assert TOO_BROAD not in found.flags[1] + found.flags[2]


def narrow_topic():
    """Four topics of four documents, each of which speaks a little of roofs (axis 4); the first has one document on roofs and three on solar cells (axis 5)."""
    topic_of = np.repeat(np.arange(4), 4)
    on_roofs, on_cells = [0.2, 0, 0, 0, 1, 0], [0.2, 0, 0, 0, 0, 1]
    others = [[*(3 * AXES[topic, :4]), 1, 0] for topic in topic_of[4:]]
    return unit(on_roofs, on_cells, on_cells, on_cells, *others), topic_of


@pytest.mark.parametrize(("label", "flags"), [("Roofs", (TOO_NARROW,)), ("Solar roofs", ()), ("Cells", ())])
def test_that_a_label_of_a_small_part_of_its_topic_is_too_narrow(label, flags):
    vector = {"Roofs": [0.3, 0, 0, 0, 1, 0], "Solar roofs": [0.3, 0, 0, 0, 1, 1], "Cells": [0.3, 0, 0, 0, 0, 1]}[label]
    found = check([label, "Wind", "Sea", "Tide"], unit(vector, *AXES[1:4]), narrow_topic())
    assert found.is_right == (True,) * 4
    assert found.flags == (flags, (), (), ())


def test_that_a_label_is_not_narrow_because_its_neighbour_draws_its_documents():
    held = unit(*[[1, 0, 0, 0.1 * n, 0, 0] for n in range(4)], *[[0.8, 1, 0, 0, 0, 0]] * 4, *AXES[[2] * 4 + [3] * 4])
    found = check(["Sun", "Energy", "Sea", "Law"], unit([1, 0, 0, 2, 0, 0], [1, 0.4, 0, 0, 0, 0], *AXES[[2, 3]]), (held, np.repeat(np.arange(4), 4)))
    assert TOO_NARROW not in found.flags[0]


def test_that_a_topic_without_held_out_documents_is_not_right_and_not_flagged():
    held, topic_of = documents(3)
    found = check(["Sun", "Wind", "Sea"], AXES[:3], (held[:8], topic_of[:8]))
    assert found.is_right == (True, True, False)
    assert found.flags == ((), (), ())


def test_that_equal_words_are_duplicates_whatever_their_vectors():
    assert check(["Solar power", "solar powers"], AXES[:2]).flags == ((DUPLICATE,), (DUPLICATE,))


def test_that_no_topic_makes_no_accuracy():
    empty = np.empty((0, 6), dtype=np.float32)
    assert check_labels([], [], empty, empty, np.empty(0, dtype=np.int64)).summary()["accuracy"] is None
