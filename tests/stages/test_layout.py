import numpy as np
import pytest
from scipy import sparse

from topicdesk.stages.layout import move_points

CURVE = (1.93, 0.79)


@pytest.fixture(scope="module")
def ring():
    """200 points, each joined to the four beside it, and where they begin."""
    beside = sparse.diags([1.0, 0.5, 0.5, 1.0, 1.0, 0.5, 0.5, 1.0], [-199, -198, -2, -1, 1, 2, 198, 199], shape=(200, 200), format="csr", dtype=np.float32)
    return np.random.default_rng(0).uniform(0, 10, size=(200, 2)).astype(np.float32), beside


@pytest.mark.slow
@pytest.mark.parametrize("n_threads", [2, 3, 7])
def test_that_the_number_of_threads_changes_no_bit(ring, n_threads):
    np.testing.assert_array_equal(move_points(*ring, CURVE, 50, 42, n_threads), move_points(*ring, CURVE, 50, 42))


@pytest.mark.slow
def test_that_more_threads_than_points_are_no_trouble():
    start, graph = np.array([[0, 0], [9, 9]], dtype=np.float32), sparse.csr_matrix(np.array([[0, 1], [1, 0]], dtype=np.float32))
    np.testing.assert_array_equal(move_points(start, graph, CURVE, 50, 1, 8), move_points(start, graph, CURVE, 50, 1))


@pytest.mark.slow
def test_that_neighbours_come_together_and_others_keep_apart(ring):
    moved = move_points(*ring, CURVE, 500, 42)
    beside = np.linalg.norm(moved - np.roll(moved, 1, axis=0), axis=1)
    across = np.linalg.norm(moved - np.roll(moved, 100, axis=0), axis=1)
    assert np.median(beside) < np.median(across) / 5


@pytest.mark.slow
def test_that_a_seed_decides_and_the_start_is_left_alone(ring):
    start, graph = ring
    before = start.copy()
    assert (move_points(start, graph, CURVE, 20, 1) != move_points(start, graph, CURVE, 20, 2)).any()
    np.testing.assert_array_equal(start, before)


@pytest.mark.slow
def test_that_points_at_the_same_place_stay_finite():
    graph = sparse.csr_matrix(np.ones((30, 30), dtype=np.float32) - np.eye(30, dtype=np.float32))
    assert np.isfinite(move_points(np.ones((30, 5), dtype=np.float32), graph, CURVE, 100, 1)).all()
