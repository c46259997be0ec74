"""References of RIS and BibTeX: title and abstract are the text, and a broken entry costs itself alone."""

import gzip

import pytest

from topicdesk.importing import literature_tables
from topicdesk.importing.preview import preview_corpus
from topicdesk.importing.read_corpus import read_corpus

RIS = """TY  - JOUR
AU  - Smith, A.
AU  - Jones, B.
TI  - A study of lamps
PY  - 2019
JO  - Journal of Light
AB  - We study lamps and their light.
KW  - lamps
KW  - light
DO  - 10.1/abc
ER  -

TY  - CONF
TI  - Chairs, and how they stand
ER  -
"""
BIBTEX = """% an export
@string{jl = "Journal of Light"}
@comment{ignored}
@article{smith2019,
  title = {A {S}tudy of Caf{\\'e} Lamps}, author = {Smith, A. and Jones, B.}, year = 2019, journal = {Journal of Light},
  abstract = {We study lamps,
     and their light.}}
@article{broken, title={never closed
@misc{last, title="The last of them", abstract = "Chairs stand."}
"""


def test_that_references_of_ris_are_rows(corpus_file):
    corpus = read_corpus(corpus_file(RIS, "a.ris"))
    first, second = corpus.documents
    assert (first.title, first.text, first.date) == ("A study of lamps", "A study of lamps\nWe study lamps and their light.", "2019")
    own = dict(zip(corpus.fields, first.fields))
    assert (own["authors"], own["journal"], own["keywords"], own["doi"]) == ("Smith, A.; Jones, B.", "Journal of Light", "lamps; light", "10.1/abc")
    assert second.text == "Chairs, and how they stand"


PREFACE = 'Provider: A Database https://www.example.org\nDatabase: A Database\nContent: text/plain; charset="UTF-8"\n\n\n'


@pytest.mark.parametrize("written", [PREFACE + RIS, RIS.replace("  -", " -"), "\ufeff\r\n" + RIS.replace("\n", "\r\n"), RIS.replace("TY  -", "  TY  -")])
@pytest.mark.parametrize("name", ["a.ris", "a.txt"])
def test_that_ris_is_read_as_databases_export_it(corpus_file, written, name):
    corpus = read_corpus(corpus_file(written, name))
    assert corpus.texts == ["A study of lamps\nWe study lamps and their light.", "Chairs, and how they stand"]
    assert corpus.documents[0].fields[corpus.fields.index("type")] == "JOUR"


def test_that_a_ris_file_is_known_by_its_name_whatever_stands_above(corpus_file):
    source = corpus_file(gzip.compress(f"An export of yesterday, 2 hits\n\n{RIS}".encode()), "a.ris.gz")
    assert (preview_corpus(source).format, preview_corpus(source).n_rows) == ("ris.gz", 2)


def test_that_dates_of_ris_are_dates_without_their_empty_ends(corpus_file):
    dates = ["2020/05/01/", "2019///", "2018/07//Summer", "2017", "2016/01/02"]
    written = "\n".join(f"TY  - JOUR\nTI  - The title of {i}\nPY  - {date}\nER  - \n" for i, date in enumerate(dates))
    corpus = read_corpus(corpus_file(written, "a.ris"))
    assert [document.date for document in corpus.documents] == ["2020/05/01", "2019", "2018/07", "2017", "2016/01/02"]


def test_that_entries_of_bibtex_are_rows_and_a_broken_one_is_listed(corpus_file):
    source = corpus_file(BIBTEX, "a.bib")
    corpus = read_corpus(source)
    assert [document.id for document in corpus.documents] == ["smith2019", "last"]
    assert corpus.documents[0].text == "A Study of Café Lamps\nWe study lamps, and their light."
    assert [number for number, _ in corpus.unreadable] == [2]
    assert preview_corpus(source).format == "bibtex"


def test_that_a_preview_ends_with_its_time_and_not_with_the_entries(corpus_file, monkeypatch):
    parsed = []
    parse = literature_tables._parse_bibtex
    monkeypatch.setattr(literature_tables, "_parse_bibtex", lambda entry: parsed.append(entry) or parse(entry))
    source = corpus_file("\n".join(f"@misc{{k{i}, title = {{The title of {i}}}, abstract = {{Some words of {i}.}}}}" for i in range(300)), "a.bib")
    preview = preview_corpus(source, budget_seconds=0)
    assert (preview.n_rows, len(preview.rows)) == (None, 20)
    assert len(parsed) < 100


def test_that_an_at_sign_alone_makes_no_bibtex(corpus_file):
    assert preview_corpus(corpus_file("text\n@someone said some words\n@another {one} said more\n", "a.csv")).format == "csv"
