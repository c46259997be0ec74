"""One warm engine and one undisturbed run, shared by all tests of the engine process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import StarterModels
from tests.generated_corpora import write_topical
from tests.worker.engine_client import Engine, run_request
from topicdesk.core.events import Event, RunFinished

MANY_TOPICS = {"clustering": {"min_topic_size": 5, "selection": "leaf"}}  # more than one group of prompts
OUTPUTS = ("topics.csv", "documents.csv")


@dataclass(frozen=True)
class UndisturbedRun:
    """A run that nothing interrupted, to compare others with."""

    corpus: Path
    out: Path
    events: list[Event]

    def has_same_bytes_as(self, out: Path) -> bool:
        return all((self.out / name).read_bytes() == (out / name).read_bytes() for name in OUTPUTS)


@pytest.fixture(scope="session")
def warm_engine(starter_models: StarterModels) -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


@pytest.fixture(scope="session")
def undisturbed(warm_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> UndisturbedRun:
    """400 documents in more than 16 topics: two blocks of embeddings, two groups of labels."""
    folder = tmp_path_factory.mktemp("undisturbed")
    corpus = write_topical(folder / "corpus.csv", 400)
    events = warm_engine.run(run_request(corpus, folder / "out", MANY_TOPICS))
    assert isinstance(events[-1], RunFinished), events[-1]
    assert events[-1].summary["n_topics"] > 16
    return UndisturbedRun(corpus, folder / "out", events)
