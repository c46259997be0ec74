"""A project with all that a run keeps, edited through the window beside the real engine: no model is needed for it."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from tests.benchmarks.edit_speed import made_project
from tests.generated_corpora import topical_texts
from topicdesk.core.engine_protocol import engine_command
from topicdesk.engine.workshop import Workshop
from topicdesk.gui.commands import Commands
from topicdesk.gui.main_window import MainWindow
from topicdesk.gui.session import Session
from topicdesk.project.store import Project

pytestmark = pytest.mark.slow
PATIENCE = 120_000


@pytest.fixture
def window(qtbot, tmp_path):
    made_project(tmp_path / "study.topicdesk", [text for _, text in topical_texts(240)], Workshop(), 40)
    window = MainWindow(Session(Commands([*engine_command(), "--once"])))  # at full priority
    window.show()
    window.session.start_engine()
    window.session.open_path(tmp_path / "study.topicdesk")
    yield window
    window.close()


def test_that_a_project_is_edited_exported_found_again_and_undone(window, qtbot, tmp_path):
    session, editing = window.session, window.editing

    def until(condition):
        qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE)

    until(lambda: session.state == "result" and session.corpus is not None)
    found = session.analysis
    session.choose_topics([0, 1])
    window.actions_["merge"].trigger()
    session.editor.move(np.flatnonzero(session.analysis.assignment.topic_of == 3)[:2].tolist(), 2)
    until(lambda: not session.editor.shown.lacking)
    merged = session.analysis.topics[0]
    assert merged.size == 80 and len(merged.keywords) == len(merged.mmr) == 10 and len(merged.exemplars) == 5
    moved = session.editor.shown.unmeasured
    assert moved.sum() == 2 and (session.analysis.assignment.strength[moved] > 0).all()

    session.editor.move(np.flatnonzero(session.analysis.assignment.topic_of == 2)[:5].tolist(), None)
    window.inspector.setCurrentWidget(editing.unassigned_panel)
    until(lambda: editing.unassigned_panel.wanted is not None)
    editing.unassigned_panel.slider.setValue(0)
    n_unassigned = session.analysis.assignment.n_unassigned
    editing.unassigned_panel.assign_button.click()
    assert session.analysis.assignment.n_unassigned < n_unassigned

    session.choose_topic(0)
    window.actions_["split"].trigger()
    dialog = next(child for child in window.children() if type(child).__name__ == "SplitDialog")
    until(lambda: dialog.list.count() > 1)
    dialog.split_button.click()
    assert sorted(topic.size for topic in (session.analysis.topics[0], *session.analysis.topics[len(found.topics) :])) == [40, 40]
    until(lambda: not session.editor.shown.lacking)
    shown = session.analysis

    session.export_tables(tmp_path)
    until((tmp_path / "study-documents.csv").exists)
    with (tmp_path / "study-documents.csv").open(encoding="utf-8", newline="") as stream:
        assert [int(row["topic"]) for row in csv.DictReader(stream)] == shown.assignment.topic_of.tolist()
    session.bertopic_export.ask(tmp_path)
    until((tmp_path / "study-bertopic" / "ctfidf_config.json").exists)
    topics = json.loads((tmp_path / "study-bertopic" / "topics.json").read_text("utf-8"))
    assert topics["topics"] == shown.assignment.topic_of.tolist()
    n_edits = len(session.edits.done)
    window.close()
    with Project(tmp_path / "study.topicdesk") as project:
        project.check()
        kept = project.edited(project.analyses.get(project.analyses.current(), ""))
        assert kept.analysis.topics == shown.topics and kept.not_carried == {}
        for _ in range(n_edits):
            assert project.edits.undo()
        assert project.edited(project.analyses.get(project.analyses.current(), "")).analysis.topics == found.topics
