"""Wide empty bands of the map are narrowed; what lies together is not touched."""

import numpy as np

from topicdesk.stages.islands import nearer_islands


def blob(n, x, y, seed=0):
    return (np.random.default_rng(seed).normal((x, y), size=(n, 2))).astype(np.float32)


def test_that_a_far_island_comes_nearer_and_keeps_its_shape_and_side():
    main, island = blob(2000, 0, 0), blob(50, 60, -40, seed=1)
    moved = nearer_islands(np.vstack([main, island]))
    near, far = moved[:2000], moved[2000:]
    np.testing.assert_allclose(np.std(near, axis=0), np.std(main, axis=0), rtol=0.1)
    np.testing.assert_allclose(np.std(far, axis=0), np.std(island, axis=0), rtol=0.1)
    assert near[:, 0].max() < far[:, 0].min() < 15
    assert far[:, 1].max() < near[:, 1].min()
    assert np.ptp(moved, axis=0).max() < 15


def test_that_one_cloud_keeps_its_shape_but_for_strays():
    cloud = blob(5000, 3, 3)
    inner = np.abs(cloud - 3).max(axis=1) < 2
    np.testing.assert_allclose(np.diff(nearer_islands(cloud)[inner], axis=0), np.diff(cloud[inner], axis=0), atol=1e-3)


def test_that_order_is_kept_along_both_axes():
    points = np.vstack([blob(300, 0, 0), blob(300, 30, 5, seed=1), blob(10, 200, -90, seed=2)])
    moved = nearer_islands(points)
    for axis in (0, 1):
        np.testing.assert_array_equal(np.argsort(moved[:, axis], kind="stable"), np.argsort(points[:, axis], kind="stable"))


def test_that_documents_without_a_place_and_flat_maps_are_borne():
    points = np.vstack([blob(50, 0, 0), np.full((1, 2), np.nan, dtype=np.float32)])
    assert np.isnan(nearer_islands(points)[-1]).all()
    assert nearer_islands(points).dtype == np.float32
    flat = np.zeros((5, 2), dtype=np.float32)
    np.testing.assert_array_equal(nearer_islands(flat), flat)
    assert nearer_islands(np.zeros((0, 2), dtype=np.float32)).shape == (0, 2)
