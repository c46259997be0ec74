"""The stages in order, each looked up in the project's cache first; the only file that knows the order."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from topicdesk.core import events
from topicdesk.core.analysis import Analysis, Keyword, Label, ModelFile, Topic, TopicAssignment
from topicdesk.core.arrays import FloatArray
from topicdesk.core.corpus import Corpus
from topicdesk.core.errors import Cancelled, InputError
from topicdesk.core.model_files import FoundModel, choose_model, look_for_models, sha256_of
from topicdesk.core.progress import Progress
from topicdesk.core.requests import RunRequest
from topicdesk.core.settings import Settings, default_min_topic_size
from topicdesk.engine import deaths, updating
from topicdesk.engine.answers import load_ahead
from topicdesk.engine.card_faults import on_card_or_processor, tell_unused_card
from topicdesk.engine.corpus_languages import find_languages, language_record, warn_of_languages
from topicdesk.engine.edit_requests import with_edits
from topicdesk.engine.embed_texts import embed_texts
from topicdesk.engine.keys import clustering_key, computing_versions
from topicdesk.engine.labels import Material, label_topics
from topicdesk.engine.outputs import write_outputs
from topicdesk.engine.projecting import project
from topicdesk.engine.run import Emit, Run
from topicdesk.engine.summary import run_summary
from topicdesk.engine.terms import counted_terms, embedded_terms, term_vectors_key, vocabulary_key
from topicdesk.engine.texts import read_texts
from topicdesk.engine.withdrawing import see_to_withdrawn
from topicdesk.engine.workshop import Workshop
from topicdesk.project.cache import cache_key
from topicdesk.project.pasted import earlier_pasted
from topicdesk.project.store import now, opened_or_made
from topicdesk.project.topic_identity import stable_ids
from topicdesk.project.updating import TextUpdates
from topicdesk.project.whereabouts import place_of
from topicdesk.stages import clustering, embedding, exemplars, held_out, keywords
from topicdesk.stages.collapse import collapse

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
    if request.out_folder is not None and (warning := place_of(Path(request.project)).warning()):  # a window has said so before
        emit(events.Notice("place", warning))
    with opened_or_made(Path(request.project)) as (project, lock), deaths.noted_in(lock):
        run = Run(request, settings, project, workshop, emit, is_cancelled, has_crashed=bool(lock.crash_before))
        try:
            analysis_id, found, corpus = _analyse(run, embedding_file, language_file)
            _bring_others_up_to_date(run, corpus)
            edited = with_edits(project, found, workshop)
            outputs: tuple[str, ...] = ()
            summary = run_summary(run, found, edited, corpus, started)
            if request.out_folder is not None:
                with run.doing("draw"):
                    outputs = (*write_outputs(Path(request.out_folder), edited.analysis, corpus), "run.json")
                summary = run_summary(run, found, edited, corpus, started)
            see_to_withdrawn(run)
            project.set_unfinished(False)
            return events.RunFinished(analysis_id, summary, outputs)
        except Cancelled as error:
            raise Cancelled(run.kept()) from error
        finally:
            workshop.drop_ahead()


def _analyse(run: Run, embedding_file: FoundModel, language_file: FoundModel | None) -> tuple[int, Analysis, Corpus]:
    corpus = _import(run, embedding_file)
    run.project.set_unfinished(True)
    if run.request.fresh and run.project.artifacts.has_afresh():
        run.emit(events.Notice("fresh-goes-on", "A run with --fresh was cut short here: what it had computed anew is kept, and this one computes the rest."))
    n_passages = len(corpus.documents) if corpus.spans is not None else 0
    run.emit(events.CorpusRead(len(corpus.rows), corpus.n_duplicates, len(corpus.unreadable), corpus.dropped, n_passages, corpus.making.unheard))
    find_languages(run, corpus)
    warn_of_languages(run, embedding_file.path)
    tell_unused_card(run)
    if (carried := updating.carried(run)) is not None:
        return carried.number, _bring_up_to_date(run, corpus, carried), corpus
    vectors, numerics = on_card_or_processor(run, lambda numerics: embed_texts(run, corpus, embedding_file, numerics))
    if run.request.out_folder is not None and (n_cut := run.reading.get("n_cut", 0)):  # a window has said so before
        read = f"only the beginning is read, the first {run.reading['n_max_tokens']:,} tokens"
        run.emit(events.Notice("texts-cut", f"{n_cut:,} of {len(corpus.documents):,} {corpus.unit}s: {read}. --split analyses all of it, in passages."))
    for_clustering, positions = project(run, corpus, vectors)
    assignment = _cluster(run, corpus, for_clustering)
    if language_file is not None and assignment.n_topics and not run.stages[-1]["from_cache"]:  # there will be questions
        load_ahead(run, language_file)
        run.workshop.prepare_embedding_model(embedding_file, run.workshop.numerics("cpu"))
    held = held_out.hold_out(corpus.texts, assignment)
    described, _ = on_card_or_processor(run, lambda numerics: _describe(run, corpus, assignment, vectors, held, embedding_file, numerics))
    typical = _choose_exemplars(run, held_out.without(assignment, held), vectors)
    models = [ModelFile("embedding", str(embedding_file.path), sha256_of(embedding_file.path))]
    if language_file is not None:
        models.append(ModelFile("language", str(language_file.path), sha256_of(language_file.path)))
    labelled_by = [dataclasses.asdict(run.labelling), [model.sha256 for model in models[1:]]]
    analysis_key = cache_key("analysis", 1, keywords=run.keys["keywords"], exemplars=run.keys["exemplars"], labels=labelled_by)
    analysis = Analysis(
        run.project.fingerprint or "", run.settings, positions, assignment, _topics(run, analysis_key, assignment, described, typical),
        {"embedding": dataclasses.asdict(numerics), "texts": run.reading, "projection": run.projected_by, "languages": language_record(run)},
        run.keys, run.workshop.versions, tuple(models), now(),
    )  # fmt: skip
    number = run.project.analyses.put(analysis, analysis_key)
    run.emit(events.TopicsReady(number, assignment.n_topics, assignment.n_unassigned))
    _warn_of_few(run, corpus, assignment)
    with run.doing("label", assignment.n_topics, "topics") as progress:
        if language_file is not None and analysis.topics:
            run.workshop.release_graphics_memory()
            material = Material.judged_by(embedding_file, run.workshop, corpus, described, vectors, held)
            try:
                analysis = analysis.with_labels(label_topics(run, analysis, material, number, language_file, progress))
            except InputError as error:  # the weights; by now map and keyword labels are there, and are worth having
                run.emit(events.Notice("language-model-unusable", f"{error} The topics keep their keyword labels."))
    return number, analysis, corpus


def _warn_of_few(run: Run, corpus: Corpus, assignment: TopicAssignment) -> None:
    """Say so where no topic was found, or nearly all documents lie in one."""
    if not assignment.n_topics:
        size = run.settings.clustering.min_topic_size or default_min_topic_size(len(corpus.with_text))
        run.emit(events.Notice("no-topics", f"No topic of at least {size} documents stands out: the corpus is small, or its texts are alike."))
    elif said := collapse(assignment, len(corpus.with_text), run.settings.clustering):
        run.emit(events.Notice("collapsed", said))


def _bring_up_to_date(run: Run, corpus: Corpus, carried: updating.Carried) -> Analysis:
    """The analysis that is there, with the documents that came since: its topics and labels stay."""
    found, run.settings = carried.found, carried.found.settings
    if not carried.is_waiting:
        for stage in events.STAGES[1:-1]:
            with run.doing(stage):
                run.reused()
        run.emit(events.TopicsReady(carried.number, len(found.present), found.assignment.n_unassigned))
        return found
    later = _with_newcomers(run, corpus, carried.number, found, updating.model_of_map(found))
    run.emit(events.TopicsReady(carried.number, len(later.present), later.assignment.n_unassigned))
    with run.doing("label", len(later.present), "topics"):
        run.reused()
    return later


def _bring_others_up_to_date(run: Run, corpus: Corpus) -> None:
    """The other analyses of the project, whose topics the documents that came with an update are to join too."""
    n_done = 0
    for number, found, model_file in updating.others_behind(run):
        beside = run.beside(found.settings)
        _with_newcomers(beside, corpus, number, found, model_file)
        run.add_seconds_of(beside)
        n_done += 1
    if n_done:
        run.emit(
            events.Notice("others-updated", f"The new documents have joined the topics of {n_done:,} other {'analysis' if n_done == 1 else 'analyses'} too.")
        )


def _with_newcomers(run: Run, corpus: Corpus, number: int, found: Analysis, model_file: FoundModel) -> Analysis:
    """An analysis with the documents that have no place in it yet, stored."""
    vectors, numerics = on_card_or_processor(run, lambda numerics: embed_texts(run, corpus, model_file, numerics))
    positions, assignment, rows = updating.placed(run, found, corpus, vectors)
    dense, numbers = updating.without_vacant(assignment)
    held = held_out.hold_out(corpus.texts, dense)
    described, _ = on_card_or_processor(run, lambda numerics: _describe(run, corpus, dense, vectors, held, model_file, numerics))
    typical = _choose_exemplars(run, held_out.without(dense, held), vectors)
    later = dataclasses.replace(
        found, positions=positions, assignment=assignment, keys=found.keys | run.keys, versions=updating.versions_after(run, found),
        topics=updating.topics_with_newcomers(found, assignment, numbers, described, typical),
        numerics=updating.numerics_after(run, found, numerics, rows, assignment),
    )  # fmt: skip
    TextUpdates(run.project).finish(number, later, updating.analysis_key(later))
    return later


def _import(run: Run, embedding_file: FoundModel) -> Corpus:
    with run.doing("import", unit="bytes") as progress:
        source = run.request.source
        if not run.project.has_texts:
            raise InputError(f"{run.project.path}: this copy was shared without its texts. It can be looked at and edited, but not run again.")
        if source is None:
            run.reused()
            return run.project.corpus()
        if run.request.update:
            source = updating.as_before(source, run.project)
        origin = updating.origin_of(source)
        if run.request.update:
            origin |= earlier_pasted(run.project.source(), source.path)
        if run.project.fingerprint is not None and updating.said(run.project.source()) == origin and not run.request.fresh:
            run.reused()
            return run.project.corpus()
        corpus, _ = on_card_or_processor(run, lambda numerics: read_texts(source, lambda: _reader(run, embedding_file, numerics), progress))
        if run.project.fingerprint is None:
            run.project.put_corpus(corpus, origin)
        elif run.project.fingerprint == corpus.fingerprint:
            if run.request.update:
                run.project.set_source(origin)
        elif run.request.update:
            updating.bring_in(run, corpus, origin, embedding_file)
        else:
            raise InputError(updating.refusal(run.project, corpus))
        return corpus


def _reader(run: Run, embedding_file: FoundModel, numerics: embedding.EmbeddingNumerics) -> embedding.EmbeddingModel:
    """The model whose limit passages keep: in an update that of the map, so that unchanged documents have the passages that they had."""
    run.workshop.wait_until_warm()
    found = updating.current_analysis(run.project) if run.request.update else None
    return run.workshop.embedding_model(embedding_file if found is None else updating.model_of_map(found), numerics)


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
        versions = run.versions("scikit-learn", "numpy")
        terms_key = vocabulary_key(run.project.fingerprint or "", run.settings.keywords, versions, run.languages)
        run.keys["keywords"] = key = cache_key(
            "keywords", keywords.STAGE_VERSION, cluster=run.keys["cluster"], held_out=held_out.STAGE_VERSION,
            settings=dataclasses.asdict(run.settings.keywords), versions=versions, terms=terms_key,
        )  # fmt: skip
        stored = run.cached_values(key)
        if stored is not None:
            run.reused()
            return [_topic_keywords(*topic) for topic in stored]

        terms = counted_terms(run, terms_key, corpus.texts, run.settings.keywords, run.languages)
        progress(1, 3)
        vectors_key = term_vectors_key(terms_key, sha256_of(model_file.path), numerics, computing_versions(run.workshop.versions))

        def embed(texts: Sequence[str]) -> FloatArray:
            return run.workshop.embedding_model(model_file, numerics).embed(texts, Progress(is_cancelled=run.is_cancelled))

        embedded = embedded_terms(run, vectors_key, terms, embed, Progress(is_cancelled=run.is_cancelled))
        progress(2, 3)
        described = keywords.describe_topics(terms, embedded, assignment, vectors, run.settings.keywords, Progress(is_cancelled=run.is_cancelled), held)
        progress(3, 3)
        run.keep(
            key,
            [([[(k.term, k.score) for k in aspect] for aspect in (d.keywords, d.keybert, d.mmr)], [d.told, d.told_keybert, d.told_telling]) for d in described],
        )
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
