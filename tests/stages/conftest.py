"""Real texts and arrays of known shape, made once for all tests of the stages."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.generated_corpora import topical_texts
from topicdesk.core.analysis import TopicAssignment
from topicdesk.core.arrays import FloatArray
from topicdesk.importing.sample_corpus import write_sample

N_TEXTS = 2000
N_TOPICS = 40


@pytest.fixture(scope="session")
def real_texts(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """2,000 docstrings of the sample corpus, evenly drawn."""
    path: Path = write_sample(tmp_path_factory.mktemp("sample"))
    csv.field_size_limit(2**30)
    with path.open(encoding="utf-8", newline="") as stream:
        texts = [row["text"] for row in csv.DictReader(stream)]
    return texts[:: len(texts) // N_TEXTS][:N_TEXTS]


@pytest.fixture(scope="session")
def real_vectors(real_texts: list[str]) -> FloatArray:
    """Unit vectors of the texts by plain means (tf-idf and a truncated SVD): float32 of shape (n_texts, 50)."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TruncatedSVD(50, random_state=0).fit_transform(TfidfVectorizer(max_features=5000).fit_transform(real_texts)).astype(np.float32)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


@pytest.fixture(scope="session")
def real_assignment(real_vectors: FloatArray) -> TopicAssignment:
    """40 topics by k-means, numbered by size; a tenth of the texts in none."""
    from sklearn.cluster import KMeans

    found = KMeans(N_TOPICS, n_init=1, random_state=0).fit_predict(real_vectors)
    by_size = np.argsort(np.argsort(-np.bincount(found), kind="stable"), kind="stable")
    topic_of = by_size[found].astype(np.int64)
    topic_of[::10] = -1
    return TopicAssignment(topic_of, np.ones(len(topic_of), dtype=np.float32))


@pytest.fixture(scope="session")
def topical() -> tuple[list[str], FloatArray, TopicAssignment]:
    """240 generated texts of 8 themes, made-up unit vectors for them, and the themes as topics, every tenth text in none."""
    texts = [text for _, text in topical_texts(240)]
    topic_of = np.arange(240) % 8
    vectors = np.random.default_rng(0).normal(size=(240, 50)).astype(np.float32) + np.random.default_rng(1).normal(size=(8, 50))[topic_of].astype(np.float32)
    topic_of[::10] = -1
    return texts, vectors / np.linalg.norm(vectors, axis=1, keepdims=True), TopicAssignment(topic_of, np.ones(240, dtype=np.float32))


@pytest.fixture(scope="session")
def blobs() -> FloatArray:
    """600 unit vectors in six clear groups and some in between: float32 of shape (600, 32)."""
    random = np.random.default_rng(1)
    centres = random.normal(size=(6, 32))
    vectors = centres[np.arange(600) % 6] + random.normal(scale=0.35, size=(600, 32))
    vectors[::12] = random.normal(size=(50, 32))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="session")
def embed_terms():
    """Terms to unit vectors by their letters alone; the same term always to the same vector."""
    import zlib

    def embed(terms):
        rows = [np.random.default_rng(zlib.crc32(term.encode())).normal(size=50) for term in terms]
        vectors = np.array(rows, dtype=np.float32).reshape(len(terms), 50)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    return embed
