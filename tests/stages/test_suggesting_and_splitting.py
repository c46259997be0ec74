import numpy as np
import pytest

from topicdesk.core.analysis import TopicAssignment
from topicdesk.core.errors import Cancelled, InputError
from topicdesk.core.settings import KeywordSettings
from topicdesk.stages.keywords import class_tfidf
from topicdesk.stages.splitting import split
from topicdesk.stages.suggesting import by_centroid, by_neighbours, by_terms
from topicdesk.stages.vocabulary import count_terms


@pytest.mark.parametrize("by", [by_centroid, by_neighbours])
def test_that_documents_left_out_find_back_to_the_topic_they_were_made_of(topical, by):
    _, vectors, assignment = topical
    rows = np.flatnonzero(assignment.topic_of == -1)
    topics, scores = by(vectors, assignment, rows)
    assert (topics == rows % 8).mean() > 0.9
    assert scores.dtype == np.float32 and ((scores >= 0) & (scores <= 1)).all()


def test_that_terms_lead_back_too(topical):
    texts, _, assignment = topical
    vocabulary = count_terms(texts, KeywordSettings())
    rows = np.flatnonzero(assignment.topic_of == -1)
    topics, scores = by_terms(vocabulary, class_tfidf(vocabulary, assignment, KeywordSettings()), rows)
    assert (topics == rows % 8).all()
    assert ((scores > 0) & (scores <= 1)).all()


def test_that_no_document_and_one_topic_are_no_trouble(topical):
    texts, vectors, assignment = topical
    none = np.zeros(0, dtype=np.int64)
    vocabulary = count_terms(texts, KeywordSettings())
    one = TopicAssignment(np.where(assignment.topic_of == 0, 0, -1), assignment.strength)
    for topics, scores in (
        by_centroid(vectors, assignment, none), by_neighbours(vectors, assignment, none),
        by_terms(vocabulary, class_tfidf(vocabulary, assignment, KeywordSettings()), none),
    ):  # fmt: skip
        assert len(topics) == len(scores) == 0
    assert (by_neighbours(vectors, one, np.array([1, 2]))[0] == 0).all()


def test_that_a_newer_question_overtakes(topical):
    _, vectors, assignment = topical
    with pytest.raises(Cancelled):
        by_centroid(vectors, assignment, np.array([0]), lambda: True)


def clouds(sizes, seed=0):
    generator = np.random.default_rng(seed)
    return np.vstack([generator.normal(10 * i, 1, (size, 5)) for i, size in enumerate(sizes)]).astype(np.float32)


def test_that_clouds_are_seen_and_the_largest_comes_first():
    points = clouds([40, 90, 60])
    part_of = split(points)
    assert [int((part_of == part).sum()) for part in range(3)] == [90, 60, 40]
    assert len({tuple(np.unique(part_of[start:end])) for start, end in ((0, 40), (40, 130), (130, 190))}) == 3


@pytest.mark.parametrize("n_parts", [2, 3, 5])
def test_that_one_cloud_is_cut_into_as_many_parts_as_are_wanted(n_parts):
    part_of = split(clouds([120]), n_parts)
    assert sorted(np.unique(part_of)) == list(range(n_parts))
    assert list(np.bincount(part_of)) == sorted(np.bincount(part_of), reverse=True)


def test_that_a_large_topic_is_cut_by_an_even_draw_the_same_each_time(monkeypatch):
    monkeypatch.setattr("topicdesk.stages.splitting.MOST_FOR_WARD", 50)
    points = clouds([200, 100])
    part_of = split(points, 2)
    assert [int((part_of == part).sum()) for part in range(2)] == [200, 100]
    np.testing.assert_array_equal(part_of, split(points, 2))


def test_that_documents_without_coordinates_stay_with_the_largest_part():
    points = clouds([30, 20])
    points[45] = np.nan
    assert split(points)[45] == 0


@pytest.mark.parametrize("n", [0, 3])
def test_that_a_topic_too_small_is_refused_in_words(n):
    with pytest.raises(InputError, match="too small"):
        split(clouds([n]))
