"""What the window says of a result in numbers: only texts that could have a topic count."""

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from tests.gui.fake_session import FakeSession, made_up
from topicdesk.gui.run_wording import outcome
from topicdesk.gui.status_words import status_words
from topicdesk.gui.wording import saved_words


@pytest.fixture
def session(qapp):
    corpus, analysis = made_up(300, 4)
    analysis.positions[:100] = np.nan
    analysis.assignment.topic_of[:100] = -1
    session = FakeSession(corpus, analysis)
    session.engine_state, session.engine_was_started = "ready", True
    session.editor = SimpleNamespace(saved=None, n_unwritten=0)
    return session


def test_that_documents_without_text_are_not_counted_as_unassigned(session):
    analysis = session.analysis
    n_rest = int((analysis.assignment.topic_of[100:] == -1).sum())
    assert (analysis.n_texts, analysis.n_unassigned) == (200, n_rest)
    percent = f"{round(100 * n_rest / 200)}\N{NO-BREAK SPACE}%"
    assert f"{percent} unassigned" in status_words(session)
    assert f"{percent} of 200 texts unassigned" in outcome(analysis)


def test_that_the_line_counts_what_was_checked_once_something_is(session):
    assert "checked" not in status_words(session)
    topics = session.analysis.topics
    session.analysis = replace(session.analysis, topics=(replace(topics[0], is_checked=True), *topics[1:3], replace(topics[3], is_checked=True)))
    assert " · 2 of 4 checked" in status_words(session)
    session.analysis = replace(session.analysis, topics=(*session.analysis.topics[:3], replace(topics[3], is_checked=True, size=0)))
    assert " · 1 of 3 checked" in status_words(session), "a topic that was merged away is not counted"


def test_that_the_line_says_when_the_work_was_saved_or_that_it_is_being_saved(session):
    assert "sav" not in status_words(session)
    session.editor.saved = datetime.now().astimezone()
    assert status_words(session).endswith(f"saved {session.editor.saved:%H:%M}")
    session.editor.n_unwritten = 1
    assert status_words(session).endswith("saving…")


def test_that_a_time_of_another_day_has_its_day():
    noon = datetime(2026, 11, 24, 12, 4)
    assert saved_words(noon, noon + timedelta(hours=3)) == "saved 12:04"
    assert saved_words(noon, noon + timedelta(days=1)) == "saved 2026-11-24 12:04"
