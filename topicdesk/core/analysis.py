"""The finished result of a run: topics with keywords, exemplars and labels over documents; it knows nothing of how it was made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from topicdesk.core.arrays import FloatArray, IntArray, are_placed
from topicdesk.core.label_look import AS_LAID_OUT, LabelLook
from topicdesk.core.settings import Settings

LabelOrigin = Literal["language model", "keywords", "researcher"]
SURE, FAIRLY_SURE = -0.5, -1.1  # a token in the mean with probability 0.6, 0.33


@dataclass(frozen=True, eq=False)
class TopicAssignment:
    """Which topic each document is in.

    Attributes
    ----------
    topic_of : int64 of shape (n_documents,)
        The topic's number, 0 for the largest; -1 = in no topic. Ties go by the first document.
    strength : float32 of shape (n_documents,)
        HDBSCAN's membership in [0, 1]; 0 for the unassigned.
    """

    topic_of: IntArray
    strength: FloatArray

    @property
    def n_topics(self) -> int:
        """How many topics there are, the unassigned not counted."""
        return int(self.topic_of.max(initial=-1)) + 1

    @property
    def n_unassigned(self) -> int:
        """How many documents are in no topic."""
        return int((self.topic_of == -1).sum())


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word or phrase that describes a topic, with its score in the aspect it comes from."""

    term: str
    score: float


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a topic for people.

    Attributes
    ----------
    prompt : str
        What the language model was asked, word for word; empty for other origins.
    seconds : float
        How long the model's group took, shared among its topics; 0 for other origins.
    cut : bool
        True where an excerpt in the prompt was shortened.
    n_prompt_tokens, n_new_tokens : int
        Of all that the model was asked about the topic.
    log_probability : float or None
        The mean over the tokens of the model's answer; None for other origins.
    alternatives : tuple of str
        Other answers that were fit to be the label, best first.
    refusals : tuple of (str, str)
        Answers that were not, each with the reason.
    quotes : tuple of str
        What of the exemplars the model was shown.
    model, model_sha256 : str
        The file of the language model, without its folder.
    flags : tuple of str
        What the check by held-out documents found doubtful: "elsewhere", "too broad", "too narrow", "duplicate".
    """

    text: str
    origin: LabelOrigin
    prompt: str = ""
    seconds: float = 0.0
    cut: bool = False
    n_prompt_tokens: int = 0
    n_new_tokens: int = 0
    log_probability: float | None = None
    alternatives: tuple[str, ...] = ()
    refusals: tuple[tuple[str, str], ...] = ()
    quotes: tuple[str, ...] = ()
    model: str = ""
    model_sha256: str = ""
    flags: tuple[str, ...] = ()

    @classmethod
    def from_plain(cls, values: dict[str, Any]) -> Label:
        """The label that `dataclasses.asdict` and JSON made plain."""
        lists = {name: tuple(values[name]) for name in ("alternatives", "quotes", "flags") if name in values}
        refusals = tuple((text, reason) for text, reason in values.get("refusals", ()))
        return cls(**values | lists | {"refusals": refusals})

    @property
    def confidence(self) -> Literal["", "unsure", "fairly sure", "sure"]:
        """How sure the model was of its words, in three steps; empty where it was not the model."""
        if self.log_probability is None:
            return ""
        return "sure" if self.log_probability >= SURE else "fairly sure" if self.log_probability >= FAIRLY_SURE else "unsure"


@dataclass(frozen=True)
class Topic:
    """One topic. `stable_id` survives renumbering; `exemplars` are document indices, most typical first.

    Attributes
    ----------
    size : int
        0 for a topic that the researcher merged away, deleted or emptied: its number stays vacant.
    is_checked, note, colour, is_hidden
        What the researcher said of it; `colour` as "#rrggbb", empty for the one that follows from its place on the map.
    look : LabelLook
        How the researcher wants its label drawn.
    """

    number: int
    stable_id: str
    size: int
    keywords: tuple[Keyword, ...]
    keybert: tuple[Keyword, ...]
    mmr: tuple[Keyword, ...]
    exemplars: tuple[int, ...]
    label: Label
    is_checked: bool = False
    note: str = ""
    colour: str = ""
    is_hidden: bool = False
    look: LabelLook = AS_LAID_OUT


@dataclass(frozen=True)
class ModelFile:
    """The weights that were used. `role` is "embedding" or "language"; `path` is as found on the machine of the run."""

    role: str
    path: str
    sha256: str


@dataclass(frozen=True, eq=False)
class Analysis:
    """Everything the map, the tables and the exports need besides the corpus itself.

    Attributes
    ----------
    positions : float32 of shape (n_documents, 2)
        The map's coordinates; NaN for documents without text.
    numerics : dict
        What follows from the machine and changes last digits (precision, block plan, groups of prompts).
    topics : tuple of Topic
        By number, those that the researcher's edits left vacant among them; `present` are the others.
    keys : dict of str to str
        The cache key of each stage's artifact in the project file.
    found_topic_of : int64 of shape (n_documents,) or None
        The topics as the run found them, on which colours rest, so that no edit changes those of other topics; None without edits.
    """

    fingerprint: str
    settings: Settings
    positions: FloatArray
    assignment: TopicAssignment
    topics: tuple[Topic, ...]
    numerics: dict[str, Any]
    keys: dict[str, str]
    versions: dict[str, str]
    models: tuple[ModelFile, ...]
    created: str = ""
    found_topic_of: IntArray | None = None

    @property
    def present(self) -> tuple[Topic, ...]:
        """The topics that hold documents."""
        return tuple(topic for topic in self.topics if topic.size)

    @cached_property
    def n_texts(self) -> int:
        """How many documents have a text, and so a place on the map."""
        return int(are_placed(self.positions).sum())

    @cached_property
    def n_unassigned(self) -> int:
        """How many documents with a text are in no topic; the assignment itself counts empty ones too."""
        return int(((self.assignment.topic_of == -1) & are_placed(self.positions)).sum())

    def with_labels(self, labels: dict[int, Label]) -> Analysis:
        """The same analysis with other labels for the topics named by number."""
        topics = (replace(topic, label=labels.get(topic.number, topic.label)) for topic in self.topics)
        return replace(self, topics=tuple(topics))
