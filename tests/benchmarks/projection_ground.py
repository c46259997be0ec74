"""What the projection's benchmarks work on: embeddings of real abstracts, kept once made, and more of them synthesised where a benchmark asks for more."""

from __future__ import annotations

import csv
import gzip
import random
import time
from pathlib import Path

import numpy as np

from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.stages.embedding import EmbeddingModel, numerics_of_machine

REPOSITORY = Path(__file__).parents[2]
CACHE = REPOSITORY / ".cache" / "projection"
ARXIV = REPOSITORY.parent / "shared" / "data" / "arxiv_ml_lg_stat.csv.gz"
MODEL = REPOSITORY / "models" / "all-MiniLM-L6-v2"
N_CHARACTERS = 240
BLOCK = 1024
MOST = 20_000
NOISE = 0.4  # the length of what is added to a vector of length 1: neighbours of abstracts are farther apart than that


def real_embeddings(n_documents: int) -> tuple[FloatArray, list[str]]:
    """Unit vectors of the beginnings of abstracts (title and 240 characters), and the class of each.

    Whole abstracts would take 25 minutes for 20,000 on two cores without bfloat16; these are as real, and take a few.
    Blocks are kept, so that a run that is cut short goes on.

    Raises
    ------
    SystemExit
        Where the corpus is not beside the repository.
    """
    if not ARXIV.is_file():
        raise SystemExit(f"{ARXIV.name} is not beside the repository (shared/data/): nothing to measure with.")
    csv.field_size_limit(2**31 - 1)
    with gzip.open(ARXIV, "rt", encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["abstract"].strip()]
    drawn = random.Random(7).sample(range(len(rows)), min(MOST, len(rows)))
    n_documents = min(n_documents, len(drawn))
    texts = [f"{rows[i]['title']}. {rows[i]['abstract'][:N_CHARACTERS]}" for i in drawn]
    CACHE.mkdir(parents=True, exist_ok=True)
    model: EmbeddingModel | None = None
    blocks, started = [], time.perf_counter()
    for start in range(0, n_documents, BLOCK):
        path = CACHE / f"beginnings-{start}.npy"
        if not path.is_file():
            model = model or EmbeddingModel(MODEL, numerics_of_machine("cpu"))
            with path.with_suffix(".part").open("wb") as stream:
                np.save(stream, model.embed(texts[start : start + BLOCK]))
            path.with_suffix(".part").replace(path)
            print(f"embedded {start + BLOCK:,} of {n_documents:,} beginnings of abstracts, {time.perf_counter() - started:.0f} s", flush=True)
        blocks.append(np.load(path))
    return np.concatenate(blocks)[:n_documents], [rows[i]["primary_category"] for i in drawn[:n_documents]]


def synthesised(vectors: FloatArray, n_documents: int, seed: int = 0) -> tuple[FloatArray, IntArray]:
    """`n_documents` unit vectors: the real ones first, then points between a drawn one and one of its nearest neighbours, with noise.

    Returns
    -------
    vectors : float32 of shape (n_documents, n_dimensions)
    origin : int64 of shape (n_documents,)
        Which real one each was made of.
    """
    drawing = np.random.default_rng(seed)
    n_real, width = vectors.shape
    n_more = max(0, n_documents - n_real)
    drawn = drawing.integers(n_real, size=n_more)
    made = np.empty((n_more, width), dtype=np.float32)
    for start in range(0, n_more, 2048):
        rows = drawn[start : start + 2048]
        near = np.argpartition(-(vectors[rows] @ vectors.T), 10, axis=1)[:, :10]
        other = near[np.arange(len(rows)), drawing.integers(10, size=len(rows))]
        share = drawing.uniform(0.2, 0.8, size=(len(rows), 1)).astype(np.float32)
        noise = drawing.normal(scale=NOISE / np.sqrt(width), size=(len(rows), width)).astype(np.float32)
        made[start : start + 2048] = vectors[rows] * share + vectors[other] * (1 - share) + noise
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return np.concatenate([vectors, made])[:n_documents], np.concatenate([np.arange(n_real), drawn])[:n_documents]
