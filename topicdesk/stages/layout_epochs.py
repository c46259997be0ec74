"""The epochs of a UMAP layout: points drawn together along the graph and pushed from others, one after the other, the same on every run.

It does what umap's own loop does, in the same order and with the same random numbers, in a fraction of the time: it is compiled for the
number of dimensions, and reads the two forces, for which umap raises each pair's distance to powers, from tables.
Source of the method: McInnes, Healy, Melville (2018), UMAP, arXiv:1802.03426, algorithm 5.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from topicdesk.core.arrays import FloatArray, IntArray

NEGATIVE_SAMPLES = 5  # points that one is pushed from, for each that it is drawn to
SHIFT = 15  # of the bits of a float32: 256 places in a table for each doubling of a squared distance
LOWEST, HIGHEST = -60, 30  # the tables go from a squared distance of 2^-60 to 2^30
FARTHEST = np.float32(4)  # a coordinate changes at most so much at once


def run_epochs(
    positions: FloatArray, head: IntArray, tail: IntArray, every: FloatArray, n_epochs: int, a: float, b: float, drawn: IntArray, alpha: float = 1.0
) -> None:
    """Move the points of `positions`, in place.

    Parameters
    ----------
    positions : float32 of shape (n_documents, n_dimensions), in C order
    head, tail : int32 of shape (n_edges,)
    every : float64 of shape (n_edges,)
        After how many epochs an edge draws its ends together.
    a, b : float
        Of the curve 1 / (1 + a d^2b) that likeness follows on the map.
    drawn : int64 of shape (3,)
        What the random numbers begin with.
    alpha : float
        How far points move in the first epoch; it sinks to nothing.
    """
    states = np.full((len(positions), 3), drawn, dtype=np.int64) + positions[:, :1].astype(np.float64).view(np.int64)
    together, apart = force_tables(a, b)
    _compiled(positions.shape[1])(positions, head, tail, every, n_epochs, states, together, apart, alpha)


def force_tables(a: float, b: float) -> tuple[FloatArray, FloatArray]:
    """By what a difference is multiplied to draw two points together (below 0) and to push them apart, by squared distance.

    Returns
    -------
    together, apart : float32 of shape (n_places, 2)
        In each place the force is the first number plus the squared distance times the second: exact to 1 in 50,000.
    """
    first, last = (_bits(2.0**exponent) >> SHIFT for exponent in (LOWEST, HIGHEST))
    begins = (np.arange(first, last + 2, dtype=np.int32) << SHIFT).view(np.float32).astype(np.float64)
    grown = a * begins**b + 1.0
    tables = []
    for force in (-2.0 * a * b * begins ** (b - 1.0) / grown, 2.0 * b / ((0.001 + begins) * grown)):
        slope = np.diff(force) / np.diff(begins)
        tables.append(np.stack([force[:-1] - slope * begins[:-1], slope], axis=1).astype(np.float32))
    return tables[0], tables[1]


def _bits(value: float) -> int:
    return int(np.array(value, dtype=np.float32).view(np.int32))


@functools.cache
def _compiled(n_dimensions: int) -> Callable[..., None]:
    """The loop for so many dimensions, compiled at its first call; importing numba takes a second."""
    import numba

    as_umap = numba.njit(fastmath=True)
    compiled: Callable[..., None] = as_umap(_loop(n_dimensions, *map(as_umap, _measures(n_dimensions))))
    return compiled


def _measures(n_dimensions: int) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The force that a table has for a squared distance, and the squared distance of two points; both to be compiled."""
    from numba.core import types
    from numba.extending import intrinsic

    first, highest = _bits(2.0**LOWEST) >> SHIFT, np.float32(2.0**HIGHEST)

    def typed(_context: Any, _value: Any) -> Any:
        def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], context.get_value_type(signature.return_type))

        return types.int32(types.float32), build

    bits_of: Any = intrinsic(typed)

    def force(table: Any, squared: Any) -> Any:
        squared = min(squared, highest)
        place = max((bits_of(squared) >> SHIFT) - first, 0)
        return table[place, 0] + table[place, 1] * squared

    def squared_distance(positions: Any, j: Any, k: Any) -> Any:
        squared = np.float32(0)
        for axis in range(n_dimensions):
            difference = positions[j, axis] - positions[k, axis]
            squared += difference * difference
        return squared

    return force, squared_distance


def _loop(n_dimensions: int, force: Callable[..., Any], squared_distance: Callable[..., Any]) -> Callable[..., None]:
    """The epochs, to be compiled. Points in one place have a finite force and no difference: they stay, as with umap."""

    def loop(positions: Any, head: Any, tail: Any, every: Any, n_epochs: Any, states: Any, together: Any, apart: Any, first_alpha: Any) -> None:
        next_draw, every_push = every.copy(), every / NEGATIVE_SAMPLES
        next_push = every_push.copy()
        alpha = np.float32(first_alpha)
        for epoch in range(n_epochs):
            for edge in range(len(every)):
                if next_draw[edge] > epoch:
                    continue
                j, k = head[edge], tail[edge]
                pull = force(together, squared_distance(positions, j, k))
                for axis in range(n_dimensions):
                    step = min(max(pull * (positions[j, axis] - positions[k, axis]), -FARTHEST), FARTHEST) * alpha
                    positions[j, axis] += step
                    positions[k, axis] -= step
                next_draw[edge] += every[edge]
                n_pushes = int((epoch - next_push[edge]) / every_push[edge])
                one, two, three = states[j, 0], states[j, 1], states[j, 2]
                for _ in range(n_pushes):  # random numbers by Tausworthe, as umap's
                    one = (((one & 4294967294) << 12) & 0xFFFFFFFF) ^ ((((one << 13) & 0xFFFFFFFF) ^ one) >> 19)
                    two = (((two & 4294967288) << 4) & 0xFFFFFFFF) ^ ((((two << 2) & 0xFFFFFFFF) ^ two) >> 25)
                    three = (((three & 4294967280) << 17) & 0xFFFFFFFF) ^ ((((three << 3) & 0xFFFFFFFF) ^ three) >> 11)
                    k = np.int32(one ^ two ^ three) % len(positions)
                    push = force(apart, squared_distance(positions, j, k))
                    for axis in range(n_dimensions):
                        step = min(max(push * (positions[j, axis] - positions[k, axis]), -FARTHEST), FARTHEST) * alpha
                        positions[j, axis] += step
                states[j, 0], states[j, 1], states[j, 2] = one, two, three
                next_push[edge] += n_pushes * every_push[edge]
            alpha = np.float32(first_alpha * (1.0 - epoch / n_epochs))

    return loop
