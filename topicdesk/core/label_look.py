"""How a researcher wants a topic's label drawn: its place, size and weight, or not at all; plain values that an edit can hold."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Literal

SMALLEST, LARGEST = 0.5, 3.0


@dataclass(frozen=True)
class LabelLook:
    """What differs from the look that the layout gives a label.

    Attributes
    ----------
    place : (float, float) or None
        The middle of the label, in the map's coordinates; None leaves it to the layout.
    scale : float
        Factor on the type's size, from 0.5 to 3.
    weight : "", "normal" or "bold"
        Empty for the one that follows from the topic's size.
    is_hidden : bool
        The topic is drawn without a label.
    """

    place: tuple[float, float] | None = None
    scale: float = 1.0
    weight: Literal["", "normal", "bold"] = ""
    is_hidden: bool = False

    def to_text(self) -> str:
        """The look as an edit's value; empty for one in which nothing differs."""
        if self == AS_LAID_OUT:
            return ""
        return json.dumps({"place": self.place, "scale": self.scale, "weight": self.weight, "hidden": self.is_hidden})

    @classmethod
    def from_text(cls, text: str) -> LabelLook:
        """What `to_text` wrote. Raises ValueError for anything else."""
        if not text:
            return AS_LAID_OUT
        values = json.loads(text)
        if not isinstance(values, dict):
            raise ValueError("not the look of a label")
        place, scale, weight = values.get("place"), values.get("scale", 1.0), values.get("weight", "")
        is_place = place is None or (
            isinstance(place, list) and len(place) == 2 and all(isinstance(side, int | float) and math.isfinite(side) for side in place)
        )
        if not is_place or not isinstance(scale, int | float) or not SMALLEST <= scale <= LARGEST or weight not in ("", "normal", "bold"):
            raise ValueError("not the look of a label")
        return cls(None if place is None else (float(place[0]), float(place[1])), float(scale), weight, values.get("hidden") is True)


AS_LAID_OUT = LabelLook()
