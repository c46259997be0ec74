"""Boxes moved apart on a canvas: adjustText spreads them, a pass of our own makes sure; it knows only rectangles in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox, IdentityTransform
from numpy.typing import NDArray

Point = tuple[float, float]
Centres = NDArray[np.float64]

_ITERATIONS = 100  # of adjustText
_SWEEPS = 4
_REACH = 0.22  # a label goes no further from its peak than this share of the diagonal
_COMPARED = 60
_FROM_PEAK = 0.12  # how much a pixel between label and peak counts against one of leader line
_COVERING = 10.0  # pixels of leader line that lying on another topic's peak is worth
_CROSSING = 40.0  # and that a leader line through another label is worth


@dataclass(frozen=True, eq=False)
class Box:
    """A rectangle to place, in pixels, y upwards.

    Attributes
    ----------
    spots : float64 of shape (n_spots, 2)
        What the rectangle should lie on, at least one of them; the best first.
    fixed : (float, float) or None
        Where its middle must be.
    """

    width: float
    height: float
    spots: Centres
    fixed: Point | None = None

    @property
    def anchor(self) -> Point:
        """The best spot."""
        return float(self.spots[0, 0]), float(self.spots[0, 1])

    @property
    def half(self) -> Centres:
        """Half the width and half the height."""
        return np.array((self.width, self.height)) / 2

    def distance(self, centre: Point) -> tuple[float, Point]:
        """How far the rectangle placed at `centre` lies from the nearest spot, 0 over it, and that spot."""
        gaps = np.hypot(*np.maximum(np.abs(self.spots - centre) - self.half, 0).T)
        nearest = self.spots[int(gaps.argmin())]
        return float(gaps.min()), (float(nearest[0]), float(nearest[1]))


def spread(boxes: Sequence[Box], width: float, height: float) -> Centres:
    """First places by adjustText, with a fixed number of iterations and no clock: float64 of shape (n_boxes, 2)."""
    movable = [_Movable(box) for box in boxes if box.fixed is None and box.width < width and box.height < height]
    if len(movable) > 1:
        from adjustText import adjust_text  # imports pyplot: only here, and off the window's thread

        figure = Figure(figsize=(width / 100, height / 100), dpi=100)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.axis("off")
        fixed = [Bbox.from_bounds(box.fixed[0] - box.width / 2, box.fixed[1] - box.height / 2, box.width, box.height) for box in boxes if box.fixed]
        adjust_text(
            movable,
            ax=axes,
            objects=fixed or None,
            avoid_self=False,
            prevent_crossings=False,
            expand=(1.02, 1.05),
            force_explode=(0.05, 0.1),
            iter_lim=_ITERATIONS,
        )
    moved = iter(movable)
    places = [box.fixed or (next(moved).centre if box.width < width and box.height < height else box.anchor) for box in boxes]
    return np.array(places, dtype=np.float64).reshape(-1, 2)


class _Movable:
    """As much of a matplotlib Text as adjustText asks for: an extent in pixels that can be moved."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self.centre = box.anchor

    def get_window_extent(self, renderer: object = None) -> Bbox:
        return Bbox.from_bounds(self.centre[0] - self._box.width / 2, self.centre[1] - self._box.height / 2, self._box.width, self._box.height)

    def get_transform(self) -> IdentityTransform:
        return IdentityTransform()

    def get_unitless_position(self) -> Point:
        return self.centre

    def set_position(self, place: NDArray[np.float64]) -> None:
        self.centre = (float(place[0]), float(place[1]))

    def set_verticalalignment(self, alignment: str) -> None:
        """Centred always."""

    def set_horizontalalignment(self, alignment: str) -> None:
        """Centred always."""


def arrange(boxes: Sequence[Box], width: float, height: float) -> list[Point | None]:
    """Places without overlaps, near the spots, on the canvas; None where no room is left.

    Boxes come in the order of their right to a place. Each takes the one adjustText gave it where that is free, else the
    best free one; then, a few times over, each is pulled back to its spots as far as the others let it. Without
    adjustText's places the first boxes sit on their peaks and drive the later ones away: leader lines are 2 to 10
    times as long on real corpora.
    """
    canvas, starts = np.array((width, height)), spread(boxes, width, height)
    rings = _rings(_REACH * float(np.hypot(width, height)))
    anchors = np.array([box.anchor for box in boxes]).reshape(-1, 2)
    halves = np.array([box.half for box in boxes]).reshape(-1, 2)
    centres = np.array([box.fixed or (np.nan, np.nan) for box in boxes]).reshape(-1, 2)
    for sweep in range(_SWEEPS):
        for number, box in enumerate(boxes):
            if box.fixed is not None or (2 * box.half > canvas).any():
                continue
            others = np.flatnonzero(np.isfinite(centres[:, 0]) & (np.arange(len(boxes)) != number))
            around = np.vstack([centres[number], box.spots, anchors[number] + rings])
            for candidates in (starts[number : number + 1], around) if sweep == 0 else (around,):
                held = np.clip(candidates[np.isfinite(candidates[:, 0])], box.half, canvas - box.half)
                free = held[_is_free(held, box.half, centres[others], halves[others])]
                if len(free):
                    centres[number] = _best(free, box, np.delete(anchors, number, axis=0), centres[others], halves[others])
                    break
    return [(float(x), float(y)) if np.isfinite(x) else None for x, y in centres]


def _rings(reach: float) -> Centres:
    """Offsets around a point, near ones first: shape (n, 2)."""
    rings, radius = [], 4.0
    while radius < reach:
        angle = np.linspace(0, 2 * np.pi, 32, endpoint=False)
        rings.append(radius * np.column_stack([np.cos(angle), np.sin(angle)]))
        radius *= 1.13
    return np.vstack(rings) if rings else np.zeros((0, 2))


def _is_free(candidates: Centres, half: Centres, others: Centres, halves: Centres) -> NDArray[np.bool_]:
    return np.asarray(~_over(candidates, others, half + halves).any(axis=1))


def _over(points: Centres, others: Centres, reach: Centres) -> NDArray[np.bool_]:
    """Which points lie within `reach` of which others, both across and down: shape (n_points, n_others)."""
    across, down = np.abs(points[:, :1] - others[:, 0]), np.abs(points[:, 1:] - others[:, 1])
    limits = np.broadcast_to(reach, others.shape)
    return np.asarray((across < limits[:, 0]) & (down < limits[:, 1]))


def _best(candidates: Centres, box: Box, foreign: Centres, others: Centres, halves: Centres) -> Centres:
    """The cheapest candidate: a short leader line first, near the peak second, off other topics' peaks, its line through no other label."""
    across = np.maximum(np.abs(candidates[:, :1] - box.spots[:, 0]) - box.half[0], 0)
    down = np.maximum(np.abs(candidates[:, 1:] - box.spots[:, 1]) - box.half[1], 0)
    gaps = np.sqrt(across**2 + down**2)
    cost = gaps.min(axis=1) + _FROM_PEAK * np.hypot(*(candidates - box.spots[0]).T) + _COVERING * _over(candidates, foreign, box.half).sum(axis=1)
    cheap = np.argsort(cost, kind="stable")[:_COMPARED]
    ends = box.spots[gaps[cheap].argmin(axis=1)]
    starts = np.clip(ends, candidates[cheap] - box.half, candidates[cheap] + box.half)
    line = (ends + (starts - ends) * np.linspace(0, 1, 12)[:, None, None]).reshape(-1, 2)
    crossed = _over(line, others, halves).reshape(12, len(cheap), len(others)).any(axis=0).sum(axis=1)
    return np.asarray(candidates[cheap[int((cost[cheap] + _CROSSING * crossed).argmin())]])
