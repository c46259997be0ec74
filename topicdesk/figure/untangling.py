"""An arrangement in which every box is plainly tied to its spot: what would stand far off, or behind another box, gives way or is left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from topicdesk.figure.arranging import arrange, inside, lines_to_boxes
from topicdesk.figure.placing import Box, Places, Stand

_ROUNDS = 3
_IMPORTANT = 0.4  # of the boxes, the first: for them others make room


def arrange_plainly(boxes: Sequence[Box], width: float, height: float, farthest: float) -> list[Stand | None]:
    """Places as `arrange` gives them, without lines that are longer than `farthest` pixels or run through a box; None for what is left out.

    Boxes come in the order of their right to a place: for the first ones, the nearest of the others are left out, and where that does
    not help they stay as they are. What has a fixed place stays.
    """
    left, n_important = list(range(len(boxes))), round(_IMPORTANT * len(boxes))
    for turn in range(_ROUNDS):
        stands = dict(zip(left, arrange([boxes[number] for number in left], width, height), strict=True))
        failing = _failing(boxes, stands, farthest, n_important)
        out = (
            _giving_way(boxes, left, failing, n_important)
            if turn < _ROUNDS - 1
            else {number for number in failing if number >= n_important or stands[number] is None}
        )
        if not out:
            break
        left = [number for number in left if number not in out]
    return [stands[number] if number in left else None for number in range(len(boxes))]


def _failing(boxes: Sequence[Box], stands: dict[int, Stand | None], farthest: float, n_important: int) -> set[int]:
    """Boxes without a place, those too far off, and those whose line runs through a box that is to stay; the last are looked at first."""
    failing = {number for number, stand in stands.items() if stand is None or stand.distance > farthest}
    failing -= {number for number in failing if boxes[number].fixed is not None}
    for number, stand in reversed(stands.items()):
        if stand is None or number in failing or boxes[number].fixed is not None or not stand.distance:
            continue
        others = [
            (other.centre, boxes[which].shapes[other.shape] / 2)
            for which, other in stands.items()
            if other and which != number and (which < n_important or which not in failing)
        ]
        if others:
            line = lines_to_boxes(np.array([stand.spot]), np.array([stand.centre]), boxes[number].shapes[stand.shape][None] / 2)[0]
            centres, halves = (np.array([other[k] for other in others]) for k in range(2))
            if inside(line[:, None], centres, halves).any():
                failing.add(number)
    return failing


def _giving_way(boxes: Sequence[Box], left: Sequence[int], failing: set[int], n_important: int) -> set[int]:
    """What is left out so that the failing boxes find room: of the important ones a neighbour, of the others they themselves."""
    anchors: Places = np.array([box.anchor for box in boxes])
    out = {number for number in failing if number >= n_important}
    for number in sorted(failing - out):
        lesser = [other for other in left if other >= n_important and other not in out and boxes[other].fixed is None]
        if lesser:
            out.add(lesser[int(np.hypot(*(anchors[lesser] - anchors[number]).T).argmin())])
    return out
