"""Colouring the map by something else than topics, its legend, and labels that keep their places from view to view."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from tests.gui.fake_session import FakeSession, made_up
from topicdesk.core.corpus import Corpus
from topicdesk.core.label_look import LabelLook
from topicdesk.gui.map_labels import LabelPlaces, holding, overlapped
from topicdesk.gui.map_view import MapView

REGIONS = ("north", "south & east", "")


@pytest.fixture
def session(qapp):
    corpus, analysis = made_up(400, 8)
    documents = tuple(document._replace(fields=(REGIONS[i % 3], str(1990 + i % 20))) for i, document in enumerate(corpus.documents))
    return FakeSession(Corpus(documents, ("region", "year")), analysis)


@pytest.fixture
def view(qtbot, session):
    view = MapView(session)
    qtbot.addWidget(view)
    view.resize(700, 560)
    view.show()
    settle(qtbot, view)
    return view


def settle(qtbot, view):
    qtbot.waitUntil(lambda: not view.is_drawing and not view.canvas.is_moving, timeout=20_000)


def places(view):
    return {picture.label.topic: (picture.label.x, picture.label.y) for picture in view.canvas.labels}


def test_that_the_map_is_coloured_by_a_column_and_its_legend_counts_and_selects(qtbot, view, session):
    before, stood = view.grab().toImage(), places(view)
    view.legend.colour_chosen.emit("column:region")
    settle(qtbot, view)
    assert [button.text() for button in view.legend.swatches] == ["north  134", "south && east  133"]
    assert view.legend.button.text() == "Colour: region"
    assert view.grab().toImage() != before
    assert places(view) == stood
    view.legend.swatches[0].click()
    assert session.chosen_documents == list(range(0, 400, 3))


def covered(view):
    """Topics whose labels the legend covers."""
    legend, boxes = QRectF(view.legend.geometry()), []
    for picture in view.canvas.labels:
        x, y = view.canvas.view.to_pixel(picture.label.x, picture.label.y)
        if legend.intersects(picture.box.translated(x, y)):
            boxes.append(picture.label.topic)
    return boxes


def test_that_no_label_lies_beneath_the_legend_and_that_it_folds(qtbot, view, session):
    view.resize(420, 330)
    settle(qtbot, view)
    assert not covered(view)
    assert not view.legend.fold_button.isVisible()
    view.colours.choose("column:region")
    settle(qtbot, view)
    high = view.legend.height()
    assert not covered(view)
    view.legend.fold_button.click()
    settle(qtbot, view)
    assert view.legend.height() < high
    assert view.legend.geometry().bottom() < view.height()
    assert not any(swatch.isVisible() for swatch in view.legend.swatches)
    view.colours.choose("column:year")
    settle(qtbot, view)
    assert view.legend.height() < high
    view.legend.fold_button.click()
    settle(qtbot, view)
    assert not covered(view)


def test_that_home_keeps_the_map_clear_of_the_tools(qtbot, view, session):
    for size in ((700, 560), (420, 560), (1200, 400)):
        view.resize(*size)
        settle(qtbot, view)
        view.use("home")
        settle(qtbot, view)
        x0, x1, _, _ = view._scene.home
        assert view.canvas.view.to_pixel(x0, 0)[0] >= -1
        assert view.canvas.view.to_pixel(x1, 0)[0] <= view.tools.geometry().left() + 1


def test_that_numbers_have_a_scale_and_topics_come_back(qtbot, view, session):
    view.colours.choose("column:year")
    settle(qtbot, view)
    assert view.legend.swatches == []
    assert view._scene.colouring.scale[0][1] == "1990"
    view.colours.choose("topic")
    settle(qtbot, view)
    assert view._scene.colouring is None


def test_that_a_column_that_another_corpus_lacks_leaves_topics(qtbot, view, session):
    view.colours.choose("column:gone")
    settle(qtbot, view)
    assert view._scene.colouring is None
    assert view.legend.button.text() == "Colour: Topic"


def test_that_a_chosen_topic_stays_bright_in_other_colours(qtbot, view, session):
    view.colours.choose("strength")
    settle(qtbot, view)
    before = view.grab().toImage()
    session.choose_topic(1)
    settle(qtbot, view)
    assert view.grab().toImage() != before
    assert view.canvas.bright_topics == [1]


def test_that_labels_stand_as_they_stood_when_one_comes_back(qtbot, view):
    stood = places(view)
    view.use("zoom in")
    settle(qtbot, view)
    view.use("home")
    settle(qtbot, view)
    assert places(view) == stood


def test_that_more_labels_come_when_one_goes_nearer(qtbot):
    session = FakeSession(*made_up(3000, 60))
    view = MapView(session)
    qtbot.addWidget(view)
    view.resize(420, 320)
    view.show()
    settle(qtbot, view)
    far = set(places(view))
    view.zoom_to_topic(next(number for number in range(60) if number not in far))
    settle(qtbot, view)
    assert set(places(view)) - far


def test_that_a_label_far_from_its_cloud_in_a_view_is_not_kept(view):
    memory, label = LabelPlaces(), view.canvas.labels[0].label
    memory.note([label])
    assert memory.within(view.canvas.view) == {label.topic: (label.x, label.y)}
    memory.note([replace(label, x=label.x + 1)])
    assert memory.within(view.canvas.view) == {label.topic: (label.x, label.y)}
    far = LabelPlaces()
    far.note([replace(label, anchor=(label.x + 100 * view.canvas.view.scale, label.y))])
    assert far.within(view.canvas.view) == {}
    memory.forget([label.topic])
    assert memory.within(view.canvas.view) == {}


def test_that_a_label_that_was_put_elsewhere_stands_by_its_cloud_where_that_place_is_not_seen(session):
    topics = tuple(replace(topic, look=LabelLook(place=(float(topic.number), 0.0))) if topic.number < 2 else topic for topic in session.analysis.topics)
    held = holding(replace(session.analysis, topics=topics), {2: (0.1, 0.2), 0: (5.0, 5.0)}, (-0.5, 0.5, -0.5, 0.5))
    assert [topic.look.place for topic in held.topics[:4]] == [(0.0, 0.0), None, (0.1, 0.2), None]


def test_that_smaller_labels_give_way_and_placed_ones_never():
    boxes = {1: (0.0, 0.0, 10.0, 10.0), 2: (5.0, 5.0, 15.0, 15.0), 3: (20.0, 0.0, 30.0, 10.0)}
    assert overlapped(boxes, ()) == [2]
    assert overlapped(boxes, (2,)) == [1]
    assert overlapped(boxes, (1, 2)) == []
    assert np.array_equal(overlapped({}, ()), [])


def test_that_a_label_whose_name_grows_stays_within_the_view(qtbot, view, session):
    for number in range(8):
        session.rename_topic(number, f"A name of topic {number} that is so long that it takes four lines where there was one")
    settle(qtbot, view)
    assert len(view.canvas.labels) > 1
    for picture in view.canvas.labels:
        x, y = view.canvas.view.to_pixel(picture.label.x, picture.label.y)
        box = picture.box.translated(x, y)
        assert box.left() >= -2 and box.top() >= -2 and box.right() <= view.width() + 2 and box.bottom() <= view.height() + 2, picture.label.text
