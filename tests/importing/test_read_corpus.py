"""A file becomes a corpus: roles, ids, empty texts, samples, progress."""

from dataclasses import replace

import numpy as np
import pytest

from topicdesk.core.errors import Cancelled, InputError
from topicdesk.core.progress import Progress
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.read_corpus import read_corpus

TABLE = "key,subject,body,when,kind,extra\n" + "".join(
    f"k{i},Subject of {i},  Some words of text {i} here ,2024-01-02,{'ab'[i % 2]},e{i}\n" for i in range(1, 51)
)


def test_that_every_role_reaches_its_place(corpus_file):
    document = read_corpus(corpus_file(TABLE, title="subject", id="key", date="when", group="kind", text="body")).documents[0]
    assert (document.id, document.title, document.date, document.group) == ("k1", "Subject of 1", "2024-01-02", "b")
    assert document.text == "Some words of text 1 here"
    assert document.fields == ("k1", "Subject of 1", "  Some words of text 1 here ", "2024-01-02", "b", "e1")


def test_that_roles_are_guessed_as_the_preview_shows_them(corpus_file):
    document = read_corpus(corpus_file(TABLE)).documents[0]
    assert (document.id, document.title, document.date, document.group) == ("k1", "Subject of 1", "2024-01-02", "b")


def test_that_empty_texts_are_kept_and_counted(corpus_file):
    corpus = read_corpus(corpus_file('id,text\n1,some words here\n2,\n3,"   "\n4,\u00a0\n5,more words here\n'))
    assert corpus.texts == ["some words here", "", "", "", "more words here"]
    assert corpus.dropped == {"empty text": 3}


def test_that_nothing_is_dropped_where_nothing_is(corpus_file):
    assert read_corpus(corpus_file(TABLE)).dropped == {}


def test_that_a_blank_id_is_the_row_number(corpus_file):
    corpus = read_corpus(corpus_file("id,text\na,some words here\n,more words here\n", id="id"))
    assert [document.id for document in corpus.documents] == ["a", "2"]


def test_that_a_guessed_id_that_repeats_later_gives_way_to_row_numbers(corpus_file):
    rows = "".join(f"{i},these are the words of text {i}\n" for i in range(1500)) + "7,last words here\n"
    corpus = read_corpus(corpus_file("id,text\n" + rows))
    assert [document.id for document in corpus.documents[:2]] == ["1", "2"]
    assert len({document.id for document in corpus.documents}) == 1501


def test_that_a_named_id_is_kept_even_where_it_repeats(corpus_file):
    corpus = read_corpus(corpus_file("no,text\n7,some words here\n7,more words here\n", id="no"))
    assert [document.id for document in corpus.documents] == ["7", "7"]


def test_that_a_column_that_is_not_there_is_answered_with_those_that_are(corpus_file):
    with pytest.raises(InputError, match="no column 'bdoy' for the text; the columns are key, subject, body, when, kind, extra"):
        read_corpus(corpus_file(TABLE, text="bdoy"))


def test_that_letter_case_of_a_column_may_differ(corpus_file):
    assert read_corpus(corpus_file(TABLE, text="Body ")).texts[0] == "Some words of text 1 here"


def test_that_a_table_without_texts_asks_for_the_column(corpus_file):
    with pytest.raises(InputError, match=r"no column looks like texts; name it with --text\. The columns are a, b"):
        read_corpus(corpus_file("a,b\n1,2\n3,4\n"))


def test_that_an_empty_role_means_none(corpus_file):
    assert read_corpus(corpus_file(TABLE, title="")).documents[0].title is None


def test_that_a_sample_is_drawn_with_a_fixed_seed_and_kept_in_order(corpus_file):
    source = corpus_file(TABLE)
    corpus = read_corpus(replace(source, sample=10))
    chosen = np.sort(np.random.default_rng(42).choice(50, size=10, replace=False))
    assert [document.id for document in corpus.documents] == [f"k{i + 1}" for i in chosen]
    assert read_corpus(replace(source, sample=10)).fingerprint == corpus.fingerprint
    assert read_corpus(replace(source, sample=50)).fingerprint == read_corpus(source).fingerprint


def test_that_a_sample_counts_its_own_empty_texts_and_numbers_rows_of_the_file(corpus_file):
    source = corpus_file("title,text\n" + "a,\nshort\n" * 30, text="text")
    corpus = read_corpus(replace(source, sample=5))
    assert (corpus.dropped, len(corpus.unreadable)) == ({"empty text": 5}, 30)
    assert all(int(document.id) % 2 == 1 for document in corpus.documents)


@pytest.mark.parametrize("sample", [0, -3])
def test_that_a_sample_of_nothing_is_refused(corpus_file, sample):
    with pytest.raises(InputError, match="at least 1"):
        read_corpus(replace(corpus_file(TABLE), sample=sample))


def test_that_progress_is_told_and_ends_with_all(corpus_file):
    told = []
    read_corpus(corpus_file(TABLE), Progress(lambda done, total: told.append((done, total))))
    assert told[-1] == (len(TABLE), len(TABLE))
    assert all(0 <= done <= total for done, total in told)


@pytest.mark.parametrize("sample", [None, 5])
def test_that_reading_can_be_cancelled(corpus_file, sample):
    with pytest.raises(Cancelled):
        read_corpus(replace(corpus_file(TABLE), sample=sample), Progress(is_cancelled=lambda: True))


def test_that_columns_of_one_name_are_told_apart(corpus_file):
    corpus = read_corpus(corpus_file("text,text,\nsome words here,more words there,x\nother words here,last words there,y\n"))
    assert corpus.fields == ("text", "text (2)", "column 3")


CORPORA = {  # rows, as CATALOG.md has them
    "ag_news_test.csv.gz": 7600, "octis_dblp.csv.gz": 54_595, "trump_tweets.csv.gz": 20_761, "20newsgroups.csv.gz": 18_846, "arxiv_ml_lg_stat.csv.gz": 37_868,
    "sotu_speeches.csv.gz": 233, "sotu_chunks.csv.gz": 18_352, "sib200_36langs.csv.gz": 36_144, "xquad_paragraphs_12langs.csv.gz": 2880,
    "chinese_tnews_headlines.csv.gz": 4293, "arxiv_ai_ml_full.parquet": 131_097,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("name", "n_rows"), CORPORA.items())
def test_that_documents_in_are_documents_out_on_real_corpora(shared_folder, name, n_rows):
    corpus = read_corpus(CorpusSource(str(shared_folder / "data" / name)))
    assert (len(corpus.documents), corpus.unreadable, corpus.mended) == (n_rows, (), ())
    assert len({document.id for document in corpus.documents}) == n_rows
    assert len(corpus.with_text) + corpus.dropped.get("empty text", 0) == n_rows
