"""Maps of real corpora for benchmarks of the figure: made once from TF-IDF, SVD and UMAP (no model needed), kept in the user's cache folder."""

from __future__ import annotations

import csv
import gzip
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from topicdesk.core.keyword_label import keyword_label
from topicdesk.core.settings import ClusteringSettings, ProjectionSettings
from topicdesk.figure.draw import MapContent
from topicdesk.stages.islands import nearer_islands

DATA = Path(__file__).parents[2].parent / "shared" / "data"
CACHE = Path.home() / ".cache" / "topicdesk-benchmarks"
N_DOCUMENTS = 10_000
CORPORA = {"arxiv": ("arxiv_ml_lg_stat.csv.gz", "abstract"), "newsgroups": ("20newsgroups.csv.gz", "text_stripped"), "sotu": ("sotu_chunks.csv.gz", "text")}


def real_map(name: str) -> MapContent:
    """The map of one of CORPORA with keyword labels, 10,000 documents evenly drawn; some minutes the first time."""
    kept = CACHE / f"{name}.npz"
    if not kept.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        _make(name, kept)
    with np.load(kept) as stored:
        texts = tuple(json.loads(str(stored["texts"])))
        return MapContent(nearer_islands(stored["positions"]), stored["topic_of"], texts, stored["lengths"])


def _make(name: str, path: Path) -> None:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    from topicdesk.stages.clustering import cluster
    from topicdesk.stages.neighbours import find_neighbours
    from topicdesk.stages.projection import join_neighbours, lay_out_once

    texts = _texts(*CORPORA[name])
    weighed, terms = _weighed(texts)
    vectors = normalize(TruncatedSVD(100, random_state=42).fit_transform(weighed)).astype(np.float32)
    settings = ProjectionSettings()
    positions = lay_out_once(vectors, join_neighbours(find_neighbours(vectors, settings)), 2, settings)
    topic_of = cluster(positions, ClusteringSettings(min_topic_size=11, selection="leaf")).topic_of
    labels = json.dumps(_labels(weighed, terms, topic_of))
    np.savez(path, positions=positions, topic_of=topic_of, lengths=np.array([len(text) for text in texts]), texts=np.array(labels))


def _weighed(texts: list[str]) -> tuple[Any, np.ndarray]:
    """TF-IDF of shape (n_documents, n_terms), sparse, and the terms."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectoriser = TfidfVectorizer(stop_words="english", min_df=5, max_df=0.3, sublinear_tf=True, max_features=40_000)
    return vectoriser.fit_transform(texts), vectoriser.get_feature_names_out()


def _labels(weighed: Any, terms: np.ndarray, topic_of: np.ndarray) -> list[str]:
    """The terms that stand out in each topic, as TopicDesk writes keyword labels."""
    everywhere, labels = np.asarray(weighed.mean(axis=0)).ravel(), []
    for topic in range(int(topic_of.max()) + 1):
        here = np.asarray(weighed[topic_of == topic].mean(axis=0)).ravel()
        best = np.argsort(everywhere - here, kind="stable")[:10]
        labels.append(keyword_label([str(terms[term]) for term in best], topic, labels))
    return labels


def _texts(file: str, column: str) -> list[str]:
    csv.field_size_limit(sys.maxsize)
    with gzip.open(DATA / file, "rt", encoding="utf-8", newline="") as stream:
        texts = [row[column] for row in csv.DictReader(stream) if len(row[column].split()) >= 8]
    return [texts[round(place)] for place in np.linspace(0, len(texts) - 1, min(N_DOCUMENTS, len(texts)))]


if __name__ == "__main__":
    for corpus in CORPORA:
        content = real_map(corpus)
        print(corpus, len(content.topic_of), "documents,", len(content.texts), "topics,", int((content.topic_of < 0).sum()), "unassigned", content.texts[:4])
