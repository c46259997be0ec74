import numpy as np
import pytest

from tests.figure.synthetic import synthetic_map
from topicdesk.figure.colours import topic_colours
from topicdesk.figure.raster import RasterLook, dot_radius, fit_extent, point_cloud, raster

RED = np.array([[1.0, 0.0, 0.0]])
WHOLE = (0.0, 100.0, 0.0, 80.0)


def one_dot(x, y, **look):
    cloud = point_cloud(np.array([[x, y]], dtype=np.float32), np.zeros(1, dtype=np.int64))
    return raster(cloud, RED, WHOLE, 100, 80, RasterLook(**look))


def test_that_a_picture_is_opaque_and_of_the_asked_size():
    picture = one_dot(50, 40)
    assert picture.shape == (80, 100, 4)
    assert picture.dtype == np.uint8
    assert (picture[..., 3] == 255).all()


@pytest.mark.parametrize("round_dots", [0, 10**6])
def test_that_a_dot_lies_where_its_document_lies_with_the_first_row_on_top(round_dots):
    picture = one_dot(20.5, 69.5, round_dots=round_dots)
    rows, columns = np.nonzero(picture[..., 1] < 200)
    assert abs(rows.mean() - 10) < 0.6
    assert abs(columns.mean() - 20) < 0.6


def test_that_a_dot_halfway_out_is_drawn_at_the_edge_only():
    picture = one_dot(0.0, 40.0)
    assert (picture[..., 1] < 200).any()
    assert (picture[:, 50:, :3] == 255).all()


def test_that_documents_without_a_place_and_outside_the_window_are_passed_over():
    positions = np.array([[np.nan, np.nan], [1e6, 1e6], [50, np.nan]], dtype=np.float32)
    picture = raster(point_cloud(positions, np.zeros(3, dtype=np.int64)), RED, WHOLE, 100, 80)
    assert (picture == 255).all()


def test_that_an_empty_corpus_is_an_empty_picture():
    cloud = point_cloud(np.zeros((0, 2), dtype=np.float32), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    assert (raster(cloud, np.zeros((0, 3)), WHOLE, 100, 80, RasterLook(glow=0.4)) == 255).all()


@pytest.mark.parametrize("round_dots", [0, 10**6])
def test_that_the_unassigned_are_grey_or_hidden(round_dots):
    cloud = point_cloud(np.array([[50, 40]], dtype=np.float32), np.array([-1]))
    hidden = raster(cloud, np.zeros((0, 3)), WHOLE, 100, 80, RasterLook(unassigned="hide", round_dots=round_dots))
    grey = raster(cloud, np.zeros((0, 3)), WHOLE, 100, 80, RasterLook(round_dots=round_dots))
    assert (hidden == 255).all()
    assert grey.min() < 245
    assert np.ptp(grey[40, 50, :3].astype(int)) < 20


@pytest.mark.parametrize("round_dots", [0, 10**6])
def test_that_other_topics_fade_beside_an_emphasised_one(round_dots):
    cloud = point_cloud(np.array([[25, 40], [75, 40]], dtype=np.float32), np.array([0, 1]))
    colours = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    picture = raster(cloud, colours, WHOLE, 100, 80, RasterLook(emphasis=1, round_dots=round_dots)).astype(int)
    assert 255 - picture[:, :50, 1].min() < (255 - picture[:, 50:, 1].min()) / 2


def test_that_dense_places_are_stronger_than_sparse_ones():
    random = np.random.default_rng(0)
    positions = np.vstack([random.normal(size=(5000, 2)) * 3 + (30, 40), [[80, 40]]]).astype(np.float32)
    picture = raster(point_cloud(positions, np.zeros(5001, dtype=np.int64)), RED, WHOLE, 100, 80, RasterLook(round_dots=0)).astype(int)
    assert picture[40, 30, 1] < picture[40, 80, 1] < 250


def test_that_longer_texts_have_larger_dots():
    positions = np.array([[25, 40], [75, 40]], dtype=np.float32)
    picture = raster(point_cloud(positions, np.zeros(2, dtype=np.int64), np.array([100, 900])), RED, WHOLE, 100, 80, RasterLook(dot_scale=5))
    covered = picture[..., 1] < 200
    assert covered[:, 50:].sum() > 2 * covered[:, :50].sum() > 0


def test_that_the_glow_reaches_beyond_the_dots():
    positions, topic_of, _ = synthetic_map(2000, 10)
    cloud, colours, extent = point_cloud(positions, topic_of), topic_colours(positions, topic_of), fit_extent(positions, topic_of, 300, 200)
    plain, glowing = (raster(cloud, colours, extent, 300, 200, RasterLook(glow=glow)) for glow in (0.0, 0.4))
    assert (glowing.min(axis=2) < 250).mean() > (plain.min(axis=2) < 250).mean() + 0.1


def test_that_dots_grow_as_documents_become_fewer_and_with_the_picture():
    assert dot_radius(500, 1200, 900) > dot_radius(100_000, 1200, 900) > dot_radius(1_000_000, 1200, 900)
    assert dot_radius(500, 2400, 1800) == pytest.approx(2 * dot_radius(500, 1200, 900))


def test_that_the_window_shows_every_topic_at_equal_aspect():
    positions, topic_of, _ = synthetic_map(2000, 10)
    x0, x1, y0, y1 = fit_extent(positions, topic_of, 800, 300)
    shown = positions[topic_of >= 0]
    assert (x1 - x0) / 800 == pytest.approx((y1 - y0) / 300)
    assert ((shown > (x0, y0)) & (shown < (x1, y1))).all()


def test_that_one_document_far_out_does_not_shrink_the_map():
    positions, topic_of, _ = synthetic_map(2000, 10)
    far = np.vstack([positions, [[1000, 1000]]]).astype(np.float32)
    near = fit_extent(positions, topic_of, 800, 600)
    assert fit_extent(far, np.append(topic_of, -1), 800, 600) == pytest.approx(near, rel=0.2, abs=1)


@pytest.mark.parametrize("n_documents", [0, 1, 2])
def test_that_very_small_corpora_have_a_window(n_documents):
    x0, x1, y0, y1 = fit_extent(np.zeros((n_documents, 2), dtype=np.float32), np.full(n_documents, -1), 400, 300)
    assert x1 > x0
    assert y1 > y0
