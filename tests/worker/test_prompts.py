"""What the window shows of a prompt, from a real warm engine: word for word what the label stage asks."""

import pytest

from tests.worker.conftest import MANY_TOPICS
from tests.worker.engine_client import run_request
from topicdesk.core.events import LAST_WORDS, PromptFilled, RequestFailed, RunCancelled, StageStarted
from topicdesk.core.requests import CancelRequest, PromptRequest
from topicdesk.core.settings import LabellingSettings, Settings
from topicdesk.project.store import Project

pytestmark = pytest.mark.slow


@pytest.fixture
def ask(warm_engine):
    def ask(keywords=("sun", "wind"), documents=("The sun shines.",), language_model=None, **labelling):
        settings = Settings(labelling=LabellingSettings(**labelling)).to_dict()
        warm_engine.send(PromptRequest(settings, tuple(keywords), tuple(documents), language_model))
        return warm_engine.until(lambda event: isinstance(event, PromptFilled | RequestFailed))[-1]

    return ask


def test_that_a_topic_with_these_keywords_is_asked_word_for_word_what_is_shown(ask, undisturbed):
    with Project(undisturbed.out / "project.topicdesk") as project:
        labels = [topic.label for topic in project.analyses.get(project.analyses.current(), "").topics]
    asked = next(label.prompt for label in labels if label.prompt)
    keywords = asked.rpartition("Keywords: ")[2].partition("\n")[0].split(", ")
    filled = ask(keywords)
    assert asked.startswith(filled.text)  # the beginning of an answer may follow
    assert filled.profile == "small"
    assert filled.n_context == 8192
    assert filled.main_prompt == "Keywords: [KEYWORDS]\nTopic label:"
    assert 0 < filled.n_tokens <= len(filled.text)


def test_that_a_chat_prompt_names_its_template_and_says_what_is_cut(ask):
    filled = ask(documents=["The sun shines. " * 400], profile="chat", system_text="Be brief in [LANGUAGE].", language="German")
    assert filled.template == "chatml"
    assert filled.text.startswith("<|im_start|>system\nBe brief in German.<|im_end|>")
    assert filled.cut
    assert filled.system_text.startswith("You are a helpful")
    assert filled.unknown_template == filled.problem == ""


def test_that_a_prompt_that_is_too_long_is_an_answer_too(ask):
    failed = ask(profile="chat", example="word " * 9000 + "\n---\nA")
    assert isinstance(failed, RequestFailed)
    assert failed.request == "PromptRequest"
    assert "this model reads 8,192" in failed.reason
    assert isinstance(ask(language_model="/absent.gguf"), RequestFailed)


def test_that_a_prompt_is_shown_while_a_run_goes_on(warm_engine, undisturbed, tmp_path):
    warm_engine.send(run_request(undisturbed.corpus, tmp_path / "out", MANY_TOPICS))
    warm_engine.until(lambda event: isinstance(event, StageStarted) and event.stage == "embed")
    warm_engine.send(PromptRequest(Settings().to_dict(), ("sun",), ()))
    said = warm_engine.until(lambda event: isinstance(event, (PromptFilled, *LAST_WORDS)))
    assert isinstance(said[-1], PromptFilled), said[-1]
    warm_engine.send(CancelRequest())
    assert isinstance(warm_engine.until_last_word()[-1], RunCancelled)
