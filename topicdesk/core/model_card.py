"""What there is to say of each model on this computer, as plain values that a child process prints and the window reads."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from topicdesk.core.model_files import Role


@dataclass(frozen=True)
class ModelCard:
    """One model, or what lies where one would lie and cannot be used.

    Attributes
    ----------
    refused : str
        Why it cannot be used, in a sentence; empty for a model.
    facts : tuple of str
        A few words each: parameters, quantisation, length of context, dimensions.
    licence : str
        As the model's own file names it, else as the list of known models; empty where neither does.
    sha256 : str
        Empty where it has not been computed since the file changed.
    place : str
        Where it would compute now, in words: "on the graphics card", "22 of 40 layers on the graphics card", "on the processor".
    card_bytes, memory_bytes : int
        What it takes there.
    shortage : str
        What keeps it from computing at all, or from the graphics card, in a sentence; empty where nothing does.
    also : tuple of Path
        Where else the same weights lie.
    """

    role: Role
    name: str
    path: Path
    n_bytes: int
    refused: str = ""
    facts: tuple[str, ...] = ()
    licence: str = ""
    sha256: str = ""
    place: str = ""
    card_bytes: int = 0
    memory_bytes: int = 0
    shortage: str = ""
    also: tuple[Path, ...] = ()

    @property
    def places(self) -> tuple[Path, ...]:
        """Everywhere it lies, first where it is used."""
        return self.path, *self.also


@dataclass(frozen=True)
class KnownModel:
    """One of the models that TopicDesk names: what to get, where from, and where to put it. `n_bytes` is about that, where not known for certain."""

    role: Role
    name: str
    file: str
    source: str
    licence: str
    n_bytes: int
    sha256: str
    about: str
    is_starter: bool


@dataclass(frozen=True)
class Shelf:
    """All models, and what the machine has for them.

    Attributes
    ----------
    best : dict of str to str
        By role, the path that a run takes where none was chosen.
    lacking : tuple of KnownModel
        Those that are not here.
    folder : str
        Where to put a model.
    card : str
        The graphics card's name; empty where none can be used.
    free_card_bytes, free_memory_bytes : int
        Now.
    """

    models: tuple[ModelCard, ...] = ()
    best: dict[str, str] = dataclasses.field(default_factory=dict)
    lacking: tuple[KnownModel, ...] = ()
    folder: str = ""
    card: str = ""
    free_card_bytes: int = 0
    free_memory_bytes: int = 0

    def to_json(self) -> str:
        """In one line."""
        return json.dumps(dataclasses.asdict(self), default=str)

    @classmethod
    def from_json(cls, line: str | bytes) -> Self:
        """The shelf that `to_json` described. Raises ValueError where it is none."""
        try:
            values: dict[str, Any] = json.loads(line)
            models = tuple(
                ModelCard(**{**card, "path": Path(card["path"]), "facts": tuple(card["facts"]), "also": tuple(map(Path, card["also"]))})
                for card in values.pop("models")
            )
            return cls(models, lacking=tuple(KnownModel(**known) for known in values.pop("lacking")), **values)
        except (TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ValueError(f"not a list of models ({error})") from error
