"""How the texts of a corpus were made from the cells of its file: kept beside them, so that tables, methods and reader can say it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

BETWEEN_CELLS = "\n\n"
SPLITS = {"speaker": "by speaker", "paragraph": "by paragraph", "sentences": "by sentences that overlap"}
TAKEN_OUT = {"html": "HTML", "email": "e-mail headers and signatures", "urls": "web addresses"}


@dataclass(frozen=True)
class TextMaking:
    """What was made of each row's cells.

    Attributes
    ----------
    columns : tuple of str
        Whose cells were joined, in this order; empty where it is not known (a project of before, a copy without texts).
    cleaned : dict of str to int
        What was taken out of the texts ("html", "email", "urls"), and from how many.
    split, n_tokens, n_passages : str, int, int
        Into what documents were split, how many tokens of the embedding model a passage has at most, and how many there are; "" = whole.
    unheard : dict of str to int
        The speakers who were left out, and how many turns of each.
    """

    columns: tuple[str, ...] = ()
    cleaned: dict[str, int] = field(default_factory=dict)
    split: str = ""
    n_tokens: int = 0
    n_passages: int = 0
    unheard: dict[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as in run.json and in the project."""
        return dataclasses.asdict(self)

    def in_words(self) -> list[str]:
        """What was done, where it is more than reading one column: clauses for the window and the methods paragraph."""
        joined = [f"a text is made of the columns {' and '.join(self.columns)}"] * (len(self.columns) > 1)
        taken = ", ".join(f"{TAKEN_OUT[name]} ({n:,} text{'s' * (n != 1)})" for name, n in self.cleaned.items() if n)
        split = f"documents were split {SPLITS.get(self.split, '')} into {self.n_passages:,} passages of at most {self.n_tokens:,} tokens"
        unheard = ", ".join(f"{name} ({n:,} turn{'s' * (n != 1)})" for name, n in self.unheard.items())
        return joined + [f"taken out were: {taken}"] * bool(taken) + [split] * bool(self.split) + [f"left out was what was said by {unheard}"] * bool(unheard)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TextMaking:
        """What `to_dict` and JSON made plain; what is absent keeps its default."""
        made: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
        return cls(**made)


def joined_text(cells: Iterable[str]) -> str:
    """Cells as one text: an empty line between them, without their outer white space; blank ones are left out."""
    return BETWEEN_CELLS.join(filter(None, map(str.strip, cells)))
