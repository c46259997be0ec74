"""Choices about texts: applied alike by preview and reading, counted so that read, dropped and unreadable are all rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.preview import preview_corpus
from topicdesk.importing.preview_text import render_preview
from topicdesk.importing.read_corpus import read_corpus
from topicdesk.importing.sieve import Survey, TextSieve, count_words, where_they_part

TEXTS = [
    "These are some plain words", "<p>These are some plain words</p>", "", "two words", "https://example.org", "See https://example.org for some plain words",
    "From: a\nSubject: b\n\nThese are words of a mail\n--\nMe", "two words",
]  # fmt: skip
TABLE = "id,text\n" + "".join(f'{i},"{text}"\n' for i, text in enumerate(TEXTS)) + "broken\n"
ALL = {"clean": ("html", "email", "urls"), "min_words": 3, "drop_duplicates": True}


def test_that_texts_are_cleaned_and_left_out_with_one_reason_each(corpus_file):
    corpus = read_corpus(corpus_file(TABLE, text="text", **ALL))
    assert corpus.texts == ["These are some plain words", "", "", "", "", "See for some plain words", "These are words of a mail", ""]
    assert corpus.dropped == {"repeats an earlier text": 1, "empty text": 1, "fewer than 3 words": 2, "nothing left after cleaning": 1}
    assert corpus.making.cleaned == {"html": 1, "email": 1, "urls": 2}
    assert len(corpus.with_text) + sum(corpus.dropped.values()) + len(corpus.unreadable) == len(TEXTS) + 1


def test_that_the_cells_keep_what_was_taken_out_of_the_texts(corpus_file):
    assert [document.fields[1] for document in read_corpus(corpus_file(TABLE, text="text", **ALL)).documents] == TEXTS


@pytest.mark.parametrize("choice", [{}, ALL, {"min_words": 3}, {"clean": ("urls",)}, {"drop_duplicates": True}])
def test_that_preview_and_reading_leave_the_same_out(corpus_file, choice):
    source = corpus_file(TABLE, text="text", **choice)
    preview, corpus = preview_corpus(source), read_corpus(source)
    assert (preview.dropped, preview.duplicates) == (corpus.dropped, corpus.n_duplicates)


def test_that_without_a_choice_repeated_texts_are_kept(corpus_file):
    corpus = read_corpus(corpus_file(TABLE, text="text"))
    assert (corpus.dropped, corpus.n_duplicates, corpus.making.cleaned) == ({"empty text": 1}, 1, {})


def test_that_what_is_not_there_is_refused(corpus_file):
    with pytest.raises(InputError, match="no such cleaning; there are html, email, urls"):
        read_corpus(corpus_file(TABLE, clean=("htm",)))
    with pytest.raises(InputError, match="takes 1 or a larger number"):
        preview_corpus(corpus_file(TABLE, min_words=0))


def test_that_a_survey_counts_each_choice_before_it_is_made(corpus_file):
    survey = preview_corpus(corpus_file(TABLE, text="text", clean=("html",)), with_survey=True).to_dict(with_excerpts=True)["survey"]
    assert {name: survey[name] for name in ("n_texts", "empty", "html", "email", "urls", "duplicates")} == {
        "n_texts": 8, "empty": 1, "html": 1, "email": 1, "urls": 2, "duplicates": 1,
    }  # fmt: skip
    assert (sum(survey["short"][:3]), sum(survey["short"][:2])) == (3, 1)
    assert survey["examples"]["html"] == [{"row": 2, "before": "<p>These are some plain words</p>", "after": "These are some plain words"}]
    assert survey["examples"]["duplicates"] == [{"row": 8, "before": "two words", "after": "row 4"}]
    assert [example["row"] for example in survey["examples"]["short"]] == [5, 4, 8]


def test_that_the_terminal_names_what_cleaning_would_find(corpus_file):
    text = render_preview(preview_corpus(corpus_file(TABLE, text="text"), with_survey=True))
    assert "2 rows with web addresses: --clean urls takes it out" in text
    assert "survey" not in preview_corpus(corpus_file(TABLE, text="text")).to_dict(with_excerpts=True)


def test_that_words_of_scripts_without_spaces_are_counted():
    assert [count_words(text, 20) for text in ("one two three", "统一的中文", "统一 word", "x " * 100)] == [3, 2.5, 2, 20]


def test_that_an_example_shows_the_place_that_changes():
    before = " ".join(map(str, range(100))) + " <b>x</b> y"
    assert where_they_part(before, before.replace("<b>x</b>", "x")) == ("… 97 98 99 <b>x</b> y", "… 97 98 99 x y")


@given(st.lists(st.text(alphabet="ab <>/&;:.\nwhtps", max_size=30)), st.integers(1, 4), st.booleans())
def test_that_every_text_is_kept_or_has_one_reason(texts, min_words, drop_duplicates):
    sieve, survey = TextSieve(CorpusSource("x", clean=("html", "email", "urls"), min_words=min_words, drop_duplicates=drop_duplicates)), Survey()
    kept = [sieve.take(text.strip()) for text in texts]
    assert sum(sieve.dropped.values()) == kept.count("")
    for row, text in enumerate(texts):
        survey.look(row, text.strip())
    assert survey.to_dict()["n_texts"] == len(texts)
