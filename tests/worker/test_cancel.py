"""A cancel in every stage of one project, one after the other; what is finished is kept each time."""

import time

import pytest

from tests.worker.conftest import MANY_TOPICS
from tests.worker.engine_client import run_request
from topicdesk.core.events import LAST_WORDS, LabelReady, RunCancelled, RunFinished, StageFinished, StageProgress, StageStarted
from topicdesk.core.requests import CancelRequest

pytestmark = pytest.mark.slow

CANCEL_AT = {
    "import": lambda event: isinstance(event, StageStarted) and event.stage == "import",
    "embed": lambda event: isinstance(event, StageProgress) and event.stage == "embed" and event.done >= 300,
    "project": lambda event: isinstance(event, StageProgress) and event.stage == "project",
    "cluster": lambda event: isinstance(event, StageStarted) and event.stage == "cluster",
    "keywords": lambda event: isinstance(event, StageStarted) and event.stage == "keywords",
    "label": lambda event: isinstance(event, LabelReady),
}


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return tmp_path_factory.mktemp("cancelled") / "out"


@pytest.mark.parametrize("stage", CANCEL_AT)
def test_that_a_cancel_is_answered_within_three_seconds_and_what_is_finished_is_kept(stage, warm_engine, undisturbed, out):
    warm_engine.send(run_request(undisturbed.corpus, out, MANY_TOPICS))
    before = warm_engine.until(lambda event: CANCEL_AT[stage](event) or isinstance(event, LAST_WORDS))
    assert not isinstance(before[-1], LAST_WORDS), before[-1]
    asked = time.monotonic()
    warm_engine.send(CancelRequest())
    after = warm_engine.until_last_word()
    assert time.monotonic() - asked < 3
    assert isinstance(after[-1], RunCancelled), after[-1]
    assert after[-1].kept
    finished = {event.stage for event in before + after if isinstance(event, StageFinished)}
    assert stage not in finished or stage in ("import", "cluster", "keywords")
    assert not (out / "topics.csv").exists()


def test_that_the_run_after_all_cancels_computes_the_rest_alone_and_ends_as_if_undisturbed(warm_engine, undisturbed, out):
    said = warm_engine.run(run_request(undisturbed.corpus, out, MANY_TOPICS))
    assert isinstance(said[-1], RunFinished)
    from_cache = {event.stage: event.from_cache for event in said if isinstance(event, StageFinished)}
    assert from_cache["embed"]
    assert from_cache["project"]
    assert from_cache["cluster"]
    assert undisturbed.has_same_bytes_as(out)


def test_that_a_cancel_before_the_run_has_begun_is_heard(warm_engine, undisturbed, tmp_path):
    warm_engine.send(run_request(undisturbed.corpus, tmp_path / "out", MANY_TOPICS))
    warm_engine.send(CancelRequest())
    assert isinstance(warm_engine.until_last_word()[-1], RunCancelled)


def test_that_a_cancel_of_nothing_does_not_touch_the_next_run(warm_engine, undisturbed, out):
    warm_engine.send(CancelRequest())
    assert isinstance(warm_engine.run(run_request(undisturbed.corpus, out, MANY_TOPICS))[-1], RunFinished)
