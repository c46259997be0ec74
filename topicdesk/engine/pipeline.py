"""The stages in order, each looked up in the project's cache first; the only file that knows the order."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topicdesk.core import events
from topicdesk.core.analysis import Analysis, Keyword, Label, ModelFile, Topic, TopicAssignment
from topicdesk.core.arrays import FloatArray
from topicdesk.core.corpus import Corpus
from topicdesk.core.errors import Cancelled, InputError
from topicdesk.core.model_files import FoundModel, choose_model, look_for_models, sha256_of
from topicdesk.core.progress import Progress
from topicdesk.core.requests import CorpusSource, RunRequest
from topicdesk.core.settings import Settings, default_min_topic_size
from topicdesk.engine import deaths
from topicdesk.engine.card_faults import on_card_or_processor, tell_unused_card
from topicdesk.engine.edit_requests import with_edits
from topicdesk.engine.keys import block_key, clustering_key, computing_versions
from topicdesk.engine.labels import Material, label_topics
from topicdesk.engine.outputs import write_outputs
from topicdesk.engine.run import Emit, Run
from topicdesk.engine.summary import run_summary
from topicdesk.engine.terms import counted_terms, embedded_terms, term_vectors_key, vocabulary_key
from topicdesk.engine.workshop import Workshop
from topicdesk.importing.opening import state_of
from topicdesk.importing.read_corpus import read_corpus
from topicdesk.project.cache import cache_key
from topicdesk.project.store import now, opened_or_made
from topicdesk.project.topic_identity import stable_ids
from topicdesk.stages import clustering, embedding, exemplars, held_out, keywords, projection

STARTER_ADVICE = "`topicdesk models starter` places the starter models."


def run_pipeline(request: RunRequest, workshop: Workshop, emit: Emit, is_cancelled: Callable[[], bool]) -> events.RunFinished:
    """Corpus in, analysis and files out.

    Raises
    ------
    InputError
        Where the corpus, a model or a setting is wrong.
    StageFailed
        Where a stage could not finish.
    Cancelled
        With `what was kept` in words.
    """
    started = time.perf_counter()
    settings = Settings.from_dict(request.settings)
    embedding_file = choose_model("embedding", request.embedding_model)
    if embedding_file is None:
        raise InputError(f"No embedding model was found. {STARTER_ADVICE}")
    language_file = choose_model("language", request.language_model) if request.with_labels else None
    for reason in look_for_models()[1].values() if request.language_model is None and request.with_labels else ():
        if "Copy it again" in reason:  # damaged, not only of another kind
            emit(events.Notice("model-refused", reason))
    if request.with_labels and language_file is None:
        emit(events.Notice("no-language-model", f"No language model was found: topics are named by their keywords. {STARTER_ADVICE}"))
    if request.device == "cuda":
        workshop.numerics(request.device)  # refuses before anything is read
    with opened_or_made(Path(request.project)) as (project, lock), deaths.noted_in(lock):
        run = Run(request, settings, project, workshop, emit, is_cancelled, has_crashed=bool(lock.crash_before))
        try:
            analysis_id, found, corpus = _analyse(run, embedding_file, language_file)
            edited = with_edits(project, found, workshop)
            outputs: tuple[str, ...] = ()
            summary = run_summary(run, found, edited, corpus, started)
            if request.out_folder is not None:
                with run.doing("draw"):
                    write_outputs(Path(request.out_folder), edited.analysis, corpus)
                summary, outputs = run_summary(run, found, edited, corpus, started), ("map.png", "topics.csv", "documents.csv", "run.json")
            project.set_unfinished(False)
            return events.RunFinished(analysis_id, summary, outputs)
        except Cancelled as error:
            raise Cancelled(run.kept()) from error


def _analyse(run: Run, embedding_file: FoundModel, language_file: FoundModel | None) -> tuple[int, Analysis, Corpus]:
    corpus = _import(run)
    run.project.set_unfinished(True)
    run.emit(events.CorpusRead(len(corpus.documents), corpus.n_duplicates, len(corpus.unreadable), corpus.dropped))
    tell_unused_card(run)
    vectors, numerics = on_card_or_processor(run, lambda numerics: _embed(run, corpus, embedding_file, numerics))
    for_clustering, positions = _project(run, corpus, vectors)
    assignment = _cluster(run, corpus, for_clustering)
    held = held_out.hold_out(corpus.texts, assignment)
    described, _ = on_card_or_processor(run, lambda numerics: _describe(run, corpus, assignment, vectors, held, embedding_file, numerics))
    typical = _choose_exemplars(run, held_out.without(assignment, held), vectors)
    models = [ModelFile("embedding", str(embedding_file.path), sha256_of(embedding_file.path))]
    if language_file is not None:
        models.append(ModelFile("language", str(language_file.path), sha256_of(language_file.path)))
    labelled_by = [dataclasses.asdict(run.settings.labelling), [model.sha256 for model in models[1:]]]
    analysis_key = cache_key("analysis", 1, keywords=run.keys["keywords"], exemplars=run.keys["exemplars"], labels=labelled_by)
    analysis = Analysis(
        run.project.fingerprint or "", run.settings, positions, assignment, _topics(run, analysis_key, assignment, described, typical),
        {"embedding": dataclasses.asdict(numerics), "texts": run.reading}, run.keys, run.workshop.versions, tuple(models), now(),
    )  # fmt: skip
    number = run.project.analyses.put(analysis, analysis_key)
    run.emit(events.TopicsReady(number, assignment.n_topics, assignment.n_unassigned))
    if not analysis.topics:
        size = run.settings.clustering.min_topic_size or default_min_topic_size(len(corpus.with_text))
        run.emit(events.Notice("no-topics", f"No topic of at least {size} documents stands out: the corpus is small, or its texts are alike."))
    with run.doing("label", assignment.n_topics, "topics") as progress:
        if language_file is not None and analysis.topics:
            run.workshop.release_graphics_memory()
            material = Material.judged_by(embedding_file, run.workshop, corpus, described, vectors, held)
            try:
                analysis = analysis.with_labels(label_topics(run, analysis, material, number, language_file, progress))
            except InputError as error:  # the weights; by now map and keyword labels are there, and are worth having
                run.emit(events.Notice("language-model-unusable", f"{error} The topics keep their keyword labels."))
    return number, analysis, corpus


def _import(run: Run) -> Corpus:
    with run.doing("import", unit="documents") as progress:
        source = run.request.source
        if not run.project.has_texts:
            raise InputError(f"{run.project.path}: this copy was shared without its texts. It can be looked at and edited, but not run again.")
        if source is None:
            run.reused()
            return run.project.corpus()
        origin = _origin(source)
        if run.project.fingerprint is not None and _said(run.project.source()) == origin and not run.request.fresh:
            run.reused()
            return run.project.corpus()
        corpus = read_corpus(source, progress)
        if run.project.fingerprint is None:
            run.project.put_corpus(corpus, origin)
        elif run.project.fingerprint != corpus.fingerprint:
            raise InputError(
                f"{run.project.path} holds the analysis of another corpus, or of other columns or another sample of it. Choose another folder for this one."
            )
        return corpus


def _origin(source: CorpusSource) -> dict[str, Any]:
    """What was read, and the file's size and time, by which an unchanged file is known."""
    try:
        n_bytes, changed = state_of(Path(source.path))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name is impossible"
        raise InputError(f"{source.path}: the corpus cannot be read ({reason}).") from error
    return source.said() | {"n_bytes": n_bytes, "changed": changed}


def _said(origin: dict[str, Any]) -> dict[str, Any]:
    """Of an origin in a project of before, what was not left to the guess."""
    return {name: value for name, value in origin.items() if value is not None}


def _embed(run: Run, corpus: Corpus, model_file: FoundModel, numerics: embedding.EmbeddingNumerics) -> FloatArray:
    """float32 of shape (n_documents, n_dimensions): unit rows, zeros for documents without text."""
    distinct, index_of = embedding.distinct_texts([corpus.documents[i].text for i in corpus.with_text])
    with run.doing("embed", len(distinct), "documents") as progress:
        run.workshop.wait_until_warm()  # inside a stage, so that the wait is seen
        sha256 = sha256_of(model_file.path)
        blocks, keys, n_from_cache = [], [], 0

        def within_block(start: int, n_cached: int) -> Progress:
            return Progress(lambda done, _: run.emit(events.StageProgress("embed", start + done, len(distinct), n_cached)), run.is_cancelled)

        for start in range(0, len(distinct), numerics.block_size):
            progress.check()
            texts = distinct[start : start + numerics.block_size]
            key = block_key(texts, sha256, numerics, run.workshop.versions)
            block = run.cached_array(key)
            if block is None:
                run.workshop.layouts.warm_up()
                block = run.workshop.embedding_model(model_file, numerics).embed(texts, within_block(start, n_from_cache))
                run.keep(key, block)
            else:
                n_from_cache += len(texts)
            run.partly = f"{start + len(texts):,} of {len(distinct):,} embedded texts"
            run.emit(events.StageProgress("embed", start + len(texts), len(distinct), n_from_cache))
            blocks.append(block)
            keys.append(key)
        if n_from_cache == len(distinct):
            run.reused()
        run.keys["embed"] = cache_key("embeddings", 1, blocks=keys)
        run.reading = _reading(run, corpus, model_file, numerics)
        vectors = np.zeros((len(corpus.documents), blocks[0].shape[1] if blocks else 1), dtype=np.float32)
        if blocks:
            vectors[corpus.with_text] = np.concatenate(blocks)[index_of]
        return vectors


def _reading(run: Run, corpus: Corpus, model_file: FoundModel, numerics: embedding.EmbeddingNumerics) -> dict[str, int]:
    """What of the texts the model reads, counted once."""
    key = cache_key("reading", 1, corpus=run.project.fingerprint, embeddings=run.keys["embed"])
    stored: dict[str, int] | None = run.cached_values(key)
    if stored is None:
        model = run.workshop.embedding_model(model_file, numerics)
        stored = {"n_cut": model.count_cut(corpus.texts, Progress(is_cancelled=run.is_cancelled)), "n_max_tokens": model.n_max_tokens}
        run.keep(key, stored)
    return stored


def _project(run: Run, corpus: Corpus, vectors: FloatArray) -> tuple[FloatArray, FloatArray]:
    with run.doing("project", 2, "layouts") as progress:
        run.keys["project"] = key = cache_key(
            "project", projection.STAGE_VERSION, embeddings=run.keys["embed"], rows=_digest(corpus), settings=dataclasses.asdict(run.settings.projection),
            n_threads=projection.n_search_threads(len(corpus.with_text)), versions=run.versions("umap-learn", "pynndescent", "numba", "numpy", "scipy"),
        )  # fmt: skip
        for_clustering, positions = run.cached_array(key, 0), run.cached_array(key, 1)
        if for_clustering is None or positions is None:
            placed = vectors[corpus.with_text]
            layouts = run.workshop.layouts.lay_out(placed, run.settings.projection, progress)
            run.workshop.layouts.close()
            for_clustering, positions = (_on_all_rows(layout, corpus) for layout in layouts)
            run.keep(key, for_clustering, 0)
            run.keep(key, positions, 1)
        else:
            run.reused()
        run.emit(events.ProjectionReady(key))
        return for_clustering, positions


def _digest(corpus: Corpus) -> str:
    """Which rows have a text, and which texts are repeated: the projection depends on it beside the distinct embeddings."""
    _, index_of = embedding.distinct_texts([corpus.documents[i].text for i in corpus.with_text])
    return cache_key("rows", 1, with_text=corpus.with_text.tolist(), index_of=index_of.tolist())


def _on_all_rows(layout: FloatArray, corpus: Corpus) -> FloatArray:
    full = np.full((len(corpus.documents), layout.shape[1]), np.nan, dtype=np.float32)
    full[corpus.with_text] = layout
    return full


def _cluster(run: Run, corpus: Corpus, for_clustering: FloatArray) -> TopicAssignment:
    with run.doing("cluster"):
        run.keys["cluster"] = key = clustering_key(run.keys["project"], run.settings, len(corpus.with_text), run.versions("hdbscan", "numpy"))
        topic_of, strength = run.cached_array(key, 0), run.cached_array(key, 1)
        if topic_of is not None and strength is not None:
            run.reused()
            return TopicAssignment(topic_of, strength)
        assignment = clustering.cluster(for_clustering, run.settings.clustering)
        run.keep(key, assignment.topic_of, 0)
        run.keep(key, assignment.strength, 1)
        return assignment


def _describe(
    run: Run,
    corpus: Corpus,
    assignment: TopicAssignment,
    vectors: FloatArray,
    held: NDArray[np.bool_],
    model_file: FoundModel,
    numerics: embedding.EmbeddingNumerics,
) -> list[keywords.TopicKeywords]:
    with run.doing("keywords", 3, "steps") as progress:
        run.keys["keywords"] = key = cache_key(
            "keywords", keywords.STAGE_VERSION, cluster=run.keys["cluster"], held_out=held_out.STAGE_VERSION,
            settings=dataclasses.asdict(run.settings.keywords), versions=run.versions("scikit-learn", "numpy"),
        )  # fmt: skip
        stored = run.cached_values(key)
        if stored is not None:
            run.reused()
            return [_topic_keywords(*topic) for topic in stored]

        terms_key = vocabulary_key(run.project.fingerprint or "", run.settings.keywords, run.versions("scikit-learn", "numpy"))
        terms = counted_terms(run, terms_key, corpus.texts, run.settings.keywords)
        progress(1, 3)
        vectors_key = term_vectors_key(terms_key, sha256_of(model_file.path), numerics, computing_versions(run.workshop.versions))

        def embed(texts: Sequence[str]) -> FloatArray:
            return run.workshop.embedding_model(model_file, numerics).embed(texts, Progress(is_cancelled=run.is_cancelled))

        embedded = embedded_terms(run, vectors_key, terms, embed, Progress(is_cancelled=run.is_cancelled))
        progress(2, 3)
        described = keywords.describe_topics(terms, embedded, assignment, vectors, run.settings.keywords, Progress(is_cancelled=run.is_cancelled), held)
        progress(3, 3)
        run.keep(key, [([[(k.term, k.score) for k in aspect] for aspect in (d.keywords, d.keybert, d.mmr)], [d.told, d.told_keybert]) for d in described])
        return described


def _topic_keywords(aspects: list[list[tuple[str, float]]], told: list[list[str]]) -> keywords.TopicKeywords:
    first, second, third = (tuple(Keyword(*pair) for pair in aspect) for aspect in aspects)
    return keywords.TopicKeywords(first, second, third, *map(tuple, told))


def _choose_exemplars(run: Run, assignment: TopicAssignment, vectors: FloatArray) -> list[list[int]]:
    with run.doing("exemplars"):
        chosen = dataclasses.asdict(run.settings.exemplars)
        run.keys["exemplars"] = key = cache_key(
            "exemplars", exemplars.STAGE_VERSION, cluster=run.keys["cluster"], held_out=held_out.STAGE_VERSION, settings=chosen
        )
        stored = run.cached_values(key)
        if stored is not None:
            run.reused()
            return [list(indices) for indices in stored]
        found = exemplars.choose_exemplars(vectors, assignment, run.settings.exemplars)
        run.keep(key, found)
        return found


def _topics(run: Run, analysis_key: str, assignment: TopicAssignment, described: list[keywords.TopicKeywords], typical: list[list[int]]) -> tuple[Topic, ...]:
    ids = stable_ids(assignment.topic_of, analysis_key, run.project.known_topics(analysis_key))
    sizes = np.bincount(assignment.topic_of + 1, minlength=assignment.n_topics + 1)[1:].tolist()
    texts = keywords.keyword_labels(described)
    return tuple(
        Topic(number, ids[number], sizes[number], topic.keywords, topic.keybert, topic.mmr, tuple(typical[number]), Label(texts[number], "keywords"))
        for number, topic in enumerate(described)
    )
