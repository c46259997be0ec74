"""What a window is told of long texts before it runs them."""

import pytest

from tests.generated_corpora import topical_texts, write_csv
from topicdesk.core.events import ForecastReady, RequestFailed
from topicdesk.core.requests import CorpusSource, ForecastRequest
from topicdesk.core.settings import default_min_topic_size

pytestmark = pytest.mark.slow


def test_that_a_forecast_counts_cut_texts_and_passages_exactly(warm_engine, tmp_path):
    said = [text for _, text in topical_texts(120)]
    texts = [*("\n".join(f"{'AB'[turn % 2]}: {text}" for turn, text in enumerate(said[60 * i :][:60])) for i in range(2)), "<p>Short and simple.</p>", ""]
    path = write_csv(tmp_path / "long.csv", ("id", "text"), [(f"t{number}", text) for number, text in enumerate(texts)])
    answers = []
    for split in (None, "speaker"):
        warm_engine.send(ForecastRequest(CorpusSource(str(path), text="text", split=split)))
        answers.append(warm_engine.until(lambda event: isinstance(event, ForecastReady | RequestFailed))[-1])
    whole, in_passages = answers
    assert (whole.n_documents, whole.n_cut, whole.n_passages) == (4, 2, 0)
    assert (in_passages.n_documents, in_passages.n_cut, in_passages.n_passages) == (4, 0, 121)
    assert in_passages.min_topic_size == default_min_topic_size(121)
    assert (whole.survey["html"], whole.survey["empty"], whole.survey["n_texts"], "examples" in whole.survey) == (1, 1, 4, False)
