"""A project's texts are brought up to date: compared, replaced, and the new ones given a place and a topic beside those that are there.

The topics stay: who wants them found anew in all documents runs once more. What cannot be undone is preceded by a backup.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from topicdesk.core import events
from topicdesk.core.analysis import Analysis, Label, Topic, TopicAssignment
from topicdesk.core.arrays import BoolArray, FloatArray, IntArray
from topicdesk.core.corpus import Corpus
from topicdesk.core.corpus_change import CorpusChange, compare
from topicdesk.core.errors import Cancelled, InputError
from topicdesk.core.model_files import FoundModel, choose_model, sha256_of
from topicdesk.core.progress import Progress
from topicdesk.core.requests import CompareRequest, CorpusSource
from topicdesk.core.text_update import counts_in_words
from topicdesk.engine.corpus_languages import language_record
from topicdesk.engine.embedding_plan import Embedder, extended_plan, plan_key, plan_of, stored_form
from topicdesk.engine.ground import load_projection
from topicdesk.engine.run import Run
from topicdesk.engine.search import model_of
from topicdesk.engine.texts import read_texts
from topicdesk.engine.workshop import Workshop
from topicdesk.importing.opening import state_of
from topicdesk.project.cache import cache_key
from topicdesk.project.snapshots import take_snapshot
from topicdesk.project.store import Project
from topicdesk.project.updating import Blocks, TextUpdates
from topicdesk.stages import embedding, newcomers
from topicdesk.stages.keywords import TopicKeywords, keyword_labels

N_GONE_SHOWN = 100
KEPT_VERSIONS = ("topicdesk", "torch", "transformers", "sentence-transformers", "scikit-learn", "numpy")
BACKUP_REASON = "before its texts were updated"


@dataclass(frozen=True, eq=False)
class Carried:
    """The analysis that an update keeps, over the rows of the new corpus; `is_waiting` where new documents have no place in it yet."""

    number: int
    found: Analysis
    is_waiting: bool


def compared(request: CompareRequest, workshop: Workshop, is_overtaken: Callable[[], bool]) -> events.TextsCompared:
    """What the file would bring to the project; nothing is changed.

    Raises
    ------
    InputError
        Where one of the two cannot be read, or the project was shared without its texts.
    Cancelled
        Where something newer waits.
    """
    with Project(Path(request.project)) as project:
        if not project.has_texts:
            raise InputError("This copy was shared without its texts: nothing can be compared with them.")
        after = read_texts(as_before(request.source, project), lambda: _reader(project, workshop), Progress(is_cancelled=is_overtaken))
        before = project.corpus()
    if is_overtaken():
        raise Cancelled("")
    change = compare(before, after)
    return events.TextsCompared(
        request.project, change.n_new, change.n_changed, change.n_gone, change.n_same, change.n_amended, change.by_id,
        change.gone[:N_GONE_SHOWN],
    )  # fmt: skip


def _reader(project: Project, workshop: Workshop) -> embedding.EmbeddingModel:
    """The model of the map, or where there is none yet the one that a run would take."""
    found = current_analysis(project)
    model_file = choose_model("embedding", None) if found is None else model_of_map(found)
    if model_file is None:
        raise InputError("No embedding model was found, which texts that are split need.")
    return workshop.embedding_model(model_file, workshop.numerics("auto"))


def current_analysis(project: Project) -> Analysis | None:
    """The analysis that is shown; None where there is none, or it is damaged."""
    number = project.analyses.current()
    return None if number is None else project.analyses.get(number, project.fingerprint or "")


def as_before(source: CorpusSource, project: Project) -> CorpusSource:
    """A later state of a file is understood as the first one was, where the researcher does not say otherwise."""
    names = [field.name for field in dataclasses.fields(CorpusSource) if field.name not in ("path", "pasted")]
    usual, known = CorpusSource(""), said(project.source())
    before = CorpusSource.from_dict({"path": ""} | {name: known[name] for name in names if name in known})
    return dataclasses.replace(source, **{name: getattr(before, name) for name in names if getattr(source, name) == getattr(usual, name)})


def refusal(project: Project, corpus: Corpus) -> str:
    """Why a run without `--update` leaves this corpus alone, and what an update would bring."""
    change = compare(project.corpus(), corpus)
    if is_another(change):
        return f"{project.path} holds the analysis of another corpus, or of other columns or another sample of it. Choose another folder for this one."
    counts = counts_in_words(change.n_new, change.n_changed, change.n_gone, change.n_same)
    return (
        f"{project.path} holds an earlier state of these texts, or of other columns or another sample of them. Beside it this file has: {counts}. "
        "--update brings the project up to date and keeps its topics (a backup is made first); another folder makes a new one."
    )


def is_another(change: CorpusChange) -> bool:
    """Whether two corpora have no text in common; ids alone say nothing, as most tables count from 1."""
    return not change.n_same


def bring_in(run: Run, corpus: Corpus, origin: dict[str, object], model_file: FoundModel) -> None:
    """Make a backup, then put the corpus in the place of the earlier one.

    Raises
    ------
    InputError
        Where the two have no document in common, or the model that the map was made with is not here. Nothing is changed then.
    """
    project, before = run.project, run.project.corpus()
    change = compare(before, corpus)
    if is_another(change):
        raise InputError(f"{project.path} holds another corpus: no document of this file is in it. Choose another folder for this one.")
    current = project.analyses.current()
    found = None if current is None else project.analyses.get(current, "")
    model = model_file if found is None else model_of_map(found)
    plans = _plans(run, before, corpus, model)
    take_snapshot(project.path, BACKUP_REASON, run.is_cancelled)
    run.text_update = TextUpdates(project).replace_corpus(corpus, origin, change, plans)
    gone = f" Gone: {_some(run.text_update.gone)}." if run.text_update.gone else ""
    run.emit(events.Notice("texts-updated", f"Texts updated: {run.text_update.words}.{gone} A backup of the state before is kept."))


def _plans(run: Run, before: Corpus, corpus: Corpus, model: FoundModel) -> Sequence[tuple[str, Blocks]]:
    """Where the embeddings of the later corpus lie, by the model of the update and those of other analyses, as far as they are here."""
    project, hashes = run.project, [sha256_of(model.path)]
    for number in project.analyses.numbers():
        if (other := project.analyses.get(number, "")) is not None:
            hashes += [used.sha256 for used in other.models if used.role == "embedding"]
    known, distinct, plans = _distinct(before), _distinct(corpus), []
    for sha256 in dict.fromkeys(hashes):
        embedder = Embedder(sha256, run.workshop.numerics(run.request.device), run.workshop.versions)
        plan = extended_plan(plan_of(project.artifacts, before.fingerprint, known, embedder), known, distinct, embedder, project.artifacts.has)
        plans.append((plan_key(corpus.fingerprint, embedder), stored_form(plan)))
    return plans


def model_of_map(found: Analysis) -> FoundModel:
    """The embedding model of the map that is there: new documents can be compared with it by no other."""
    try:
        return model_of(found)
    except InputError as error:
        name = next((Path(model.path).name for model in found.models if model.role == "embedding"), "unknown")
        raise InputError(f"The embedding model that made the map ({name}) is not on this computer; an update needs it. Nothing was changed.") from error


def carried(run: Run) -> Carried | None:
    """The analysis that this run brings up to date; None where it finds topics anew."""
    updates = TextUpdates(run.project)
    waiting = updates.waiting
    if run.request.fresh or (waiting is None and not run.request.update):
        if waiting is not None:
            updates.give_up()
        return None
    number = waiting if waiting is not None else run.project.analyses.current()
    found = None if number is None else run.project.analyses.get(number, run.project.fingerprint or "")
    if number is None or found is None or not np.isfinite(found.positions).any():
        updates.give_up()
        return None
    if waiting is not None and not run.request.update:
        run.emit(events.Notice("update-continued", "An update of the texts had not ended: it is finished now. Run once more to find topics anew."))
    return Carried(number, found, waiting is not None)


def others_behind(run: Run) -> Iterator[tuple[int, Analysis, FoundModel]]:
    """The other analyses whose new documents have no place yet, each with the model of its map; one whose model is not here goes on waiting, and it is said."""
    updates = TextUpdates(run.project)
    for number in updates.behind:
        found = run.project.analyses.get(number, run.project.fingerprint or "")
        if found is None or not np.isfinite(found.positions).any():
            updates.forget(number)
            continue
        try:
            model_file = model_of(found)
        except InputError:
            name = next((Path(model.path).name for model in found.models if model.role == "embedding"), "unknown")
            waits = f"Another analysis, of {found.created[:10]}, leaves later documents in none of its topics: {name}, its embedding model,"
            run.emit(events.Notice("analysis-behind", f"{waits} is not on this computer. The first run that finds it there sees to that."))
            continue
        yield number, found, model_file


def placed(run: Run, found: Analysis, corpus: Corpus, vectors: FloatArray) -> tuple[FloatArray, TopicAssignment, IntArray]:
    """Positions and topics with the new documents among them, and which rows those are; the stages "project" and "cluster" of an update."""
    has_place: BoolArray = np.asarray(np.isfinite(found.positions).all(axis=1))
    known = np.flatnonzero(has_place)
    rows = corpus.with_text[~has_place[corpus.with_text]]
    topic_of = found.assignment.topic_of
    with run.doing("project", len(rows), "documents") as progress:
        run.keys["project"] = key = cache_key(
            "newcomers", newcomers.STAGE_VERSION, of=found.keys["project"], topics=found.keys["cluster"], embeddings=run.keys["embed"]
        )
        neighbours = newcomers.nearest_known(vectors, rows, known, lambda n_done: progress(n_done, len(rows)))
        joined, strength = newcomers.join_topics(neighbours, topic_of[known])
        positions = found.positions.copy()
        layouts = {1: positions}
        if (for_clustering := load_projection(run.project, found)) is not None:
            layouts[0] = for_clustering
        for block, layout in layouts.items():
            layout[rows] = newcomers.places_beside(neighbours, joined, topic_of[known], layout[known])
            run.keep(key, layout, block)
        run.emit(events.ProjectionReady(key))
    with run.doing("cluster"):
        run.keys["cluster"] = cache_key("newcomers", newcomers.STAGE_VERSION, of=found.keys["cluster"], project=key)
        all_topics, all_strength = topic_of.copy(), found.assignment.strength.copy()
        all_topics[rows], all_strength[rows] = joined, strength
    return positions, TopicAssignment(all_topics, all_strength), rows


def without_vacant(assignment: TopicAssignment) -> tuple[TopicAssignment, IntArray]:
    """The assignment with numbers that leave none out, and the topic's own number of each."""
    numbers = np.unique(assignment.topic_of[assignment.topic_of >= 0])
    dense = np.where(assignment.topic_of >= 0, np.searchsorted(numbers, assignment.topic_of), -1).astype(np.int64)
    return TopicAssignment(dense, assignment.strength), numbers


def topics_with_newcomers(
    found: Analysis, assignment: TopicAssignment, numbers: IntArray, described: Sequence[TopicKeywords], typical: Sequence[Sequence[int]]
) -> tuple[Topic, ...]:
    """The topics as they were, with the words and typical documents of all that they hold now; only names made of keywords follow them."""
    sizes = np.bincount(assignment.topic_of[assignment.topic_of >= 0], minlength=len(found.topics))
    by_keywords = keyword_labels(described)
    topics = [dataclasses.replace(topic, size=int(sizes[topic.number]), exemplars=()) for topic in found.topics]
    for place, number in enumerate(numbers.tolist()):
        words, topic = described[place], topics[number]
        label = topic.label if topic.label.origin != "keywords" else Label(by_keywords[place], "keywords")
        topics[number] = dataclasses.replace(
            topic, keywords=words.keywords, keybert=words.keybert, mmr=words.mmr, exemplars=tuple(typical[place]), label=label
        )  # fmt: skip
    return tuple(topics)


def analysis_key(later: Analysis) -> str:
    """The cache key of an analysis that was brought up to date."""
    return cache_key("updated", 1, keywords=later.keys["keywords"], exemplars=later.keys["exemplars"])


def numerics_after(run: Run, found: Analysis, numerics: embedding.EmbeddingNumerics, rows: IntArray, assignment: TopicAssignment) -> dict[str, object]:
    """What was computed how, with a line for each time that documents joined."""
    joined = {"n_placed": len(rows), "n_in_topics": int((assignment.topic_of[rows] >= 0).sum()), "n_neighbours": newcomers.N_NEIGHBOURS}
    lines = [*found.numerics.get("newcomers", ()), *([joined] if len(rows) else [])]
    return found.numerics | {"embedding": dataclasses.asdict(numerics), "texts": run.reading, "languages": language_record(run), "newcomers": lines}


def versions_after(run: Run, found: Analysis) -> dict[str, str]:
    """Those of the map's making, with those that the update's own steps were made by."""
    return found.versions | {name: run.workshop.versions[name] for name in KEPT_VERSIONS if name in run.workshop.versions}


def origin_of(source: CorpusSource) -> dict[str, object]:
    """What was read, and the file's size and time, by which an unchanged file is known."""
    try:
        n_bytes, changed = state_of(Path(source.path))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name is impossible"
        raise InputError(f"{source.path}: the corpus cannot be read ({reason}).") from error
    return source.said() | {"n_bytes": n_bytes, "changed": changed}


def said(origin: dict[str, object]) -> dict[str, Any]:
    """Of an origin in a project of before, what was not left to the guess."""
    return {name: value for name, value in origin.items() if value is not None}


def _distinct(corpus: Corpus) -> list[str]:
    return embedding.distinct_texts(list(filter(None, corpus.texts)))[0]


def _some(ids: Sequence[str], n_shown: int = 5) -> str:
    more = f" and {len(ids) - n_shown:,} more" if len(ids) > n_shown else ""
    return ", ".join(ids[:n_shown]) + more
