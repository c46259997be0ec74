"""How seconds and memory of each stage grow with the corpus (`make bench PART=growth`): the real engine on 1,000, 10,000 and 100,000 abstracts.

Texts are real; embeddings are synthesised from real ones, because embedding 100,000 abstracts takes hours on two cores and grows
with their number in any case; terms get vectors by chance. The language model is left out: its work grows with the topics.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from process_watch import Course, watch
from projection_ground import CACHE, real_embeddings, synthesised

from topicdesk.core import events
from topicdesk.core.arrays import FloatArray
from topicdesk.core.progress import Progress
from topicdesk.core.requests import CorpusSource, RunRequest

REPOSITORY = Path(__file__).parents[2]
ABSTRACTS = REPOSITORY.parent / "shared" / "data" / "arxiv_ai_ml_full.parquet"
WORK = CACHE / "growth"
N_REAL = 2048
SIZES = (1_000, 10_000, 100_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--child", action="store_true", help="run the engine on the corpus of one size in this process")
    options = parser.parse_args()
    if options.child:
        run_engine(options.sizes[0])
        return
    WORK.mkdir(parents=True, exist_ok=True)
    courses = {}
    for size in options.sizes:
        make_ground(size)
        command = [sys.executable, __file__, str(size), "--child"]
        courses[size] = watch(command, WORK / f"{size}.log", lambda line: line.strip().removeprefix("mark ") if line.startswith("mark ") else None)
        print(f"{size:,} documents: {courses[size].seconds:.0f} s", flush=True)
    show(courses)


def make_ground(size: int) -> None:
    """A CSV of so many abstracts, and a vector for each."""
    from pyarrow import parquet

    vectors, _ = synthesised(real_embeddings(N_REAL)[0], size)
    np.save(WORK / f"{size}.npy", vectors)
    rows = parquet.read_table(ABSTRACTS, columns=["title", "abstract"]).slice(0, size).to_pylist()
    with (WORK / f"{size}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["title", "abstract"])
        writer.writeheader()
        writer.writerows(rows)


class MadeVectors:
    """Stands for the embedding model: texts of the corpus get the vectors that were made for them, any other text one by chance."""

    n_max_tokens = 256

    def __init__(self, vectors: FloatArray) -> None:
        self.batch_tokens = 1 << 30
        self._vectors = vectors

    def embed(self, texts: Sequence[str], progress: Progress = Progress()) -> FloatArray:  # noqa: B008
        progress(0, len(texts))
        return self._vectors[[zlib.crc32(text.encode()) % len(self._vectors) for text in texts]]

    def count_cut(self, texts: Sequence[str], progress: Progress = Progress()) -> int:  # noqa: B008
        return 0


def run_engine(size: int) -> None:
    """The pipeline as the engine runs it; marks of its stages and the summary on stdout."""
    from topicdesk.engine import workshop
    from topicdesk.engine.pipeline import run_pipeline

    vectors = np.load(WORK / f"{size}.npy")
    workshop.EmbeddingModel = lambda folder, numerics: MadeVectors(vectors)  # type: ignore[assignment,misc,return-value]
    folder = WORK / f"out-{size}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    source = CorpusSource(str(WORK / f"{size}.csv"), text="abstract", title="title")
    request = RunRequest(str(folder / "project.topicdesk"), source, str(folder), device="cpu", with_labels=False)

    def say(event: events.Event) -> None:
        if isinstance(event, events.StageStarted | events.StageFinished):
            print(f"mark {'-' if isinstance(event, events.StageFinished) else ''}{event.stage}", flush=True)

    shop = workshop.Workshop()
    shop.warm_up()
    finished = run_pipeline(request, shop, say, lambda: False)
    shop.layouts.close()
    print(json.dumps({name: finished.summary[name] for name in ("n_documents", "n_topics", "n_unassigned")}), flush=True)


def show(courses: dict[int, Course]) -> None:
    """Seconds and peak memory of each stage by size, and the exponent of the seconds' growth between the sizes, by least squares."""
    sizes = list(courses)
    print(f"\n{'':12}" + "".join(f"{f'{size:,}':>22}" for size in sizes) + f"{'seconds grow as n^':>20}")
    for stage in [stage for stage in events.STAGES if stage != "label"]:
        spans = [span_of(course, stage) for course in courses.values()]
        cells = "".join(
            f"{until - since:12.1f} s{course.peak_mib(since, until):6.0f} MiB" for course, (since, until) in zip(courses.values(), spans, strict=True)
        )
        print(f"{stage:12}{cells}{exponent(sizes, [until - since for since, until in spans])}")
    cells = "".join(f"{course.seconds:12.1f} s{course.peak_mib():6.0f} MiB" for course in courses.values())
    print(f"{'all':12}{cells}{exponent(sizes, [course.seconds for course in courses.values()])}")
    others = max(course.others_cores for course in courses.values())
    print(f"embeddings synthesised; {os.cpu_count()} cores, up to {others:.1f} of them at work for other programs")


def span_of(course: Course, stage: str) -> tuple[float, float]:
    marks: dict[str, Any] = dict(course.marks)
    return marks[stage], marks[f"-{stage}"]


def exponent(sizes: list[int], seconds: list[float]) -> str:
    if len(sizes) < 2 or min(seconds) < 0.05:
        return f"{'-':>20}"
    return f"{np.polyfit(np.log(sizes), np.log(seconds), 1)[0]:20.2f}"


if __name__ == "__main__":
    main()
