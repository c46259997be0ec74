"""Which documents a query finds, in which order, and how the model shows them without reading them all."""

import time

import numpy as np
import pytest

from tests.gui.fake_session import made_up
from topicdesk.core.corpus import Corpus, Document
from topicdesk.gui.document_models import (
    DOCUMENT,
    EXCERPT_ROLE,
    INDEX_ROLE,
    STRENGTH,
    DocumentQuery,
    DocumentsModel,
    excerpt_of,
    find_documents,
    one_line,
    title_of,
)


@pytest.fixture(scope="module")
def made():
    return made_up(300, 6)


def test_that_the_documents_model_keeps_qts_rules(qapp, qtmodeltester, made):
    corpus, analysis = made
    model = DocumentsModel()
    model.show(corpus, analysis.assignment, np.arange(50))
    qtmodeltester.check(model)


def test_that_a_topics_documents_come_strongest_first(made):
    corpus, analysis = made
    rows = find_documents(corpus, analysis.assignment, DocumentQuery(topic=2, by_strength=True))
    assert (analysis.assignment.topic_of[rows] == 2).all()
    assert (np.diff(analysis.assignment.strength[rows]) <= 0).all()
    turned = find_documents(corpus, analysis.assignment, DocumentQuery(topic=2, by_strength=True, is_reversed=True))
    assert turned.tolist() == rows.tolist()[::-1]


def test_that_words_are_found_in_title_and_text_whatever_their_case(made):
    corpus, analysis = made
    documents = list(corpus.documents)
    documents[7] = documents[7]._replace(title="Straße der 言語", text="nothing else")
    corpus = Corpus(tuple(documents))
    assert find_documents(corpus, analysis.assignment, DocumentQuery(words="STRASSE 言語 else")).tolist() == [7]


def test_that_a_selection_is_listed_whatever_its_topics(made):
    corpus, analysis = made
    assert find_documents(corpus, analysis.assignment, DocumentQuery(topic=1, chosen=(9, 4, 200))).tolist() == [4, 9, 200]


def test_that_a_stale_search_stops(made):
    corpus, analysis = made
    assert len(find_documents(corpus, analysis.assignment, DocumentQuery(words="we"), lambda: True)) == 0


def test_that_a_document_without_title_or_text_is_named_by_its_id():
    assert title_of(Document("d7", "")) == "d7"
    assert title_of(Document("d7", "The text\nbegins")) == "The text begins"
    assert excerpt_of(Document("d7", "short")) == ""


def test_that_without_a_title_the_excerpt_goes_on_with_a_whole_word():
    text = "word " * 23 + "internet-scale data follow"  # the title ends within "internet-scale"
    assert title_of(Document("d8", text)) == "word " * 23 + "inte…"
    assert excerpt_of(Document("d8", text)) == "internet-scale data follow"
    assert excerpt_of(Document("d9", "字" * 200)) == "字" * 81  # nothing is left out where no space tells words apart


def test_that_one_line_ends_in_an_ellipsis_only_where_it_goes_on():
    assert one_line("a b", 3) == "a b"
    assert one_line("abcdef", 4) == "abc…"


def test_that_rows_show_markup_as_plain_text(qapp):
    corpus = Corpus((Document("1", "<script>alert(1)</script>", "<b>$x$</b>"),))
    model = DocumentsModel()
    model.show(corpus, None, np.arange(1))
    assert model.index(0, DOCUMENT).data() == "<b>$x$</b>"
    assert model.index(0, DOCUMENT).data(EXCERPT_ROLE) == "<script>alert(1)</script>"
    assert model.index(0, DOCUMENT).data(INDEX_ROLE) == 0
    assert model.index(0, STRENGTH).data() is None


def test_that_a_million_rows_are_shown_without_reading_them(qapp):
    document = Document("1", "text", "title")
    corpus = Corpus((document,) * 1_000_000)
    model = DocumentsModel()
    began = time.perf_counter()
    model.show(corpus, None, np.arange(1_000_000))
    assert model.rowCount() == 1_000_000
    assert model.index(999_999, DOCUMENT).data() == "title"
    assert time.perf_counter() - began < 0.1
