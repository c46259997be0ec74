"""What the engine says: one stream of typed events that terminal, window and tests read alike.

Events carry counts, ids, seconds and codes, never the text of a document (labels and file names aside). A run ends with
exactly one last word: RunFinished, RunFailed or RunCancelled.

| event | says |
|---|---|
| EngineReady | the process is up; versions and device |
| RunStarted | a request was taken |
| CorpusRead | what import understood, counted |
| StageStarted, StageProgress, StageFinished | one stage's course; `total` None where it is not known |
| ProjectionReady | the map's positions are in the project under `key` |
| TopicsReady | an analysis with keyword labels is in the project |
| LabelReady | one topic has its label |
| Notice | something the researcher should know, in one sentence |
| RunFinished, RunFailed, RunCancelled | the last word of a run |
| ForecastReady | what a run would cost; answers a "forecast" request |
| TextsCompared | what an update of a project's texts would bring; answers a "compare" request |
| Reclustered | topics of another size from the cached projection; answers a "recluster" request |
| SearchReady | documents found by meaning; answers a "search" request |
| ModelTried | what a language model answered to one prompt, and how quickly |
| Described | topics that edits touched have keywords and typical documents; answers a "describe" request |
| Suggested | where unassigned documents would go; answers a "suggest" request |
| SplitFound | parts of a topic; answers a "split" request |
| PromptFilled | what the language model would be asked about a topic; answers a "prompt" request, and alone holds text of documents |
| BertopicWritten | a folder for BERTopic is there; answers a "bertopic" request |
| RelabelProgress, Relabelled | other labels for topics, to compare; answers a "relabel" request |
| RequestFailed | a small request could not be served |
"""

from __future__ import annotations

import dataclasses
import typing
from dataclasses import dataclass, field
from typing import Any

PROTOCOL_VERSION = 1
STAGES = ("import", "embed", "project", "cluster", "keywords", "exemplars", "label", "draw")


@dataclass(frozen=True)
class EngineReady:
    """The engine takes requests. `seconds` is what its start took."""

    seconds: float
    device: str
    versions: dict[str, str]


@dataclass(frozen=True)
class RunStarted:
    """A run began."""

    project: str


@dataclass(frozen=True)
class CorpusRead:
    """What import understood. `n_passages` is 0 where documents are analysed whole; `unheard` counts the turns of speakers who are left out."""

    n_documents: int
    n_duplicates: int
    n_unreadable: int
    dropped: dict[str, int]
    n_passages: int = 0
    unheard: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class StageStarted:
    """A stage began; `unit` is what it counts ("documents", "topics", "bytes" of a file)."""

    stage: str
    total: int | None = None
    unit: str = ""


@dataclass(frozen=True)
class StageProgress:
    """How far a stage is. `done` counts cached units too, `n_from_cache` says how many those are."""

    stage: str
    done: int
    total: int
    n_from_cache: int = 0


@dataclass(frozen=True)
class StageFinished:
    """A stage is done and kept. `from_cache` is True where nothing had to be computed."""

    stage: str
    seconds: float
    from_cache: bool


@dataclass(frozen=True)
class ProjectionReady:
    """The 2-D positions lie in the project as block 1 of the artifact `key` (block 0: what clustering works on)."""

    key: str


@dataclass(frozen=True)
class TopicsReady:
    """The analysis is in the project, with keyword labels where the model has not answered yet."""

    analysis_id: int
    n_topics: int
    n_unassigned: int


@dataclass(frozen=True)
class LabelReady:
    """Topic `topic` is called `text`."""

    topic: int
    text: str
    origin: str


@dataclass(frozen=True)
class Notice:
    """Something the researcher should know. `code` is stable, `text` one sentence."""

    code: str
    text: str


@dataclass(frozen=True)
class RunFinished:
    """Last word: done. `summary` is the content of run.json; `outputs` the files written."""

    analysis_id: int
    summary: dict[str, Any]
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunFailed:
    """Last word: a stage failed (`exit_code` 3) or the input is wrong (2)."""

    stage: str
    reason: str
    exit_code: int
    advice: str = ""
    details: str = ""
    engine_died: bool = False


@dataclass(frozen=True)
class RunCancelled:
    """Last word: stopped at the researcher's wish in `stage`; `kept` says what the next run need not do again."""

    stage: str
    kept: str


@dataclass(frozen=True)
class ForecastReady:
    """What a run of this corpus would cost on this machine, from a measured probe.

    `n_cut` counts texts that the embedding model reads only in part (beyond `n_max_tokens` tokens). `survey` counts what cleaning
    would do to the texts as they stand in the file; `n_passages` is how many there are where documents are split (`n_cut` counts them then).
    `languages` are what the texts were found to be in, by name with the share of
    their letters, most spoken first; `language_notes` what stands in their way here.
    """

    n_documents: int
    n_cut: int
    n_max_tokens: int
    seconds: dict[str, float]
    memory_mib: int
    free_memory_mib: int
    min_topic_size: int
    survey: dict[str, Any] = field(default_factory=dict)
    n_passages: int = 0
    languages: dict[str, float] = field(default_factory=dict)
    language_notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class TextsCompared:
    """What a file would bring to a project: counts of documents, and the ids of some that would be gone.

    `n_amended` counts those whose text is the same and whose other cells differ; `by_id` says whether ids told which is which.
    """

    project: str
    n_new: int
    n_changed: int
    n_gone: int
    n_same: int
    n_amended: int
    by_id: bool
    gone: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reclustered:
    """The topic numbers lie in the project as the artifact `key` (int64 of shape (n_documents,))."""

    key: str
    min_topic_size: int
    n_topics: int
    n_unassigned: int


@dataclass(frozen=True)
class SearchReady:
    """Documents by meaning, nearest first: their rows, and each one's cosine to what was asked for."""

    words: str
    document: int | None
    rows: tuple[int, ...]
    likeness: tuple[float, ...]


@dataclass(frozen=True)
class ModelTried:
    """A language model answered. `place` says where it computes, `notice` why not on the graphics card (empty where it does, or there is none)."""

    answer: str
    n_prompt_tokens: int
    n_new_tokens: int
    seconds_to_load: float
    seconds: float
    place: str
    notice: str


@dataclass(frozen=True)
class Described:
    """What is known about `n_topics` edited topics lies in the project."""

    n_topics: int


@dataclass(frozen=True)
class Suggested:
    """Three arrays lie in the project as the artifact `key`: rows and topic numbers (int64), scores in [0, 1] (float32)."""

    key: str
    strategy: str
    n_documents: int


@dataclass(frozen=True)
class SplitFound:
    """The part of each of the topic's documents, in their order, lies in the project as the artifact `key` (int64), the largest part first."""

    key: str
    topic: str
    n_parts: int


@dataclass(frozen=True)
class PromptFilled:
    """A prompt as the language model would read it, and what it is made from.

    Attributes
    ----------
    n_tokens, n_context : int
        How long it is, and how much the model reads.
    cut : bool
        Whether a document was shortened.
    profile : str
        "small", "llama-2" or "chat".
    system_text, example, main_prompt : str
        The profile's own.
    template : str
        The known chat template in the model's file; empty where it is another, or the profile uses none.
    unknown_template : str
        The sha256 of an unknown one. The prompt is shown as it would be with it, accepted or not.
    problem : str
        Why the unknown one cannot be used.
    """

    text: str
    n_tokens: int
    n_context: int
    cut: bool
    profile: str
    system_text: str
    example: str
    main_prompt: str
    template: str = ""
    unknown_template: str = ""
    problem: str = ""


@dataclass(frozen=True)
class BertopicWritten:
    """A folder for BERTopic is there.

    Attributes
    ----------
    n_vacant : int
        Topics that hold no documents any more and are listed only for their numbers.
    n_passages : int
        What the topics are topics of, where documents are in passages; else 0.
    uncounted : tuple of str
        Languages whose words BERTopic cannot tell by itself.
    """

    paths: tuple[str, ...]
    n_vacant: int
    n_passages: int = 0
    uncounted: tuple[str, ...] = ()

    def in_words(self) -> str:
        """What the reader should know of it; empty where there is nothing."""
        which = "1 topic that holds" if self.n_vacant == 1 else f"{self.n_vacant:,} topics that hold"
        vacant = f"BERTopic will list {which} no documents any more, with Count 0, so that the others keep their numbers."
        passages = (
            f"Its documents are the {self.n_passages:,} passages: where BERTopic asks for the documents, give it the texts of passages.csv "
            "(export the tables as CSV)."
        )
        uncounted = (
            f"Topics, keywords and labels are the same there, but BERTopic cannot cut {' and '.join(self.uncounted)} into words by itself: "
            "before anything that counts words anew, such as update_topics, give it a vectorizer_model with a segmenter."
        )
        return " ".join([vacant] * bool(self.n_vacant) + [passages] * bool(self.n_passages) + [uncounted] * bool(self.uncounted))


@dataclass(frozen=True)
class RelabelProgress:
    """Of `total` topics `done` are answered for; both 0 while the model is loaded."""

    done: int
    total: int


@dataclass(frozen=True)
class Relabelled:
    """What the model would call topics lies in the project as the artifact `key`: plain labels by stable id. `from_cache`: all of it was answered before."""

    key: str
    n_topics: int
    from_cache: bool


@dataclass(frozen=True)
class RequestFailed:
    """A small request (forecast, recluster, search, prompt, relabel) could not be served; no run is touched."""

    request: str
    reason: str


Event = (
    EngineReady
    | RunStarted
    | CorpusRead
    | StageStarted
    | StageProgress
    | StageFinished
    | ProjectionReady
    | TopicsReady
    | LabelReady
    | Notice
    | RunFinished
    | RunFailed
    | RunCancelled
    | ForecastReady
    | TextsCompared
    | Reclustered
    | SearchReady
    | ModelTried
    | Described
    | Suggested
    | SplitFound
    | PromptFilled
    | BertopicWritten
    | RelabelProgress
    | Relabelled
    | RequestFailed
)
_TUPLES = ("outputs", "rows", "likeness", "paths", "gone", "language_notes", "uncounted")
LAST_WORDS = (RunFinished, RunFailed, RunCancelled)
_BY_NAME: dict[str, type[Any]] = {kind.__name__: kind for kind in typing.get_args(Event)}


def to_dict(event: Event) -> dict[str, Any]:
    """The event as plain values, its type under "event"."""
    return {"event": type(event).__name__, **dataclasses.asdict(event)}


def from_dict(values: dict[str, Any]) -> Event:
    """The event that `to_dict` described. Raises ValueError for an unknown event, an unknown or a lacking value."""
    values = {name: tuple(value) if name in _TUPLES else value for name, value in values.items()}
    kind = _BY_NAME.get(str(values.pop("event", None)))
    if kind is None:
        raise ValueError("not an event of this version")
    try:
        event: Event = kind(**values)
    except TypeError as error:
        raise ValueError(str(error)) from error
    return event
