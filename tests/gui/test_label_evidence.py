"""The evidence of a label on its card, and the mark and the filter of flagged labels in the table."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from tests.gui.fake_session import FakeSession, made_up, with_label
from topicdesk.core.analysis import Label
from topicdesk.core.label_cards import renamed
from topicdesk.gui.label_evidence import DOUBTS, STEPS, evidence, sureness
from topicdesk.gui.topic_models import LABEL, MARK_ROLE
from topicdesk.gui.topics_panel import TopicsPanel
from topicdesk.stages.label_check import DUPLICATE, ELSEWHERE, TOO_BROAD, TOO_NARROW

FULL = Label(
    "Solar power", "language model", "Keywords: sun\nTopic label:", 1.25, True, 1200, 9, log_probability=-0.7,
    alternatives=("Sun and wind", "Energy from the sun"),
    refusals=(("Sun", "it is a single word"), ("", "it is empty")), quotes=("The <b>sun</b> shines.",), model="a-model.gguf", model_sha256="ab" * 32,
    flags=(TOO_BROAD, DUPLICATE),
)  # fmt: skip


@pytest.fixture
def session(qapp):
    corpus, analysis = made_up(400, 12)
    return FakeSession(corpus, analysis.with_labels({3: FULL}))


@pytest.fixture
def panel(qtbot, session):
    panel = TopicsPanel(session)
    qtbot.addWidget(panel)
    panel.resize(320, 700)
    panel.show()
    return panel


def test_that_confidence_is_three_steps_and_nothing_for_other_origins():
    said = [sureness(replace(FULL, log_probability=value)) for value in (-0.1, -0.8, -3.0)]
    assert said == ["●●● sure", "●●○ fairly sure", "●○○ unsure"]
    assert sureness(Label("Mine", "researcher")) == ""
    assert len(STEPS) == 3


def test_that_every_doubt_of_the_check_has_a_sentence():
    assert set(DOUBTS) == {ELSEWHERE, TOO_BROAD, TOO_NARROW, DUPLICATE}


def test_that_the_card_says_how_the_label_came_about():
    said = dict(evidence(FULL))
    assert said["Other answers"] == "Sun and wind\nEnergy from the sun"
    assert said["Refused"] == "Sun: it is a single word\nno words: it is empty"
    assert said["It was shown"] == "“The <b>sun</b> shines.”"
    assert said["Work"] == "1,200 tokens read, 9 written, 1.2 s"
    assert (said["Model"], said["sha256"]) == ("a-model.gguf", "ab" * 32)
    assert "Texts" in said
    assert evidence(Label("Mine", "researcher")) == []


def test_that_the_chosen_topic_shows_its_doubts_and_its_prompt_can_be_copied(panel, session):
    session.choose_topic(3)
    assert panel.card.doubts.isVisible()
    assert panel.card.doubts.text() == f"{DOUBTS[TOO_BROAD]} {DOUBTS[DUPLICATE]}"
    assert "●●○ fairly sure" in panel.card.facts.text()
    panel.card.asked.button.click()
    panel.card.evidence.copy_button.click()
    assert QGuiApplication.clipboard().text() == FULL.prompt
    panel.card.evidence.copy_all_button.click()
    assert "ab" * 32 in QGuiApplication.clipboard().text()
    session.choose_topic(4)
    assert not panel.card.doubts.isVisible()


@pytest.mark.parametrize("width", [260, 320, 900])
def test_that_each_piece_of_evidence_is_as_high_as_its_words_need(panel, session, qtbot, width):
    refused = tuple((f"Answer {n}, which goes on and on, " * 3, "it is longer than 60 characters") for n in range(3))
    session.analysis = session.analysis.with_labels({3: replace(FULL, refusals=refused, quotes=FULL.quotes * 5)})
    session.labels_changed.emit(session.analysis)
    session.choose_topic(3)
    panel.card.asked.button.click()
    panel.resize(width, 700)
    values = [label for label in panel.card.evidence.findChildren(QLabel) if label.wordWrap() and label.isVisible()]
    assert len(values) == 6
    qtbot.waitUntil(lambda: all(label.height() == label.heightForWidth(label.width()) for label in values))
    assert panel.card.widget().width() <= panel.card.viewport().width()


def test_that_a_renamed_topic_still_says_how_the_models_label_came_about(panel, session):
    session.analysis = session.analysis.with_labels({3: renamed(FULL, "My own")})
    session.labels_changed.emit(session.analysis)
    session.choose_topic(3)
    assert panel.card.asked.isVisible() and not panel.card.doubts.isVisible()
    assert "Researcher" in panel.card.facts.text() and "●" not in panel.card.facts.text()
    assert dict(evidence(renamed(FULL, "My own")))["Other answers"].startswith("Solar power")


def test_that_flagged_labels_have_a_mark_and_can_be_shown_alone(panel, session):
    assert panel.flagged_button.isVisible()
    assert panel.flagged_button.text() == "1"
    assert panel.model.index(3, LABEL).data(MARK_ROLE) == "flagged"
    panel.flagged_button.click()
    assert [panel.filtered.index(row, LABEL).data() for row in range(panel.filtered.rowCount())] == ["Solar power"]
    session.analysis = with_label(session.analysis, 3, "My own")
    session.labels_changed.emit(session.analysis)
    assert not panel.flagged_button.isVisible()
    assert panel.filtered.rowCount() == 12


def test_that_a_long_prompt_shows_its_end_which_is_about_the_topic(panel, session):
    session.analysis = session.analysis.with_labels({3: replace(FULL, prompt="An example.\n" * 60 + "Topic label:")})
    session.labels_changed.emit(session.analysis)
    session.choose_topic(3)
    panel.card.asked.button.click()
    bar = panel.card.prompt.verticalScrollBar()
    assert 0 <= bar.maximum() - bar.value() <= 1 < bar.maximum()  # lines
