"""Our embedding against `SentenceTransformer.encode` as it comes, same texts, model, device and precision (`make bench PART=embed`).

Both run in turns in this process, twice; the better of each counts. On a processor with bfloat16 instructions encode is also run in its
default of 32 bits, which is what a user would have. The device's peak is what a large product of matrices reaches there now.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from projection_ground import ARXIV, MODEL

from topicdesk.stages.embedding import EmbeddingModel
from topicdesk.stages.embedding_numerics import EmbeddingNumerics, numerics_of_machine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=256, help="one block of the processor; take 4096 on a card")
    options = parser.parse_args()
    texts, numerics = abstracts(options.texts), numerics_of_machine("auto")
    ours = EmbeddingModel(MODEL, numerics)
    n_tokens = sum(min(n, ours.n_max_tokens) for n in ours._token_counts(texts))
    print(f"{len(texts)} abstracts, {n_tokens:,} tokens, {numerics.device}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    sides: dict[str, Callable[[], Any]] = {f"ours, {numerics.precision}": lambda: ours.embed(texts)}
    for precision in dict.fromkeys((numerics.precision, "float32")):
        sides[f"encode, {precision}"] = encoder(numerics, precision, texts)
    rounds = [{name: timed(side) for name, side in sides.items()} for _ in range(2)]
    seconds, processor = ({name: min(taken[name][i] for taken in rounds) for name in sides} for i in (0, 1))
    work, peak = 2 * n_parameters(ours) * n_tokens, peak_of(numerics)
    print(f"\n{'':22}{'seconds':>9}{'tokens/s':>10}{'ours is':>10}{'core seconds':>14}")
    own = seconds[f"ours, {numerics.precision}"]
    for name, taken in seconds.items():
        print(f"{name:22}{taken:9.2f}{n_tokens / taken:10,.0f}{taken / own:9.2f}x{processor[name]:14.1f}")
    print(
        f"\nours multiplies {work / own / 1e9:,.0f} GFLOP/s by the weights alone, {work / own / peak:.0%} of the {peak / 1e9:,.0f} that a product reaches here"
    )


def abstracts(n_texts: int) -> list[str]:
    if not ARXIV.is_file():
        raise SystemExit(f"{ARXIV.name} is not beside the repository (shared/data/): nothing to measure with.")
    with gzip.open(ARXIV, "rt", encoding="utf-8", newline="") as stream:
        return [row["abstract"] for _, row in zip(range(n_texts), csv.DictReader(stream))]


def encoder(numerics: EmbeddingNumerics, precision: str, texts: list[str]) -> Callable[[], Any]:
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(MODEL), device=numerics.device, local_files_only=True, model_kwargs={"dtype": getattr(torch, precision)})
    return lambda: model.encode(texts, show_progress_bar=False)


def timed(side: Callable[[], Any]) -> tuple[float, float]:
    """Seconds by the clock, and of this process on all cores: the latter tell more beside other programs."""
    started, computed = time.perf_counter(), time.process_time()
    side()
    return time.perf_counter() - started, time.process_time() - computed


def n_parameters(model: EmbeddingModel) -> int:
    """Weights that each token is multiplied by: all but the table of words."""
    return sum(weight.numel() for name, weight in model._model.named_parameters() if "embeddings" not in name)


def peak_of(numerics: EmbeddingNumerics) -> float:
    """Operations a second in a product of matrices of this precision on this device, the best of five."""
    import torch

    size = 8192 if numerics.device == "cuda" else 2048
    matrix = torch.randn(size, size, device=numerics.device, dtype=getattr(torch, numerics.precision))

    def multiply() -> None:
        (matrix @ matrix)[0, 0].item()  # waits for a card

    multiply()
    return float(2 * size**3 / np.min([timed(multiply)[0] for _ in range(5)]))


if __name__ == "__main__":
    main()
