"""Batches that did not fit into the memory are recorded with their block, also for a run that finds the block again."""

from types import SimpleNamespace

from topicdesk.engine.embed_texts import _note_smaller_batches, _smallest_batch
from topicdesk.stages.embedding_numerics import EmbeddingNumerics

PLANNED = EmbeddingNumerics("float16", "cuda", 0, batch_tokens=32_768)


def run_with(batch_tokens, kept, said):
    workshop = SimpleNamespace(embedding_model=lambda file, numerics: SimpleNamespace(batch_tokens=batch_tokens))
    return SimpleNamespace(workshop=workshop, keep=kept.__setitem__, cached_values=kept.get, emit=said.append, smallest_batch=None)


def test_that_a_block_that_needed_smaller_batches_is_said_once_and_found_again():
    kept, said = {}, []
    run = run_with(8192, kept, said)
    for key in ("first", "second"):
        _note_smaller_batches(run, key, None, PLANNED)
    assert [notice.code for notice in said] == ["batches-halved"]
    assert said[0].text == "The graphics card's memory was too small for 32,768 tokens at once; 8,192 fit."
    plan = SimpleNamespace(keys=("zeroth", "first", "second"))
    assert _smallest_batch(run_with(32_768, kept, []), plan) == {"n_batch_tokens": 8192}


def test_that_nothing_is_recorded_where_all_fits():
    kept, said = {}, []
    run = run_with(32_768, kept, said)
    _note_smaller_batches(run, "first", None, PLANNED)
    assert (kept, said) == ({}, [])
    assert _smallest_batch(run, SimpleNamespace(keys=("first",))) == {}
