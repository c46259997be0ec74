"""A corpus that falls into one huge topic and a small one: the engine says so, and a run whose clustering is kept says it again."""

import pytest

from tests.generated_corpora import topical_texts, write_csv
from tests.worker.engine_client import run_request
from topicdesk.core.events import Notice, RunFinished

pytestmark = pytest.mark.slow


def test_that_a_collapse_is_told_with_what_helps(warm_engine, tmp_path):
    texts = [text for _, text in topical_texts(300, n_themes=1)] + [text for theme, text in topical_texts(90, seed=1, n_themes=3) if theme == "law"]
    corpus = write_csv(tmp_path / "corpus.csv", ("id", "text"), [(str(number), text) for number, text in enumerate(texts)])
    for _ in range(2):
        events = warm_engine.run(run_request(corpus, tmp_path / "out", with_labels=False))
        assert isinstance(events[-1], RunFinished), events[-1]
        (said,) = [event.text for event in events if isinstance(event, Notice) and event.code == "collapsed"]
        assert said.startswith("The map has collapsed into 2 topics, one of which holds 91% of 330 documents.")
