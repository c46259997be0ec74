"""Our projection and clustering against the article's two UMAP fits and HDBSCAN, on 20,000 documents (`make bench PART=project`).

3,072 are beginnings of real abstracts, the others are synthesised from them: embedding 20,000 takes an hour on two busy cores.
Each side is a fresh process with its libraries loaded and compiled on a small corpus before the clock starts; what it takes without
that is shown too. Both sides run in turns on the same machine; ours twice, to see that the results are the same bit for bit.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from projection_ground import CACHE, real_embeddings, synthesised

from topicdesk.core.arrays import FloatArray
from topicdesk.core.progress import Progress
from topicdesk.core.settings import ClusteringSettings, ProjectionSettings, default_min_topic_size

N_RANKED = 1000  # rows whose neighbourhoods are ranked against all others
N_NEIGHBORS = 15


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--real", type=int, default=3072, help="embed so many and synthesise the rest")
    parser.add_argument("--side", choices=("ours", "article"), help="run one side in this process")
    options = parser.parse_args()
    path = CACHE / f"vectors-{options.documents}.npy"
    if options.side:
        run_side(options.side, path)
        return
    vectors, classes = real_embeddings(min(options.real, options.documents))
    n_real = len(vectors)
    vectors, origin = synthesised(vectors, options.documents)
    classes = [classes[i] for i in origin]
    np.save(path, vectors)
    print(
        f"{len(vectors):,} documents ({n_real:,} real, the others synthesised), load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
        flush=True,
    )
    ours, article, again = (outcome(side, path, vectors, classes) for side in ("ours", "article", "ours"))
    show(ours, article, again)


def run_side(side: str, path: Path) -> None:
    """One side, its coordinates and topics into a file beside the vectors, its seconds on stdout."""
    warnings.simplefilter("ignore")
    vectors, begun = np.load(path), time.perf_counter()
    small = np.random.default_rng(0).normal(size=(600, vectors.shape[1])).astype(np.float32)
    small /= np.linalg.norm(small, axis=1, keepdims=True)
    work = OurSide() if side == "ours" else ArticlesSide(len(vectors))
    work.warm_up(small)
    loading, begun = time.perf_counter() - begun, time.perf_counter()
    for_clustering, positions, topic_of = work.run(vectors)
    seconds = time.perf_counter() - begun
    np.savez(CACHE / f"{side}-{len(vectors)}.npz", for_clustering=for_clustering, positions=positions, topic_of=topic_of)
    print(json.dumps({"seconds": seconds, "loading": loading}))


class OurSide:
    """What the engine does in its stages project and cluster."""

    def __init__(self) -> None:
        from topicdesk.stages.layout_processes import LayoutProcesses

        self.layouts = LayoutProcesses()

    def warm_up(self, vectors: FloatArray) -> None:
        self.run(vectors)

    def run(self, vectors: FloatArray) -> tuple[Any, ...]:
        from topicdesk.stages.clustering import cluster

        for_clustering, positions = self.layouts.lay_out(vectors, ProjectionSettings(), Progress())
        return for_clustering, positions, cluster(for_clustering, ClusteringSettings()).topic_of


class ArticlesSide:
    """The article's code: two fits of UMAP, HDBSCAN. The smallest topic is ours, as 150 is meant for its 118,000 abstracts."""

    def __init__(self, n_documents: int) -> None:
        self.size = default_min_topic_size(n_documents)

    def warm_up(self, vectors: FloatArray) -> None:
        """Compile what a large corpus needs too: the index of its neighbours takes half a minute of processor time."""
        from umap import UMAP

        UMAP(n_components=5, metric="cosine", random_state=42, n_epochs=20, force_approximation_algorithm=True).fit(vectors)
        self.run(vectors)

    def run(self, vectors: FloatArray) -> tuple[Any, ...]:
        from hdbscan import HDBSCAN
        from umap import UMAP

        same: dict[str, Any] = {"n_neighbors": 15, "min_dist": 0.0, "metric": "cosine", "random_state": 42}
        for_clustering = UMAP(n_components=5, **same).fit_transform(vectors)
        positions = UMAP(n_components=2, **same).fit_transform(vectors)
        model = HDBSCAN(min_cluster_size=self.size, metric="euclidean", cluster_selection_method="eom", prediction_data=True)
        return for_clustering, positions, model.fit(for_clustering).labels_


def outcome(side: str, path: Path, vectors: FloatArray, classes: list[str]) -> dict[str, Any]:
    """Run a side in a process of its own, and measure what it made."""
    from sklearn.metrics import adjusted_rand_score

    begun = time.perf_counter()
    command = [sys.executable, __file__, "--side", side, "--documents", str(len(vectors))]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    whole = time.perf_counter() - begun
    found = json.loads(done.stdout.splitlines()[-1]) | {"whole": whole}
    with np.load(CACHE / f"{side}-{len(vectors)}.npz") as made:
        found |= {name: made[name] for name in made.files}
    found["trust"] = [trustworthiness(vectors, found[name]) for name in ("for_clustering", "positions")]
    found["rand"] = float(adjusted_rand_score(classes, found["topic_of"]))
    print(f"{side}: {found['seconds']:.1f} s", flush=True)
    return found


def trustworthiness(vectors: FloatArray, layout: FloatArray) -> float:
    """Venna and Kaski's measure over 1,000 drawn documents, each ranked against all: those near on the map should be near in truth."""
    n_documents = len(vectors)
    drawn = np.random.default_rng(0).choice(n_documents, min(N_RANKED, n_documents), replace=False)
    missed = 0
    for i in drawn:
        distance, on_map = 1 - vectors @ vectors[i], ((layout - layout[i]) ** 2).sum(axis=1)
        distance[i] = on_map[i] = -1
        rank = np.empty(n_documents, dtype=np.int64)
        rank[np.argsort(distance, kind="stable")] = np.arange(n_documents)
        near = np.argpartition(on_map, N_NEIGHBORS)[: N_NEIGHBORS + 1]
        missed += int(np.maximum(rank[near[near != i]] - N_NEIGHBORS, 0).sum())
    return 1 - 2 * missed / (len(drawn) * N_NEIGHBORS * (2 * n_documents - 3 * N_NEIGHBORS - 1))


def show(ours: dict[str, Any], article: dict[str, Any], again: dict[str, Any]) -> None:
    """The table and the goals of the issue."""
    print(f"\n{'':12}{'seconds':>10}{'with loading':>14}{'trust 5-D':>12}{'trust 2-D':>12}{'topics':>9}{'unassigned':>12}{'adj. Rand':>11}")
    for name, side in (("article", article), ("ours", ours), ("ours again", again)):
        topics = side["topic_of"]
        quality = f"{side['trust'][0]:12.4f}{side['trust'][1]:12.4f}{topics.max() + 1:9}{(topics < 0).mean():12.1%}{side['rand']:11.4f}"
        print(f"{name:12}{side['seconds']:10.1f}{side['whole']:14.1f}{quality}")
    ratio, whole = (2 * article[what] / (ours[what] + again[what]) for what in ("seconds", "whole"))
    lost = max(theirs - mine for theirs, mine in zip(article["trust"], ours["trust"], strict=True))
    same = all(np.array_equal(ours[name], again[name]) for name in ("for_clustering", "positions", "topic_of"))
    goals = [
        ("at least 1.7 times quicker", f"{ratio:.2f} ({whole:.2f} with loading and compiling)", ratio >= 1.7),
        ("trustworthiness at most 0.01 lower", f"{-lost:+.4f}", lost <= 0.01),
        ("adjusted Rand index at most 0.02 lower", f"{ours['rand'] - article['rand']:+.4f}", ours["rand"] >= article["rand"] - 0.02),
        ("the same bit for bit in both runs", "yes" if same else "no", same),
    ]
    print()
    for goal, measured, is_met in goals:
        print(f"  {'met    ' if is_met else 'NOT MET'} {goal:42}{measured}")


if __name__ == "__main__":
    main()
