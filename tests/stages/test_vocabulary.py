import numpy as np
from numpy.testing import assert_array_equal

from topicdesk.core.languages import named_languages
from topicdesk.core.settings import KeywordSettings
from topicdesk.stages import vocabulary
from topicdesk.stages.vocabulary import count_terms, make_vectoriser, plain_vectoriser, terms_to_embed

TEXTS = ["solar power and wind power", "wind power", "", "court appeal", "court"]


def test_that_each_document_is_counted_term_by_term_in_the_order_of_the_alphabet():
    found = count_terms(TEXTS, KeywordSettings(ngram_max=1))
    assert found.terms == ("appeal", "court", "power", "solar", "wind")
    assert_array_equal(found.counts.toarray(), [[0, 0, 2, 1, 1], [0, 0, 1, 0, 1], [0] * 5, [1, 1, 0, 0, 0], [0, 1, 0, 0, 0]])
    assert_array_equal(found.lengths, [4, 2, 0, 2, 1])


def test_that_a_large_corpus_leaves_out_what_it_says_once_but_counts_it_in_the_lengths(monkeypatch):
    monkeypatch.setattr(vocabulary, "COUNTED_ONCE_UP_TO", 4)
    found = count_terms(TEXTS, KeywordSettings(ngram_max=1))
    assert found.terms == ("court", "power", "wind")
    assert_array_equal(found.lengths, [4, 2, 0, 2, 1])


def test_that_the_terms_said_by_most_documents_are_embedded_and_none_that_only_a_machine_would_write(monkeypatch):
    monkeypatch.setattr(vocabulary, "FEWEST_EMBEDDED", 2)
    monkeypatch.setattr(vocabulary, "EMBEDDED_A_DOCUMENT", 0)
    found = count_terms([*TEXTS, *["x" * 200] * 9], KeywordSettings(ngram_max=1))
    assert [found.terms[place] for place in terms_to_embed(found)] == ["court", "power"]


def test_that_a_corpus_without_words_has_no_terms():
    found = count_terms(["the of", "", "1 2"], KeywordSettings())
    assert found.terms == ()
    assert found.counts.shape == (3, 0)
    assert_array_equal(terms_to_embed(found), np.zeros(0))


def test_that_what_is_written_down_for_others_counts_the_same_words():
    texts = ["L'homme et l’eau de l'océan qu'il aime d'abord, aujourd'hui; l'État-nation", "Dell'acqua un'altra volta, presqu'île", "State-of-the-art isn't"]
    for languages in map(named_languages, ("French", "Italian, French", "English", "Hindi, French")):
        plain, ours = (make(languages, KeywordSettings()).fit(texts) for make in (plain_vectoriser, make_vectoriser))
        assert plain.preprocessor is None
        assert list(plain.get_feature_names_out()) == list(ours.get_feature_names_out())
        assert_array_equal(plain.transform(texts).toarray(), ours.transform(texts).toarray())
