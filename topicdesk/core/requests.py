"""What the engine is asked: frozen requests, the other direction of the stream in `core/events.py`."""

from __future__ import annotations

import dataclasses
import typing
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class CorpusSource:
    """Which file is the corpus and how to understand it. None means: guess, as the preview does.

    Attributes
    ----------
    text : str or None
        The column of the texts.
    joined : tuple of str
        Further columns whose cells are joined to the text's, in this order.
    clean : tuple of str
        What is taken out of the texts: "html", "email" (headers and signatures), "urls".
    min_words : int or None
        Texts with fewer words are left out of the analysis.
    drop_duplicates : bool or None
        Whether texts that repeat an earlier one are left out; else they are kept and embedded once.
    split : str or None
        Into what documents are split, "speaker", "paragraph" or "sentences"; None leaves each whole.
    without_speakers : tuple of str
        Where documents are split by speaker: whose turns are left out, such as the interviewer's.
    header : bool or None
        Whether the first row names the columns.
    skip : int or None
        How many lines above the table are passed over.
    sheet : str or None
        The sheet of a workbook, or the file in an archive.
    pasted : str or None
        Of a file that TopicDesk wrote of a pasted text: its SHA-256.
    """

    path: str
    text: str | None = None
    joined: tuple[str, ...] = ()
    clean: tuple[str, ...] = ()
    min_words: int | None = None
    drop_duplicates: bool | None = None
    split: str | None = None
    without_speakers: tuple[str, ...] = ()
    title: str | None = None
    id: str | None = None
    date: str | None = None
    group: str | None = None
    sample: int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header: bool | None = None
    skip: int | None = None
    sheet: str | None = None
    pasted: str | None = None

    def said(self) -> dict[str, Any]:
        """Plain values of what is not left to the guess, as they come back from JSON."""
        values = {name: list(value) if isinstance(value, tuple) else value for name, value in dataclasses.asdict(self).items()}
        return {name: value for name, value in values.items() if value not in (None, [])}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The source that plain values describe. Raises TypeError for an unknown name."""
        said: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
        return cls(**said)


@dataclass(frozen=True)
class RunRequest:
    """Run all stages. `project` is the project file; `out_folder` gets map.png, topics.csv, documents.csv, run.json.

    `source` None means: the corpus is in the project already. `settings` are nested plain values (core/settings.py).
    `update` puts the source in the place of the corpus that is there; the topics stay, new documents join them.
    `delete_backups` then deletes the backups that hold texts which the source no longer has.
    """

    project: str
    source: CorpusSource | None = None
    out_folder: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    embedding_model: str | None = None
    language_model: str | None = None
    with_labels: bool = True
    device: str = "auto"
    gpu_layers: str = "auto"
    fresh: bool = False
    update: bool = False
    delete_backups: bool = False


@dataclass(frozen=True)
class CompareRequest:
    """What would an update of the project by this file bring? Answered by TextsCompared; a newer one replaces it."""

    project: str
    source: CorpusSource


@dataclass(frozen=True)
class ForecastRequest:
    """What would a run of this corpus cost here? Answered by ForecastReady."""

    source: CorpusSource
    embedding_model: str | None = None
    language_model: str | None = None
    device: str = "auto"


@dataclass(frozen=True)
class ReclusterRequest:
    """Cluster the project's cached projection with another topic size. Answered by Reclustered; a newer one replaces it."""

    project: str
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SearchRequest:
    """Which documents mean something like these words, or like this document? Answered by SearchReady, also while a run goes on."""

    project: str
    words: str = ""
    document: int | None = None


@dataclass(frozen=True)
class TryModelRequest:
    """Let a language model answer one prompt, to see that it works. Answered by ModelTried."""

    language_model: str
    prompt: str
    device: str = "auto"


@dataclass(frozen=True)
class DescribeRequest:
    """Find keywords and typical documents of the topics that edits touched. Answered by Described; a newer one replaces it."""

    project: str


@dataclass(frozen=True)
class SuggestRequest:
    """Which topic is each unassigned document nearest to, by "centroid", "c-tf-idf" or "neighbours"? Answered by Suggested; a newer one replaces it."""

    project: str
    strategy: str = "centroid"


@dataclass(frozen=True)
class SplitRequest:
    """Into which parts does a topic, by its stable id, fall? Answered by SplitFound; a newer one replaces it. `n_parts` 0 leaves their number open."""

    project: str
    topic: str
    n_parts: int = 0


@dataclass(frozen=True)
class PromptRequest:
    """What would the language model be asked about a topic with these keywords and texts? Answered by PromptFilled, also while a run goes on.

    `settings` are those of a run; the texts are the topic's exemplars, whole.
    """

    settings: dict[str, Any]
    keywords: tuple[str, ...]
    documents: tuple[str, ...]
    language_model: str | None = None


@dataclass(frozen=True)
class BertopicRequest:
    """Write the shown analysis as a folder that `BERTopic.load` opens. Answered by BertopicWritten."""

    project: str
    folder: str


@dataclass(frozen=True)
class RelabelRequest:
    """What would a language model call these topics (stable ids), asked with these settings? Answered by Relabelled; no label is changed.

    `settings` are those of a run, of which only how the model is asked counts.
    """

    project: str
    topics: tuple[str, ...]
    settings: dict[str, Any] = field(default_factory=dict)
    language_model: str | None = None
    device: str = "auto"
    gpu_layers: str = "auto"


@dataclass(frozen=True)
class CancelRequest:
    """Stop the run; what is finished is kept."""


@dataclass(frozen=True)
class QuitRequest:
    """End the process when nothing runs; cancels first."""


Request = (
    RunRequest
    | CompareRequest
    | ForecastRequest
    | ReclusterRequest
    | SearchRequest
    | TryModelRequest
    | DescribeRequest
    | SuggestRequest
    | SplitRequest
    | PromptRequest
    | BertopicRequest
    | RelabelRequest
    | CancelRequest
    | QuitRequest
)
_TUPLES = ("keywords", "documents", "topics")
_BY_NAME: dict[str, type[Any]] = {kind.__name__: kind for kind in typing.get_args(Request)}


def to_dict(request: Request) -> dict[str, Any]:
    """The request as plain values, its type under "request"."""
    return {"request": type(request).__name__, **dataclasses.asdict(request)}


def from_dict(values: dict[str, Any]) -> Request:
    """The request that `to_dict` described. Raises ValueError where it is none."""
    values = dict(values)
    kind = _BY_NAME.get(str(values.pop("request", None)))
    if kind is None:
        raise ValueError("not a request of this version")
    try:
        if isinstance(values.get("source"), dict):
            values["source"] = CorpusSource.from_dict(values["source"])
        values = {name: tuple(value) if name in _TUPLES else value for name, value in values.items()}
        request: Request = kind(**values)
    except TypeError as error:
        raise ValueError(str(error)) from error
    return request
