import csv
import gzip
from itertools import pairwise

import pytest

from topicdesk.stages.spoken_languages import languages_of, spoken_languages

GERMAN = [
    "Die Regierung und das Parlament haben sich über den Haushalt und die neuen Steuern gestritten.",
    "Der Trainer war mit dem Spiel und mit der Mannschaft nicht zufrieden, weil sie zu viele Tore bekommen hat.",
    "Das Krankenhaus hat für die Patienten eine neue Therapie und ein neues Medikament eingeführt.",
] * 10
ENGLISH = ["The court and the judge were about to rule on this appeal, but it was not to be."] * 30
OF_XQUAD = ("ar", "de", "el", "en", "es", "hi", "ro", "ru", "th", "tr", "vi", "zh")


def codes(texts, chosen=""):
    return [language.code for language in languages_of(texts, chosen)]


def test_that_a_corpus_of_one_language_is_in_that_language():
    assert codes(GERMAN) == ["de"]
    assert codes(ENGLISH) == ["en"]
    assert codes(["深山发现的紫薇树桩，专家说这种树很少见。"] * 20) == ["zh"]


def test_that_german_texts_with_english_titles_are_in_both():
    titled = [f"The effects of a new therapy on patients of the hospital\n{one} {other}" for one, other in pairwise(GERMAN)]
    assert codes(titled) == ["de", "en"]
    spoken = spoken_languages(titled)
    assert sum(one.share for one in spoken) <= 1
    assert spoken[0].share > spoken[1].share


def test_that_a_twentieth_of_the_texts_counts_and_a_few_words_do_not():
    assert codes([*GERMAN * 3, *ENGLISH[:5]]) == ["de", "en"]
    assert codes([*ENGLISH * 4, "Weltschmerz"]) == ["en"]
    keywords_only = ["protocol agent coordination", "neural network control systems", "parallel query optimization databases"] * 30
    assert codes(keywords_only) == ["en"]


def test_that_texts_without_letters_are_in_no_language_and_short_ones_in_theirs():
    assert codes([]) == codes(["", "1 2 3", "…"]) == []
    assert codes(["Hallo Welt", "Guten Tag"]) == ["de"]


def test_that_a_chosen_language_is_taken_as_it_is():
    assert codes(GERMAN, "English, French") == ["en", "fr"]


@pytest.mark.slow
def test_that_real_paragraphs_of_twelve_languages_are_each_in_their_own(shared_folder):
    with gzip.open(shared_folder / "data" / "xquad_paragraphs_12langs.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {language: codes([row["text"] for row in rows if row["lang"] == language]) for language in OF_XQUAD} == {code: [code] for code in OF_XQUAD}


@pytest.mark.slow
def test_that_texts_in_urdu_bengali_tamil_and_swahili_are_each_in_their_own(shared_folder):
    with gzip.open(shared_folder / "data" / "sib200_36langs.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for begin, code in (("urd", "ur"), ("ben", "bn"), ("tam", "ta"), ("swh", "sw")):
        assert codes([row["text"] for row in rows if row["lang"].startswith(begin)]) == [code]
