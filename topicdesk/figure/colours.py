"""One colour per topic, from its place on the map; it knows nothing of points, labels or files.

Hue turns with the direction in which a topic lies from the middle of the map, so neighbours are related; lightness
alternates from one hue to the next, so that they are still told apart. Computed in OKLCH, where equal steps look
equal (Ottosson 2020, https://bottosson.github.io/posts/oklab/).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from topicdesk.core.analysis import Analysis
from topicdesk.core.arrays import FloatArray, IntArray, are_placed
from topicdesk.figure.dots import Colours

Theme = Literal["light", "dark"]

BACKGROUND: dict[Theme, tuple[float, float, float]] = {"light": (1.0, 1.0, 1.0), "dark": (0.078, 0.086, 0.105)}
FOREGROUND: dict[Theme, tuple[float, float, float]] = {"light": (0.07, 0.07, 0.09), "dark": (0.95, 0.95, 0.96)}
MUTED: dict[Theme, tuple[float, float, float]] = {"light": (0.45, 0.46, 0.50), "dark": (0.63, 0.65, 0.70)}
UNASSIGNED: dict[Theme, tuple[float, float, float]] = {"light": (0.66, 0.67, 0.70), "dark": (0.50, 0.52, 0.56)}

_HUE_AT_EAST = np.deg2rad(158.0)  # north is then blue, west violet to red, south amber
_EVENNESS = 0.55  # 0: hue is the bare direction; 1: hues spread evenly over the topics in the order of direction
_LMS_TO_RGB = np.array(
    [[4.0767416621, -3.3077115913, 0.2309699292], [-1.2684380046, 2.6097574011, -0.3413193965], [-0.0041960863, -0.7034186147, 1.7076147010]]
)
_LAB_TO_LMS = np.array([[1.0, 0.3963377774, 0.2158037573], [1.0, -0.1055613458, -0.0638541728], [1.0, -0.0894841775, -1.2914855480]])


def topic_colours(positions: FloatArray, topic_of: IntArray, theme: Theme = "light") -> Colours:
    """Values of sRGB in [0, 1] for each topic, float64 of shape (n_topics, 3); the same in the map, tables, cards and files.

    Parameters
    ----------
    positions : float32 of shape (n_documents, 2)
        NaN rows are passed over.
    topic_of : int64 of shape (n_documents,)
        -1 = in no topic.
    theme : "light" or "dark"
        The background that the colours will lie on; hues are the same on both.
    """
    centres = topic_centres(positions, topic_of)
    if not len(centres):
        return np.zeros((0, 3))
    offset = centres - centres.mean(axis=0)
    order, hue = _hues(np.arctan2(offset[:, 1], offset[:, 0]))
    step = np.zeros(len(centres))
    step[order] = np.array([0.0, 0.045, -0.045])[np.arange(len(order)) % 3]
    return _coloured(offset, hue, step, theme, _reach(offset))


def analysis_colours(analysis: Analysis, theme: Theme = "light") -> Colours:
    """The colours of an analysis's topics by number, as `topic_colours`, edits and all.

    No edit changes the colour of another topic: those that the run found keep theirs, one that a researcher made takes the hue between
    its neighbours', and one that the researcher has coloured is of that colour.
    """
    positions, found = analysis.positions, analysis.found_topic_of
    if found is None:
        colours = topic_colours(positions, analysis.assignment.topic_of, theme)
    else:
        colours = np.vstack([topic_colours(positions, found, theme), _colours_between(positions, found, analysis.assignment.topic_of, theme)])
    for topic in analysis.topics:
        if topic.colour and topic.number < len(colours):
            colours[topic.number] = [int(topic.colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return colours


def _colours_between(positions: FloatArray, found: IntArray, topic_of: IntArray, theme: Theme) -> Colours:
    """Colours of the topics that are not among those found, from their directions among these."""
    centres, new = topic_centres(positions, found), topic_centres(positions, topic_of)[int(found.max(initial=-1)) + 1 :]
    if not len(new):
        return np.zeros((0, 3))
    middle = centres.mean(axis=0) if len(centres) else new.mean(axis=0)
    offset, around = new - middle, centres - middle
    hue = np.arctan2(offset[:, 1], offset[:, 0])
    if len(around):
        angle = np.arctan2(around[:, 1], around[:, 0])
        order, known = _hues(angle)
        first, last, turn = order[0], order[-1], 2 * np.pi
        hue = np.interp(hue, [angle[last] - turn, *angle[order], angle[first] + turn], [known[last] - turn, *known[order], known[first] + turn])
    return _coloured(offset, hue, np.full(len(new), 0.02), theme, _reach(around))


def _reach(offset: Colours) -> float:
    return float(np.hypot(offset[:, 0], offset[:, 1]).max(initial=1e-9))


def _coloured(offset: Colours, hue: Colours, step: Colours, theme: Theme, reach: float) -> Colours:
    """Colours of these hues: stronger and darker the farther from the middle of the map, up to `reach`."""
    outward = np.minimum(np.hypot(offset[:, 0], offset[:, 1]) / reach, 1.0)
    lightness = 0.635 + 0.06 * np.cos(hue - np.deg2rad(100)) + 0.03 * (0.5 - outward) + step
    if theme == "dark":
        lightness += 0.11
    return _from_oklch(lightness, 0.125 + 0.075 * outward, hue)


def label_colours(colours: Colours, theme: Theme = "light") -> Colours:
    """The topics' colours made dark (light, on a dark background) enough to read small text in: shape as given."""
    _, chroma, hue = _to_oklch(colours)
    lightness = np.full(len(colours), 0.37 if theme == "light" else 0.86)
    return _from_oklch(lightness, np.minimum(chroma, 0.115 if theme == "light" else 0.09), hue)


def hex_colour(colour: NDArray[np.float64] | tuple[float, float, float]) -> str:
    """A colour in [0, 1] as "#rrggbb", for tables and style sheets."""
    return "#" + "".join(f"{round(float(value) * 255):02x}" for value in colour)


def topic_centres(positions: FloatArray, topic_of: IntArray) -> Colours:
    """Mean position of each topic, shape (n_topics, 2); a topic without any position lies in the middle."""
    n_topics = int(topic_of.max(initial=-1)) + 1
    used = (topic_of >= 0) & are_placed(positions)
    members = topic_of[used]
    count = np.bincount(members, minlength=n_topics)
    sums = np.column_stack([np.bincount(members, positions[used, axis], n_topics) for axis in (0, 1)])
    middle = sums.sum(axis=0) / max(int(count.sum()), 1)
    return np.where(count[:, None] > 0, sums / np.maximum(count, 1)[:, None], middle)


def _hues(angle: Colours) -> tuple[IntArray, Colours]:
    """The topics in the order of their direction, and a hue for each in radians, part direction and part even spread."""
    order = np.argsort(angle, kind="stable")
    even = angle[order[0]] + 2 * np.pi * np.arange(len(angle)) / len(angle)
    hue = np.empty(len(angle))
    hue[order] = (1 - _EVENNESS) * angle[order] + _EVENNESS * even + _HUE_AT_EAST
    return order, hue


def _from_oklch(lightness: Colours, chroma: Colours, hue: Colours) -> Colours:
    """Values of sRGB in [0, 1]; chroma is lowered, by bisection, where the screen could not show it."""
    low, high = np.zeros(len(hue)), chroma.copy()
    for _ in range(12):
        middle = (low + high) / 2
        linear = _linear_rgb(lightness, middle, hue)
        fits = ((linear >= -1e-4) & (linear <= 1 + 1e-4)).all(axis=1)
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    linear = np.clip(_linear_rgb(lightness, low, hue), 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def _linear_rgb(lightness: Colours, chroma: Colours, hue: Colours) -> Colours:
    lab = np.column_stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)])
    return np.asarray((lab @ _LAB_TO_LMS.T) ** 3 @ _LMS_TO_RGB.T)


def _to_oklch(colours: Colours) -> tuple[Colours, Colours, Colours]:
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    lab = np.cbrt(linear @ np.linalg.inv(_LMS_TO_RGB).T) @ np.linalg.inv(_LAB_TO_LMS).T
    return lab[:, 0], np.hypot(lab[:, 1], lab[:, 2]), np.arctan2(lab[:, 2], lab[:, 1])
