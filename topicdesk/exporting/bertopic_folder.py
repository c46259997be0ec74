"""A folder that `BERTopic.load` opens: topics, keywords, labels and vectors as JSON and safetensors; it imports no BERTopic and computes nothing.

The names and shapes are those of BERTopic 0.16 and later (`bertopic/_save_utils.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topicdesk.core.analysis import Analysis, Keyword, Label, Topic
from topicdesk.core.arrays import FloatArray
from topicdesk.core.files import write_text, write_whole

UNASSIGNED = -1
UNASSIGNED_LABEL = "Unassigned"
NO_WORDS: list[tuple[str, float]] = [("", 0.0)]  # BERTopic reads the first word of every topic


@dataclass(frozen=True, eq=False)
class ClassTerms:
    """c-TF-IDF as BERTopic keeps it: a CSR matrix with a row for each of `rows`, and what it was counted by.

    Attributes
    ----------
    terms : tuple of str
        One a column.
    indptr, indices, data : arrays of the CSR matrix
    weights : float64 of shape (n_terms,)
        The inverse class frequency of each term.
    vectoriser : dict
        Parameters of scikit-learn's CountVectorizer, plain values.
    """

    terms: tuple[str, ...]
    indptr: NDArray[Any]
    indices: NDArray[Any]
    data: FloatArray
    weights: FloatArray
    vectoriser: dict[str, Any]


def topic_rows(analysis: Analysis) -> list[int]:
    """The topic of each row of BERTopic's arrays: -1 where a document is in no topic, then every number up to the last that holds documents.

    BERTopic finds a topic's row by its number, so that a number which edits left vacant needs a row too.
    """
    last = max((topic.number for topic in analysis.present), default=-1)
    has_unassigned = analysis.assignment.n_unassigned > 0
    return [*([UNASSIGNED] if has_unassigned else []), *range(last + 1)]


def write_bertopic(folder: Path, analysis: Analysis, vectors: FloatArray, counted: ClassTerms, of_unassigned: Iterable[Keyword]) -> list[Path]:
    """Write the folder's five files, each whole or absent.

    Parameters
    ----------
    vectors : float32 of shape (n_rows, n_dimensions)
        The mean embedding of the documents of each of `topic_rows`; zeros for a vacant number.
    of_unassigned : iterable of Keyword
        What describes the documents in no topic.

    Raises
    ------
    OSError
        Where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings = analysis.settings.keywords
    tensors = {"indptr": counted.indptr, "indices": counted.indices, "data": counted.data, "diag": counted.weights}
    shape = np.array([len(counted.indptr) - 1, len(counted.terms)], dtype=np.int64)
    vectoriser = {"params": counted.vectoriser, "vocab": {term: place for place, term in enumerate(counted.terms)}}
    weighting = {"bm25_weighting": False, "reduce_frequent_words": settings.reduce_frequent_words}
    written = [
        _write_json(folder / "config.json", _config(analysis)),
        _write_json(folder / "topics.json", _topics(analysis, list(of_unassigned))),
        _write_tensors(folder / "topic_embeddings.safetensors", {"topic_embeddings": vectors}),
        _write_tensors(folder / "ctfidf.safetensors", tensors | {"shape": shape}),
        _write_json(folder / "ctfidf_config.json", {"ctfidf_model": weighting, "vectorizer_model": vectoriser}),
    ]
    return written


def _config(analysis: Analysis) -> dict[str, Any]:
    """BERTopic's own parameters; no embedding model, because BERTopic would look for it on the hub."""
    chosen = analysis.settings
    return {
        "calculate_probabilities": False, "language": None, "low_memory": False, "min_topic_size": chosen.clustering.min_topic_size or 10,
        "n_gram_range": [1, chosen.keywords.ngram_max], "nr_topics": None, "seed_topic_list": None, "top_n_words": chosen.keywords.n_keywords, "verbose": False,
        "zeroshot_min_similarity": 0.7, "zeroshot_topic_list": None,
    }  # fmt: skip


def _topics(analysis: Analysis, of_unassigned: list[Keyword]) -> dict[str, Any]:
    rows = topic_rows(analysis)
    unassigned = Topic(UNASSIGNED, "", analysis.assignment.n_unassigned, tuple(of_unassigned), (), (), (), Label(UNASSIGNED_LABEL, "keywords"))
    by_number = {topic.number: topic for topic in analysis.topics} | {UNASSIGNED: unassigned}
    topics = [by_number[number] for number in rows]
    aspects = {"KeyBERT": "keybert", "MMR": "mmr"}
    return {
        "topic_representations": {topic.number: _words(topic.keywords) for topic in topics},
        "topics": analysis.assignment.topic_of.tolist(),
        "topic_sizes": {topic.number: topic.size for topic in topics},
        "topic_mapper": [[number, number] for number in rows],
        "topic_labels": {topic.number: _label(topic) for topic in topics},
        "custom_labels": [_label(topic) for topic in topics],
        "_outliers": int(UNASSIGNED in rows),
        "topic_aspects": {name: {topic.number: _words(getattr(topic, aspect)) for topic in topics} for name, aspect in aspects.items()}
        | {"Label": {topic.number: [(_label(topic), 1.0)] for topic in topics}},
    }


def _words(keywords: Iterable[Keyword]) -> list[tuple[str, float]]:
    return [(keyword.term, keyword.score) for keyword in keywords] or NO_WORDS


def _label(topic: Topic) -> str:
    return topic.label.text if topic.size else ""


def _write_json(path: Path, values: Any) -> Path:
    write_text(path, json.dumps(values, ensure_ascii=True) + "\n")  # BERTopic opens it in the machine's encoding
    return path


def _write_tensors(path: Path, arrays: dict[str, Any]) -> Path:
    from safetensors.numpy import save

    content = save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
    write_whole(path, lambda stream: _write(stream, content))
    return path


def _write(stream: Any, content: bytes) -> None:
    stream.write(content)
