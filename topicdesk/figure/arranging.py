"""Boxes arranged without overlaps, near what they name: a deterministic local search; it knows only rectangles in pixels.

Each box has a list of candidates (places and shapes), cheapest first. Boxes take the place adjustText gave them where it is
free, else the cheapest free one; then each is moved to a cheaper free place as long as one is found, and a box that stands
far off may drive one other away where both together are then better off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topicdesk.figure.placing import Box, Places, Stand, gaps, spread

_SWEEPS = 4
_REACH = 0.24  # a label goes no further from its peak than this share of the diagonal
_FAR = 0.6  # unless there is no room at all
_FROM_PEAK = 0.08  # how much a pixel between label and peak counts against one of leader line
_COVERING = 10.0  # pixels of leader line that lying on another topic's peak is worth
_CROSSING = 40.0  # and that a leader line through another label is worth
_OTHER_SHAPE = 5.0  # and that a less even line break is worth
_COMPARED = 24  # free places looked at closely
_CHUNK = 128
_TRIES = 6  # boxes that one may try to drive away
_BETTER = 0.5  # pixels that make a move worth while
_NOWHERE = 1e6
_WORTH_DRIVING = 8.0  # pixels


@dataclass(frozen=True, eq=False)
class _Candidates:
    """Where one box may stand, cheapest first: float64 middles and half sides of shape (n, 2), shapes and costs of shape (n,)."""

    centres: Places
    halves: Places
    shapes: NDArray[np.int64]
    costs: Places
    spots: Places

    def take(self, chosen: NDArray[np.int64]) -> _Candidates:
        return _Candidates(self.centres[chosen], self.halves[chosen], self.shapes[chosen], self.costs[chosen], self.spots[chosen])


def arrange(boxes: Sequence[Box], width: float, height: float) -> list[Stand | None]:
    """Places without overlaps, near the spots, on the canvas; None where no room is left.

    Boxes come in the order of their right to a place.
    """
    canvas = np.array((width, height))
    search = _Search(boxes, canvas, spread(boxes, width, height))
    for sweep in range(_SWEEPS):
        if sweep == 1:
            search.look_further(canvas)
        for number in range(len(boxes)):
            search.improve(number)
        for number in range(len(boxes)):
            search.drive_away(number)
        if sweep and not search.take_changed():
            break
    return [search.stand(number) for number in range(len(boxes))]


class _Search:
    """Where all boxes stand at present; NaN = nowhere yet."""

    def __init__(self, boxes: Sequence[Box], canvas: Places, starts: Places) -> None:
        n_boxes = len(boxes)
        anchors = np.array([box.anchor for box in boxes]).reshape(-1, 2)
        self._boxes, self._anchors, self._changed = boxes, anchors, False
        self._candidates = [_candidates(box, canvas, np.delete(anchors, number, axis=0), starts[number], _REACH) for number, box in enumerate(boxes)]
        self._centres = np.full((n_boxes, 2), np.nan)
        self._halves = np.array([box.shapes[0] for box in boxes]).reshape(-1, 2) / 2
        self._spots = anchors.copy()
        self._shapes, self._costs = np.zeros(n_boxes, dtype=np.int64), np.full(n_boxes, np.inf)
        for number, box in enumerate(boxes):
            if box.fixed is not None:
                self._centres[number], self._costs[number] = box.fixed, 0.0
        self._start(starts)

    def _start(self, starts: Places) -> None:
        """Each box where adjustText put it, as far as earlier ones leave room."""
        for number, box in enumerate(self._boxes):
            own = self._candidates[number]
            if box.fixed is None and len(own.costs):
                at = int(np.hypot(*(own.centres - starts[number]).T).argmin())
                if not self._hit(own.take(np.array([at])), number).any():
                    self._put(number, own, at)

    def take_changed(self) -> bool:
        """Whether anything moved since the last call."""
        changed, self._changed = self._changed, False
        return changed

    def look_further(self, canvas: Places) -> None:
        """Offer places further off to boxes that found none."""
        for number in np.flatnonzero(np.isnan(self._centres[:, 0])).tolist():
            foreign = np.delete(self._anchors, number, axis=0)
            self._candidates[number] = _candidates(self._boxes[number], canvas, foreign, self._anchors[number], _FAR)

    def stand(self, number: int) -> Stand | None:
        """Where a box stands in the end, and the nearest of its spots."""
        if not np.isfinite(self._centres[number, 0]):
            return None
        box = self._boxes[number]
        distances = gaps(box.spots, self._centres[number : number + 1], self._halves[number : number + 1])[0]
        nearest = int(distances.argmin())
        (x, y), (spot_x, spot_y) = self._centres[number], box.spots[nearest]
        return Stand((float(x), float(y)), int(self._shapes[number]), (float(spot_x), float(spot_y)), float(distances[nearest]))

    def improve(self, number: int) -> None:
        """Move a box to the cheapest free place, if that is better than its own."""
        if self._boxes[number].fixed is not None:
            return
        present = self._total(number)
        found = self._best_free(number, present - _BETTER)
        if found is not None:
            self._put(number, self._candidates[number], found[0])

    def drive_away(self, number: int) -> None:
        """Let a box that stands far off, or nowhere, take the place of one other that then finds a good place too."""
        own = self._candidates[number]
        if self._boxes[number].fixed is not None or not len(own.costs) or self._costs[number] < own.costs[0] + _WORTH_DRIVING:
            return
        cheap = np.flatnonzero(own.costs[: 4 * _CHUNK] < self._costs[number] - _WORTH_DRIVING)
        hits = self._hit(own.take(cheap), number)
        tried: set[int] = set()
        for at, row in zip(cheap.tolist(), hits, strict=True):
            driven = np.flatnonzero(row)
            if len(driven) != 1 or (other := int(driven[0])) in tried or self._boxes[other].fixed is not None:
                continue
            tried.add(other)
            if self._try_swap(number, at, other) or len(tried) == _TRIES:
                return

    def _try_swap(self, number: int, at: int, other: int) -> bool:
        """Put one box at a candidate and another where room is left; keep it where both together are better off."""
        before = [(which, *self._state(which)) for which in (number, other)]
        own, old = self._candidates[number], min(self._total(number), _NOWHERE) + self._total(other)
        self._centres[other] = np.nan
        self._put(number, own, at)
        found = self._best_free(other, old - _BETTER - float(own.costs[at]))
        if found is not None:
            self._put(other, self._candidates[other], found[0])
            if self._total(number) + found[1] < old - _BETTER:
                return True
        for which, centre, half, spot, shape, cost in before:
            self._centres[which], self._halves[which], self._spots[which], self._shapes[which], self._costs[which] = centre, half, spot, shape, cost
        return False

    def _state(self, number: int) -> tuple[Places, Places, Places, int, float]:
        return self._centres[number].copy(), self._halves[number].copy(), self._spots[number].copy(), int(self._shapes[number]), float(self._costs[number])

    def _put(self, number: int, own: _Candidates, at: int) -> None:
        self._centres[number], self._halves[number], self._spots[number] = own.centres[at], own.halves[at], own.spots[at]
        self._shapes[number], self._costs[number] = own.shapes[at], own.costs[at]
        self._changed = True

    def _hit(self, own: _Candidates, number: int) -> NDArray[np.bool_]:
        """Which other boxes each candidate would overlap: shape (n_candidates, n_boxes); no box hits itself."""
        hit = np.abs(own.centres[:, :1] - self._centres[:, 0]) < own.halves[:, :1] + self._halves[:, 0]
        hit &= np.abs(own.centres[:, 1:] - self._centres[:, 1]) < own.halves[:, 1:] + self._halves[:, 1]
        hit[:, number] = False
        return np.asarray(hit)

    def _best_free(self, number: int, limit: float) -> tuple[int, float] | None:
        """The cheapest free candidate below a limit, with what its leader line and the others' would cross counted in, and its cost."""
        own, free = self._candidates[number], np.zeros(0, dtype=np.int64)
        end = int(np.searchsorted(own.costs, limit))
        for start in range(0, end, _CHUNK):
            chunk = np.arange(start, min(start + _CHUNK, end))
            free = np.concatenate([free, chunk[~self._hit(own.take(chunk), number).any(axis=1)]])[:_COMPARED]
            if len(free) == _COMPARED:
                break
        if not len(free):
            return None
        costs = own.costs[free] + self._crossed(own.take(free), number)
        best = int(costs.argmin())
        return (int(free[best]), float(costs[best])) if costs[best] < limit else None

    def _total(self, number: int) -> float:
        """What a box costs where it stands."""
        if not np.isfinite(self._centres[number, 0]):
            return np.inf
        own = slice(number, number + 1)
        here = _Candidates(self._centres[own], self._halves[own], self._shapes[own], self._costs[own], self._spots[own])
        return float(self._costs[number] + self._crossed(here, number)[0])

    def _crossed(self, own: _Candidates, number: int) -> Places:
        """The cost of leader lines through boxes: the candidates' own through others, and the others' through the candidates."""
        others = np.flatnonzero(np.isfinite(self._centres[:, 0]) & (np.arange(len(self._boxes)) != number))
        if not len(others):
            return np.zeros(len(own.costs))
        lines = lines_to_boxes(own.spots, own.centres, own.halves)
        through = inside(lines[:, :, None], self._centres[others], self._halves[others]).any(axis=1).sum(axis=1)
        foreign = lines_to_boxes(self._spots[others], self._centres[others], self._halves[others])
        over = inside(foreign[None], own.centres[:, None, None], own.halves[:, None, None]).any(axis=2).sum(axis=1)
        return np.asarray(_CROSSING * (through + over))


def _candidates(box: Box, canvas: Places, foreign: Places, start: Places, reach: float) -> _Candidates:
    """Places on every spot, beside the outer ones and on rings around the peak, for each shape that fits on the canvas."""
    rings = np.array(box.anchor) + _rings(reach * float(np.hypot(*canvas)))
    parts = []
    for shape, size in enumerate(box.shapes):
        half = size / 2
        if (size >= canvas).any() or box.fixed is not None:
            continue
        beside = (box.spots[:, None] + _AROUND * (half - 1)).reshape(-1, 2)
        centres = np.clip(np.vstack([start[None], box.spots, beside, rings]), half, canvas - half)
        parts.append((centres, np.tile(half, (len(centres), 1)), np.full(len(centres), shape)))
    if not parts:
        empty = np.zeros((0, 2))
        return _Candidates(empty, empty, np.zeros(0, dtype=np.int64), np.zeros(0), empty)
    centres, halves, shapes = (np.concatenate([part[k] for part in parts]) for k in range(3))
    distances = gaps(box.spots, centres, halves)
    nearest = distances.argmin(axis=1)
    costs = distances.min(axis=1) + _FROM_PEAK * np.hypot(*(centres - box.spots[0]).T) + _OTHER_SHAPE * (shapes > 0)
    costs += _COVERING * inside(foreign[None], centres[:, None], halves[:, None]).sum(axis=1)
    order = np.argsort(costs, kind="stable")
    return _Candidates(centres, halves, shapes, costs, box.spots[nearest]).take(order)


_ALONG = np.linspace(0, 0.98, 10)[:, None]
_AROUND = np.array([(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y], dtype=np.float64)


def _rings(reach: float) -> Places:
    """Offsets around a point, near ones first: shape (n, 2)."""
    rings, radius = [np.zeros((1, 2))], 4.0
    while radius < reach:
        angle = np.linspace(0, 2 * np.pi, 32, endpoint=False)
        rings.append(radius * np.column_stack([np.cos(angle), np.sin(angle)]))
        radius *= 1.13
    return np.vstack(rings)


def lines_to_boxes(spots: Places, centres: Places, halves: Places) -> Places:
    """Points along each leader line, from the spot to the box's nearest side: shape (n, 10, 2); NaN where the box covers its spot."""
    ends = np.clip(spots, centres - halves, centres + halves)
    steps = np.where((ends == spots).all(axis=1, keepdims=True), np.nan, ends - spots)
    return np.asarray(spots[:, None] + steps[:, None] * _ALONG)


def inside(points: Places, centres: Places, halves: Places) -> NDArray[np.bool_]:
    """Which points lie in which rectangles, by broadcasting all but the last axis."""
    across = np.abs(points[..., 0] - centres[..., 0]) < halves[..., 0]
    return np.asarray(across & (np.abs(points[..., 1] - centres[..., 1]) < halves[..., 1]))
