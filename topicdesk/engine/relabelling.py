"""What a language model would call topics of an analysis, found or edited, asked anew: proposals to compare; it changes no label."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topicdesk.core import events
from topicdesk.core.analysis import Analysis, Label, Topic, TopicAssignment
from topicdesk.core.awake import staying_awake
from topicdesk.core.corpus import Corpus
from topicdesk.core.edited_analysis import EditedAnalysis, is_banned
from topicdesk.core.errors import Cancelled, InputError, TopicDeskError
from topicdesk.core.keyword_label import keyword_label
from topicdesk.core.model_files import FoundModel, choose_model
from topicdesk.core.progress import Progress
from topicdesk.core.requests import RelabelRequest, RunRequest
from topicdesk.core.settings import Settings
from topicdesk.engine.answers import AnswerBook
from topicdesk.engine.corpus_languages import find_languages
from topicdesk.engine.edit_requests import N_SPARE, compact, describe_edited
from topicdesk.engine.ground import Ground, current_analysis, ground_of
from topicdesk.engine.labels import Material, Naming
from topicdesk.engine.run import Emit, Run
from topicdesk.engine.search import model_of
from topicdesk.engine.workshop import Workshop
from topicdesk.project.cache import cache_key
from topicdesk.project.store import Project
from topicdesk.stages.exemplars import typical_documents
from topicdesk.stages.held_out import hold_out, without
from topicdesk.stages.keywords import TopicKeywords, class_tfidf
from topicdesk.stages.label_choice import centres_of


def relabel(request: RelabelRequest, workshop: Workshop, emit: Emit, is_cancelled: Callable[[], bool]) -> events.Relabelled:
    """Ask about the topics as a run does, beside the labels of all others, and keep the answers for a comparison.

    Raises
    ------
    TopicDeskError
        Where there is no language model, it cannot be loaded, what labels are made from was cleared, or it was stopped.
    """
    model_file = choose_model("language", request.language_model)
    if model_file is None:
        raise InputError("There is no language model to ask. `topicdesk models starter` places the starter models.")
    try:
        with staying_awake(), Project(Path(request.project)) as project:
            return _relabelled(request, workshop, project, model_file, emit, is_cancelled)
    except Cancelled as error:
        raise TopicDeskError("Stopped. What was answered is kept; no label was changed.") from error


def _relabelled(
    request: RelabelRequest, workshop: Workshop, project: Project, model_file: FoundModel, emit: Emit, is_cancelled: Callable[[], bool]
) -> events.Relabelled:
    emit(events.RelabelProgress(0, 0))
    found = current_analysis(project)
    describe_edited(project, found, workshop)
    edited = project.edited(found)
    ground = ground_of(project, found, workshop)
    if ground.vectors is None:
        raise InputError("The embeddings of this analysis were cleared, by which answers are judged; run once more.")
    settings = dataclasses.replace(found.settings, labelling=Settings.from_dict(request.settings).labelling)
    asked_of = RunRequest(request.project, settings=settings.to_dict(), device=request.device, gpu_layers=request.gpu_layers)
    run = Run(asked_of, settings, project, workshop, lambda event: _pass_on(event, emit), is_cancelled, stage="relabel")
    find_languages(run, project.corpus())
    subject = _subject(project, edited, ground, set(request.topics))
    standing = {topic.number: topic.label for topic in subject.analysis.topics if topic.stable_id not in request.topics}
    if len(standing) == len(subject.analysis.topics):
        raise InputError("These topics are not in this analysis.")
    workshop.release_graphics_memory()
    progress = Progress(lambda done, total: emit(events.RelabelProgress(done, total)), is_cancelled)
    material = Material.judged_by(model_of(found), workshop, subject.corpus, subject.told, ground.vectors, subject.held)
    naming = Naming(run, subject.analysis, material, progress, lambda labels: None, standing)
    with AnswerBook(run, model_file, progress, material.prepare) as book:
        naming.ask(book)
        labels, _ = naming.result(book)
    plain = {subject.analysis.topics[number].stable_id: dataclasses.asdict(label) for number, label in labels.items()}
    key = cache_key("proposals", 1, labels=plain)
    project.artifacts.put(key, "relabel", plain)
    return events.Relabelled(key, len(plain), not book.n_asked)


def _pass_on(event: events.Event, emit: Emit) -> None:
    """Of what a run says only notices: its labels would be taken for the map's."""
    if isinstance(event, events.Notice):
        emit(event)


@dataclasses.dataclass(frozen=True, eq=False)
class _Subject:
    """The edited topics without vacant numbers, as if a run had found them.

    Attributes
    ----------
    held : bool of shape (n_documents,)
        Documents that take no part in naming.
    told : list of TopicKeywords
        With the words that a model may be told, and no others.
    """

    analysis: Analysis
    corpus: Corpus
    held: NDArray[np.bool_]
    told: list[TopicKeywords]


def _subject(project: Project, edited: EditedAnalysis, ground: Ground, asked: set[str]) -> _Subject:
    """The topics that are asked about fall back on their keywords; those whose documents changed get exemplars without held-out ones."""
    assert ground.vectors is not None
    shown, corpus = edited.analysis, project.corpus()
    assignment, place = compact(shown)
    held = hold_out(corpus.texts, assignment)
    used = without(assignment, held)
    topics: list[Topic] = []
    for topic in shown.present:
        number, label, exemplars = place[topic.number], topic.label, topic.exemplars
        members = np.flatnonzero(used.topic_of == number)
        if topic.number in edited.keys and len(members):
            exemplars = tuple(typical_documents(ground.vectors, members, shown.settings.exemplars.n_exemplars))
        if topic.stable_id in asked:
            label = Label(keyword_label([keyword.term for keyword in topic.keywords], topic.number, {other.label.text for other in topics}), "keywords")
        topics.append(dataclasses.replace(topic, number=number, label=label, exemplars=exemplars))
    told = _told(project, edited, ground, used, held)
    return _Subject(dataclasses.replace(shown, assignment=assignment, topics=tuple(topics)), corpus, held, told)


def _told(project: Project, edited: EditedAnalysis, ground: Ground, used: TopicAssignment, held: NDArray[np.bool_]) -> list[TopicKeywords]:
    """For a topic as the run found it what the run told, so that its answers are found again; else counted anew, without banned words."""
    assert ground.vectors is not None
    settings = edited.analysis.settings.keywords
    stored: Any = project.artifacts.values(edited.analysis.keys.get("keywords", "")) or []
    scores: Any = None
    centres = centres_of(ground.vectors, used.topic_of, used.n_topics)
    told = []
    for place, topic in enumerate(edited.analysis.present):
        if topic.number < len(stored) and topic.number not in edited.keys:
            kept = stored[topic.number][1]
            words, by_meaning, telling = map(tuple, [*kept, kept[1]][:3])  # an older project keeps no third order
        else:
            if scores is None:
                scores = class_tfidf(ground.vocabulary.of(~held), TopicAssignment(used.topic_of[~held], used.strength[~held]), settings)
            members = used.topic_of == place
            described = ground.describer.describe(scores[place], ground.vectors[members].mean(axis=0) if members.any() else None, N_SPARE)
            words, by_meaning = (
                tuple(keyword.term for keyword in aspect if not is_banned(keyword.term, edited.banned))[: settings.n_keywords]
                for aspect in (described.keywords, described.keybert)
            )
            telling = ground.describer.telling(by_meaning, centres, place)
        told.append(TopicKeywords((), (), (), words, by_meaning, telling))
    return told
