"""What the window says of a result in numbers: only texts that could have a topic count."""

import numpy as np
import pytest

from tests.gui.fake_session import FakeSession, made_up
from topicdesk.gui.run_wording import outcome
from topicdesk.gui.status_words import status_words


@pytest.fixture
def session(qapp):
    corpus, analysis = made_up(300, 4)
    analysis.positions[:100] = np.nan
    analysis.assignment.topic_of[:100] = -1
    session = FakeSession(corpus, analysis)
    session.engine_state, session.engine_was_started = "ready", True
    return session


def test_that_documents_without_text_are_not_counted_as_unassigned(session):
    analysis = session.analysis
    n_rest = int((analysis.assignment.topic_of[100:] == -1).sum())
    assert (analysis.n_texts, analysis.n_unassigned) == (200, n_rest)
    percent = f"{round(100 * n_rest / 200)}\N{NO-BREAK SPACE}%"
    assert f"{percent} unassigned" in status_words(session)
    assert f"{percent} of 200 texts unassigned" in outcome(analysis)
