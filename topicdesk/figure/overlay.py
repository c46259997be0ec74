"""Ink laid over a picture: how strongly pixels that many dots cover take the dots' colours; it knows nothing of points or maps.

Pixels are uint32 of red, green, blue and opacity, red in the lowest byte. Where every pixel has one owner, opacity and
colour are looked up in a table by owner and cover, and red and blue are blended in one multiplication: a picture of a
million pixels takes 10 ms, with logarithms and floats 40 ms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topicdesk.figure.dots import Colours, Ink

Pixels = NDArray[np.uint32]

_CORE = 0.3  # how far the densest places go towards black, or white on a dark ground
_LEAST = 2e-3  # of a dot: what covers less is not seen
_CHUNK = 1 << 16  # pixels blended at a time: they stay in the processor's cache
_SAMPLE = 40_000
_MOST_COVER = 8.0  # covers beyond so many times the dense ones look alike
_MANY = 0.5  # of a chunk's pixels touched: then all are blended, without picking them out
_RED_AND_BLUE, _HIGH_BYTES, _OPAQUE = np.uint32(0x00FF00FF), np.uint32(0xFF00FF00), np.uint32(0xFF000000)
_BYTE = np.uint32(8)


@dataclass(frozen=True)
class Cover:
    """How cover becomes opacity.

    Attributes
    ----------
    opacity : float or None
        Of one dot; None chooses it so that dense areas just saturate.
    most : float
        Where dots are densest.
    core : float or None
        The grey, 0 to 1, that the densest places tend to; None for none.
    """

    opacity: float | None = None
    most: float = 1.0
    core: float | None = None


def lay_over(picture: Pixels, ink: Ink, colours: Colours, cover: Cover) -> None:
    """Paint ink over a picture of n_pixels, in place.

    Parameters
    ----------
    colours : float64 of shape (n_groups, 3)
        In [0, 1]; the groups that own pixels.
    """
    dense = _dense(ink.cover)
    if dense is None:
        return
    strength = float(np.clip(1.9 / dense, 0.3, 1.5)) if cover.opacity is None else -float(np.log1p(-min(cover.opacity, 0.99)))
    if ink.sums is not None:
        _mix(picture, ink, cover, strength, dense)
        return
    n_levels = int(np.clip((1 << 15) // len(colours), 64, 512))
    step = max(_MOST_COVER * dense / (n_levels - 1), 1.0 if ink.cover.dtype.kind == "i" else 0.0)
    counts = np.asarray(step * np.arange(n_levels), dtype=np.float64)
    paint = _towards_core(np.repeat(colours[:, None, :], n_levels, axis=1), counts[:, None], cover, dense)
    _blend(picture, ink, _packed(paint, _opacity(counts, strength, cover)), n_levels, step)


def _dense(cover: NDArray[Any]) -> float | None:
    """The cover of dense places: more than at 85 of 100 pixels that are covered at all, judged by a sample; None where none are."""
    sample = cover[:: max(1, len(cover) // _SAMPLE) | 1]
    touched = sample[sample > _LEAST]
    if len(touched) < _SAMPLE // 100:
        touched = cover[cover > _LEAST]
    return float(np.percentile(touched, 85)) if len(touched) else None


def _opacity(counts: Colours, strength: float, cover: Cover) -> Colours:
    return np.minimum(-np.expm1(-strength * counts), cover.most)


def _towards_core(paint: Colours, counts: Colours, cover: Cover, dense: float) -> Colours:
    if cover.core is None:
        return paint
    share = _CORE * -np.expm1(-0.3 / dense * np.maximum(counts - dense, 0))
    return paint + (cover.core - paint) * share


def _mix(picture: Pixels, ink: Ink, cover: Cover, strength: float, dense: float) -> None:
    """Colours that differ from pixel to pixel; only pixels that are covered are looked at."""
    touched = np.flatnonzero(ink.cover > _LEAST)
    counts = np.asarray(ink.cover.take(touched), dtype=np.float64)
    paint = np.column_stack([plane.take(touched) for plane in ink.sums or ()]) / counts[:, None]
    layer = _packed(_towards_core(paint, counts[:, None], cover, dense), _opacity(counts, strength, cover))
    picture[touched] = _over(layer, picture[touched])


def _packed(paint: Colours, opacity: Colours) -> Pixels:
    """Colours times their opacity, and the opacity, as pixels: flat."""
    opacity = np.broadcast_to(opacity, paint.shape[:-1])[..., None]
    layer = np.concatenate([paint * opacity, opacity], axis=-1)
    layer *= 255
    layer += 0.5
    return np.ascontiguousarray(layer.astype(np.uint8)).view(np.uint32).ravel()


def _blend(picture: Pixels, ink: Ink, table: Pixels, n_levels: int, step: float) -> None:
    """Each pixel under what the table, of shape (n_groups * n_levels,), says for its owner and its cover."""
    for start in range(0, len(picture), _CHUNK):
        cover, under = ink.cover[start : start + _CHUNK], picture[start : start + _CHUNK]
        owner = None if ink.owner is None else ink.owner[start : start + _CHUNK]
        touched = np.flatnonzero(cover > 0)
        if len(touched) > _MANY * len(cover):
            under[:] = _over(_looked_up(cover, owner, table, n_levels, step), under)
        elif len(touched):
            owner = None if owner is None else owner.take(touched)
            under[touched] = _over(_looked_up(cover.take(touched), owner, table, n_levels, step), under.take(touched))


def _looked_up(cover: NDArray[Any], owner: NDArray[np.int32] | None, table: Pixels, n_levels: int, step: float) -> Pixels:
    index = cover if step == 1.0 else (cover * (1 / step) + 0.5).astype(np.int64)
    index = np.minimum(index, n_levels - 1).astype(np.int64, copy=False)
    if owner is not None:
        index += np.multiply(owner, n_levels, dtype=np.int64)
    return np.asarray(table.take(index))


def _over(layer: Pixels, under: Pixels) -> Pixels:
    """What is seen where one picture lies over an opaque one."""
    kept = layer >> np.uint32(24)
    kept += kept >> np.uint32(7)
    kept = np.uint32(256) - kept
    red_and_blue = under & _RED_AND_BLUE
    red_and_blue *= kept
    red_and_blue >>= _BYTE
    red_and_blue &= _RED_AND_BLUE
    green = under >> _BYTE
    green &= _RED_AND_BLUE
    green *= kept
    green &= _HIGH_BYTES
    red_and_blue += green
    red_and_blue += layer
    red_and_blue |= _OPAQUE
    return red_and_blue
