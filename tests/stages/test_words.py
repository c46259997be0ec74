import csv
import gzip
import re
import sys
import unicodedata
import warnings

import numpy as np
import pytest

from topicdesk.core.languages import named_languages
from topicdesk.core.settings import KeywordSettings
from topicdesk.stages import words
from topicdesk.stages.function_words import function_words_of
from topicdesk.stages.vocabulary import count_terms
from topicdesk.stages.words import has_segmenter, lacking_segmenters, segmenter_versions

WANTED = ("German", "French", "Spanish", "Portuguese", "Italian", "Dutch", "Russian", "Arabic", "Hindi", "Korean",
          "Urdu", "Bengali", "Tamil", "Swahili")  # fmt: skip
# What stands first in texts of each language, and names no topic.
COMMON = {
    "de": "und der die das nicht wurde wurden auch mehr", "fr": "et le les est dans qui peut également", "es": "y el los que puede pueden también",
    "pt": "e os que não pode podem também", "it": "e il che non può possono anche", "nl": "en het een niet wordt zoals ook",
    "ru": "и не что который является некоторые", "ar": "في من على إلى أن هذا التي", "hi": "के है में और की नहीं", "ko": "있는 있습니다 그리고 위해 또는",
    "ur": "اور کے میں ہے نہیں یہ بھی لیے", "bn": "এবং এই করে জন্য না হয় হয় সাথে", "ta": "மற்றும் ஒரு இந்த என்று உள்ளது ஆனால்", "sw": "na ya kwa wa katika ni kama huo",
}  # fmt: skip
LANGUAGE_OF = {"deu": "German", "fra": "French", "spa": "Spanish", "por": "Portuguese", "ita": "Italian", "nld": "Dutch", "rus": "Russian", "arb": "Arabic",
               "hin": "Hindi", "kor": "Korean", "urd": "Urdu", "ben": "Bengali", "tam": "Tamil", "swh": "Swahili"}  # fmt: skip


def terms(texts, language, **settings):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return count_terms(texts, KeywordSettings(language=language, **settings)).terms


@pytest.mark.parametrize("language", WANTED)
def test_that_every_wanted_language_has_a_list_that_holds_its_commonest_words(language):
    (found,) = named_languages(language)
    assert set(COMMON[found.code].split()) <= function_words_of([found])


def test_that_mixed_texts_keep_the_function_words_of_both_languages_out():
    texts = ["The court and the appeal\nDas Gericht und die Berufung wurde nicht angenommen"] * 3
    assert set(terms(texts, "German, English", ngram_max=1)) == {"court", "appeal", "gericht", "berufung", "angenommen"}


def test_that_articles_that_lean_on_the_next_word_are_no_part_of_it():
    assert set(terms(["L'homme et l’eau de l'océan qu'il aime d'abord"], "French", ngram_max=1)) >= {"homme", "eau", "océan"}
    assert not any("'" in term or "’" in term for term in terms(["L'homme et l’eau, dell'acqua"], "French, Italian"))
    assert terms(["aujourd'hui la presqu'île"], "French", ngram_max=1) == ("presqu'île",)


def test_that_no_mark_of_unicode_is_forgotten():
    marks = re.compile(f"[{words._marks()}]")
    assert not [code for code in range(0x300, sys.maxunicode + 1) if unicodedata.category(chr(code)) in ("Mn", "Mc") and not marks.match(chr(code))]


def test_that_words_with_vowel_signs_stay_whole():
    assert terms(["हिन्दी भाषा और व्याकरण"], "Hindi", ngram_max=1) == ("भाषा", "व्याकरण", "हिन्दी")
    assert "می‌کند" in terms(["او کار می‌کند"], "Persian", ngram_max=1, function_words="keep")


def test_that_english_words_are_cut_as_they_always_were():
    assert terms(["State-of-the-art k-means isn't 3D or COVID-19 x"], "English", ngram_max=1) == ("covid", "isn", "k-means", "state-of-the-art")


@pytest.mark.parametrize(
    ("language", "text", "held", "left_out"),
    [
        ("Chinese", "机器学习是人工智能的一个分支，我们研究神经网络和AI模型。", {"机器", "学习", "神经网络", "ai"}, {"我们", "一个", "的", "是"}),
        ("Japanese", "機械学習の研究は、日本の大学で行われています。", {"機械", "学習", "研究", "大学"}, {"の", "は", "で", "こと"}),
        ("Thai", "นักวิจัยศึกษาภาษาและวัฒนธรรมในประเทศไทย", {"ศึกษา", "ภาษา", "วัฒนธรรม"}, {"และ", "ใน"}),
    ],
)
def test_that_writing_without_spaces_is_cut_by_its_segmenter(language, text, held, left_out):
    (found,) = named_languages(language)
    if not has_segmenter(found):
        pytest.skip(f"the extra topicdesk[{found.extra}] is not installed")
    singles = set(terms([text], language, ngram_max=1))
    assert held <= singles
    assert not left_out & singles
    assert all(" " not in term for term in terms([text.replace("AI", "")], language))
    assert all(segmenter_versions([found]).values())


def test_that_a_lacking_segmenter_is_named_and_changes_the_cache_key(monkeypatch):
    languages = named_languages("Chinese, German, Khmer")
    monkeypatch.setattr(words.importlib.util, "find_spec", lambda name: None)
    assert [language.code for language in lacking_segmenters(languages)] == ["zh", "km"]
    assert segmenter_versions(languages) == {"rjieba": ""}
    assert terms(["机器学习，神经网络"], "Chinese") == ("机器学习", "神经网络")


def test_that_the_thai_segmenter_makes_no_folder_in_the_home(tmp_path):
    if not has_segmenter(named_languages("Thai")[0]):
        pytest.skip("the extra topicdesk[thai] is not installed")
    import os
    import subprocess

    code = "from topicdesk.stages.words import _thai; print(_thai()('ภาษาไทย'))"
    done = subprocess.run([sys.executable, "-P", "-c", code], env=os.environ | {"HOME": str(tmp_path)}, capture_output=True, text=True, check=True)
    assert "ไทย" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_that_no_common_function_word_is_among_the_first_words_of_real_texts(shared_folder):
    with gzip.open(shared_folder / "data" / "sib200_36langs.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for begin, language in LANGUAGE_OF.items():
        counted = count_terms([row["text"] for row in rows if row["lang"].startswith(begin)], KeywordSettings(ngram_max=1))
        often = np.asarray(counted.counts.sum(axis=0)).ravel().argsort()[::-1][:100]
        (found,) = named_languages(language)
        assert not {counted.terms[place] for place in often} & function_words_of([found])
        assert not {counted.terms[place] for place in often} & set(COMMON[found.code].split())


def test_that_the_english_function_words_are_those_of_scikit_learn():
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    assert function_words_of(named_languages("English")) == ENGLISH_STOP_WORDS
