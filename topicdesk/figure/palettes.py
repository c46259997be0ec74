"""Palettes for readers with a colour vision deficiency and for print in grey; it knows nothing of points, labels or files.

Fifty topics cannot all differ for such readers. What matters on a map is that topics that lie side by side do: each topic, the
largest first, takes the colour of a small set that is farthest from its neighbours' as the least able reader sees them.
Deficiencies are simulated after Machado, Oliveira and Fernandes (2009), https://doi.org/10.1109/TVCG.2009.113, severity 1.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from topicdesk.core.arrays import BoolArray
from topicdesk.core.plate import Palette
from topicdesk.figure.colours import BACKGROUND, Theme
from topicdesk.figure.dots import Colours

Deficiency = Literal["protan", "deutan", "tritan"]

_MACHADO: dict[Deficiency, NDArray[np.float64]] = {
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritan": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}
# From dark to light and from blue to yellow, the one axis that protan and deutan readers share with all others; red ones set off by lightness.
_SAFE: dict[Theme, tuple[str, ...]] = {
    "light": ("#332288", "#0072b2", "#3f9bd8", "#1d7a5f", "#8a5a00", "#e69f00", "#c23b00", "#b05f94"),
    "dark": ("#6a8dff", "#56b4e9", "#a6d8f5", "#2fae8f", "#c98a1a", "#f0e442", "#ff7a3d", "#e3a3cc"),
}
_GREYS: dict[Theme, tuple[str, ...]] = {"light": ("#161616", "#4d4d4d", "#808080"), "dark": ("#ffffff", "#c4c4c4", "#8c8c8c")}
_SWEEPS = 8
_PLAIN = 0.25  # a difference that nobody misses
_APART = 0.08  # one that is seen at a glance; 0.02 is what can just be seen
_BESIDE = 0.3  # of the nearness that counts two topics as neighbours
_TO_LMS = np.array([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]])
_TO_LAB = np.array([[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099], [0.0259040371, 0.7827717662, -0.8086757660]])


def in_palette(colours: Colours, centres: Colours, palette: Palette, theme: Theme, own: BoolArray | None = None) -> Colours:
    """The topics' colours in a palette, float64 of shape (n_topics, 3); as given for the default one.

    Parameters
    ----------
    centres : float64 of shape (n_topics, 2)
        Where each topic lies on the map.
    own : bool of shape (n_topics,), optional
        Topics that the researcher coloured: they keep their colour where every reader tells it from its neighbours' and from the
        background; in grey, none does.
    """
    if palette == "default" or not len(colours):
        return colours
    table = np.array([[int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)] for colour in (_SAFE if palette == "colour-blind" else _GREYS)[theme]])
    weight, kept = _nearness(centres), np.zeros(len(colours), dtype=np.bool_)
    if own is not None and palette == "colour-blind":
        kept = own & (difference(colours, np.array([BACKGROUND[theme]])) > _APART)
    while True:
        assigned = np.where(kept[:, None], colours, table[_assigned(table, weight, colours, kept)])
        apart = difference(assigned[:, None], assigned[None]) > _APART
        confused = kept & (~apart & (weight > _BESIDE)).any(axis=1)
        if not confused.any():
            return assigned
        kept &= ~confused


def simulated(colours: Colours, deficiency: Deficiency) -> Colours:
    """Colours as a reader without one kind of cones sees them: sRGB in [0, 1], shape (n, 3)."""
    return _encoded(np.clip(_linear(colours) @ _MACHADO[deficiency].T, 0, 1))


def difference(one: Colours, other: Colours) -> NDArray[np.float64]:
    """How different colours look to the least able of four readers: distance in OKLab, in the shape of the broadcast rows."""
    views = [(one, other), *((simulated(one, deficiency), simulated(other, deficiency)) for deficiency in _MACHADO)]
    return np.asarray(np.min([np.linalg.norm(_lab(left) - _lab(right), axis=-1) for left, right in views], axis=0))


def _nearness(centres: Colours) -> Colours:
    """How much two topics count as neighbours, shape (n_topics, n_topics): 1 for the nearest, little for those twice as far, 0 for itself."""
    far = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    np.fill_diagonal(far, np.inf)
    nearest = np.minimum(far.min(axis=1), 1e30) + 1e-9  # a single topic has no neighbour
    return np.asarray((np.maximum(nearest[:, None], nearest[None]) / (far + 1e-9)).clip(0, 1) ** 4)


def _assigned(table: Colours, weight: Colours, colours: Colours, kept: BoolArray) -> NDArray[np.int64]:
    """Which colour of the table each topic takes: the largest first, then each once more as long as that helps; those that keep their own, the first."""
    every = np.vstack([table, colours[kept]])
    alike = 1 - np.minimum(difference(every[:, None], table[None]), _PLAIN) / _PLAIN
    chosen = np.full(len(weight), -1, dtype=np.int64)
    chosen[kept] = len(table) + np.arange(int(kept.sum()))
    used = np.zeros(len(table))
    for _ in range(_SWEEPS):
        before = chosen.copy()
        for topic in np.flatnonzero(~kept).tolist():
            others = np.flatnonzero(chosen >= 0)
            cost = (weight[topic, others, None] * alike[chosen[others]] ** 2).sum(axis=0) + 1e-4 * used
            used[chosen[topic]] -= chosen[topic] >= 0
            chosen[topic] = int(np.argmin(cost))
            used[chosen[topic]] += 1
        if (chosen == before).all():
            break
    return np.where(kept, 0, chosen)


def _linear(colours: Colours) -> Colours:
    return np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)


def _encoded(linear: Colours) -> Colours:
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def _lab(colours: Colours) -> Colours:
    return np.asarray(np.cbrt(_linear(colours) @ _TO_LMS.T) @ _TO_LAB.T)
