import warnings

import numpy as np
import pytest

from topicdesk.core.settings import ProjectionSettings
from topicdesk.stages import neighbours
from topicdesk.stages.neighbours import exact_neighbours, find_neighbours


def test_that_the_neighbours_are_those_of_scikit_learns_exact_search(blobs):
    from sklearn.neighbors import NearestNeighbors

    distances, indices = NearestNeighbors(n_neighbors=15, metric="cosine", algorithm="brute").fit(blobs).kneighbors(blobs)
    found = find_neighbours(blobs, ProjectionSettings())
    assert found.indices.dtype == np.int64
    assert found.distances.dtype == np.float32
    np.testing.assert_allclose(found.distances, distances, atol=2e-6)
    same = [len(set(one) & set(other)) / 15 for one, other in zip(found.indices.tolist(), indices.tolist(), strict=True)]
    assert np.mean(same) > 0.995  # equal distances may stand for one another


def test_that_each_document_is_its_own_first_neighbour_even_among_duplicates():
    vectors = np.ones((40, 4), dtype=np.float32) / 2
    found = find_neighbours(vectors, ProjectionSettings())
    assert found.indices[:, 0].tolist() == list(range(40))
    assert (found.distances >= 0).all()
    assert all(len(set(row)) == 15 for row in found.indices.tolist())


def test_that_a_smaller_corpus_has_fewer_neighbours():
    assert find_neighbours(np.eye(8, dtype=np.float32), ProjectionSettings()).indices.shape == (8, 8)


@pytest.mark.parametrize("n_documents", [0, 1, 15, 1300, 2500])
def test_that_the_quick_search_finds_what_sorting_all_distances_finds(n_documents):
    vectors = np.random.default_rng(n_documents).normal(size=(n_documents, 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    n_neighbors = min(15, n_documents)
    found = exact_neighbours(vectors, n_neighbors)
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, 3)
    expected = np.sort(likeness, axis=1)[:, ::-1][:, :n_neighbors]
    np.testing.assert_allclose(found.distances[:, 1:], np.clip(1 - expected[:, 1:], 0, 2), atol=1e-6)
    assert found.indices[:, :1].ravel().tolist() == list(range(n_documents))[: len(found.indices[:, :1])]
    assert all(len(set(row)) == n_neighbors for row in found.indices.tolist())
    np.testing.assert_array_equal(found.indices, exact_neighbours(vectors, n_neighbors).indices)


def test_that_of_a_thousand_duplicates_each_is_its_own_first_neighbour():
    found = exact_neighbours(np.full((2000, 4), 0.5, dtype=np.float32), 15)
    assert found.indices[:, 0].tolist() == list(range(2000))
    assert (found.distances == 0).all()


@pytest.mark.slow
def test_that_neighbours_of_a_large_corpus_are_found_by_the_seeded_index_and_nearly_exact(monkeypatch):
    monkeypatch.setattr(neighbours, "EXACT_UP_TO", 16_384)
    random = np.random.default_rng(0)
    vectors = (random.normal(size=(120, 16))[random.integers(0, 120, 17_000)] + random.normal(scale=0.3, size=(17_000, 16))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # umap warns of what it lacks while it is imported
        found = find_neighbours(vectors, ProjectionSettings())
    some = np.arange(0, 17_000, 170)
    exact = np.argsort(-(vectors[some] @ vectors.T), axis=1)[:, :15]
    assert np.mean([len(set(a) & set(b)) / 15 for a, b in zip(found.indices[some].tolist(), exact.tolist(), strict=True)]) > 0.9
    again = find_neighbours(vectors, ProjectionSettings())
    np.testing.assert_array_equal(found.indices, again.indices)
