"""Boxes moved apart on a canvas: adjustText spreads them, a search of our own makes sure; it knows only rectangles in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox, IdentityTransform
from numpy.typing import NDArray

Point = tuple[float, float]
Places = NDArray[np.float64]

_PAIRS = 60_000  # that adjustText may compare in all: an iteration takes a tenth of a second for 100 labels


@dataclass(frozen=True, eq=False)
class Box:
    """A rectangle to place, in pixels, y upwards.

    Attributes
    ----------
    shapes : float64 of shape (n_shapes, 2)
        The widths and heights that it may have, the favoured one first.
    spots : float64 of shape (n_spots, 2)
        What the rectangle should lie on, at least one of them; the best first.
    fixed : (float, float) or None
        Where its middle must be; its shape is then the favoured one.
    """

    shapes: Places
    spots: Places
    fixed: Point | None = None

    @property
    def anchor(self) -> Point:
        """The best spot."""
        return float(self.spots[0, 0]), float(self.spots[0, 1])


@dataclass(frozen=True)
class Stand:
    """Where a box stands: its middle, which of its shapes it has, and the spot it belongs to with the distance from there, 0 over it."""

    centre: Point
    shape: int
    spot: Point
    distance: float


def gaps(spots: Places, centres: Places, halves: Places) -> Places:
    """The distance of rectangles from points, 0 where they cover them: shape (n_rectangles, n_points)."""
    outside = np.maximum(np.abs(spots[None] - centres[:, None]) - halves[:, None], 0)
    return np.asarray(np.sqrt(outside[..., 0] ** 2 + outside[..., 1] ** 2))


def spread(boxes: Sequence[Box], width: float, height: float) -> Places:
    """First places by adjustText, with a fixed number of iterations and no clock: float64 of shape (n_boxes, 2)."""
    movable = {number: _Movable(box) for number, box in enumerate(boxes) if box.fixed is None and box.shapes[0, 0] < width and box.shapes[0, 1] < height}
    if len(movable) > 1:
        from adjustText import adjust_text  # imports pyplot: only here, and off the window's thread

        figure = Figure(figsize=(width / 100, height / 100), dpi=100)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.axis("off")
        fixed = [_extent(box.fixed, box.shapes[0]) for box in boxes if box.fixed]
        adjust_text(
            list(movable.values()),
            ax=axes,
            objects=fixed or None,
            avoid_self=False,
            prevent_crossings=False,
            expand=(1.02, 1.05),
            force_explode=(0.05, 0.1),
            iter_lim=max(5, min(40, _PAIRS // len(movable) ** 2)),
        )
    places = [box.fixed or (movable[number].centre if number in movable else box.anchor) for number, box in enumerate(boxes)]
    return np.array(places, dtype=np.float64).reshape(-1, 2)


def _extent(centre: Point, shape: Places) -> Bbox:
    return Bbox.from_bounds(centre[0] - shape[0] / 2, centre[1] - shape[1] / 2, *shape)


class _Movable:
    """As much of a matplotlib Text as adjustText asks for: an extent in pixels that can be moved."""

    def __init__(self, box: Box) -> None:
        self._shape = box.shapes[0]
        self.centre = box.anchor

    def get_window_extent(self, renderer: object = None) -> Bbox:
        return _extent(self.centre, self._shape)

    def get_transform(self) -> IdentityTransform:
        return IdentityTransform()

    def get_unitless_position(self) -> Point:
        return self.centre

    def set_position(self, place: Places) -> None:
        self.centre = (float(place[0]), float(place[1]))

    def set_verticalalignment(self, alignment: str) -> None:
        """Centred always."""

    def set_horizontalalignment(self, alignment: str) -> None:
        """Centred always."""
