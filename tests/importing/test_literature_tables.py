"""References of RIS and BibTeX: title and abstract are the text, and a broken entry costs itself alone."""

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
