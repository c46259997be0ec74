"""The map under the hand and by keyboard: labels dragged, hidden and restyled, documents outlined, topics walked through."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from tests.gui.fake_session import FakeSession, made_up
from topicdesk.core.label_look import AS_LAID_OUT, LabelLook
from topicdesk.gui.map_view import MapView


@pytest.fixture
def session(qapp):
    return FakeSession(*made_up(500, 10))


@pytest.fixture
def view(qtbot, session):
    view = MapView(session)
    qtbot.addWidget(view)
    view.resize(600, 480)
    view.show()
    settle(qtbot, view)
    return view


def settle(qtbot, view):
    qtbot.waitUntil(lambda: not view.is_drawing and not view.canvas.is_moving, timeout=20_000)


def drag(qtbot, view, start, end, modifiers=Qt.KeyboardModifier.NoModifier, through=()):
    qtbot.mousePress(view.canvas, Qt.MouseButton.LeftButton, modifiers, start)
    for point in (*through, end):
        qtbot.mouseMove(view.canvas, point)
    qtbot.mouseRelease(view.canvas, Qt.MouseButton.LeftButton, modifiers, end)


def middle_of(view, topic):
    picture = next(picture for picture in view.canvas.labels if picture.label.topic == topic)
    return view.canvas._box(picture).center().toPoint()


def named(menu, words):
    return next(action for action in menu.actions() if action.text().startswith(words))


def test_that_a_dragged_label_is_left_where_it_was_put_and_the_map_stays(qtbot, view, session):
    topic, before = view.canvas.labels[0].label.topic, view.canvas.view
    start = middle_of(view, topic)
    drag(qtbot, view, start, start + QPoint(60, -40), through=[start + QPoint(30, -20)])
    (numbers, look) = session.relooked[-1]
    assert numbers == [topic]
    assert view.canvas.view == before
    assert np.hypot(*(np.array(view.canvas.view.to_pixel(*look.place)) - (start.x() + 60, start.y() - 40))) < 3
    assert session.chosen_topic is None
    settle(qtbot, view)


def test_that_a_click_on_a_label_moves_nothing(qtbot, view, session):
    topic = view.canvas.labels[0].label.topic
    qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=middle_of(view, topic))
    assert session.chosen_topic == topic
    assert session.relooked == []


def test_that_the_menu_of_a_label_hides_it_and_the_grounds_menu_brings_it_back(qtbot, view, session):
    topic = view.canvas.labels[0].label.topic
    menu = view.menu_at(QPointF(middle_of(view, topic)))
    named(menu, "Hide label").trigger()
    settle(qtbot, view)
    assert topic not in {picture.label.topic for picture in view.canvas.labels}
    ground = view.menu_at(QPointF(2, 478))
    named(ground, "Show 1 hidden label").menu().actions()[0].trigger()
    settle(qtbot, view)
    assert topic in {picture.label.topic for picture in view.canvas.labels}


def test_that_the_menu_resizes_weighs_and_resets(view, session):
    topic = view.canvas.labels[0].label.topic
    at = QPointF(middle_of(view, topic))
    named(view.menu_at(at), "Larger label").trigger()
    assert session.analysis.topics[topic].look == LabelLook(scale=1.2)
    session.relook_labels([topic], LabelLook(scale=1.2, weight="bold"))
    named(view.menu_at(at), "Put all labels back (1 changed)").trigger()
    assert session.analysis.topics[topic].look == AS_LAID_OUT


def test_that_a_lasso_selects_what_it_encloses_and_control_adds(qtbot, view, session):
    corners = [QPoint(300, 60), QPoint(520, 240), QPoint(300, 420), QPoint(80, 240)]
    view.use("lasso")
    assert view.tools.buttons["lasso"].isChecked()
    drag(qtbot, view, corners[0], corners[3], through=corners[1:3])
    x, y = view.canvas.view.to_pixels(session.analysis.positions).T
    inside = np.abs(x - 300) / 220 + np.abs(y - 240) / 180
    chosen = set(session.chosen_documents)
    assert set(np.flatnonzero(inside < 0.97)) <= chosen <= set(np.flatnonzero(inside < 1.03))
    qtbot.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert view.canvas.tool == "pan"
    assert session.chosen_documents is not None
    drag(qtbot, view, QPoint(5, 5), QPoint(595, 60), Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier, [QPoint(100, 40)])
    assert chosen <= set(session.chosen_documents)
    settle(qtbot, view)


def test_that_page_down_and_up_walk_through_the_topics(qtbot, view, session):
    for key, topic in ((Qt.Key.Key_PageDown, 0), (Qt.Key.Key_PageDown, 1), (Qt.Key.Key_PageUp, 0), (Qt.Key.Key_PageUp, 9)):
        qtbot.keyClick(view.canvas, key)
        assert session.chosen_topic == topic
    settle(qtbot, view)


def test_that_return_and_shift_with_arrows_walk_through_documents(qtbot, view, session):
    qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    first = session.chosen_document
    assert first is not None
    qtbot.keyClick(view.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    second = session.chosen_document
    assert second != first
    assert session.analysis.positions[second, 0] > session.analysis.positions[first, 0]
    qtbot.keyClick(view.canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert session.analysis.positions[session.chosen_document, 1] > session.analysis.positions[second, 1]
    settle(qtbot, view)
