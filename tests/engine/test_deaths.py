"""Which topics of a group are asked again after the engine crashed over it, and which one is not."""

import pytest

from topicdesk.engine.deaths import Suspects, is_plan_to_blame
from topicdesk.project.store import Project


@pytest.fixture
def artifacts(tmp_path):
    with Project(tmp_path / "p.topicdesk", create=True) as project:
        yield project.artifacts


def asked(artifacts, topics, deadly=(), has_crashed=False):
    """What an engine asks before it crashes, or until it is done; a portion crashes it where `deadly` says so."""
    portions = []
    for portion in Suspects(artifacts, "plan", has_crashed).portions(topics):
        portions.append(portion)
        if portion in deadly:
            break
    return portions


def test_that_a_topic_is_skipped_after_two_deaths_and_the_others_are_asked(artifacts):
    deadly = ([1, 2, 3], [2])
    assert asked(artifacts, [1, 2, 3], deadly) == [[1, 2, 3]]
    assert asked(artifacts, [1, 2, 3], deadly, has_crashed=True) == [[1], [2]]
    assert asked(artifacts, [1, 2, 3], deadly, has_crashed=True) == [[1], [3]]
    assert Suspects(artifacts, "plan", False).skipped == [2]


def test_that_a_crash_by_chance_ends_with_the_whole_group_asked_as_if_nothing_had_been(artifacts):
    assert asked(artifacts, [1, 2], ([1, 2],)) == [[1, 2]]
    assert asked(artifacts, [1, 2], has_crashed=True) == [[1], [2], [1, 2]]
    assert asked(artifacts, [7, 8]) == [[7, 8]]
    assert not Suspects(artifacts, "plan", False).skipped


def test_that_a_group_that_crashes_only_together_is_not_asked_together_again(artifacts):
    assert asked(artifacts, [1, 2], ([1, 2],)) == [[1, 2]]
    assert asked(artifacts, [1, 2], ([1, 2],), has_crashed=True) == [[1], [2], [1, 2]]
    assert asked(artifacts, [1, 2], ([1, 2],), has_crashed=True) == [[1], [2]]
    assert not Suspects(artifacts, "plan", False).skipped


def test_that_a_group_of_one_is_skipped_after_two_deaths(artifacts):
    assert asked(artifacts, [5], ([5],)) == [[5]]
    assert asked(artifacts, [5], ([5],), has_crashed=True) == [[5]]
    assert asked(artifacts, [5], ([5],), has_crashed=True) == []


def test_that_a_kill_from_outside_counts_for_nothing(artifacts):
    for _ in range(4):
        assert asked(artifacts, [1, 2], ([1, 2],)) == [[1, 2]]


def test_that_the_first_crash_over_a_group_does_not_blame_the_plan_of_memory(artifacts):
    asked(artifacts, [1, 2], ([1, 2],))
    assert not is_plan_to_blame(artifacts, has_crashed=True)
    asked(artifacts, [1, 2], ([1, 2],), has_crashed=True)
    assert is_plan_to_blame(artifacts, has_crashed=True)
