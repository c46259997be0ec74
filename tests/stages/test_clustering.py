import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topicdesk.core.settings import ClusteringSettings, default_min_topic_size
from topicdesk.stages.clustering import _by_size, cluster


@pytest.fixture(scope="module")
def points():
    random = np.random.default_rng(2)
    centres = random.uniform(-10, 10, size=(12, 5))
    found = centres[random.integers(0, 12, 900)] + random.normal(scale=0.5, size=(900, 5))
    found[::9] = random.uniform(-12, 12, size=(100, 5))
    return found.astype(np.float32)


@pytest.mark.parametrize("settings", [ClusteringSettings(), ClusteringSettings(20), ClusteringSettings(8, 3), ClusteringSettings(15, selection="leaf")])
def test_that_topics_are_hdbscans_clusters(points, settings):
    from hdbscan import HDBSCAN
    from sklearn.metrics import adjusted_rand_score

    size = settings.min_topic_size or default_min_topic_size(len(points))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = HDBSCAN(min_cluster_size=size, min_samples=settings.min_samples, cluster_selection_method=settings.selection).fit(points)
    ours = cluster(points, settings)
    assert adjusted_rand_score(theirs.labels_, ours.topic_of) >= 0.99
    assert ours.n_topics == theirs.labels_.max() + 1 > 3
    np.testing.assert_array_equal(ours.topic_of == -1, theirs.labels_ == -1)
    np.testing.assert_allclose(ours.strength, theirs.probabilities_, atol=1e-6)


def test_that_topics_are_those_of_scikit_learns_independent_implementation(points):
    from sklearn.cluster import HDBSCAN
    from sklearn.metrics import adjusted_rand_score

    theirs = HDBSCAN(min_cluster_size=20, min_samples=11, copy=True).fit(points)  # it counts the point itself
    assert adjusted_rand_score(theirs.labels_, cluster(points, ClusteringSettings(20, 10)).topic_of) >= 0.99


def test_that_topics_are_numbered_by_size(points):
    sizes = np.bincount(cluster(points, ClusteringSettings(15)).topic_of + 1)[1:]
    assert sizes.tolist() == sorted(sizes, reverse=True)


@given(st.lists(st.integers(-1, 5), min_size=1, max_size=30))
def test_that_renumbering_keeps_the_groups_orders_by_size_and_ties_by_the_first_document(found):
    found = np.unique([-1, *found], return_inverse=True)[1][1:].astype(np.int64) - 1
    new = _by_size(found)
    assert {(a, b) for a, b in zip(found.tolist(), new.tolist(), strict=True)} == set(dict(zip(found.tolist(), new.tolist(), strict=True)).items())
    assert ((found == -1) == (new == -1)).all()
    order = [(-int((new == number).sum()), int(np.argmax(new == number))) for number in range(new.max(initial=-1) + 1)]
    assert order == sorted(order)


def test_that_documents_without_coordinates_are_in_no_topic_and_keep_their_place(points):
    holed = np.full((len(points) + 50, 5), np.nan, dtype=np.float32)
    places = np.sort(np.random.default_rng(0).choice(len(holed), len(points), replace=False))
    holed[places] = points
    ours, plain = cluster(holed, ClusteringSettings(20)), cluster(points, ClusteringSettings(20))
    np.testing.assert_array_equal(ours.topic_of[places], plain.topic_of)
    empty = np.setdiff1d(np.arange(len(holed)), places)
    assert (ours.topic_of[empty] == -1).all()
    assert (ours.strength[empty] == 0).all()


@pytest.mark.parametrize("n_documents", [0, 1, 2, 3, 5, 6, 10])
@pytest.mark.parametrize(
    "settings", [ClusteringSettings(), ClusteringSettings(2), ClusteringSettings(2, 1), ClusteringSettings(3, 50), ClusteringSettings(500)]
)
def test_that_a_corpus_too_small_for_topics_has_none_or_few(n_documents, settings):
    found = cluster(np.random.default_rng(0).normal(size=(n_documents, 5)).astype(np.float32), settings)
    assert found.topic_of.shape == found.strength.shape == (n_documents,)
    assert np.isfinite(found.strength).all()
    assert 0 <= found.n_topics <= n_documents // 2


@pytest.mark.parametrize("n_documents", [4, 30, 300])
def test_that_documents_all_in_one_place_do_not_break_it(n_documents):
    found = cluster(np.zeros((n_documents, 5), dtype=np.float32), ClusteringSettings())
    assert np.isfinite(found.strength).all()
    assert found.n_topics <= 1
