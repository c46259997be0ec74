"""The map's viewport, history and nearest point: plain arithmetic, compared with brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topicdesk.gui.map_history import History
from topicdesk.gui.map_nearest import NearestPoint
from topicdesk.gui.map_viewport import Viewport, topic_box

VIEW = Viewport((0.0, 10.0, 0.0, 5.0), 1000.0, 500.0)


@given(st.floats(0, 1000), st.floats(0, 500), st.floats(0.1, 10))
def test_that_zooming_holds_the_point_under_the_pointer(x, y, factor):
    assert VIEW.zoomed(factor, x, y).to_map(x, y) == pytest.approx(VIEW.to_map(x, y), abs=1e-9)


@given(st.floats(-500, 500), st.floats(-500, 500))
def test_that_panning_moves_the_map_with_the_pointer(dx, dy):
    x, y = VIEW.panned(dx, dy).to_pixel(5, 2)
    before = VIEW.to_pixel(5, 2)
    assert (x - before[0], y - before[1]) == pytest.approx((dx, dy), abs=1e-6)


def test_that_resizing_keeps_all_that_was_seen():
    tall = VIEW.resized(300, 900)
    assert tall.extent[0] <= 0 < 10 <= tall.extent[1]
    assert (tall.extent[1] - tall.extent[0]) / 300 == pytest.approx((tall.extent[3] - tall.extent[2]) / 900)


def test_that_framing_shows_a_box_with_a_margin():
    view = VIEW.framing((2.0, 3.0, 1.0, 2.0), margin=0.1)
    assert view.extent[2] == pytest.approx(0.9)
    assert view.extent[3] == pytest.approx(2.1)


def test_that_a_topics_box_leaves_strays_out():
    positions = np.vstack([np.random.default_rng(0).normal(size=(500, 2)), [[90, 90], [np.nan, np.nan]]]).astype(np.float32)
    box = topic_box(positions, np.ones(502, dtype=bool))
    assert box is not None
    assert box[1] < 5
    assert topic_box(positions, np.zeros(502, dtype=bool)) is None


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 400), st.floats(-3, 3), st.floats(-3, 3), st.floats(0.01, 2))
def test_that_the_nearest_point_is_the_one_brute_force_finds(n, x, y, radius):
    positions = np.random.default_rng(n).normal(size=(n, 2)).astype(np.float32)
    positions[::7] = np.nan
    distance = np.where(np.isfinite(positions).all(axis=1), np.hypot(*(positions.astype(float) - (x, y)).T), np.inf)
    best = int(distance.argmin()) if n and distance.min() <= radius else None
    answer = NearestPoint(positions).within(x, y, radius)
    assert answer == best or (answer is not None and best is not None and distance[answer] == distance[best])


def test_that_hidden_points_are_not_found():
    positions = np.array([[0, 0], [1, 1]], dtype=np.float32)
    nearest = NearestPoint(positions, np.array([False, True]))
    assert nearest.within(0, 0, 0.5) is None
    assert nearest.inside((-1, 2, -1, 2)).tolist() == [1]


def test_that_the_way_back_leads_forward_again():
    history = History()
    for place in ("a", "b", "c"):
        history.visit(place)
    assert (history.back(), history.back(), history.can_go_back) == ("b", "a", False)
    assert history.forward() == "b"
    history.visit("d")
    assert not history.can_go_forward
    history.correct("e")
    assert history.back() == "b"
