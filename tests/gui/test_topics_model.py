"""The topics model: what each cell says, sorting, filtering and renaming."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from tests.gui.fake_session import made_up, with_label
from topicdesk.gui.topic_models import KEYWORDS, LABEL, NUMBER, SIZE, TOPIC_ROLE, TopicFilter, TopicsModel


@pytest.fixture
def analysis():
    return made_up(400, 12)[1]


@pytest.fixture
def model(qapp, analysis):
    model = TopicsModel()
    model.show(analysis, {topic.number: QColor("red") for topic in analysis.topics})
    return model


def shown(filtered, column=LABEL):
    return [filtered.index(row, column).data() for row in range(filtered.rowCount())]


def test_that_the_topics_model_keeps_qts_rules(qtmodeltester, model):
    qtmodeltester.check(model)


def test_that_the_filtered_topics_keep_qts_rules(qtmodeltester, model):
    filtered = TopicFilter()
    filtered.setSourceModel(model)
    filtered.set_words("neural")
    qtmodeltester.check(filtered)


def test_that_a_row_shows_number_label_size_and_keywords(model, analysis):
    topic = analysis.topics[2]
    cells = [model.index(2, column).data() for column in range(4)]
    assert cells[NUMBER] == "2"
    assert cells[LABEL] == topic.label.text
    assert cells[SIZE] == f"{topic.size:,}"
    assert cells[KEYWORDS].startswith(topic.keywords[0].term)


def test_that_sizes_are_sorted_as_numbers_and_not_as_words(model):
    filtered = TopicFilter()
    filtered.setSourceModel(model)
    filtered.sort(SIZE, Qt.SortOrder.AscendingOrder)
    sizes = [int(text.replace(",", "")) for text in shown(filtered, SIZE)]
    assert sizes == sorted(sizes)


def test_that_the_filter_asks_for_each_word_in_label_or_keywords(model, analysis):
    filtered = TopicFilter()
    filtered.setSourceModel(model)
    filtered.set_words("NEURAL graph")
    assert 0 < filtered.rowCount() < len(analysis.topics)
    filtered.set_words("no such word")
    assert filtered.rowCount() == 0
    filtered.set_words("")
    assert filtered.rowCount() == len(analysis.topics)


def test_that_an_edit_asks_for_a_rename_and_changes_nothing_by_itself(qtbot, model, analysis):
    with qtbot.waitSignal(model.rename_asked) as asked:
        assert model.setData(model.index(3, LABEL), "  Bayesian \n methods ")
    assert asked.args == [3, "Bayesian methods"]
    assert model.index(3, LABEL).data() == analysis.topics[3].label.text


def test_that_typing_the_same_label_again_asks_for_nothing(model, analysis):
    assert not model.setData(model.index(3, LABEL), analysis.topics[3].label.text)


def test_that_new_labels_replace_old_ones_without_a_reset(qtbot, model, analysis):
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.show_labels(with_label(analysis, 0, "<b>Not bold</b> $x$"))
    assert model.index(0, LABEL).data() == "<b>Not bold</b> $x$"
    assert model.index(0, LABEL).data(TOPIC_ROLE) == 0


def test_that_a_topic_is_spoken_with_its_origin_and_share(model):
    spoken = model.index(0, LABEL).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith("named by the language model")
    assert "%" in model.index(0, SIZE).data(Qt.ItemDataRole.AccessibleTextRole)
