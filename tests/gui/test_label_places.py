"""A label's place from the hand to the project file and the figure, and back by Undo, with a real session."""

import pytest

from tests.gui.test_session import run, until
from topicdesk.core.label_look import AS_LAID_OUT, LabelLook
from topicdesk.figure.content import figure_content
from topicdesk.figure.draw import lay_out_labels, map_canvas


def in_figure(session):
    """Where labels stand in the exported figure, by topic."""
    content = figure_content(session.analysis, session.corpus)
    labels = lay_out_labels(content, session.settings.figure, map_canvas(content, 1200, 900, 150))
    return {label.topic: (label.x, label.y) for label in labels}


def test_that_a_moved_label_is_kept_used_in_the_figure_and_undone(make_session, qtbot, corpus_path):
    session = make_session()
    run(qtbot, session, corpus_path)
    laid_out = in_figure(session)
    x, y = laid_out[0]
    session.relook_labels([0], LabelLook(place=(x + 0.4, y + 0.3)))
    session.relook_labels([1], LabelLook(is_hidden=True))
    assert in_figure(session)[0] == pytest.approx((x + 0.4, y + 0.3), abs=0.02)
    assert 1 not in in_figure(session)
    assert session.edits.can_undo
    session.close()

    again = make_session()
    again.open_path(corpus_path.with_suffix(".topicdesk"))
    until(qtbot, lambda: again.state == "result")
    assert again.analysis.topics[0].look.place == pytest.approx((x + 0.4, y + 0.3))
    assert again.analysis.topics[1].look.is_hidden
    again.undo()
    until(qtbot, lambda: again.analysis.topics[1].look == AS_LAID_OUT)
    again.undo()
    until(qtbot, lambda: again.analysis.topics[0].look == AS_LAID_OUT)
    assert in_figure(again) == laid_out
    again.redo()
    until(qtbot, lambda: again.analysis.topics[0].look.place is not None)
