import numpy as np
import pytest

from topicdesk.core.analysis import TopicAssignment
from topicdesk.core.settings import ClusteringSettings
from topicdesk.stages.clustering import cluster
from topicdesk.stages.collapse import collapse


def assigned(*sizes, n_unassigned=0):
    topic_of = np.concatenate([np.full(size, number) for number, size in enumerate(sizes)] + [np.full(n_unassigned, -1)]).astype(np.int64)
    return TopicAssignment(topic_of, np.ones(len(topic_of), dtype=np.float32))


def test_that_one_cloud_that_swallows_a_corpus_is_told_with_what_helps():
    random = np.random.default_rng(0)
    points = np.concatenate([random.normal(size=(970, 5)), random.normal(loc=40, size=(30, 5))]).astype(np.float32)
    settings = ClusteringSettings()
    found = cluster(points, settings)
    assert found.n_topics == 2
    said = collapse(found, len(points), settings)
    assert said.startswith("The map has collapsed into 2 topics, one of which holds ")
    assert said.endswith(
        "of 1,000 documents. What helps: Selection “leaf” ([clustering] selection in a settings file), another seed or a smaller topic size than 10."
    )


def test_that_leaf_is_not_advised_to_who_has_it():
    said = collapse(assigned(900, 50, n_unassigned=50), 1000, ClusteringSettings(selection="leaf"))
    assert said.endswith("What helps: another seed or a smaller topic size than 10.")
    assert "collapsed into 1 topic, one of which" in collapse(assigned(900, n_unassigned=100), 1000, ClusteringSettings())


@pytest.mark.parametrize(
    ("found", "settings"),
    [
        (assigned(500, 400, n_unassigned=100), ClusteringSettings()),  # two classes
        (assigned(800, 40, 40, 40), ClusteringSettings()),  # four topics
        (assigned(), ClusteringSettings()),
        (assigned(n_unassigned=1000), ClusteringSettings()),
        (assigned(190, 10), ClusteringSettings()),  # a small corpus
        (assigned(900, 100), ClusteringSettings(min_topic_size=100)),  # few were asked for
        (assigned(300, 50, n_unassigned=650), ClusteringSettings()),  # most are in none, which the outcome says
    ],
)
def test_that_what_is_sound_is_not_called_collapsed(found, settings):
    assert collapse(found, len(found.topic_of), settings) == ""
