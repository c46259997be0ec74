"""What the window asks between runs: what a run would cost, and how topics of another size would look."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from topicdesk.core.corpus import Corpus
from topicdesk.core.errors import InputError
from topicdesk.core.events import ForecastReady, Reclustered
from topicdesk.core.model_files import choose_model
from topicdesk.core.progress import Progress
from topicdesk.core.requests import ForecastRequest, ReclusterRequest
from topicdesk.core.settings import ProjectionSettings, Settings, default_min_topic_size
from topicdesk.engine.corpus_languages import language_notes
from topicdesk.engine.ground import load_projection
from topicdesk.engine.keys import clustering_key
from topicdesk.engine.texts import read_texts
from topicdesk.engine.workshop import Workshop
from topicdesk.importing.sieve import Survey
from topicdesk.project.store import Project
from topicdesk.stages import clustering, embedding
from topicdesk.stages.spoken_languages import spoken_languages

N_PROBED = 64
N_PROBED_LAYOUT = 400
SECONDS_PER_LABEL_AND_BYTE = 2e-9  # measured: 0.2 s a label with the 98 MB starter on 2 cores; work grows with the weights
SECONDS_TO_LOAD_A_BYTE = 2e-9


def recluster(request: ReclusterRequest, workshop: Workshop) -> Reclustered:
    """Cluster the current analysis's projection with the request's settings; kept where a run with them finds it.

    Raises
    ------
    InputError
        Where the project holds no analysis, or its cached projection was cleared.
    """
    settings = Settings.from_dict(request.settings)
    workshop.wait_until_warm()
    with Project(Path(request.project)) as project:
        number = project.analyses.current()
        analysis = None if number is None else project.analyses.get(number, "")
        for_clustering = None if analysis is None else load_projection(project, analysis)
        if analysis is None or for_clustering is None:
            raise InputError("There is no cached projection to cluster again; run once more.")
        n_with_text = int(np.isfinite(for_clustering).all(axis=1).sum())
        versions = {name: workshop.versions[name] for name in ("hdbscan", "numpy")}
        key = clustering_key(analysis.keys["project"], settings, n_with_text, versions)
        topic_of = project.artifacts.array(key, 0)
        if topic_of is None or project.artifacts.array(key, 1) is None:
            assignment = clustering.cluster(for_clustering, settings.clustering)
            topic_of = assignment.topic_of
            project.artifacts.put(key, "cluster", topic_of, 0)
            project.artifacts.put(key, "cluster", assignment.strength, 1)
    size = settings.clustering.min_topic_size or default_min_topic_size(n_with_text)
    return Reclustered(key, size, int(topic_of.max(initial=-1)) + 1, int((topic_of == -1).sum()))


def forecast(request: ForecastRequest, workshop: Workshop, is_overtaken: Callable[[], bool]) -> ForecastReady:
    """Seconds of each stage and memory, from a probe of this machine: 64 of the corpus's texts embedded, 400 points laid out.

    Raises
    ------
    InputError
        Where the corpus cannot be read, or there is no embedding model.
    Cancelled
        Where something newer waits.
    """
    progress = Progress(is_cancelled=is_overtaken)
    model_file = choose_model("embedding", request.embedding_model)
    if model_file is None:
        raise InputError("No embedding model was found. `topicdesk models starter` places the starter models.")
    model = workshop.embedding_model(model_file, workshop.numerics(request.device))
    corpus = read_texts(request.source, lambda: model, progress)
    distinct, _ = embedding.distinct_texts(list(filter(None, corpus.texts)))
    seconds = {"embed": _probe_embedding(model, distinct, progress) * len(distinct)}
    progress.check()
    n_documents = len(corpus.with_text)
    one_epoch = workshop.layouts.seconds_for_one_epoch(N_PROBED_LAYOUT, ProjectionSettings(), progress) * n_documents / N_PROBED_LAYOUT
    seconds["project"] = one_epoch * (500 if n_documents <= 10_000 else 200)
    language_file = choose_model("language", request.language_model)
    n_topics = max(1, n_documents // (7 * default_min_topic_size(n_documents)))
    if language_file is not None:
        seconds["label"] = n_topics * language_file.n_bytes * SECONDS_PER_LABEL_AND_BYTE + language_file.n_bytes * SECONDS_TO_LOAD_A_BYTE
    n_cut = model.count_cut([document.text for document in corpus.documents], progress)
    spoken = spoken_languages(corpus.texts)
    memory = _memory_mib(corpus, language_file.n_bytes if language_file else 0)
    return ForecastReady(
        len(corpus.rows), n_cut, model.n_max_tokens, {name: round(value, 1) for name, value in seconds.items()},
        memory, psutil.virtual_memory().available >> 20, default_min_topic_size(n_documents), _surveyed(corpus, progress),
        len(corpus.documents) if corpus.spans is not None else 0,
        {one.language.name: round(one.share, 3) for one in spoken}, language_notes(model_file.path, tuple(one.language for one in spoken)),
    )  # fmt: skip


def _surveyed(corpus: Corpus, progress: Progress) -> dict[str, Any]:
    """What cleaning would do to the texts as they stand in the file, counted."""
    survey = Survey()
    for row, document in enumerate(corpus.rows):
        if row % 1000 == 0:
            progress.check()
        survey.look(row, corpus.as_written(document))
    return survey.to_dict(with_examples=False)


def _probe_embedding(model: embedding.EmbeddingModel, distinct: list[str], progress: Progress) -> float:
    """Seconds a text, measured on texts evenly drawn; the first batch only warms up."""
    drawn = distinct[:: max(1, len(distinct) // N_PROBED)][:N_PROBED]
    if not drawn:
        return 0.0
    model.embed(drawn[:8], progress)
    started = time.perf_counter()
    model.embed(drawn, progress)
    return (time.perf_counter() - started) / len(drawn)


def _memory_mib(corpus: Corpus, language_model_bytes: int) -> int:
    """The engine's libraries (measured: 900 MiB), texts, embeddings in several copies, and the larger of layout and language model."""
    n_characters = sum(len(document.text) for document in corpus.documents)
    working = len(corpus.documents) * 384 * 4 * 4 + n_characters * 4
    return 900 + (working + int(language_model_bytes * 1.2) >> 20)
