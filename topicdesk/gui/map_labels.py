"""Which labels keep their places when another part of the map is looked at; plain arithmetic without Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from topicdesk.core.analysis import Analysis
from topicdesk.figure.label_layout import PlacedLabel
from topicdesk.figure.raster import Extent
from topicdesk.gui.map_viewport import Viewport

Point = tuple[float, float]
Rectangle = tuple[float, float, float, float]
FAR = 90.0  # pixels from its cloud: zoomed so far in, a label is brought back to it
MARGIN = 30.0  # pixels from the edge: nearer, a label may be cut off


class LabelPlaces:
    """The first place that each label had, which it keeps wherever it can: back at a view, its labels stand as they stood."""

    def __init__(self) -> None:
        self._labels: dict[int, PlacedLabel] = {}

    def forget(self, topics: Iterable[int] | None = None) -> None:
        """Let labels find new places: all of them, or those of some topics."""
        if topics is None:
            self._labels.clear()
        else:
            for topic in topics:
                self._labels.pop(topic, None)

    def note(self, labels: Iterable[PlacedLabel]) -> None:
        """Keep the places of labels that were not seen before."""
        for label in labels:
            self._labels.setdefault(label.topic, label)

    def within(self, view: Viewport) -> dict[int, Point]:
        """Those places that do in this view: well inside it, and near their clouds."""
        kept = {}
        for topic, label in self._labels.items():
            x, y = view.to_pixel(label.x, label.y)
            anchor = view.to_pixel(*label.anchor)
            is_inside = MARGIN <= x <= view.width - MARGIN and MARGIN <= y <= view.height - MARGIN
            if is_inside and np.hypot(x - anchor[0], y - anchor[1]) <= FAR:
                kept[topic] = (label.x, label.y)
        return kept


def holding(analysis: Analysis, places: Mapping[int, Point], extent: Extent) -> Analysis:
    """The analysis with labels held at these places, as if the researcher had put them there.

    Those that he did put stay where he did; where that is out of the window `extent`, a label may stand by its cloud.
    """
    topics = []
    for topic in analysis.topics:
        own = topic.look.place
        is_seen = own is not None and extent[0] <= own[0] <= extent[1] and extent[2] <= own[1] <= extent[3]
        place = own if is_seen else places.get(topic.number)
        topics.append(topic if place == own else replace(topic, look=replace(topic.look, place=place)))
    return replace(analysis, topics=tuple(topics))


def overlapped(boxes: Mapping[int, Rectangle], own: Iterable[int], taken: Sequence[Rectangle] = ()) -> list[int]:
    """Topics whose labels lie over those of topics named before them: these give way, but never what the researcher put there.

    Parameters
    ----------
    boxes : mapping of topic to (left, top, right, bottom)
        The most important first.
    own : iterable of int
        Topics whose labels the researcher placed.
    taken : sequence of (left, top, right, bottom)
        Where something else lies over the map.
    """
    held = set(own)
    standing: list[Rectangle] = list(taken)
    gone: list[int] = []
    for topic in sorted(boxes, key=lambda topic: topic not in held):
        left, top, right, bottom = boxes[topic]
        if topic not in held and any(left < r and right > x and top < b and bottom > y for x, y, r, b in standing):
            gone.append(topic)
        else:
            standing.append((left, top, right, bottom))
    return gone
