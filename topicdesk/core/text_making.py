"""How the texts of a corpus were made from the cells of its file: kept beside them, so that tables, methods and reader can say it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

BETWEEN_CELLS = "\n\n"


@dataclass(frozen=True)
class TextMaking:
    """What was made of each row's cells.

    Attributes
    ----------
    columns : tuple of str
        Whose cells were joined, in this order; empty where it is not known (a project of before, a copy without texts).
    """

    columns: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as in run.json and in the project."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TextMaking:
        """What `to_dict` and JSON made plain; what is absent keeps its default."""
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})


def joined_text(cells: Iterable[str]) -> str:
    """Cells as one text: an empty line between them, without their outer white space; blank ones are left out."""
    return BETWEEN_CELLS.join(filter(None, map(str.strip, cells)))
