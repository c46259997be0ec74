"""What is said about the labels of a run as a whole."""

import pytest

from topicdesk.core.analysis import Label
from topicdesk.engine.labels import attention_notices

FINE = Label("Ice hockey", "language model")
REFUSED = Label("puck, goal, ice", "keywords")
FLAGGED = Label("Sport", "language model", flags=("vague",))


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([FINE, FINE], []),
        ([FINE, REFUSED], ["1 of 2 topics keeps its keywords: the language model's answers were not fit to be names."]),
        ([REFUSED, REFUSED, FINE], ["2 of 3 topics keep their keywords: the language model's answers were not fit to be names."]),
        ([FLAGGED, FINE], ["1 of 2 labels deserves a look: it may not tell its topic from the others."]),
        ([FLAGGED, FLAGGED], ["2 of 2 labels deserve a look: they may not tell their topic from the others."]),
    ],
)
def test_that_the_notices_about_labels_agree_with_their_number(labels, said):
    assert [notice.text for notice in attention_notices(labels)] == said
