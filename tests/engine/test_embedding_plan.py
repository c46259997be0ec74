"""Texts that are embedded already stay in their blocks when a corpus is updated; the others get blocks of their own."""

from hypothesis import given
from hypothesis import strategies as st

from topicdesk.engine.embedding_plan import Embedder, extended_plan, usual_plan
from topicdesk.stages.embedding import EmbeddingNumerics

VERSIONS = {"torch": "1", "transformers": "1", "sentence-transformers": "1"}
EMBEDDER = Embedder("a" * 64, EmbeddingNumerics("float32", "cpu", 1, block_size=3), VERSIONS)


def texts_by_block(plan, distinct):
    return [[distinct[text] for text in plan.members(number)] for number in range(len(plan.keys))]


def test_that_only_new_texts_get_new_blocks():
    known = list("abcdefgh")
    earlier = usual_plan(known, EMBEDDER)
    later = ["x", "b", "a", "y", "g", "h"]
    plan = extended_plan(earlier, known, later, EMBEDDER, lambda _: True)
    assert plan.keys[:2] == (earlier.keys[0], earlier.keys[2])  # of d, e and f nothing is left
    assert plan.keys[2:] == (EMBEDDER.block_key(["x", "y"]),)
    assert plan.n_earlier == 2
    assert texts_by_block(plan, later) == [["a", "b"], ["g", "h"], ["x", "y"]]
    assert plan.key != usual_plan(later, EMBEDDER).key


def test_that_blocks_which_are_not_in_the_cache_are_made_anew():
    known = list("abcdef")
    earlier = usual_plan(known, EMBEDDER)
    plan = extended_plan(earlier, known, known, EMBEDDER, lambda key: key == earlier.keys[1])
    assert texts_by_block(plan, known) == [["d", "e", "f"], ["a", "b", "c"]]


distinct_texts = st.lists(st.sampled_from("abcdefghijklmno"), unique=True, min_size=1)


@given(distinct_texts, distinct_texts, distinct_texts)
def test_that_after_any_updates_each_text_is_where_its_block_has_it(first, second, third):
    content = {}  # what a cache would hold: the texts of each block

    def note(plan, distinct):
        for number, (key, size) in enumerate(zip(plan.keys, plan.sizes, strict=True)):
            texts = texts_by_block(plan, distinct)[number]
            if number >= plan.n_earlier:
                assert len(texts) == size
                content[key] = texts

    plan, known = usual_plan(first, EMBEDDER), first
    note(plan, known)
    for later in (second, third):
        plan, known = extended_plan(plan, known, later, EMBEDDER, content.__contains__), later
        note(plan, known)
        laid_out = [text for key in plan.keys for text in content[key]]
        assert [laid_out[place] for place in plan.places.tolist()] == later
