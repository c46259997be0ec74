"""Passages and their documents: ids, profiles, what stands for a document, tables."""

from dataclasses import replace

import numpy as np
import pytest

from tests.core.test_edited_analysis import FOUND
from topicdesk.core.analysis import TopicAssignment
from topicdesk.core.corpus import Corpus, Document, Spans
from topicdesk.core.edited_analysis import apply_edits
from topicdesk.core.methods import methods_text
from topicdesk.core.passage_tables import further_tables
from topicdesk.core.passages import by_row, in_passages, own_lengths, position_in, profiles_of, standing_for
from topicdesk.core.tables import document_table, topic_table
from topicdesk.core.text_making import TextMaking

TEXT = "0123456789" * 3
WHOLES = (Document("d0", TEXT, "First", fields=("north",)), Document("d1", ""), Document("d2", TEXT), Document("d3", TEXT))
#         of document 0: topic 1 twice, topic 0 once; of document 2: none; of document 3: a tie between 0 and 1
SPANS = Spans.from_rows([(0, 0, 10, "A"), (0, 8, 20, "B"), (0, 20, 30, "A"), (2, 0, 10, ""), (2, 10, 30, ""), (3, 0, 10, ""), (3, 10, 20, "")])
CORPUS = in_passages(Corpus(WHOLES, ("site",), {"empty text": 1}), SPANS)
ASSIGNMENT = TopicAssignment(np.array([1, 0, 1, -1, -1, 1, 0]), np.array([0.5, 1, 0.9, 0, 0, 0.2, 0.3], dtype=np.float32))
TOPICS = tuple(replace(topic, exemplars=()) for topic in FOUND.topics)
ANALYSIS = replace(FOUND, assignment=ASSIGNMENT, positions=np.arange(14, dtype=np.float32).reshape(7, 2), topics=TOPICS)


def test_that_a_passage_names_its_document():
    assert [passage.id for passage in CORPUS.documents] == ["d0:1", "d0:2", "d0:3", "d2:1", "d2:2", "d3:1", "d3:2"]
    assert [passage.title for passage in CORPUS.documents[1:4]] == ["First · 2/3 · B", "First · 3/3 · A", "d2 · 1/2"]
    assert CORPUS.documents[1].text == TEXT[8:20] and CORPUS.documents[1].fields == ("north",)
    assert position_in(CORPUS, 4) == (WHOLES[2], 2) and position_in(Corpus(WHOLES), 0) is None


def test_that_what_two_passages_share_counts_once():
    assert own_lengths(SPANS).tolist() == [10, 10, 10, 10, 20, 10, 10]


def test_that_a_profile_is_by_length_and_makes_one_for_each_document():
    profiles = profiles_of(SPANS, ASSIGNMENT.topic_of)
    assert profiles.of_document(0) == [(1, pytest.approx(2 / 3), 2), (0, pytest.approx(1 / 3), 1)]
    assert profiles.of_document(1) == []
    assert profiles.of_document(2) == [(-1, 1.0, 2)]
    assert profiles.of_document(3) == [(0, 0.5, 1), (1, 0.5, 1)]


def test_that_the_firmest_passage_of_the_main_topic_stands_for_a_document():
    assert standing_for(SPANS, ASSIGNMENT, 4).tolist() == [2, -1, 4, 6]


def test_that_nothing_stands_for_documents_without_passages():
    nothing = Spans.from_rows([])
    assert standing_for(nothing, TopicAssignment(np.array([], dtype=np.int64), np.array([], dtype=np.float32)), 2).tolist() == [-1, -1]
    assert profiles_of(nothing, np.array([], dtype=np.int64)).of_document(0) == []


def test_that_the_table_of_documents_has_a_row_for_each_row_of_the_file():
    table = document_table(ANALYSIS, CORPUS)
    rows = list(table.rows)
    assert (table.n_rows, [row[0] for row in rows], [row[2] for row in rows]) == (4, ["d0", "d1", "d2", "d3"], [1, -1, -1, 0])
    assert rows[0][1] == "First" and rows[0][4:7] == (pytest.approx(0.9), 4.0, 5.0)
    assert np.isnan(rows[1][5]) and rows[2][5] == 8.0


def test_that_passages_and_profiles_have_tables_of_their_own():
    tables = further_tables(ANALYSIS, CORPUS)
    passages, profiles = (list(tables[name].rows) for name in ("passages", "profiles"))
    assert passages[1][:5] == ("d0:2", "d0", 2, "B", 0) and passages[1][-1] == TEXT[8:20]
    assert [row[:2] for row in profiles] == [("d0", 1), ("d0", 0), ("d2", -1), ("d3", 0), ("d3", 1)]
    assert all(len(row) == len(table.names) == len(table.kinds) for table, rows in zip(tables.values(), (passages, profiles)) for row in rows)
    assert further_tables(ANALYSIS, Corpus(WHOLES)) == {}


def test_that_exemplars_are_named_by_passage():
    topics = (replace(FOUND.topics[0], exemplars=(1, 2)),)
    assert next(iter(topic_table(replace(ANALYSIS, topics=topics), CORPUS).rows))[-1] == "d0:2, d0:3"


def test_that_whole_documents_keep_their_own_topic_and_place():
    corpus = Corpus(tuple(Document(str(i), "text") for i in range(7)))
    assert by_row(ANALYSIS, corpus)[0] is ASSIGNMENT.topic_of


def test_that_another_cut_is_another_corpus():
    other = in_passages(Corpus(WHOLES, ("site",), {"empty text": 1}), Spans.from_rows(list(SPANS.rows())[:-1]))
    assert len({CORPUS.fingerprint, other.fingerprint, Corpus(WHOLES, ("site",)).fingerprint}) == 3


def test_that_the_methods_speak_of_passages():
    corpus = replace(CORPUS, making=TextMaking(split="speaker", n_tokens=254, n_passages=7))
    text = methods_text(ANALYSIS, corpus, apply_edits(ANALYSIS, ()).tally, ANALYSIS)
    assert "We analysed 7 passages of 3 texts (1 excluded: 1 empty text)." in text
    assert "Documents were split by speaker into 7 passages of at most 254 tokens." in text
    assert "2 passages (28.6 %) remained unassigned" in text and "moved 0 passages" in text
