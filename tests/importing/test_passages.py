"""Where documents are cut: turns, paragraphs, sentences, never beyond the limit, and nothing lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topicdesk.core.corpus import Corpus, Document
from topicdesk.core.errors import InputError
from topicdesk.core.text_making import SPLITS, TextMaking
from topicdesk.importing.passages import spans_of, split_documents
from topicdesk.importing.turns import turns_of

INTERVIEW = """Interview 3, 12 May

INT: How did you come to this work, and what did you expect?
ANNA: I was looking for something else at the time. It was an accident, really.
INT: Mhm.
ANNA: And then I stayed, because of the people who were there: good people.
Note: the phone rings
[00:12:10] INT: Thank you very much for your time today.
"""


def starts_of(text):
    """Each word and mark a token."""
    return [found.start() for found in re.finditer(r"\w+|[^\w\s]", text)]


def passages(text, split, n_tokens=20):
    return [(text[start:stop], speaker) for start, stop, speaker in spans_of(text, split, starts_of(text), n_tokens)]


def test_that_turns_are_told_by_names_that_come_again():
    assert passages(INTERVIEW, "speaker", 100) == [
        ("Interview 3, 12 May", ""),
        ("How did you come to this work, and what did you expect?", "INT"),
        ("I was looking for something else at the time. It was an accident, really.\nINT: Mhm.", "ANNA"),
        ("And then I stayed, because of the people who were there: good people.\nNote: the phone rings", "ANNA"),
        ("Thank you very much for your time today.", "INT"),
    ]


def test_that_an_interviewer_can_be_left_out_and_no_answer_goes_with_the_questions():
    text = INTERVIEW.replace("INT: Mhm.", "Int: Mhm, and then?\nANNA: Yes.")
    spans = spans_of(text, "speaker", starts_of(text), 100, frozenset({"int"}))
    assert [(text[start:stop], speaker) for start, stop, speaker in spans] == [
        ("Interview 3, 12 May", ""),
        ("I was looking for something else at the time. It was an accident, really.", "ANNA"),
        ("Yes.", "ANNA"),
        ("And then I stayed, because of the people who were there: good people.\nNote: the phone rings", "ANNA"),
    ]


def test_that_turns_left_out_are_counted_and_so_is_a_document_in_which_nobody_else_speaks():
    texts = (INTERVIEW, "INT: Are you there, or is it the line again?\nINT: Hello, can anybody hear me now?", "")
    corpus = Corpus(tuple(Document(str(number), text) for number, text in enumerate(texts)), dropped={"empty text": 1})
    split = split_documents(corpus, "speaker", lambda texts: [starts_of(text) for text in texts], 100, unheard=["int"])
    assert {passage.id.partition(":")[0] for passage in split.documents} == {"0"}
    assert not any("INT" in passage.title.split(" · ") for passage in split.documents)
    assert split.dropped == {"empty text": 1, "only speakers who are left out": 1}
    assert split.making.unheard == {"int": 5}
    assert split.making.in_words()[-1] == "left out was what was said by int (5 turns)"
    assert TextMaking.from_dict(split.making.to_dict()) == split.making


def test_that_a_speaker_whom_nobody_knows_is_refused_with_the_names_there_are():
    corpus = Corpus((Document("1", INTERVIEW),))
    with pytest.raises(InputError, match="--without-speaker Bob: nobody of that name speaks in these texts; those who do: INT, ANNA"):
        split_documents(corpus, "speaker", lambda texts: [starts_of(text) for text in texts], 100, unheard=["Bob"])


@pytest.mark.parametrize("text", ["Summary: one thing only.\nNothing else.", "a\nb\nc", "", "The following holds: a\nthe next holds: b"])
def test_that_a_text_without_turns_has_none(text):
    assert turns_of(text) == []


def test_that_a_document_without_turns_is_split_by_paragraph():
    assert passages("One two three four.\n\nFive six seven eight.", "speaker") == [("One two three four.", ""), ("Five six seven eight.", "")]


def test_that_a_long_turn_is_split_by_sentences_and_keeps_its_speaker():
    text = "A: " + "Some words that are said here. " * 6 + "\nB: Some more words are said here.\nA: And these words are the last."
    found = passages(text, "speaker")
    assert [speaker for _, speaker in found] == ["A"] * (len(found) - 2) + ["B", "A"]
    assert len(found) > 3


def test_that_a_heading_goes_with_its_paragraph_and_a_short_end_with_the_one_before():
    text = "Heading\n\nA paragraph of rather many words stands here.\n\nAnother paragraph of rather many words here.\n\nEnd."
    assert [passage for passage, _ in passages(text, "paragraph", 40)] == [
        "Heading\n\nA paragraph of rather many words stands here.", "Another paragraph of rather many words here.\n\nEnd.",
    ]  # fmt: skip


def test_that_lines_are_paragraphs_where_no_line_is_empty():
    assert len(passages("A line of some words here.\nAnother line of some words.\n", "paragraph")) == 2


def test_that_sentences_overlap_by_the_last_one_where_it_is_short():
    text = "One two three four five six. Short one here. Seven eight nine ten eleven twelve. Again one two three four five."
    assert [passage for passage, _ in passages(text, "sentences", 17)] == [
        "One two three four five six. Short one here.", "Short one here. Seven eight nine ten eleven twelve.", "Again one two three four five.",
    ]  # fmt: skip


def test_that_a_text_within_the_limit_stays_whole():
    assert passages("  One. Two. Three.\n", "sentences") == [("One. Two. Three.", "")]


def test_that_abbreviations_end_no_sentence():
    text = "We met Dr. Smith and J. Jones at ten. " + "Then many other words followed here. " * 3
    assert passages(text, "sentences", 14)[0][0] == "We met Dr. Smith and J. Jones at ten."


def test_that_chinese_sentences_are_found():
    text = "这是第一句话。这是第二句话！这是第三句话？"
    spans = spans_of(text, "sentences", list(range(len(text))), 8)
    assert [text[start:stop] for start, stop, _ in spans] == ["这是第一句话。", "这是第二句话！", "这是第三句话？"]


@given(st.text(alphabet="ab. \n:!AB。", max_size=120), st.sampled_from(list(SPLITS)), st.integers(1, 12))
def test_that_no_passage_is_too_long_and_none_out_of_order(text, split, n_tokens):
    starts = starts_of(text)
    spans = spans_of(text, split, starts, n_tokens)
    assert [start for start, _, _ in spans] == sorted(start for start, _, _ in spans)
    for start, stop, _ in spans:
        assert text[start:stop].strip() == text[start:stop] != ""
        assert sum(start <= place < stop for place in starts) <= n_tokens
    if split != "speaker":  # there names are left out
        covered = {place for start, stop, _ in spans for place in range(start, stop)}
        assert all(text[place].isspace() for place in range(len(text)) if place not in covered)


def test_that_a_corpus_keeps_its_documents_and_says_how_it_was_split():
    documents = (Document("a", "One two three. " * 5, "Title", fields=("x",)), Document("b", ""), Document("c", "Short."))
    corpus = split_documents(Corpus(documents, ("f",), {"empty text": 1}), "sentences", lambda texts: [starts_of(text) for text in texts], 8)
    assert [passage.id for passage in corpus.documents] == [f"a:{n}" for n in range(1, len(corpus.documents))] + ["c:1"]
    assert (corpus.rows, corpus.dropped) == (documents, {"empty text": 1})
    assert corpus.making == TextMaking(split="sentences", n_tokens=8, n_passages=len(corpus.documents))
    assert corpus.documents[0].title == f"Title · 1/{len(corpus.documents) - 1}" and corpus.documents[0].fields == ("x",)
