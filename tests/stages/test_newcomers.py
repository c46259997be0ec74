"""Documents that come to a finished map join the topic of most of their neighbours, and lie beside them."""

import numpy as np

from topicdesk.stages import newcomers

RNG = np.random.default_rng(3)


def made(n_known=60, n_new=6):
    """Three tight topics of 20 documents, far from each other on the map; newcomers of each in turn."""
    centres = np.eye(3, 8, dtype=np.float32)
    topic_of = np.arange(n_known) % 3
    kinds = np.concatenate([topic_of, np.arange(n_new) % 3])
    vectors = centres[kinds] + RNG.normal(scale=0.05, size=(len(kinds), 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    layout = (np.array([[0, 0], [100, 0], [0, 100]])[topic_of] + RNG.normal(size=(n_known, 2))).astype(np.float32)
    return vectors.astype(np.float32), topic_of.astype(np.int64), layout, np.arange(n_known, n_known + n_new), kinds


def test_that_newcomers_join_their_kind_and_lie_in_its_midst():
    vectors, topic_of, layout, rows, kinds = made()
    neighbours = newcomers.nearest_known(vectors, rows, np.arange(60))
    joined, strength = newcomers.join_topics(neighbours, topic_of)
    assert joined.tolist() == kinds[60:].tolist()
    assert (strength > 0.9).all()
    places = newcomers.places_beside(neighbours, joined, topic_of, layout)
    assert (np.linalg.norm(places - np.array([[0, 0], [100, 0], [0, 100]])[joined], axis=1) < 3).all()


def test_that_one_among_the_unassigned_joins_no_topic():
    vectors, topic_of, _, rows, _ = made()
    topic_of[topic_of == 1] = -1
    joined, strength = newcomers.join_topics(newcomers.nearest_known(vectors, rows, np.arange(60)), topic_of)
    assert joined.tolist() == [0, -1, 2, 0, -1, 2]
    assert strength[[1, 4]].tolist() == [0, 0]


def test_that_blocks_change_nothing(monkeypatch):
    vectors, _, _, rows, _ = made(n_new=9)
    whole = newcomers.nearest_known(vectors, rows, np.arange(60))
    monkeypatch.setattr(newcomers, "KNOWN_A_BLOCK", 7)
    monkeypatch.setattr(newcomers, "ROWS_A_BLOCK", 2)
    steps = []
    pieces = newcomers.nearest_known(vectors, rows, np.arange(60), steps.append)
    assert whole[0].tolist() == pieces[0].tolist()
    assert np.allclose(whole[1], pieces[1])
    assert steps == [2, 4, 6, 8, 9]


def test_that_nobody_new_and_few_known_are_no_trouble():
    vectors, topic_of, layout, rows, _ = made(n_known=4, n_new=1)
    none = newcomers.nearest_known(vectors, rows[:0], np.arange(4))
    assert newcomers.places_beside(none, *newcomers.join_topics(none, topic_of)[:1], topic_of, layout).shape == (0, 2)
    joined, _ = newcomers.join_topics(newcomers.nearest_known(vectors, rows, np.arange(4)), topic_of)
    assert joined.tolist() == [0]
