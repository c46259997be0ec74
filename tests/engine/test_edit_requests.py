"""Words for edited topics: as a run over the same topics would find them."""

from dataclasses import replace

import numpy as np

from tests.generated_corpora import topical_texts
from topicdesk.core.analysis import Analysis, Label, Topic, TopicAssignment
from topicdesk.core.edit_log import EditLog
from topicdesk.core.edit_making import banning, deleting, merging, moving
from topicdesk.core.edited_analysis import apply_edits, is_banned
from topicdesk.core.settings import ExemplarSettings, KeywordSettings, Settings
from topicdesk.engine.edit_requests import compact, descriptions
from topicdesk.engine.ground import Ground
from topicdesk.stages.exemplars import choose_exemplars
from topicdesk.stages.keywords import Describer, describe_topics
from topicdesk.stages.vocabulary import TermVectors, count_terms, terms_to_embed

N = 240
WORDS = KeywordSettings()


def study():
    texts = [text for _, text in topical_texts(N)]
    topic_of = np.sort(np.arange(N) % 8)[np.random.default_rng(2).permutation(N)]
    topic_of[::10] = -1
    vectors = np.random.default_rng(0).normal(size=(N, 50)).astype(np.float32) + np.random.default_rng(1).normal(size=(8, 50))[topic_of].astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vocabulary = count_terms(texts, WORDS)
    columns = terms_to_embed(vocabulary)
    embedded = np.random.default_rng(3).normal(size=(len(columns), 50)).astype(np.float32)
    terms = TermVectors(columns, embedded / np.linalg.norm(embedded, axis=1, keepdims=True))
    assignment = TopicAssignment(topic_of, np.where(topic_of >= 0, 0.5, 0).astype(np.float32))
    described = describe_topics(vocabulary, terms, assignment, vectors, WORDS)
    exemplars = choose_exemplars(vectors, assignment, ExemplarSettings())
    topics = tuple(
        Topic(n, f"t{n}", int((topic_of == n).sum()), d.keywords, d.keybert, d.mmr, tuple(exemplars[n]), Label(f"L{n}", "language model"))
        for n, d in enumerate(described)
    )
    positions = np.random.default_rng(4).normal(size=(N, 2)).astype(np.float32)
    analysis = Analysis("f", Settings(), positions, assignment, topics, {}, {"keywords": "k"}, {}, ())
    return analysis, Ground("k", vocabulary, vectors, Describer(vocabulary, terms, WORDS)), terms


def edited(analysis, edits, told=None):
    log = EditLog()
    for edit in edits:
        log = log.with_edit(edit)
    return apply_edits(analysis, log.edits, (told or {}).get)


def test_that_edited_topics_are_described_as_a_run_over_the_same_topics_would():
    analysis, ground, terms = study()
    edits = [merging(analysis.topics[:2]), deleting([analysis.topics[7]]), moving(analysis, [1, 2, 3, 4, 5, 6], analysis.topics[4])]
    shown = edited(analysis, edits, descriptions(edited(analysis, edits), ground))
    assert shown.lacking == ()
    assignment, place = compact(shown.analysis)
    fresh = describe_topics(ground.vocabulary, terms, assignment, ground.vectors, WORDS)
    exemplars = choose_exemplars(ground.vectors, assignment, ExemplarSettings())
    for number in shown.keys:
        topic, expected = shown.analysis.topics[number], fresh[place[number]]
        for aspect in ("keywords", "keybert", "mmr"):
            assert [k.term for k in getattr(topic, aspect)] == [k.term for k in getattr(expected, aspect)]
        assert topic.exemplars == tuple(exemplars[place[number]])
    moved = np.array([1, 2, 3, 4, 5, 6])
    moved = moved[analysis.assignment.topic_of[moved] != 4]
    middle = ground.vectors[shown.analysis.assignment.topic_of == 4].mean(axis=0)
    expected = np.clip(ground.vectors[moved] @ middle / np.linalg.norm(middle), 0, 1)
    np.testing.assert_allclose(shown.analysis.assignment.strength[moved], expected, rtol=1e-5)


def test_that_a_banned_word_is_replaced_by_the_next_best():
    analysis, ground, _ = study()
    ban = banning(analysis.topics[0].keywords[0].term)
    shown = edited(analysis, [ban], descriptions(edited(analysis, [ban]), ground))
    assert shown.lacking == () and 0 in shown.keys
    topic = shown.analysis.topics[0]
    assert len(topic.keywords) == WORDS.n_keywords
    assert not any(is_banned(keyword.term, [ban.value]) for keyword in topic.keywords)
    kept = [keyword for keyword in analysis.topics[0].keywords if not is_banned(keyword.term, [ban.value])]
    assert list(topic.keywords[: len(kept)]) == kept


def test_that_without_embeddings_words_are_still_found():
    analysis, ground, _ = study()
    ground = replace(ground, vectors=None, describer=Describer(ground.vocabulary, None, WORDS))
    edits = [merging(analysis.topics[:2])]
    (found,) = descriptions(edited(analysis, edits), ground).values()
    assert found.keywords and not found.keybert and not found.exemplars
