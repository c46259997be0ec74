"""What a newer file brings to a corpus, by ids and by texts."""

from hypothesis import given
from hypothesis import strategies as st

from topicdesk.core.corpus import Corpus, Document, Spans
from topicdesk.core.corpus_change import compare
from topicdesk.core.passages import in_passages


def with_ids(*rows):
    """A corpus with a column of ids: (id, text) or (id, text, note)."""
    documents = [Document(id or str(number + 1), text, fields=(id, text, *note)) for number, (id, text, *note) in enumerate(rows)]
    return Corpus(tuple(documents), ("id", "text", *["note"] * (len(documents[0].fields) - 2)))


def without_ids(*texts):
    return Corpus(tuple(Document(str(number + 1), text, fields=(text,)) for number, text in enumerate(texts)), ("text",))


def counts(change):
    return change.n_new, change.n_changed, change.n_gone, change.n_same


def test_that_ids_tell_new_changed_gone_and_same_wherever_they_stand():
    before = with_ids(("a", "one"), ("b", "two"), ("c", "three"))
    after = with_ids(("d", "four"), ("c", "three"), ("a", "ONE"))
    change = compare(before, after)
    assert change.by_id
    assert counts(change) == (1, 1, 1, 1)
    assert change.row_of.tolist() == [2, -1, 1]
    assert change.kept_row_of.tolist() == [-1, -1, 1]
    assert set(range(change.n_after)) - set(change.row_of.tolist()) == {0}


def test_that_texts_tell_where_there_are_no_ids_so_that_a_row_above_changes_nothing():
    change = compare(without_ids("one", "two", "three"), without_ids("nought", "one", "two!", "three"))
    assert not change.by_id
    assert counts(change) == (2, 0, 1, 2)
    assert change.row_of.tolist() == [1, -1, 3]


def test_that_repeated_texts_are_paired_in_their_order():
    change = compare(without_ids("x", "y", "x", "x"), without_ids("x", "x", "z"))
    assert change.row_of.tolist() == [0, -1, 1, -1]


def test_that_ids_which_are_there_twice_do_not_decide():
    before = with_ids(("a", "one"), ("a", "two"))
    change = compare(before, with_ids(("a", "two"), ("a", "three")))
    assert not change.by_id
    assert change.row_of.tolist() == [-1, 0]


def test_that_a_row_without_an_id_is_told_by_its_text():
    before = with_ids(("a", "one"), ("", "two"), ("c", "three"), ("d", "four"))
    after = with_ids(("", "two"), ("a", "one"), ("c", "drei"), ("d", "four"))
    assert compare(before, after).row_of.tolist() == [1, 0, 2, 3]


def test_that_other_cells_are_counted_and_change_no_text():
    change = compare(with_ids(("a", "one", "x"), ("b", "two", "y")), with_ids(("a", "one", "x"), ("b", "two", "Y")))
    assert counts(change) == (0, 0, 0, 2)
    assert change.n_amended == 1


@given(st.lists(st.text("ab", max_size=2), max_size=12), st.lists(st.text("ab", max_size=2), max_size=12))
def test_that_every_document_of_both_corpora_is_accounted_for(before, after):
    change = compare(without_ids(*before), without_ids(*after))
    assert change.n_new + change.n_changed + change.n_same == len(after)
    assert change.n_gone + change.n_changed + change.n_same == len(before)
    there = change.row_of[change.row_of >= 0].tolist()
    assert len(set(there)) == len(there)
    assert all(before[row] == after[new] for row, new in enumerate(change.row_of.tolist()) if new >= 0)


@given(st.permutations(list("abcdef")))
def test_that_another_order_is_no_change(order):
    texts = {name: f"text {name}" for name in "abcdef"}
    change = compare(with_ids(*texts.items()), with_ids(*((name, texts[name]) for name in order)))
    assert counts(change) == (0, 0, 0, 6)
    assert [order[row] for row in change.row_of.tolist()] == list("abcdef")


def passages_of(*rows):
    """(id, text) cut at full stops."""
    spans = []
    for place, (_, text) in enumerate(rows):
        start = 0
        for part in text.split("."):
            spans.append((place, start, start + len(part), ""))
            start += len(part) + 1
    return in_passages(with_ids(*rows), Spans.from_rows(spans))


def test_that_passages_are_told_by_their_document_and_their_text_and_documents_are_counted():
    before = passages_of(("a", "one.two.two"), ("b", "three.four"), ("c", "five"))
    after = passages_of(("new", "two"), ("b", "three.four"), ("a", "one.2.two"))
    change = compare(before, after)
    assert counts(change) == (1, 1, 1, 1)
    assert change.gone == ("c",)
    assert [passage.text for passage in after.documents] == ["two", "three", "four", "one", "2", "two"]
    assert change.row_of.tolist() == [3, 5, -1, 1, 2, -1]
    assert change.n_after == 6


def test_that_a_corpus_that_is_cut_into_passages_only_now_keeps_no_place():
    change = compare(with_ids(("a", "one.two")), passages_of(("a", "one.two")))
    assert change.row_of.tolist() == [-1]
    assert counts(change) == (0, 0, 0, 1)
