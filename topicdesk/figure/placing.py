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

_ITERATIONS = 150
_SWEEPS = 3


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle to place, in pixels, y upwards; `anchor` is where it wants to be, `fixed` where it must be."""

    width: float
    height: float
    anchor: Point
    fixed: Point | None = None

    def distance(self, centre: Point) -> float:
        """How far the anchor lies from the rectangle placed at `centre`; 0 inside it."""
        across = max(abs(self.anchor[0] - centre[0]) - self.width / 2, 0.0)
        down = max(abs(self.anchor[1] - centre[1]) - self.height / 2, 0.0)
        return float(np.hypot(across, down))


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


def settle(boxes: Sequence[Box], starts: Centres, width: float, height: float) -> list[Point | None]:
    """Places without overlaps, near the anchors, on the canvas; None where no room is left.

    Boxes come in the order of their right to a place. Each takes its start where that is free, else the nearest free
    place; then, a few times over, each is pulled back towards its anchor as far as the others let it.
    """
    sizes = np.array([(box.width, box.height) for box in boxes]).reshape(-1, 2)
    anchors = np.array([box.anchor for box in boxes]).reshape(-1, 2)
    rings = _rings(0.3 * float(np.hypot(width, height)))
    centres = np.full((len(boxes), 2), np.nan)
    for number, box in enumerate(boxes):
        if box.fixed is not None:
            centres[number] = box.fixed
    for sweep in range(_SWEEPS + 1):
        for number, box in enumerate(boxes):
            if box.fixed is not None or box.width > width or box.height > height:
                continue
            own = starts[number] if sweep == 0 else centres[number]
            candidates = np.vstack([own, anchors[number] + rings])
            candidates = candidates[np.isfinite(candidates).all(axis=1)]
            half = sizes[number] / 2
            candidates = np.clip(candidates, half, np.array((width, height)) - half)
            others = np.flatnonzero(np.isfinite(centres[:, 0]) & (np.arange(len(boxes)) != number))
            free = _is_free(candidates, half, centres[others], sizes[others] / 2)
            if free.any():
                cost = _cost(candidates[free], half, anchors, number)
                centres[number] = candidates[free][int(cost.argmin())]
    return [(float(x), float(y)) if np.isfinite(x) else None for x, y in centres]


def _rings(reach: float) -> Centres:
    """Offsets around a point, near ones first: shape (n, 2)."""
    rings = [np.zeros((1, 2))]
    radius = 4.0
    while radius < reach:
        angle = np.linspace(0, 2 * np.pi, 32, endpoint=False)
        rings.append(radius * np.column_stack([np.cos(angle), np.sin(angle)]))
        radius *= 1.13
    return np.vstack(rings)


def _is_free(candidates: Centres, half: Centres, others: Centres, other_halves: Centres) -> NDArray[np.bool_]:
    gap = np.abs(candidates[:, None, :] - others[None, :, :]) - (half + other_halves)[None, :, :]
    return np.asarray(~np.any(np.all(gap < 0, axis=2), axis=1))


def _cost(candidates: Centres, half: Centres, anchors: Centres, number: int) -> Centres:
    """Length of the leader line first, then distance from the middle; lying on other topics' peaks costs a little."""
    offset = np.abs(candidates - anchors[number])
    leader = np.hypot(*np.maximum(offset - half, 0).T)
    inside = np.asarray(np.all(np.abs(candidates[:, None, :] - anchors[None, :, :]) < half, axis=2))
    covered = inside.sum(axis=1) - inside[:, number]
    return np.asarray(leader + 0.15 * np.hypot(*offset.T) + 12.0 * covered)
