"""Our keywords against the libraries that the article used, on the same embeddings, assignment and vectoriser."""

import re
import warnings
from collections import Counter

import numpy as np
import pytest

from topicdesk.core.analysis import Keyword, TopicAssignment
from topicdesk.core.settings import KeywordSettings
from topicdesk.stages.function_words import function_words_of
from topicdesk.stages.keywords import class_tfidf, describe_topics, diverse, keybert
from topicdesk.stages.spoken_languages import languages_of
from topicdesk.stages.vocabulary import TermVectors, count_terms, terms_to_embed
from topicdesk.stages.words import WORD_WITH_LETTERS


@pytest.fixture(scope="module")
def bertopic_keywords(real_texts, real_vectors, real_assignment):
    """The top 10 words of each topic by BERTopic itself, for a vectoriser and a c-TF-IDF model; scores too."""

    def keywords(vectoriser, reduce_frequent_words):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from bertopic import BERTopic
            from bertopic.cluster import BaseCluster
            from bertopic.dimensionality import BaseDimensionalityReduction
            from bertopic.vectorizers import ClassTfidfTransformer

            model = BERTopic(
                language="multilingual",
                embedding_model=lambda texts: None,
                umap_model=BaseDimensionalityReduction(),
                hdbscan_model=BaseCluster(),
                vectorizer_model=vectoriser,
                ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=reduce_frequent_words),
            )
            model.embedding_model = None
            model.fit(real_texts, embeddings=real_vectors, y=real_assignment.topic_of)
        ours = real_assignment.topic_of
        renumbered = dict(zip(ours.tolist(), model.topics_, strict=True))
        return [model.get_topic(renumbered[topic]) for topic in range(real_assignment.n_topics)]

    return keywords


def our_keywords(texts, assignment, settings):
    vocabulary = count_terms(texts, settings)
    rows = class_tfidf(vocabulary, assignment, settings).toarray()
    return [[(vocabulary.terms[i], row[i]) for i in np.argsort(-row, kind="stable")[:10]] for row in rows]


def share_of_equal_sets(ours, theirs):
    """Of topics; a term whose score ties with the tenth may stand for another such term."""

    def certain(keywords):
        return {term for term, score in keywords if score > keywords[-1][1] * (1 + 1e-6)}

    return np.mean([certain(one) <= {t for t, _ in other} and certain(other) <= {t for t, _ in one} for one, other in zip(ours, theirs, strict=True)])


def assert_equal_scores(ours, theirs):
    np.testing.assert_allclose([[score for _, score in topic] for topic in ours], [[score for _, score in topic] for topic in theirs], rtol=1e-6)


@pytest.mark.slow
def test_that_the_articles_keywords_equal_bertopics(real_texts, real_assignment, bertopic_keywords):
    from sklearn.feature_extraction.text import CountVectorizer

    ours = our_keywords(real_texts, real_assignment, KeywordSettings.article())
    theirs = bertopic_keywords(CountVectorizer(), reduce_frequent_words=False)
    assert share_of_equal_sets(ours, theirs) >= 0.95
    assert_equal_scores(ours, theirs)


@pytest.mark.slow
def test_that_single_words_without_function_words_equal_bertopics_with_the_same_vectoriser(real_texts, real_assignment, bertopic_keywords):
    from sklearn.feature_extraction.text import CountVectorizer

    vectoriser = CountVectorizer(stop_words=sorted(function_words_of(languages_of(real_texts))), token_pattern=WORD_WITH_LETTERS)
    ours = our_keywords(real_texts, real_assignment, KeywordSettings(ngram_max=1))
    theirs = bertopic_keywords(vectoriser, reduce_frequent_words=True)
    assert share_of_equal_sets(ours, theirs) >= 0.95
    assert_equal_scores(ours, theirs)


@pytest.mark.slow
def test_that_our_default_keywords_equal_bertopics_but_for_phrases_across_two_documents(real_texts, real_assignment, bertopic_keywords):
    """BERTopic joins a topic's documents before it counts pairs, and so counts the last word of one with the first of the next."""
    from sklearn.feature_extraction.text import CountVectorizer

    vectoriser = CountVectorizer(ngram_range=(1, 2), stop_words=sorted(function_words_of(languages_of(real_texts))), token_pattern=WORD_WITH_LETTERS)
    theirs = bertopic_keywords(vectoriser, reduce_frequent_words=True)
    numbers = [*range(real_assignment.n_topics), -1]
    joined = [" ".join(text for text, topic in zip(real_texts, real_assignment.topic_of, strict=True) if topic == number) for number in numbers]
    as_joined = our_keywords(joined, TopicAssignment(np.array(numbers), np.ones(len(numbers), dtype=np.float32)), KeywordSettings())
    assert share_of_equal_sets(as_joined, theirs) >= 0.95
    assert_equal_scores(as_joined, theirs)
    by_document = our_keywords(real_texts, real_assignment, KeywordSettings())
    shared = [len({t for t, _ in one} & {t for t, _ in other}) for one, other in zip(by_document, theirs, strict=True)]
    assert share_of_equal_sets(by_document, theirs) >= 0.9
    assert np.mean(shared) >= 9.5


def test_that_class_tfidf_is_the_formula_of_the_paper(topical):
    texts, _, assignment = topical
    vocabulary = count_terms(texts, KeywordSettings.article())
    scores = class_tfidf(vocabulary, assignment, KeywordSettings.article())
    counts = {topic: Counter() for topic in range(-1, 8)}
    for text, topic in zip(texts, assignment.topic_of.tolist(), strict=True):
        counts[topic].update(re.findall(r"(?u)\b\w\w+\b", text.lower()))
    overall, mean_length = sum(counts.values(), Counter()), int(np.mean([counter.total() for counter in counts.values()]))
    for topic in range(8):
        for place, term in enumerate(vocabulary.terms):
            expected = counts[topic][term] / counts[topic].total() * np.log(1 + mean_length / overall[term])
            assert scores[topic, place] == pytest.approx(expected)


def test_that_keybert_equals_a_brute_force_reference_on_each_topics_own_documents(topical, embed_terms):
    texts, vectors, assignment = topical
    settings = KeywordSettings(n_candidates=40)
    vocabulary = count_terms(texts, settings)
    terms, columns = vocabulary.terms, terms_to_embed(vocabulary)
    described = describe_topics(vocabulary, TermVectors(columns, embed_terms([terms[place] for place in columns])), assignment, vectors, settings)
    scores = class_tfidf(vocabulary, assignment, settings)
    for topic, found in enumerate(described):
        row = scores[topic].toarray().ravel()
        candidates = [terms[i] for i in np.lexsort((np.arange(len(row)), -row))[:40]]
        own = np.mean([vector for vector, number in zip(vectors, assignment.topic_of, strict=True) if number == topic], axis=0)
        nearness = {term: float(vector @ own / np.linalg.norm(own)) for term, vector in zip(candidates, embed_terms(candidates), strict=True)}
        best = sorted(nearness, key=nearness.get, reverse=True)[:10]
        assert [keyword.term for keyword in found.keybert] == best
        np.testing.assert_allclose([keyword.score for keyword in found.keybert], [nearness[term] for term in best], rtol=1e-4, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("diversity", [0.0, 0.3, 0.9])
def test_that_mmr_chooses_what_bertopics_function_chooses(embed_terms, diversity):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from bertopic.representation._mmr import mmr

    terms = [f"term number {number}" for number in range(30)]
    matrix = embed_terms(terms)
    theirs = mmr(matrix.mean(axis=0, keepdims=True), matrix, terms, diversity, 10)
    candidates = [Keyword(term, 1 / (1 + rank)) for rank, term in enumerate(terms)]
    ours = diverse(candidates, matrix, diversity, 10)
    assert {keyword.term for keyword in ours} == set(theirs)


def test_that_keybert_and_mmr_of_nothing_are_nothing(embed_terms):
    nothing = np.zeros((0, 50), dtype=np.float32)
    assert keybert([], nothing, np.zeros(50, dtype=np.float32)) == []
    assert diverse([], nothing, 0.3, 10) == []
