import numpy as np
import pytest

from topicdesk.core.requests import RunRequest
from topicdesk.core.settings import Settings
from topicdesk.engine.run import Run
from topicdesk.engine.workshop import Workshop
from topicdesk.project.copying import copy_project
from topicdesk.project.store import Project


@pytest.fixture
def project(tmp_path):
    with Project(tmp_path / "p.topicdesk", create=True) as project:
        project.artifacts.put("old", "embed", np.zeros(3))
        yield project


def run_of(project, fresh):
    return Run(RunRequest(str(project.path), fresh=fresh), Settings(), project, Workshop(), lambda event: None, lambda: False)


def test_that_a_fresh_run_that_was_killed_goes_on_with_what_it_had_made_and_with_nothing_older(project):
    first = run_of(project, fresh=True)
    assert first.cached_array("old") is None
    assert not project.artifacts.has_afresh()
    first.keep("new", np.ones(3))
    first.keep("new", ["words"], 1)
    again = run_of(project, fresh=True)  # by another engine
    assert project.artifacts.has_afresh()
    np.testing.assert_array_equal(again.cached_array("new"), np.ones(3))
    assert again.cached_values("new", 1) == ["words"]
    assert again.cached_array("old") is None
    again.keep("old", np.ones(3))  # made anew in the place of the older one
    np.testing.assert_array_equal(run_of(project, fresh=True).cached_array("old"), np.ones(3))


def test_that_after_a_run_has_ended_a_fresh_one_computes_all_anew(project):
    run_of(project, fresh=True).keep("new", np.ones(3))
    project.set_unfinished(True)
    assert project.artifacts.has_afresh()
    project.set_unfinished(False)
    assert not project.artifacts.has_afresh()
    assert run_of(project, fresh=True).cached_array("new") is None
    np.testing.assert_array_equal(run_of(project, fresh=False).cached_array("new"), np.ones(3))


def test_that_what_an_ordinary_run_keeps_is_not_taken_for_made_afresh(project):
    run_of(project, fresh=False).keep("new", np.ones(3))
    assert run_of(project, fresh=True).cached_array("new") is None


def test_that_a_copy_without_the_cache_remembers_no_fresh_run(project, tmp_path):
    run_of(project, fresh=True).keep("new", np.ones(3))
    copy_project(project.path, tmp_path / "copy.topicdesk")
    with Project(tmp_path / "copy.topicdesk") as copy:
        assert not copy.artifacts.has_afresh()
