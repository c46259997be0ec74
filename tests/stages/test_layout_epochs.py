"""The epochs of a layout against umap's own loop: the same order and the same random numbers, and forces that differ by rounding alone."""

import warnings

import numpy as np
import pytest

from topicdesk.core.settings import ProjectionSettings
from topicdesk.stages.layout_epochs import HIGHEST, LOWEST, SHIFT, force_tables, run_epochs
from topicdesk.stages.neighbours import find_neighbours
from topicdesk.stages.projection import join_neighbours

A, B = 1.93, 0.79
DRAWN = np.array([12345, -67890, 424242], dtype=np.int64)


def test_that_the_tables_hold_umaps_forces():
    squared = np.float32(2.0) ** np.random.default_rng(0).uniform(-20, 15, 5000).astype(np.float32)
    place = (squared.view(np.int32) >> SHIFT) - int(np.float32(2.0**LOWEST).view(np.int32) >> SHIFT)
    together, apart = (table[place, 0] + table[place, 1] * squared for table in force_tables(A, B))
    exact = squared.astype(np.float64)
    np.testing.assert_allclose(together, -2 * A * B * exact ** (B - 1) / (A * exact**B + 1), rtol=2e-5)
    np.testing.assert_allclose(apart, 2 * B / ((0.001 + exact) * (A * exact**B + 1)), rtol=2e-5)
    assert len(force_tables(A, B)[0]) == ((HIGHEST - LOWEST) << (23 - SHIFT)) + 1


@pytest.fixture(scope="module")
def edges(blobs):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = join_neighbours(find_neighbours(blobs, ProjectionSettings())).tocoo()
        found.sum_duplicates()
    return found.row.astype(np.int32), found.col.astype(np.int32), found.data.max() / found.data.astype(np.float64)


@pytest.mark.slow
@pytest.mark.parametrize("n_dimensions", [2, 5, 7])
def test_that_points_move_as_umaps_own_loop_moves_them(blobs, edges, n_dimensions):
    from umap.layouts import optimize_layout_euclidean

    head, tail, every = edges
    start = np.random.default_rng(1).uniform(0, 10, (len(blobs), n_dimensions)).astype(np.float32)
    start[7] = start[8]  # two in one place
    ours, theirs = start.copy(), start.copy()
    small = 0.02  # at full length a difference in the last digit grows to the size of the map within five epochs
    run_epochs(ours, head, tail, every, 12, A, B, DRAWN, small)
    optimize_layout_euclidean(theirs, theirs, head, tail, 12, len(theirs), every, A, B, DRAWN, initial_alpha=small, move_other=True)
    assert np.abs(ours - start).max() > 0.1
    np.testing.assert_allclose(ours, theirs, atol=1e-3)


@pytest.mark.slow
def test_that_the_same_draws_move_points_to_the_same_bits_and_others_elsewhere(blobs, edges):
    start = np.random.default_rng(1).uniform(0, 10, (len(blobs), 2)).astype(np.float32)
    one, same, other = (start.copy() for _ in range(3))
    for positions, drawn in ((one, DRAWN), (same, DRAWN), (other, DRAWN + 1)):
        run_epochs(positions, *edges, 50, A, B, drawn)
    np.testing.assert_array_equal(one, same)
    assert np.isfinite(one).all() and not np.array_equal(one, other)


@pytest.mark.slow
def test_that_points_all_in_one_place_or_far_apart_stay_finite(edges):
    for positions in (np.zeros((600, 2), dtype=np.float32), np.linspace(-1e6, 1e6, 1200, dtype=np.float32).reshape(600, 2)):
        run_epochs(positions, *edges, 20, A, B, DRAWN)
        assert np.isfinite(positions).all()
