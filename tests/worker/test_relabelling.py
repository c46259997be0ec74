"""A real warm engine asked anew for the labels of topics, found and edited, with other settings; nothing changes until an answer is accepted."""

import shutil
from dataclasses import replace

import pytest

from tests.worker.conftest import MANY_TOPICS
from topicdesk.core import edit_making
from topicdesk.core.analysis import Label
from topicdesk.core.events import LabelReady, Relabelled, RelabelProgress, RequestFailed
from topicdesk.core.requests import CancelRequest, RelabelRequest
from topicdesk.core.settings import LabellingSettings, Settings
from topicdesk.project.store import Project

pytestmark = pytest.mark.slow
OTHER_PROMPT = LabellingSettings(main_prompt="Words: [KEYWORDS]\nTexts: [DOCUMENTS]\nA name for them:")


@pytest.fixture
def path(undisturbed, tmp_path):
    return shutil.copytree(undisturbed.out, tmp_path / "out") / "project.topicdesk"


@pytest.fixture
def ask(warm_engine, path):
    def ask(*topics, labelling=LabellingSettings(), **more):  # noqa: B008
        settings = replace(Settings.from_dict(MANY_TOPICS), labelling=labelling).to_dict()
        warm_engine.send(RelabelRequest(str(path), topics, settings, **more))
        return warm_engine.until(lambda event: isinstance(event, Relabelled | RequestFailed))

    return ask


def shown(path):
    with Project(path) as project:
        return project.edited(project.analyses.get(project.analyses.current(), "")).analysis


def proposals(path, said):
    with Project(path) as project:
        return {stable_id: Label.from_plain(values) for stable_id, values in project.artifacts.values(said[-1].key).items()}


def test_that_another_prompt_gives_another_label_with_its_card_and_the_map_keeps_the_old_one(ask, path):
    before = shown(path)
    chosen = [topic.stable_id for topic in before.topics[:2]]
    said = ask(*chosen, labelling=OTHER_PROMPT)
    assert isinstance(said[-1], Relabelled), said[-1]
    assert said[0] == RelabelProgress(0, 0) and not any(isinstance(event, LabelReady) for event in said)
    assert [event.done for event in said if isinstance(event, RelabelProgress)][-1] >= 2
    found = proposals(path, said)
    assert set(found) == set(chosen)
    for label in found.values():
        assert "A name for them:" in label.prompt
        assert label.n_prompt_tokens > 0 and label.seconds > 0 and label.quotes and label.model.endswith(".gguf") and len(label.model_sha256) == 64
    assert shown(path).topics == before.topics
    assert ask(*chosen, labelling=OTHER_PROMPT)[-1] == Relabelled(said[-1].key, 2, True)


def test_that_the_same_question_is_answered_from_what_the_run_kept_without_loading_a_model(ask, path):
    before = shown(path)
    topics = [topic.stable_id for topic in before.topics]
    said = ask(*topics)
    assert isinstance(said[-1], Relabelled) and said[-1].from_cache, said[-1]
    assert {stable_id: label.text for stable_id, label in proposals(path, said).items()} == {topic.stable_id: topic.label.text for topic in before.topics}


def test_that_a_proposal_is_unlike_every_label_that_stands(ask, path):
    before = shown(path)
    own = ask(before.topics[3].stable_id)
    wanted = proposals(path, own)[before.topics[3].stable_id]
    with Project(path) as project:
        project.edits.add(edit_making.naming(before.topics[0], wanted.text, False))
    again = proposals(path, ask(before.topics[3].stable_id))[before.topics[3].stable_id]
    assert again.text.casefold() != wanted.text.casefold()


def test_that_merged_split_and_new_topics_are_asked_about_as_they_are_now(ask, path):
    with Project(path) as project:
        found = project.analyses.get(project.analyses.current(), "")
        project.edits.add(edit_making.merging(found.topics[:2]))
        after = project.edited(found).analysis
        project.edits.add(edit_making.creating(after, [row for row in range(400) if after.assignment.topic_of[row] == 4][:6]))
    now = shown(path)
    merged, new = now.present[0], now.present[-1]
    assert new.label.origin == "keywords" and not new.label.prompt
    said = ask(merged.stable_id, new.stable_id, labelling=OTHER_PROMPT)
    assert isinstance(said[-1], Relabelled) and not said[-1].from_cache, said[-1]
    labels = proposals(path, said)
    with Project(path) as project:
        texts = project.corpus().texts
        for topic in (merged, new):
            own = " ".join(" ".join(texts[row].split()) for row in range(400) if now.assignment.topic_of[row] == topic.number)
            quotes = labels[topic.stable_id].quotes
            assert quotes and all(" ".join(quote.replace("…", " ").split())[:40] in own for quote in quotes)
        named = replace(labels[new.stable_id], text="A name of its own")
        project.edits.add(edit_making.relabelling([new], [named]))
    assert shown(path).present[-1].label == named


def test_that_a_wish_to_stop_is_answered_and_the_engine_goes_on(warm_engine, ask, path):
    topics = tuple(topic.stable_id for topic in shown(path).topics)
    settings = replace(Settings.from_dict(MANY_TOPICS), labelling=replace(OTHER_PROMPT, n_excerpt_tokens=300)).to_dict()
    warm_engine.send(RelabelRequest(str(path), topics, settings))
    warm_engine.until(lambda event: isinstance(event, RelabelProgress))
    warm_engine.send(CancelRequest())
    said = warm_engine.until(lambda event: isinstance(event, Relabelled | RequestFailed))
    assert said[-1] == RequestFailed("RelabelRequest", "Stopped. What was answered is kept; no label was changed.")
    assert isinstance(ask(topics[0])[-1], Relabelled)


def test_that_what_cannot_be_asked_is_said(ask, path):
    assert ask("no such topic")[-1] == RequestFailed("RelabelRequest", "These topics are not in this analysis.")
    topic = shown(path).topics[0].stable_id
    missing = ask(topic, language_model=str(path.with_name("none.gguf")))[-1]
    assert isinstance(missing, RequestFailed) and "none.gguf" in missing.reason
    with Project(path) as project:
        assert project.edits.all() == ()
