"""Unassigned documents, splitting and switching between analyses, through the window with a fake engine."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF

from tests.gui.test_session import heard, until
from topicdesk.core.settings import ClusteringSettings
from topicdesk.gui.analysis_list import BEHIND
from topicdesk.gui.split_dialog import SplitDialog
from topicdesk.project import updating
from topicdesk.project.store import Project


def titles(window):
    return [window.inspector.tabText(place) for place in range(window.inspector.count())]


def unassigned(window, qtbot):
    panel = window.editing.unassigned_panel
    window.inspector.setCurrentWidget(panel)
    until(qtbot, lambda: panel.wanted is not None)
    return panel


def test_that_documents_outlined_on_the_map_are_listed_at_once(window, qtbot):
    window.inspector.setCurrentWidget(window.topics_panel)
    size, none = window.map_view.canvas.size(), QPointF(-9, -9)
    until(qtbot, lambda: not window.map_view.is_drawing)
    window.map_view.canvas.enclosed.emit([none, none, none], False)
    assert window.inspector.currentWidget() is window.topics_panel, "nothing was enclosed"
    window.map_view.canvas.enclosed.emit([QPointF(x, y) for x, y in ((0, 0), (size.width(), 0), (size.width(), size.height()), (0, size.height()))], False)
    assert window.inspector.currentWidget() is window.documents_panel
    until(qtbot, lambda: len(window.documents_panel.model.rows) == len(window.session.chosen_documents) > 0)


def test_that_what_would_move_is_listed_without_scrolling_sideways(window, qtbot):
    panel = unassigned(window, qtbot)
    window.session.editor.rename(0, "A label that is much longer than the panel is wide, " * 4)
    until(qtbot, lambda: panel.wanted is not None)
    panel.slider.setValue(0)
    assert not panel.targets.horizontalScrollBar().isVisible()
    longest = max((panel.targets.item(place) for place in range(panel.targets.count())), key=lambda item: len(item.text()))
    assert "much longer than the panel" in longest.toolTip()


def test_that_what_would_move_is_counted_and_lit_before_it_moves(window, qtbot):
    session, panel = window.session, unassigned(window, qtbot)
    n_before = session.analysis.assignment.n_unassigned
    panel.slider.setValue(0)
    assert len(panel.wanted.rows) == n_before
    until(qtbot, lambda: session.chosen_documents is not None and len(session.chosen_documents) == n_before)
    panel.slider.setValue(60)
    n_near = len(panel.wanted.rows)
    assert 0 < n_near < n_before
    assert f"{n_near} documents would move" in panel.outcome.text()
    panel.assign_button.click()
    assert session.analysis.assignment.n_unassigned == n_before - n_near
    assert session.edits.edits[-1].value == "embedding centroid, at least 0.60"
    assert session.chosen_documents is None
    session.undo()
    assert session.analysis.assignment.n_unassigned == n_before


def test_that_the_map_is_not_left_lit_when_the_tab_is_left(window, qtbot):
    panel = unassigned(window, qtbot)
    until(qtbot, lambda: window.session.chosen_documents is not None)
    window.inspector.setCurrentWidget(window.topics_panel)
    assert window.session.chosen_documents is None
    assert panel.has_content


def test_that_kept_documents_are_counted_and_released(window, qtbot):
    session = window.session
    session.editor.keep([0, 7], True)
    panel = unassigned(window, qtbot)
    assert "2 documents are kept as noise" in panel.facts.text()
    assert not {0, 7} & set(panel.wanted.rows.tolist())
    panel.release_button.click()
    assert not session.editor.shown.kept.any()


def test_that_tabs_are_there_only_with_something_in_them(window, qtbot):
    assert titles(window) == ["Topics", "Documents", "Unassigned"]
    session = window.session
    rows = np.flatnonzero(session.analysis.assignment.topic_of == -1)
    session.editor.move(rows.tolist(), 0)
    assert titles(window) == ["Topics", "Documents", "History"]


def test_that_a_topic_is_split_into_the_parts_that_were_shown(window, qtbot):
    session = window.session
    session.choose_topic(2)
    size = session.analysis.topics[2].size
    window.actions_["split"].trigger()
    (dialog,) = window.findChildren(SplitDialog)
    until(qtbot, lambda: dialog.list.count() == 2)
    dialog.list.setCurrentRow(1)
    assert len(session.chosen_documents) < size
    dialog.split_button.click()
    assert [topic.size for topic in session.analysis.topics[6:]] == [size // 2]
    assert session.analysis.topics[2].size == size - size // 2


def test_that_a_split_of_a_topic_that_has_changed_is_closed(window, qtbot):
    session = window.session
    session.choose_topic(2)
    window.actions_["split"].trigger()
    (dialog,) = window.findChildren(SplitDialog)
    session.editor.merge([2, 3])
    until(qtbot, lambda: not dialog.isVisible())


def test_that_edited_topics_get_keywords_and_labels_from_the_engine(window, qtbot):
    session = window.session
    session.editor.create([1, 2, 3])
    until(qtbot, lambda: session.analysis.topics[6].keywords)
    assert session.analysis.topics[6].label.text == "described, anew, here"
    assert session.analysis.assignment.strength[[1, 2, 3]].tolist() == [0.25] * 3


def test_that_analyses_can_be_switched_and_the_choice_is_remembered(window, qtbot, make_session):
    session = window.session
    assert "Analyses" not in titles(window)
    session.editor.rename(0, "Mine")
    session.change_settings(replace(session.settings, clustering=ClusteringSettings(min_topic_size=7)))
    session.start_run()
    until(qtbot, lambda: session.state == "result" and len(session.analyses.summaries) == 2)
    assert "Analyses" in titles(window)
    panel = window.editing.analyses_panel
    first = next(summary for summary in session.analyses.summaries if summary.number != session.analyses.current)
    assert panel.model.differing(first) == ["smallest topic derived from the corpus (shown: 7)"]
    assert session.analysis.topics[0].label.text == "Mine"
    session.show_analysis(first.number)
    until(qtbot, lambda: session.analyses.current == first.number)
    assert session.analysis.settings.clustering.min_topic_size is None
    assert session.analysis.topics[0].label.text == "Mine"
    again = make_session()
    session.close()
    again.open_path(session.project_path)
    until(qtbot, lambda: again.state == "result")
    assert again.analysis.settings.clustering.min_topic_size is None


def test_that_an_analysis_which_lacks_the_documents_of_an_update_says_so_when_it_is_shown(window, qtbot):
    session = window.session
    said = heard(session.notice)
    session.change_settings(replace(session.settings, clustering=ClusteringSettings(min_topic_size=7)))
    session.start_run()
    until(qtbot, lambda: session.state == "result" and len(session.analyses.summaries) == 2)
    first, second = (summary.number for summary in reversed(session.analyses.summaries))
    with Project(session.project_path) as project, project.transaction() as connection:
        connection.execute("INSERT INTO meta VALUES (?, ?)", (updating.BEHIND, f"[{first}]"))
    session.show_analysis(first)
    until(qtbot, lambda: session.analyses.current == first)
    assert said == [BEHIND]
    session.show_analysis(second)
    until(qtbot, lambda: session.analyses.current == second)
    assert said == [BEHIND]
