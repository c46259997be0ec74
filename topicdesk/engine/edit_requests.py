"""What edits ask of the engine: words for touched topics, topics for unassigned documents, parts of a topic."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from topicdesk.core.analysis import Analysis, TopicAssignment
from topicdesk.core.arrays import IntArray, are_placed
from topicdesk.core.edited_analysis import Description, EditedAnalysis
from topicdesk.core.errors import Cancelled, InputError
from topicdesk.core.events import Described, SplitFound, Suggested
from topicdesk.core.requests import DescribeRequest, SplitRequest, SuggestRequest
from topicdesk.engine.ground import Ground, coordinates, current_analysis, ground_of, is_at_hand
from topicdesk.engine.workshop import Workshop
from topicdesk.project.cache import cache_key
from topicdesk.project.store import Project
from topicdesk.stages import splitting, suggesting
from topicdesk.stages.exemplars import typical_documents
from topicdesk.stages.keywords import class_tfidf

N_SPARE = 20  # keywords beyond those that are shown, so that some can be banned


def describe(request: DescribeRequest, workshop: Workshop) -> Described:
    """Find and keep what is known about the topics that edits touched.

    Raises
    ------
    InputError
        Where the project holds no analysis.
    """
    with Project(Path(request.project)) as project:
        return Described(describe_edited(project, current_analysis(project), workshop))


def describe_beside_run(request: DescribeRequest, workshop: Workshop) -> Described | None:
    """As `describe`, while a run goes on; None where a model would be needed or much room, so that it waits for the run's end."""
    with Project(Path(request.project)) as project:
        analysis = current_analysis(project)
        return Described(describe_edited(project, analysis, workshop)) if is_at_hand(project, analysis, workshop) else None


def describe_edited(project: Project, analysis: Analysis, workshop: Workshop) -> int:
    """The same for an analysis as the run left it. How many topics were described."""
    edited = project.edited(analysis)
    if edited.lacking:
        project.descriptions.put(descriptions(edited, ground_of(project, analysis, workshop)))
    return len(edited.lacking)


def with_edits(project: Project, found: Analysis, workshop: Workshop) -> EditedAnalysis:
    """The analysis of a run that has just ended, as every export shows it; words of touched topics are found where they are lacking."""
    describe_edited(project, found, workshop)
    return project.edited(found)


def descriptions(edited: EditedAnalysis, ground: Ground) -> dict[str, Description]:
    """What is lacking, by key: as a run over the edited topics would describe them."""
    assignment, place = compact(edited.analysis)
    scores = class_tfidf(ground.vocabulary, assignment, edited.analysis.settings.keywords)
    found = {}
    for number in edited.lacking:
        members = np.flatnonzero(edited.analysis.assignment.topic_of == number)
        middle = None if ground.vectors is None else ground.vectors[members].mean(axis=0)
        words = ground.describer.describe(scores[place[number]], middle, N_SPARE)
        exemplars: tuple[int, ...] = ()
        likeness: dict[int, float] = {}
        if ground.vectors is not None and middle is not None:
            exemplars = tuple(typical_documents(ground.vectors, members, edited.analysis.settings.exemplars.n_exemplars))
            placed = members[edited.unmeasured[members]]
            near = ground.vectors[placed] @ middle / max(float(np.linalg.norm(middle)), 1e-12)
            likeness = dict(zip(placed.tolist(), np.clip(near, 0, 1).astype(float).tolist(), strict=True))
        found[edited.keys[number]] = Description(words.keywords, words.keybert, words.mmr, exemplars, likeness)
    return found


def suggest(request: SuggestRequest, workshop: Workshop, is_overtaken: Callable[[], bool]) -> Suggested:
    """The topic that each unassigned document is nearest to by a strategy, those that are kept as noise left out.

    Raises
    ------
    InputError
        Where there is nothing to compare, or what the strategy needs was cleared.
    Cancelled
        Where something newer waits.
    """
    with Project(Path(request.project)) as project:
        analysis = current_analysis(project)
        edited = project.edited(analysis)
        ground = ground_of(project, analysis, workshop)
        if is_overtaken():
            raise Cancelled("")
        assignment, place = compact(edited.analysis)
        has_text = are_placed(analysis.positions)
        rows = np.flatnonzero((assignment.topic_of < 0) & has_text & ~edited.kept)
        if not assignment.n_topics:
            raise InputError("There is no topic to put documents into.")
        if request.strategy == "c-tf-idf":
            scores = class_tfidf(ground.vocabulary, assignment, analysis.settings.keywords)
            topics, near = suggesting.by_terms(ground.vocabulary, scores, rows)
        else:
            if ground.vectors is None:
                raise InputError("The embeddings of this analysis were cleared; run once more, or compare by c-TF-IDF.")
            by = suggesting.by_neighbours if request.strategy == "neighbours" else suggesting.by_centroid
            topics, near = by(ground.vectors, assignment, rows, is_overtaken)
        number_of = np.array(sorted(place, key=lambda number: place[number]), dtype=np.int64)
        key = cache_key(
            "suggestion", 1, strategy=request.strategy, analysis=analysis.keys, edits=[edit.sequence for edit in project.edits.all() if edit.state == "done"]
        )
        for block, array in enumerate((rows, number_of[topics] if len(rows) else rows, near)):
            project.artifacts.put(key, "suggestion", array, block)
        return Suggested(key, request.strategy, len(rows))


def split(request: SplitRequest, workshop: Workshop) -> SplitFound:
    """The parts that a topic falls into where it was found, in the cached projection.

    Raises
    ------
    InputError
        Where the topic or the projection is not there, or it does not fall apart.
    """
    workshop.wait_until_warm()
    with Project(Path(request.project)) as project:
        analysis = current_analysis(project)
        shown = project.edited(analysis).analysis
        number = next((topic.number for topic in shown.present if topic.stable_id == request.topic), None)
        if number is None:
            raise InputError("The topic is not in this analysis.")
        members = np.flatnonzero(shown.assignment.topic_of == number)
        part_of = splitting.split(coordinates(project, analysis)[members], request.n_parts or None)
        key = cache_key("split", splitting.STAGE_VERSION, topic=request.topic, n_parts=request.n_parts, members=members.tolist(), of=analysis.keys)
        project.artifacts.put(key, "split", part_of)
        project.artifacts.put(key, "split", _words_of_parts(shown, number, members, part_of, ground_of(project, analysis, workshop)), 1)
        return SplitFound(key, request.topic, int(part_of.max()) + 1)


def _words_of_parts(shown: Analysis, number: int, members: IntArray, part_of: IntArray, ground: Ground) -> list[list[str]]:
    """The first keywords that each part would have beside all other topics."""
    assignment, place = compact(shown)
    topic_of = assignment.topic_of.copy()
    topic_of[members] = np.where(part_of == 0, place[number], assignment.n_topics - 1 + part_of)
    scores = class_tfidf(ground.vocabulary, TopicAssignment(topic_of, assignment.strength), shown.settings.keywords)
    rows = [place[number], *range(assignment.n_topics, int(topic_of.max()) + 1)]
    return [[keyword.term for keyword in ground.describer.describe(scores[row], None).keywords] for row in rows]


def compact(analysis: Analysis) -> tuple[TopicAssignment, dict[int, int]]:
    """The assignment without vacant numbers, and the place of each present topic among them."""
    place = {topic.number: i for i, topic in enumerate(analysis.present)}
    table: IntArray = np.full(len(analysis.topics) + 1, -1, dtype=np.int64)
    table[list(place)] = list(place.values())
    return TopicAssignment(table[analysis.assignment.topic_of], analysis.assignment.strength), place
