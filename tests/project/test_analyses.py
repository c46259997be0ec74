import numpy as np
import pytest

from topicdesk.core.analysis import Analysis, Keyword, Label, ModelFile, Topic, TopicAssignment
from topicdesk.core.settings import ClusteringSettings, Settings
from topicdesk.project.store import Project


@pytest.fixture
def project(tmp_path):
    with Project(tmp_path / "p.topicdesk", create=True) as project:
        yield project


def analysis(size=7, label="Sun"):
    keywords = (Keyword("sun", 0.5), Keyword("Zürich", 1 / 3))
    topic = Topic(0, "abc", 2, keywords, keywords[:1], (), (1, 0), Label(label, "language model", "Keywords: sun", 0.25, True, 9, 3))
    assignment = TopicAssignment(np.array([0, 0, -1]), np.array([0.1, 1, 0], dtype=np.float32))
    positions = np.array([[0.1, 2], [3, 4], [np.nan, np.nan]], dtype=np.float32)
    settings = Settings(clustering=ClusteringSettings(min_topic_size=size))
    return Analysis(
        "f", settings, positions, assignment, (topic,), {"a": [1]}, {"project": "k"}, {"numpy": "2"}, (ModelFile("language", "m.gguf", "0"),), "now"
    )


def test_that_an_analysis_survives_the_project(project):
    number = project.analyses.put(analysis(), "key")
    back = project.analyses.get(number, "f")
    assert back.topics == analysis().topics
    assert back.settings == analysis().settings
    assert back.models == analysis().models
    assert (back.numerics, back.versions, back.created, back.keys["project"]) == ({"a": [1]}, {"numpy": "2"}, "now", "k")
    np.testing.assert_array_equal(back.positions, analysis().positions)
    np.testing.assert_array_equal(back.assignment.topic_of, analysis().assignment.topic_of)
    np.testing.assert_array_equal(back.assignment.strength, analysis().assignment.strength)
    assert (back.assignment.n_topics, back.assignment.n_unassigned) == (1, 1)


def test_that_the_analysis_used_last_is_the_current_one(project):
    assert project.analyses.current() is None
    first = project.analyses.put(analysis(7), "seven")
    second = project.analyses.put(analysis(8), "eight")
    assert project.analyses.current() == second
    assert project.analyses.put(analysis(7), "seven") == first
    assert project.analyses.current() == first


def test_that_a_new_analysis_is_compared_with_its_own_earlier_self_then_with_the_others(project):
    assert list(project.analyses.earlier("seven")) == []
    project.analyses.put(analysis(7), "seven")
    project.analyses.put(analysis(8), "eight")
    for key, sizes in (("seven", [7, 8]), ("nine", [8, 7])):
        assert [earlier.settings.clustering.min_topic_size for earlier in project.analyses.earlier(key)] == sizes


def test_that_analyses_are_summed_up_and_one_of_them_is_used(project):
    first, second = project.analyses.put(analysis(7), "seven"), project.analyses.put(analysis(8), "eight")
    summed = {found.number: found for found in project.analyses.summaries()}
    assert (summed[first].settings.clustering.min_topic_size, summed[first].n_topics, summed[first].created) == (7, 1, "now")
    project.analyses.use(first)
    assert project.analyses.current() == first
    project.analyses.use(second)
    assert project.analyses.current() == second


def test_that_labels_replace_only_those_they_name(project):
    number = project.analyses.put(analysis(), "key")
    project.analyses.put_labels(number, {})
    project.analyses.put_labels(number, {0: Label("Moon", "keywords")})
    assert project.analyses.get(number, "").topics[0].label == Label("Moon", "keywords")


def test_that_an_analysis_outlives_the_cache(project):
    number = project.analyses.put(analysis(), "key")
    project.artifacts.put("k", "embed", np.ones(1000))
    assert project.artifacts.n_bytes() > 8000
    project.artifacts.clear()
    assert project.artifacts.n_bytes() == 0
    assert project.artifacts.array("k") is None
    assert project.analyses.get(number, "").topics == analysis().topics


def test_that_an_analysis_whose_arrays_are_damaged_is_none(project):
    number = project.analyses.put(analysis(), "key")
    with project.transaction() as connection:
        connection.execute("UPDATE artifact SET bytes = zeroblob(100)")
    assert project.analyses.get(number, "") is None
    assert project.analyses.get(99, "") is None
