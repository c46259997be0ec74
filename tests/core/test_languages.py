import pytest

from topicdesk.core.errors import InputError
from topicdesk.core.languages import LANGUAGES, find_language, listed_languages, named_languages
from topicdesk.core.settings import KeywordSettings


def test_that_a_language_is_known_by_code_name_and_own_name():
    assert find_language("de") == find_language("German") == find_language(" deutsch ")
    assert find_language("Klingon") is None


def test_that_no_two_languages_share_a_word_or_a_code():
    assert len({language.code for language in LANGUAGES}) == len(LANGUAGES)
    assert all(find_language(word) == language for language in LANGUAGES for word in (language.code, language.name, language.own_name))


def test_that_several_are_named_with_commas_each_once_and_an_unknown_one_is_refused_with_a_way_out():
    assert [language.code for language in named_languages("German, english,de")] == ["de", "en"]
    assert named_languages("") == ()
    assert listed_languages(named_languages("German, English, French")) == "German, English and French"
    assert listed_languages(named_languages("German")) == "German"
    with pytest.raises(InputError, match="'Klingon' is no language"):
        KeywordSettings(language="German, Klingon")
