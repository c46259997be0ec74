import numpy as np
import pytest

from topicdesk.core.analysis import TopicAssignment
from topicdesk.core.corpus import Corpus, Document
from topicdesk.core.requests import RunRequest
from topicdesk.core.settings import Settings
from topicdesk.engine.pipeline import _warn_of_few
from topicdesk.engine.run import Run
from topicdesk.engine.workshop import Workshop


@pytest.mark.parametrize(
    ("sizes", "code", "begins"),
    [
        ((400,), "collapsed", "The map has collapsed into 1 topic, one of which holds 100% of 400 documents. What helps: "),
        ((0,), "no-topics", "No topic of at least 10 documents stands out"),
        ((220, 180), "", ""),
    ],
)
def test_that_a_run_tells_of_too_few_topics(sizes, code, begins):
    topic_of = np.concatenate([np.full(size, number) for number, size in enumerate(sizes)] + [np.full(400 - sum(sizes), -1)]).astype(np.int64)
    said = []
    run = Run(RunRequest("p"), Settings(), None, Workshop(), said.append, lambda: False)
    _warn_of_few(run, Corpus(tuple(Document(str(i), "text") for i in range(400))), TopicAssignment(topic_of, np.ones(400, dtype=np.float32)))
    assert [event.code for event in said] == [code] * bool(code)
    assert all(event.text.startswith(begins) for event in said)
