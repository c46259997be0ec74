"""What the researcher chooses: frozen settings, one dataclass a stage, with the article's parameters as defaults.

A setting changes the result and is part of the cache key; an option (where files lie, how progress is shown) is not here.
"""

from __future__ import annotations

import dataclasses
import math
import tomllib
import types
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from topicdesk.core.errors import InputError
from topicdesk.core.languages import named_languages
from topicdesk.core.prompt_tags import complaint


def _ranged(default: Any, low: float, high: float) -> Any:
    """A dataclass field whose allowed range is data, checked in `_check_ranges` and shown by the window."""
    return field(default=default, metadata={"range": (low, high)})


class _Checked:
    """Refuses values outside the range that a field declares."""

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):  # type: ignore[arg-type]
            value, bounds = getattr(self, item.name), item.metadata.get("range")
            if bounds and value is not None and not bounds[0] <= value <= bounds[1]:
                raise InputError(f"{item.name} is {value}; it must lie between {bounds[0]} and {bounds[1]}.")


@dataclass(frozen=True)
class ProjectionSettings(_Checked):
    """UMAP's parameters (McInnes et al. 2018); both layouts, the map's and clustering's, come from one graph.

    `layout` "graphics card" is cuML's, much quicker for large corpora and another one on every fresh run; without card or cuML the
    reproducible one is made.
    """

    n_neighbors: int = _ranged(15, 2, 200)
    n_dimensions: int = _ranged(5, 2, 50)
    min_dist: float = _ranged(0.0, 0.0, 0.99)
    seed: int = _ranged(42, 0, 2**31 - 1)
    layout: Literal["reproducible", "graphics card"] = "reproducible"


@dataclass(frozen=True)
class ClusteringSettings(_Checked):
    """HDBSCAN's parameters (Campello et al. 2013). None is derived: see `default_min_topic_size`."""

    min_topic_size: int | None = _ranged(None, 2, 1_000_000)
    min_samples: int | None = _ranged(None, 1, 1_000_000)
    selection: Literal["eom", "leaf"] = "eom"


@dataclass(frozen=True)
class KeywordSettings(_Checked):
    """How topics are described. `article()` gives the vectoriser of Grootendorst's article, function words and all.

    `language` names what the texts are in ("German, English"); empty means as they are found to be.
    """

    n_keywords: int = _ranged(10, 1, 50)
    ngram_max: int = _ranged(2, 1, 3)
    language: str = ""
    function_words: Literal["drop", "keep"] = "drop"
    reduce_frequent_words: bool = True
    n_candidates: int = _ranged(100, 10, 1000)
    mmr_diversity: float = _ranged(0.3, 0.0, 1.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        named_languages(self.language)

    @classmethod
    def article(cls) -> Self:
        """The article's exact vectoriser: single words, none left out, plain c-TF-IDF."""
        return cls(ngram_max=1, function_words="keep", reduce_frequent_words=False)


@dataclass(frozen=True)
class ExemplarSettings(_Checked):
    """How many typical documents stand for a topic."""

    n_exemplars: int = _ranged(5, 1, 50)


@dataclass(frozen=True)
class LabellingSettings(_Checked):
    """How the language model is asked. An empty text means the profile's own.

    `profile` "auto" takes "small" below one thousand million parameters, "llama-2" for Llama 2's template, else "chat".
    `language` is what [LANGUAGE] in a prompt stands for; empty means that of the documents. `accepted_template` is the sha256
    of a model's unknown chat template that the researcher has looked at; without it such a model is asked in plain paragraphs.
    """

    profile: Literal["auto", "small", "llama-2", "chat"] = "auto"
    system_text: str = ""
    example: str = ""
    main_prompt: str = ""
    language: str = ""
    accepted_template: str = ""
    n_excerpt_tokens: int = _ranged(400, 50, 4000)
    n_new_tokens: int = _ranged(24, 4, 128)
    repetition_penalty: float = _ranged(1.1, 1.0, 2.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        wrong = complaint(self.main_prompt)
        if wrong:
            raise InputError(wrong)


@dataclass(frozen=True)
class FigureSettings(_Checked):
    """The drawn map. `unassigned` hides or greys the documents in no topic."""

    n_labels: int = _ranged(50, 0, 150)
    unassigned: Literal["hide", "grey"] = "grey"
    size_by_length: bool = True
    style: Literal["plate", "article"] = "plate"


@dataclass(frozen=True)
class Settings:
    """Every choice of one run."""

    projection: ProjectionSettings = field(default_factory=ProjectionSettings)
    clustering: ClusteringSettings = field(default_factory=ClusteringSettings)
    keywords: KeywordSettings = field(default_factory=KeywordSettings)
    exemplars: ExemplarSettings = field(default_factory=ExemplarSettings)
    labelling: LabellingSettings = field(default_factory=LabellingSettings)
    figure: FigureSettings = field(default_factory=FigureSettings)

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """Nested plain values, as in run.json."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, tables: dict[str, Any], where: str = "settings") -> Settings:
        """Settings from nested values; what is absent keeps its default.

        Raises
        ------
        InputError
            For an unknown table or name, a wrong type or a value out of range; it names the place.
        """
        known = {item.name: typing.get_type_hints(cls)[item.name] for item in dataclasses.fields(cls)}
        chosen = {}
        for name, table in tables.items():
            if name not in known or not isinstance(table, dict):
                raise InputError(f"{where}: no table [{name}]; known are {', '.join(f'[{key}]' for key in known)}.")
            chosen[name] = _section(known[name], table, f"{where} [{name}]")
        return cls(**chosen)


def load_settings(path: Path) -> Settings:
    """Settings from a TOML file with one table a stage. Raises InputError with the file's name and the place."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"{path}: the settings file cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not valid TOML: {error}.") from error
    return Settings.from_dict(tables, str(path))


def default_min_topic_size(n_documents: int) -> int:
    """The smallest topic worth naming in a corpus of this size: n^(2/3) / 16, at least 10, at most a tenth of a small corpus.

    It passes through the article's 150 for 118,000 abstracts. With the exponent 2/3 the number of topics grows about as
    the cube root of the corpus, so that a map stays readable: 16 for 4,000 documents, 46 for 20,000, 625 for a million.
    """
    return max(3, min(max(10, round(math.pow(n_documents, 2 / 3) / 16)), n_documents // 10))


def _section(kind: type, table: dict[str, Any], where: str) -> Any:
    hints = typing.get_type_hints(kind)
    for name, value in table.items():
        if name not in hints:
            raise InputError(f"{where}: no setting {name!r}; known are {', '.join(hints)}.")
        if not _fits(value, hints[name]):
            raise InputError(f"{where}: {name} = {value!r} is not {_in_words(hints[name])}.")
    try:
        return kind(**table)
    except InputError as error:
        raise InputError(f"{where}: {error}") from error


def _fits(value: Any, hint: Any) -> bool:
    origin = typing.get_origin(hint)
    if origin is Literal:
        return value in typing.get_args(hint)
    if origin is types.UnionType:
        return any(_fits(value, part) for part in typing.get_args(hint))
    if hint is types.NoneType:
        return value is None
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, hint) and not (hint is int and isinstance(value, bool))


def _in_words(hint: Any) -> str:
    if typing.get_origin(hint) is Literal:
        return "one of " + ", ".join(map(repr, typing.get_args(hint)))
    if typing.get_origin(hint) is types.UnionType:
        return " or ".join(_in_words(part) for part in typing.get_args(hint) if part is not types.NoneType)
    return {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}[hint]
