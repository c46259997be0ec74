"""The array types that travel between stages, and their bytes in the project file (never pickled)."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def are_placed(positions: FloatArray) -> BoolArray:
    """Which rows of shape (n, 2) have a place, bool of shape (n,); `isfinite(...).all(axis=1)` takes thirty times as long."""
    return np.asarray(np.isfinite(positions[:, 0]) & np.isfinite(positions[:, 1]))


def to_bytes(array: NDArray[Any]) -> bytes:
    """The array in numpy's .npy format. Raises ValueError for an array of objects, which would need pickle."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def from_bytes(content: bytes) -> NDArray[Any]:
    """The array that `to_bytes` wrote. Raises ValueError for anything else, pickles included."""
    array: NDArray[Any] = np.load(io.BytesIO(content), allow_pickle=False)
    return array
