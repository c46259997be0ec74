from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from topicdesk.project.store import Project

STEPS = st.lists(
    st.tuples(st.sampled_from(["rename", "rename", "undo", "redo", "reopen"]), st.sampled_from("abc"), st.sampled_from(["", "one", "two"])), max_size=15
)


def test_that_a_name_is_there_after_reopening_and_an_empty_one_gives_it_back(tmp_path):
    path = tmp_path / "p.topicdesk"
    with Project(path, create=True) as project:
        project.edits.rename("a", "Mine")
        project.edits.rename("b", "Other")
        project.edits.rename("b", "")
    with Project(path) as project:
        assert project.edits.names() == {"a": "Mine"}


def test_that_undo_and_redo_go_on_after_reopening(tmp_path):
    path = tmp_path / "p.topicdesk"
    with Project(path, create=True) as project:
        project.edits.rename("a", "one")
        project.edits.rename("a", "two")
        assert project.edits.undo()
    with Project(path) as project:
        assert project.edits.names() == {"a": "one"}
        assert project.edits.can_redo()
        assert project.edits.redo()
        assert project.edits.names() == {"a": "two"}
        assert project.edits.undo()
        assert project.edits.undo()
        assert not project.edits.undo()
        assert not project.edits.can_undo()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(STEPS)
def test_that_edits_behave_as_a_list_with_a_cursor(tmp_path_factory, steps):
    path = tmp_path_factory.mktemp("edits") / "p.topicdesk"
    project, done, undone = Project(path, create=True), [], []
    for what, topic, text in steps:
        if what == "rename":
            project.edits.rename(topic, text)
            done, undone = [*done, (topic, text)], []
        elif what == "undo":
            assert project.edits.undo() == bool(done)
            undone, done = ([*undone, done[-1]], done[:-1]) if done else (undone, done)
        elif what == "redo":
            assert project.edits.redo() == bool(undone)
            done, undone = ([*done, undone[-1]], undone[:-1]) if undone else (done, undone)
        else:
            project.close()
            project = Project(path)
        assert project.edits.names() == {topic: text for topic, text in dict(done).items() if text}
        assert (project.edits.can_undo(), project.edits.can_redo()) == (bool(done), bool(undone))
    project.close()
