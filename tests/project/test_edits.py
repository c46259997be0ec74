from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from topicdesk.core.edit_log import EditLog
from topicdesk.core.edits import Edit, Moves
from topicdesk.project.store import Project

STEPS = st.lists(
    st.tuples(st.sampled_from(["rename", "move", "undo", "redo", "reopen"]), st.sampled_from("abc"), st.sampled_from(["", "one", "two"])), max_size=15
)


def plain(edits):
    """Edits as values that can be compared, without the time."""
    return [(e.what, e.topics, e.value, e.before, e.after, e.why, e.sequence, e.state, None if e.moves is None else e.moves.rows.tolist()) for e in edits]


def test_that_a_name_is_there_after_reopening_and_an_empty_one_gives_it_back(tmp_path):
    path = tmp_path / "p.topicdesk"
    with Project(path, create=True) as project:
        project.edits.rename("a", "Mine")
        project.edits.rename("b", "Other")
        project.edits.rename("b", "")
    with Project(path) as project:
        assert project.edits.names() == {"a": "Mine"}
        project.edits.add(Edit("relabel", ("b", "a"), "[]"))
        assert project.edits.names() == {}


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


def test_that_moved_documents_come_back_as_they_were_written(tmp_path):
    moves = Moves(np.array([5, 70_000, 2]), np.array([0, 1, -1]), np.array([np.nan, 0.25, 1], dtype=np.float32))
    path = tmp_path / "p.topicdesk"
    with Project(path, create=True) as project:
        project.edits.add(Edit("assign", ("a", "b"), "centroid, 0.6", moves, "3 unassigned", "2 topics", "They fit."))
    with Project(path) as project:
        (back,) = project.edits.all()
    assert (back.topics, back.value, back.why, back.sequence) == (("a", "b"), "centroid, 0.6", "They fit.", 1)
    for name in ("rows", "parts", "strength"):
        np.testing.assert_array_equal(getattr(back.moves, name), getattr(moves, name))


def test_that_what_was_undone_stays_in_the_log_when_something_else_is_done(tmp_path):
    with Project(tmp_path / "p.topicdesk", create=True) as project:
        project.edits.rename("a", "one")
        project.edits.undo()
        project.edits.rename("a", "two")
        project.edits.explain(2, "Clearer.")
        assert [(edit.value, edit.state, edit.why) for edit in project.edits.all()] == [("one", "withdrawn", ""), ("two", "done", "Clearer.")]
        assert not project.edits.can_redo()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(STEPS)
def test_that_the_log_on_disk_the_log_in_memory_and_a_list_with_a_cursor_are_one(tmp_path_factory, steps):
    path = tmp_path_factory.mktemp("edits") / "p.topicdesk"
    project, memory, done, undone = Project(path, create=True), EditLog(), [], []
    for what, topic, text in steps:
        if what in ("rename", "move"):
            edit = Edit(what, (topic,), text, Moves.of([1, 2]) if what == "move" else None)
            written = project.edits.add(edit)
            memory = memory.with_edit(replace(edit, made=written.made))
            done, undone = [*done, (what, topic, text)], []
        elif what == "undo":
            assert project.edits.undo() == bool(done)
            memory = memory.undone()
            undone, done = ([*undone, done[-1]], done[:-1]) if done else (undone, done)
        elif what == "redo":
            assert project.edits.redo() == bool(undone)
            memory = memory.redone()
            done, undone = ([*done, undone[-1]], undone[:-1]) if undone else (done, undone)
        else:
            project.close()
            project = Project(path)
        assert plain(project.edits.all()) == plain(memory.edits)
        assert [(edit.what, *edit.topics, edit.value) for edit in memory.done] == done
        assert (project.edits.can_undo(), project.edits.can_redo()) == (memory.can_undo, memory.can_redo) == (bool(done), bool(undone))
    project.close()
