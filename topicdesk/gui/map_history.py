"""Where on the map the researcher has been: a way back, and forward again."""

from __future__ import annotations

from topicdesk.figure.raster import Extent

MAX_PLACES = 50


class History:
    """Parts of the map in the order in which they were looked at."""

    def __init__(self) -> None:
        self._places: list[Extent] = []
        self._now = -1

    @property
    def can_go_back(self) -> bool:
        """Whether another part was seen before."""
        return self._now > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether `back` was taken."""
        return self._now < len(self._places) - 1

    def visit(self, place: Extent) -> None:
        """Note that this part is seen now; the way forward is forgotten unless it already is this place."""
        if self._now >= 0 and self._places[self._now] == place:
            return
        self._places = [*self._places[: self._now + 1], place][-MAX_PLACES:]
        self._now = len(self._places) - 1

    def correct(self, place: Extent) -> None:
        """The same place is seen in a window of another size."""
        if self._now >= 0:
            self._places[self._now] = place

    def back(self) -> Extent:
        """The part that was seen before."""
        self._now = max(self._now - 1, 0)
        return self._places[self._now]

    def forward(self) -> Extent:
        """The part from which `back` was taken."""
        self._now = min(self._now + 1, len(self._places) - 1)
        return self._places[self._now]

    def clear(self) -> None:
        """Forget all."""
        self._places, self._now = [], -1
