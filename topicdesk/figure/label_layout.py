"""Where each topic's label stands: as near to its cloud as can be, none over another, none off the canvas.

A pure function of positions, texts and fonts, so it may run off the window's thread; it touches no shown figure.
adjustText spreads the labels from the density peaks; a pass of our own then takes away what still overlaps and pulls
each label back to its cloud, the largest first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.core.label_look import AS_LAID_OUT, LabelLook
from topicdesk.figure.arranging import arrange
from topicdesk.figure.clouds import Cloud, largest_clouds
from topicdesk.figure.fonts import Weight, in_direction_of, printable, text_width
from topicdesk.figure.placing import Box, Point, Stand
from topicdesk.figure.raster import Extent
from topicdesk.figure.untangling import arrange_plainly
from topicdesk.figure.wrapping import wrappings

LINE_STEP = 1.13  # from baseline to baseline, in font sizes
CAP_HEIGHT = 0.73
SMALLEST = 5.0  # points
_SMALL = 1.0  # points of the smallest label for each inch of the mean side
_LARGER = 1.7  # how much larger the largest label is, in sizes of the smallest
_LONG = 1.25  # mean side to shorter one from which on a page is mostly empty at its sides: maps are about as wide as high
_USUAL = float(np.sqrt(1200 * 900))  # pixels, the mean side that distances in the layout are meant for
_EDGE = 0.01  # of the mean side: no label comes nearer to the edge
_BY_RANK = 0.4  # how much of a label's size follows the order of sizes: the eye needs large and small where topics are all alike
_FARTHEST = 0.085  # of the diagonal: where sizes differ, a label that would stand further off its cloud is left out
_INK = 0.26  # at most this share of the canvas is covered by labels


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """One label with its place.

    Attributes
    ----------
    x, y : float
        The middle of the label, in the map's coordinates.
    anchor : (float, float)
        The nearest thick part of the topic's cloud, in the map's coordinates.
    font_size : float
        In points.
    leader : bool
        True where the label had to move off its cloud, so that a thin line should join them.
    """

    topic: int
    lines: tuple[str, ...]
    x: float
    y: float
    font_size: float
    weight: Weight
    anchor: tuple[float, float]
    leader: bool
    family: str = ""

    @property
    def text(self) -> str:
        """The lines as one text with line breaks."""
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Canvas:
    """The picture that labels are placed on: a window of the map, its size in pixels, and pixels an inch.

    Attributes
    ----------
    taken : tuple of (left, low, right, high)
        Where no label may stand, in pixels, y upwards: something lies over the map there.
    """

    extent: Extent
    width: float
    height: float
    dpi: float = 100.0
    taken: tuple[tuple[float, float, float, float], ...] = ()

    @property
    def unit(self) -> float:
        """The mean side in inches: font sizes follow it, so that a figure looks alike at any size; a long page's sides do not count wholly."""
        return float(min(np.sqrt(self.width * self.height), _LONG * min(self.width, self.height)) / self.dpi)

    @property
    def of_usual_size(self) -> Canvas:
        """The same page with about a million pixels: what counts as near is then the same at any resolution, and so is the layout."""
        factor = _USUAL / float(np.sqrt(self.width * self.height))
        taken = tuple((left * factor, low * factor, right * factor, high * factor) for left, low, right, high in self.taken)
        return Canvas(self.extent, self.width * factor, self.height * factor, self.dpi * factor, taken)

    def within(self, edge: float) -> Canvas:
        """What is left of the picture inside an edge of so many pixels."""
        (x0, y0), (x1, y1) = self.to_map(np.array([(edge, edge), (self.width - edge, self.height - edge)])).tolist()
        taken = tuple((left - edge, low - edge, right - edge, high - edge) for left, low, right, high in self.taken)
        return Canvas((x0, x1, y0, y1), self.width - 2 * edge, self.height - 2 * edge, self.dpi, taken)

    def to_pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map coordinates to pixels, y upwards: shape (n, 2)."""
        x0, x1, y0, y1 = self.extent
        return (points - (x0, y0)) * (self.width / (x1 - x0), self.height / (y1 - y0))

    def to_map(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Pixels, y upwards, to map coordinates: shape (n, 2)."""
        x0, x1, y0, y1 = self.extent
        return points / (self.width / (x1 - x0), self.height / (y1 - y0)) + (x0, y0)


@dataclass(frozen=True)
class Type:
    """How labels are set.

    Attributes
    ----------
    family : str
        Empty for the best installed one.
    fixed : float or None
        Points, the same for all labels; None lets size and weight follow the topic's size.
    smallest : float or None
        Points of the smallest label where sizes differ; None follows the canvas.
    """

    family: str = ""
    fixed: float | None = None
    smallest: float | None = None


def place_labels(
    positions: FloatArray,
    topic_of: IntArray,
    texts: Sequence[str],
    canvas: Canvas,
    n_labels: int = 50,
    type_: Type | None = None,
    looks: Mapping[int, LabelLook] | None = None,
) -> tuple[PlacedLabel, ...]:
    """The labels of the largest topics in view, largest first, without overlaps.

    Parameters
    ----------
    positions : float32 of shape (n_documents, 2)
    topic_of : int64 of shape (n_documents,)
    texts : sequence of str
        One for each topic, by number; a topic with an empty text gets no label.
    looks : mapping of topic to LabelLook, optional
        Labels that the researcher moved, which stay where they are and others make room, resized or hid.

    Returns
    -------
    tuple of PlacedLabel
        A label for which no room is left near its topic is left out; where all have one size, none is as long as there is room at all.
    """
    type_, looks, canvas = type_ or Type(), looks or {}, canvas.of_usual_size
    wanted = np.array([bool(printable(text)) and not _is_out(looks.get(topic), canvas) for topic, text in enumerate(texts)], dtype=np.bool_)
    clouds = largest_clouds(positions, topic_of, wanted, canvas.extent, n_labels)
    if not clouds:
        return ()
    room = canvas.within(_EDGE * _USUAL)
    drafts = [_draft(cloud, texts, size, weight, type_, looks) for cloud, (size, weight) in zip(clouds, _font_sizes(clouds, canvas, type_), strict=True)]
    boxes = [draft.box(room) for draft in drafts]
    if type_.fixed is None:
        ink = sum(float(box.shapes[0].prod()) for box in boxes) / (_INK * (canvas.unit * canvas.dpi) ** 2)
        if ink > 1:
            smallest = type_.smallest or SMALLEST
            drafts = [replace(draft, font_size=round(max(min(smallest, draft.font_size), draft.font_size / ink**0.5), 1)) for draft in drafts]
            boxes = [draft.box(room) for draft in drafts]
    size, boxes = (room.width, room.height), [*_obstacles(room), *boxes]
    stands = arrange(boxes, *size) if type_.fixed is not None else arrange_plainly(boxes, *size, _FARTHEST * float(np.hypot(*size)))
    stands = stands[len(room.taken) :]
    return tuple(draft.placed(stand, room) for draft, stand in zip(drafts, stands, strict=True) if stand is not None)


def _obstacles(canvas: Canvas) -> list[Box]:
    """Boxes that stay where they are, for what lies over the map."""
    middles = [((left + right) / 2, (low + high) / 2) for left, low, right, high in canvas.taken]
    sizes = [(right - left, high - low) for left, low, right, high in canvas.taken]
    return [Box(np.array([size]), np.array([middle]), middle) for size, middle in zip(sizes, middles, strict=True)]


def relabelled(placed: Sequence[PlacedLabel], texts: Sequence[str]) -> tuple[PlacedLabel, ...]:
    """The same labels, in the same places, with other texts (the model's instead of the keywords'): only the line breaks are made anew."""
    return tuple(replace(label, lines=_wrappings(texts[label.topic], label.weight, label.family)[0]) for label in placed)


def _is_out(look: LabelLook | None, canvas: Canvas) -> bool:
    """Whether a label is hidden, or was put where this canvas does not reach."""
    if look is None or look.place is None:
        return look is not None and look.is_hidden
    x0, x1, y0, y1 = canvas.extent
    return look.is_hidden or not (x0 <= look.place[0] <= x1 and y0 <= look.place[1] <= y1)


def _font_sizes(clouds: Sequence[Cloud], canvas: Canvas, type_: Type) -> list[tuple[float, Weight]]:
    """Points and weight for each label: they follow the square root of the number of documents and, for topics of like size, the order."""
    if type_.fixed is not None:
        return [(type_.fixed, "normal")] * len(clouds)
    sizes = np.array([cloud.size for cloud in clouds])
    rank = np.arange(len(clouds)) / max(1, len(clouds) - 1)
    share = (1 - _BY_RANK) * np.sqrt(sizes / sizes.max()) + _BY_RANK * (1 - rank)
    smallest = type_.smallest or max(SMALLEST, _SMALL * canvas.unit)
    return [(round(smallest * (1 + _LARGER * float(part) ** 1.4), 1), _weight(float(part))) for part in share]


def _weight(share: float) -> Weight:
    """Heavier for larger topics; `share` is the root of the size relative to the largest topic's."""
    return "bold" if share > 0.68 else "semibold" if share > 0.5 else "medium" if share > 0.36 else "normal"


def _draft(cloud: Cloud, texts: Sequence[str], size: float, weight: Weight, type_: Type, looks: Mapping[int, LabelLook]) -> _Draft:
    """A topic's label as its size and the researcher want it."""
    look = looks.get(cloud.topic, AS_LAID_OUT)
    chosen: Weight = look.weight or weight
    return _Draft(cloud, round(size * look.scale, 1), chosen, type_.family, _wrappings(texts[cloud.topic], chosen, type_.family), look.place)


@dataclass(frozen=True, eq=False)
class _Draft:
    """A label before it has a place: its cloud, its type, the ways in which its text may be broken into lines, and where it must stand."""

    cloud: Cloud
    font_size: float
    weight: Weight
    family: str
    wrappings: list[tuple[str, ...]]
    place: Point | None

    def box(self, canvas: Canvas) -> Box:
        """The label's possible sizes in pixels with a little air around it, where it may stand, and where it must."""
        em = self.font_size * canvas.dpi / 72
        shapes = [
            (em * (max(text_width(line, self.weight, self.family) for line in lines) + 0.55), em * (CAP_HEIGHT + LINE_STEP * (len(lines) - 1) + 0.75))
            for lines in self.wrappings
        ]
        fixed = None if self.place is None else tuple(canvas.to_pixels(np.array([self.place]))[0].tolist())
        return Box(np.array(shapes), canvas.to_pixels(self.cloud.cells), fixed)

    def placed(self, stand: Stand, canvas: Canvas) -> PlacedLabel:
        """The label at its place, tied to the nearest part of its cloud."""
        (x, y), (anchor_x, anchor_y) = canvas.to_map(np.array([stand.centre, stand.spot])).tolist()
        leader = stand.distance > 0.6 * self.font_size * canvas.dpi / 72
        lines = self.wrappings[stand.shape]
        return PlacedLabel(self.cloud.topic, lines, x, y, self.font_size, self.weight, (anchor_x, anchor_y), leader, self.family)


def _wrappings(text: str, weight: Weight, family: str) -> list[tuple[str, ...]]:
    found = wrappings(text, lambda line: text_width(printable(line), weight, family), LINE_STEP)
    return [tuple(in_direction_of(printable(line), text) for line in lines) for lines in found]
