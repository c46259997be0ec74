"""The slider of topic sizes under the hands of somebody without a mouse."""

import pytest
from PySide6.QtCore import Qt

from topicdesk.core.events import ForecastReady
from topicdesk.core.requests import CorpusSource
from topicdesk.core.settings import default_min_topic_size
from topicdesk.gui.topic_size import TopicSize


@pytest.fixture
def topic_size(make_session, qtbot):
    widget = TopicSize(make_session())
    qtbot.addWidget(widget)
    widget.show()
    return widget


def test_that_each_arrow_key_on_the_slider_goes_to_another_size_also_for_a_small_corpus(topic_size, qtbot):
    topic_size.number.setValue(10)
    sizes = []
    for key in [Qt.Key.Key_Left] * 3 + [Qt.Key.Key_Right] * 5:
        qtbot.keyClick(topic_size.slider, key)
        sizes.append(topic_size.number.value())
    assert sizes == [9, 8, 7, 8, 9, 10, 11, 12]


@pytest.mark.parametrize(("key", "end"), [(Qt.Key.Key_Left, 2), (Qt.Key.Key_Right, 20)])
def test_that_the_arrow_keys_reach_both_ends_of_the_slider_and_stay_there(topic_size, qtbot, key, end):
    for _ in range(25):
        qtbot.keyClick(topic_size.slider, key)
    assert topic_size.number.value() == end


def test_that_the_size_follows_from_the_passages_where_texts_are_split(topic_size):
    session = topic_size._session
    session.source, session.preview = CorpusSource("a.csv", split="speaker"), {"n_rows": 20}
    session.forecast_ready.emit(ForecastReady(20, 0, 256, {}, 1, 2, 3, n_passages=4000))
    assert topic_size.number.value() == default_min_topic_size(4000)
    session.source = CorpusSource("a.csv")
    session.settings_changed.emit()
    assert topic_size.number.value() == default_min_topic_size(20)
