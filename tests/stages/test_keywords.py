import numpy as np
import pytest
from scipy import sparse

from tests.generated_corpora import THEMES
from topicdesk.core.analysis import Keyword, TopicAssignment
from topicdesk.core.errors import Cancelled
from topicdesk.core.progress import Progress
from topicdesk.core.settings import KeywordSettings
from topicdesk.stages.keywords import Describer, TopicKeywords, describe_topics, keyword_labels
from topicdesk.stages.vocabulary import TermVectors, Vocabulary, count_terms, terms_to_embed

GERMAN = [
    "Die Regierung und das Parlament haben sich über den Haushalt und die neuen Steuern gestritten.",
    "Der Trainer war mit dem Spiel und mit der Mannschaft nicht zufrieden, weil sie zu viele Tore bekommen hat.",
    "Das Krankenhaus hat für die Patienten eine neue Therapie und ein neues Medikament eingeführt.",
] * 10


def described(texts, topic_of, embed_terms, **settings):
    vectors = np.random.default_rng(0).normal(size=(len(texts), 50)).astype(np.float32)
    assignment = TopicAssignment(np.array(topic_of), np.ones(len(texts), dtype=np.float32))
    return describe(texts, assignment, vectors, embed_terms, KeywordSettings(**settings))


def describe(texts, assignment, vectors, embed_terms, settings, **options):
    terms = count_terms(texts, settings)
    columns = terms_to_embed(terms)
    embedded = TermVectors(columns, embed_terms([terms.terms[place] for place in columns]))
    return describe_topics(terms, embedded, assignment, vectors, settings, **options)


def test_that_the_keywords_of_a_theme_are_its_own_words(topical, embed_terms):
    texts, vectors, assignment = topical
    for theme, found in zip(THEMES.values(), describe(texts, assignment, vectors, embed_terms, KeywordSettings(ngram_max=1)), strict=True):
        assert len(found.keywords) == len(found.keybert) == len(found.mmr) == 10
        assert {keyword.term for keyword in found.keywords} <= set(theme.split())
        scores = [keyword.score for keyword in found.keywords]
        assert scores == sorted(scores, reverse=True)


def test_that_no_function_word_of_a_german_corpus_is_a_keyword(embed_terms):
    for topic in described(GERMAN, np.arange(30) % 3, embed_terms):
        words = {word for keyword in (*topic.keywords, *topic.keybert, *topic.mmr) for word in keyword.term.split()}
        assert words
        assert not words & {"und", "die", "der", "das", "mit", "hat", "für", "nicht", "sie"}


def test_that_the_article_keeps_function_words():
    assert "und" in count_terms(GERMAN, KeywordSettings.article()).terms


@pytest.mark.parametrize("texts", [["the and of", "to in a"] * 10, ["", ""] * 10, ["1 2 3", "... !!!"] * 10])
def test_that_topics_without_any_word_have_no_keywords_and_a_number_for_a_label(texts, embed_terms):
    found = described(texts, np.arange(20) % 2, embed_terms)
    assert found == [TopicKeywords((), (), ())] * 2
    assert keyword_labels(found) == ["Topic 1", "Topic 2"]


def test_that_a_corpus_without_topics_has_nothing_to_describe(embed_terms):
    assert described(["some text"] * 5, [-1] * 5, embed_terms) == []


def test_that_a_megabyte_without_a_space_is_no_keyword(embed_terms):
    found = described([f"solar power {'x' * 1_000_000}", *["solar power and wind"] * 9], [0] * 10, embed_terms)
    assert all(len(keyword.term) <= 100 for keyword in found[0].keywords)
    assert found[0].keywords


def test_that_words_of_other_scripts_are_keywords(embed_terms):
    found = described(["солнечная энергия ветер", "ενέργεια ήλιος άνεμος", "طاقة شمسية رياح"] * 5, np.arange(15) % 3, embed_terms)
    assert all(topic.keywords for topic in found)


def test_that_a_cancel_between_two_steps_stops(topical, embed_terms):
    texts, vectors, assignment = topical
    with pytest.raises(Cancelled):
        describe(texts, assignment, vectors, embed_terms, KeywordSettings(), progress=Progress(is_cancelled=lambda: True))


def keywords(*terms):
    return TopicKeywords(tuple(Keyword(term, 1 / (1 + rank)) for rank, term in enumerate(terms)), (), ())


def test_that_keyword_labels_say_no_word_twice_and_are_all_different():
    labels = keyword_labels(
        [keywords("machine learning", "learning", "data", "model"), keywords("sun", "wind", "sea", "sand"), keywords("sun", "wind", "sea", "salt")]
    )
    assert labels[0] == "machine learning, data, model"
    assert labels[1] == "sun, wind, sea"
    assert labels[2] == "sun, wind, sea, salt"
    same = keyword_labels([keywords("sun"), keywords("sun"), keywords()])
    assert same == ["sun", "Topic 2: sun", "Topic 3"]


def test_that_words_that_tell_a_topic_from_the_others_come_first_for_its_label():
    vocabulary = Vocabulary(("shared", "own"), sparse.csr_matrix((4, 2)), np.ones(4, dtype=np.int64))
    embedded = TermVectors(np.array([0, 1]), np.array([[0.8, 0.6], [1, 0]], dtype=np.float32))
    describer = Describer(vocabulary, embedded, KeywordSettings())
    assert describer.telling(("shared", "own"), np.eye(2, dtype=np.float32), 0) == ("own", "shared")
    assert describer.telling(("shared", "own"), np.eye(2, dtype=np.float32), 1) == ("shared", "own")
    assert Describer(vocabulary, None, KeywordSettings()).telling(("shared", "own"), np.eye(2, dtype=np.float32), 0) == ("shared", "own")
