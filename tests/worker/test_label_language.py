from topicdesk.core.languages import named_languages
from topicdesk.engine.labels import language_wanted

GERMAN = named_languages("German")


def test_that_labels_are_wanted_in_the_language_of_the_texts_unless_another_is_named():
    assert "und" in language_wanted("", GERMAN).wanted
    assert "the" in language_wanted("English", GERMAN).wanted
    assert "und" in language_wanted("English", GERMAN).others


def test_that_a_language_without_a_list_judges_nothing():
    unknown = language_wanted("Klingon", GERMAN)
    assert not unknown.wanted
    assert not unknown.others
    assert not language_wanted("", named_languages("German, Uzbek")).wanted


def test_that_a_single_word_may_be_a_label_where_the_labels_language_joins_words():
    assert language_wanted("", GERMAN).joins_words and language_wanted("Finnish", named_languages("English")).joins_words
    assert not language_wanted("English", GERMAN).joins_words and not language_wanted("", named_languages("French")).joins_words
    assert language_wanted("", named_languages("German, Icelandic")).joins_words


def test_that_only_a_language_that_was_asked_for_may_be_written_in_another_script():
    assert language_wanted("English", named_languages("Russian")).is_named
    assert not language_wanted("", named_languages("Russian")).is_named
