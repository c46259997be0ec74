import numpy as np

from topicdesk.core.analysis import TopicAssignment
from topicdesk.core.settings import ExemplarSettings
from topicdesk.stages.exemplars import choose_exemplars


def assigned(topic_of):
    return TopicAssignment(np.array(topic_of), np.ones(len(topic_of), dtype=np.float32))


def test_that_the_first_exemplar_is_the_nearest_to_the_topics_mean_and_all_are_its_own(blobs):
    topic_of = np.arange(600) % 6
    topic_of[::12] = -1
    chosen = choose_exemplars(blobs, assigned(topic_of), ExemplarSettings(4))
    assert len(chosen) == 6
    for topic, indices in enumerate(chosen):
        members = np.flatnonzero(topic_of == topic)
        assert len(set(indices)) == 4
        assert set(indices) <= set(members.tolist())
        assert indices[0] == members[np.argmax(blobs[members] @ blobs[members].mean(axis=0))]


def test_that_no_two_exemplars_have_the_same_embedding():
    vectors = np.eye(3, dtype=np.float32)[[0, 0, 0, 1, 1, 2]]
    chosen = choose_exemplars(vectors, assigned([0] * 6), ExemplarSettings(5))[0]
    assert sorted(vectors[chosen].argmax(axis=1).tolist()) == [0, 1, 2]


def test_that_a_topic_with_fewer_documents_has_fewer_exemplars(blobs):
    assert [len(c) for c in choose_exemplars(blobs[:3], assigned([0, 0, 1]), ExemplarSettings(5))] == [2, 1]
    assert choose_exemplars(blobs[:2], assigned([-1, -1]), ExemplarSettings(5)) == []


def test_that_vectors_of_zeros_do_not_break_it():
    assert choose_exemplars(np.zeros((3, 4), dtype=np.float32), assigned([0, 0, 0]), ExemplarSettings(2))[0][0] in (0, 1, 2)
