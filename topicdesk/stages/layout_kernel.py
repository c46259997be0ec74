"""The compiled inner loop of a layout: one epoch for some of the points. It imports numba, which takes a while: load it where it is needed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

N_RANDOM = 5  # points that push for each neighbour that pulls
FARTHEST = np.float32(4.0)  # no force moves a point farther than this along an axis
f4, u8 = np.float32, np.uint64


@numba.njit
def _squared_distance(at: Any, points: Any, other: Any, n_dimensions: int) -> Any:
    squared = f4(0)
    for d in range(n_dimensions):
        squared += (at[d] - points[other, d]) ** 2
    return squared


@numba.njit
def _copy_row(target: Any, source: Any, n_dimensions: int) -> None:
    for d in range(n_dimensions):
        target[d] = source[d]


@numba.njit
def _add_force(moved: Any, times: Any, force: Any, at: Any, points: Any, other: Any, n_dimensions: int) -> None:
    for d in range(n_dimensions):
        moved[d] += times * min(max(force * (at[d] - points[other, d]), -FARTHEST), FARTHEST)


@functools.cache
def mover(n_dimensions: int) -> Callable[..., None]:
    """The epoch of points of so many dimensions, compiled at the first call: what the compiler can count it unrolls.

    Returns
    -------
    callable (here, there, starts, tails, periods, due, a, b, epoch, rate, seed, first, last)
        Reads points from `here`, writes those from `first` to `last` into `there`, and moves on when their edges are due. It lets
        other threads of Python work.
    """

    @numba.njit(nogil=True, error_model="numpy")
    def move(
        here: Any, there: Any, starts: Any, tails: Any, periods: Any, due: Any, a: Any, b: Any, epoch: Any, rate: Any, seed: Any, first: Any, last: Any
    ) -> None:
        at, moved, nowhere, n_points = np.empty(n_dimensions, f4), np.empty(n_dimensions, f4), np.zeros(n_dimensions, f4), u8(len(here))
        for point in range(first, last):
            state = seed * u8(0x9E3779B97F4A7C15) + u8(point)  # splitmix64, from which a linear congruential generator goes on
            state = (state ^ (state >> u8(30))) * u8(0xBF58476D1CE4E5B9)
            state = (state ^ (state >> u8(27))) * u8(0x94D049BB133111EB)
            _copy_row(at, here[point], n_dimensions)
            for edge in range(starts[point], starts[point + 1]):
                if due[edge] > epoch:
                    continue
                due[edge] += periods[edge]
                _copy_row(moved, nowhere, n_dimensions)
                other = u8(tails[edge])
                squared = _squared_distance(at, here, other, n_dimensions)
                if squared > f4(1e-30):
                    near = a * squared**b
                    _add_force(moved, f4(2), -f4(2) * b * near / (squared * (near + f4(1))), at, here, other, n_dimensions)
                for _ in range(N_RANDOM):
                    state = state * u8(6364136223846793005) + u8(1442695040888963407)
                    other = ((state >> u8(32)) * n_points) >> u8(32)
                    if other == u8(point):
                        continue
                    squared = _squared_distance(at, here, other, n_dimensions)
                    _add_force(moved, f4(1), f4(2) * b / ((f4(0.001) + squared) * (a * squared**b + f4(1))), at, here, other, n_dimensions)
                for d in range(n_dimensions):
                    at[d] += rate * moved[d]
            _copy_row(there[point], at, n_dimensions)

    return move
