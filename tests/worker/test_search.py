"""Search by meaning, of a real warm engine: words, a document, during a run, and where it cannot be."""

import shutil

import numpy as np
import pytest

from tests.benchmarks.edit_speed import made_project
from tests.generated_corpora import topical_texts
from tests.worker.conftest import MANY_TOPICS
from tests.worker.engine_client import run_request
from topicdesk.core.edits import Edit
from topicdesk.core.events import LAST_WORDS, Described, RequestFailed, RunFinished, SearchReady, StageStarted, TopicsReady
from topicdesk.core.requests import DescribeRequest, SearchRequest
from topicdesk.engine.edit_requests import describe_beside_run
from topicdesk.engine.search import N_AT_LEAST, N_AT_MOST, standing_out
from topicdesk.engine.worker import _Inbox
from topicdesk.engine.workshop import Workshop
from topicdesk.project.store import Project


def test_that_what_stands_out_is_found_nearest_first_and_without_the_document_itself():
    random = np.random.default_rng(0)
    likeness = random.normal(0.1, 0.05, 5000).astype(np.float32)
    likeness[[7, 4000, 12]] = 0.9, 0.8, 0.95
    likeness[5] = -np.inf
    assert standing_out(likeness)[:3].tolist() == [12, 7, 4000]
    assert N_AT_LEAST <= len(standing_out(likeness)) < 200
    assert standing_out(likeness, itself=12)[0] == 7
    assert 5 not in standing_out(likeness[:8])


def test_that_a_search_ends_with_few_documents_and_with_very_many():
    assert standing_out(np.full(3, -np.inf, dtype=np.float32)).tolist() == []
    assert standing_out(np.array([0.1, 0.3], dtype=np.float32)).tolist() == [1, 0]
    assert len(standing_out(np.random.default_rng(0).exponential(size=100_000).astype(np.float32))) == N_AT_MOST


@pytest.fixture
def ask(warm_engine):
    def ask(request):
        warm_engine.send(request)
        return warm_engine.until(lambda event: isinstance(event, SearchReady | RequestFailed))[-1]

    return ask


@pytest.mark.slow
def test_that_words_find_documents_that_mean_something_like_them(ask, undisturbed):
    found = ask(SearchRequest(str(undisturbed.out / "project.topicdesk"), "moons and stars in the sky"))
    assert isinstance(found, SearchReady), found
    with Project(undisturbed.out / "project.topicdesk") as project:
        texts = [project.corpus().documents[row].text for row in found.rows]
    assert len(texts) >= N_AT_LEAST
    assert any(word in texts[0] for word in ("moon", "planet", "telescope", "orbit", "lunar"))
    assert list(found.likeness) == sorted(found.likeness, reverse=True)


@pytest.mark.slow
def test_that_a_document_finds_others_of_its_topic(ask, undisturbed):
    path = undisturbed.out / "project.topicdesk"
    with Project(path) as project:
        topic_of = project.analyses.get(project.analyses.current(), "").assignment.topic_of
    document = int(np.flatnonzero(topic_of == 0)[0])
    found = ask(SearchRequest(str(path), document=document))
    assert document not in found.rows
    assert np.mean(topic_of[list(found.rows[:5])] == 0) > 0.5


@pytest.mark.slow
def test_that_a_search_is_answered_while_a_run_goes_on(warm_engine, undisturbed, tmp_path):
    out = shutil.copytree(undisturbed.out, tmp_path / "out")
    warm_engine.send(run_request(undisturbed.corpus, out, MANY_TOPICS, fresh=True))
    warm_engine.until(lambda event: isinstance(event, StageStarted) and event.stage == "embed")
    warm_engine.send(SearchRequest(str(out / "project.topicdesk"), "stars"))
    said = warm_engine.until(lambda event: isinstance(event, LAST_WORDS))
    assert isinstance(said[-1], RunFinished)
    assert any(isinstance(event, SearchReady) for event in said[:-1])


@pytest.mark.slow
def test_that_a_search_without_a_map_fails_in_a_sentence(ask, tmp_path):
    failed = ask(SearchRequest(str(tmp_path / "absent.topicdesk"), "stars"))
    assert isinstance(failed, RequestFailed)
    assert failed.request == "SearchRequest"
    assert "absent.topicdesk" in failed.reason


@pytest.mark.slow
def test_that_words_for_a_merge_come_while_the_run_still_names_topics(warm_engine, undisturbed, tmp_path):
    out = shutil.copytree(undisturbed.out, tmp_path / "out")
    path = out / "project.topicdesk"
    warm_engine.send(run_request(undisturbed.corpus, out, MANY_TOPICS, fresh=True))
    warm_engine.until(lambda event: isinstance(event, TopicsReady))
    with Project(path) as project:
        first, second = project.analyses.get(project.analyses.current(), "").topics[:2]
        project.edits.add(Edit("merge", (first.stable_id, second.stable_id)))
    warm_engine.send(DescribeRequest(str(path)))
    said = warm_engine.until(lambda event: isinstance(event, LAST_WORDS))
    assert isinstance(said[-1], RunFinished)
    assert [event.n_topics for event in said if isinstance(event, Described)] == [1]
    with Project(path) as project:
        edited = project.edited(project.analyses.get(project.analyses.current(), ""))
        assert edited.analysis.topics[0].keybert and not edited.lacking


@pytest.mark.slow
def test_that_words_which_need_a_model_are_not_found_beside_a_run(tmp_path):
    path, workshop = tmp_path / "study.topicdesk", Workshop()
    made_project(path, [text for _, text in topical_texts(240)], workshop, 40)
    with Project(path) as project:
        first, second = project.analyses.get(project.analyses.current(), "").topics[:2]
        project.edits.add(Edit("merge", (first.stable_id, second.stable_id)))
    assert describe_beside_run(DescribeRequest(str(path)), workshop) == Described(1)
    with Project(path) as project:
        project.artifacts.clear()
    assert describe_beside_run(DescribeRequest(str(path)), Workshop()) is None


def test_that_what_is_put_off_comes_after_the_run_and_a_newer_question_takes_its_place():
    inbox = _Inbox()
    inbox.put_off = [DescribeRequest("earlier")]
    inbox.put(SearchRequest("p"))
    assert inbox.next() == SearchRequest("p")
    assert inbox.next() == DescribeRequest("earlier")
    inbox.put_off = [DescribeRequest("earlier")]
    inbox.put(DescribeRequest("later"))
    assert inbox.next() == DescribeRequest("later")
