"""Which installed fonts the figure uses, how wide text is in them, and which characters none of them has."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from matplotlib.font_manager import FontProperties, findfont, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.path import Path
from matplotlib.textpath import TextToPath

Weight = Literal["bold", "normal"]

# Open condensed faces first: more label fits beside less. Then faces for other scripts, used glyph by glyph.
_FACES = (
    "Roboto Condensed",
    "Barlow Semi Condensed",
    "Fira Sans Condensed",
    "IBM Plex Sans Condensed",
    "Open Sans Condensed",
    "Source Sans 3",
    "Source Sans Pro",
)
_FALLBACKS = (
    "DejaVu Sans", "Noto Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK KR", "Source Han Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
    "Droid Sans Fallback", "Microsoft YaHei", "Yu Gothic", "Malgun Gothic", "PingFang SC", "Hiragino Sans", "Apple SD Gothic Neo", "Noto Sans Arabic",
    "Noto Naskh Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Sans Bengali", "Noto Sans Tamil", "Noto Sans Thai", "Nirmala UI", "Segoe UI",
    "Segoe UI Symbol", "Arial Unicode MS", "Noto Emoji", "Symbola",
)  # fmt: skip
REPLACEMENT = "\u25a1"


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """The font families to draw with, best first: only installed ones, for matplotlib logs a warning for each other."""
    installed = {entry.name for entry in fontManager.ttflist}
    return tuple(name for name in (*_FACES, *_FALLBACKS) if name in installed) or ("DejaVu Sans",)


def font(size: float, weight: Weight = "normal") -> FontProperties:
    """The figure's font at `size` points, condensed where the family has such a cut."""
    return FontProperties(family=list(families()), stretch="condensed", size=size, weight=weight)


def missing_characters(texts: Iterable[str]) -> str:
    """The characters, each once and in order, that no used font can draw; they appear as an empty box."""
    return "".join(sorted({character for text in texts for character in text if not (_is_silent(character) or _can_draw(character))}))


def printable(text: str) -> str:
    """`text` on one line as it can be drawn: what no font has becomes an empty box, invisible marks are dropped."""
    kept = (character for character in " ".join(text.split()) if character == " " or not _is_silent(character))
    return "".join(character if character == " " or _can_draw(character) else REPLACEMENT for character in kept)


@dataclass(frozen=True, eq=False)
class Outline:
    """A line of text as shapes, at a font size of 1: its origin is the left end of the baseline, y runs upwards.

    Attributes
    ----------
    path : matplotlib Path
    advance : float
        Width of the line.
    """

    path: Path
    advance: float


@lru_cache(maxsize=8192)
def outline(text: str, weight: Weight = "normal") -> Outline:
    """The shapes of a printable line, kept for the next drawing: matplotlib needs a millisecond to lay a line out."""
    shaper, properties = TextToPath(), font(1, weight)
    vertices, codes = shaper.get_text_path(properties, text, ismath=False)
    path = Path(np.asarray(vertices, dtype=float).reshape(-1, 2) / shaper.FONT_SCALE, codes if len(codes) else None)
    return Outline(path, float(shaper.get_text_width_height_descent(text, properties, ismath=False)[0]))


def text_width(text: str, weight: Weight = "normal") -> float:
    """Width of a printable line at a font size of 1."""
    return outline(text, weight).advance if text else 0.0


def _is_silent(character: str) -> bool:
    """True for white space, joiners and variation selectors, surrogates and other marks that show nothing by themselves."""
    return character.isspace() or unicodedata.category(character) in ("Cc", "Cf", "Cs") or "\ufe00" <= character <= "\ufe0f"


@lru_cache(maxsize=1)
def _drawable() -> frozenset[int]:
    known: set[int] = set()
    for name in families():
        known.update(FT2Font(findfont(FontProperties(family=name))).get_charmap())
    return frozenset(known)


def _can_draw(character: str) -> bool:
    return ord(character) in _drawable()
