"""The stage "embed": each distinct text of a corpus becomes a vector, block by block from the project's cache or from the model."""

from __future__ import annotations

import numpy as np

from topicdesk.core import events
from topicdesk.core.arrays import FloatArray
from topicdesk.core.corpus import Corpus
from topicdesk.core.model_files import FoundModel, sha256_of
from topicdesk.core.progress import Progress
from topicdesk.engine.embedding_plan import Embedder, Plan, plan_key, plan_of, stored_form, usual_plan
from topicdesk.engine.run import Run
from topicdesk.project.cache import cache_key
from topicdesk.stages import embedding


def embed_texts(run: Run, corpus: Corpus, model_file: FoundModel, numerics: embedding.EmbeddingNumerics) -> FloatArray:
    """float32 of shape (n_documents, n_dimensions): unit rows, zeros for documents without text."""
    distinct, index_of = embedding.distinct_texts(list(filter(None, corpus.texts)))
    with run.doing("embed", len(distinct), "documents") as progress:
        run.workshop.wait_until_warm()  # inside a stage, so that the wait is seen
        plan = _plan(run, distinct, Embedder(sha256_of(model_file.path), numerics, run.workshop.versions))
        blocks, n_done, n_from_cache = [], 0, 0

        def within_block(start: int, n_cached: int) -> Progress:
            return Progress(lambda done, _: run.emit(events.StageProgress("embed", start + done, len(distinct), n_cached)), run.is_cancelled)

        for number, key in enumerate(plan.keys):
            progress.check()
            texts = [distinct[text] for text in plan.members(number)]
            block = run.cached_array(key)
            if block is None:
                run.workshop.layouts.warm_up()
                block = run.workshop.embedding_model(model_file, numerics).embed(texts, within_block(n_done, n_from_cache))
                run.keep(key, block)
                _note_smaller_batches(run, key, model_file, numerics)
            else:
                n_from_cache += len(texts)
            n_done += len(texts)
            run.partly = f"{n_done:,} of {len(distinct):,} embedded texts"
            run.emit(events.StageProgress("embed", n_done, len(distinct), n_from_cache))
            blocks.append(block)
        if n_from_cache == len(distinct):
            run.reused()
        run.keys["embed"] = plan.key
        run.reading = _reading(run, corpus, model_file, numerics) | _smallest_batch(run, plan)
        vectors = np.zeros((len(corpus.documents), blocks[0].shape[1] if blocks else 1), dtype=np.float32)
        if blocks:
            vectors[corpus.with_text] = np.concatenate(blocks)[plan.places][index_of]
        return vectors


def _note_smaller_batches(run: Run, key: str, model_file: FoundModel, numerics: embedding.EmbeddingNumerics) -> None:
    """Keep beside a block that its batches were halved for lack of memory, and say so once: last digits may differ from those of an undisturbed run."""
    n_tokens = run.workshop.embedding_model(model_file, numerics).batch_tokens
    if n_tokens < numerics.batch_tokens:
        run.keep(_batch_key(key), n_tokens)
        if run.smallest_batch != n_tokens:
            what = "graphics card's memory" if numerics.device == "cuda" else "memory"
            run.emit(events.Notice("batches-halved", f"The {what} was too small for {numerics.batch_tokens:,} tokens at once; {n_tokens:,} fit."))
        run.smallest_batch = n_tokens


def _smallest_batch(run: Run, plan: Plan) -> dict[str, int]:
    """For run.json: the fewest tokens at once that any block was embedded with, where batches had to be halved."""
    found = [n_tokens for key in plan.keys if (n_tokens := run.cached_values(_batch_key(key))) is not None]
    return {"n_batch_tokens": min(found)} if found else {}


def _batch_key(block_key: str) -> str:
    return cache_key("batch", 1, block=block_key)


def _plan(run: Run, distinct: list[str], embedder: Embedder) -> Plan:
    """The plan of an update; where one of its earlier blocks is gone, or all is to be made afresh, the usual one takes its place for good."""
    fingerprint = run.project.fingerprint or ""
    plan = plan_of(run.project.artifacts, fingerprint, distinct, embedder)
    if not plan.n_earlier or (not run.request.fresh and all(run.cached_array(key) is not None for key in plan.keys[: plan.n_earlier])):
        return plan
    usual = usual_plan(distinct, embedder)
    for block, value in stored_form(usual):
        run.keep(plan_key(fingerprint, embedder), value, block)
    return usual


def _reading(run: Run, corpus: Corpus, model_file: FoundModel, numerics: embedding.EmbeddingNumerics) -> dict[str, int]:
    """What of the texts the model reads, counted once."""
    key = cache_key("reading", 1, corpus=run.project.fingerprint, embeddings=run.keys["embed"])
    stored: dict[str, int] | None = run.cached_values(key)
    if stored is None:
        model = run.workshop.embedding_model(model_file, numerics)
        stored = {"n_cut": model.count_cut(corpus.texts, Progress(is_cancelled=run.is_cancelled)), "n_max_tokens": model.n_max_tokens}
        run.keep(key, stored)
    return stored
