"""There is no card here: PyTorch computes on the processor what it would compute there."""

import numpy as np
import pytest

from topicdesk.stages import card_neighbours as module
from topicdesk.stages.card_neighbours import card_bytes, card_neighbours
from topicdesk.stages.neighbours import exact_neighbours


@pytest.mark.parametrize("cells", [1, 7000, 1 << 25])
def test_that_they_are_the_exact_neighbours_however_many_rows_at_a_time(blobs, monkeypatch, cells):
    monkeypatch.setattr(module, "CELLS", cells)
    found, exact = card_neighbours(blobs, 15, "cpu"), exact_neighbours(blobs, 15)
    np.testing.assert_allclose(found.distances, exact.distances, atol=1e-6)
    same = [len(set(one) & set(other)) / 15 for one, other in zip(found.indices.tolist(), exact.indices.tolist(), strict=True)]
    assert np.mean(same) > 0.999  # distances that differ in the last bit may change places
    assert (found.indices.dtype, found.distances.dtype) == (np.int64, np.float32)
    assert found.indices[:, 0].tolist() == list(range(len(blobs)))


def test_that_of_equal_distances_the_first_documents_are_taken():
    vectors = np.zeros((60, 4), dtype=np.float32)
    vectors[:30, 0] = vectors[30:, 1] = 1
    found = card_neighbours(vectors, 5, "cpu")
    assert found.indices[10].tolist() == [10, 0, 1, 2, 3]
    assert found.indices[40].tolist() == [40, 30, 31, 32, 33]
    assert (found.distances == 0).all()


def test_that_opposite_vectors_are_farthest():
    vectors = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]], dtype=np.float32)
    found = card_neighbours(vectors, 4, "cpu")
    assert found.indices[0].tolist() == [0, 2, 3, 1]
    np.testing.assert_allclose(found.distances[0], [0, 1, 1, 2], atol=1e-6)


@pytest.mark.parametrize("n_documents", [0, 1, 3])
def test_that_a_small_corpus_has_as_many_neighbours_as_documents(n_documents):
    assert card_neighbours(np.eye(n_documents, 4, dtype=np.float32), 15, "cpu").indices.shape == (n_documents, min(15, n_documents))


def test_that_they_take_little_of_a_t4_for_118_000_abstracts():
    assert card_bytes(118_000, 384) < 1.5 * 2**30
    assert card_bytes(1_000_000, 1024) < 6 * 2**30
