"""Which fonts the figure uses, how wide text is in them, and which characters none of them has; it knows nothing of maps.

matplotlib (from 3.11 on) shapes text by libraqm: Arabic letters join, Hebrew and Arabic run from the right, Indic vowels stand
in their places; nothing of that is done here.
"""

from __future__ import annotations

import importlib.util
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Literal

import numpy as np
from matplotlib.font_manager import FontProperties, findfont, fontManager, weight_dict
from matplotlib.ft2font import FT2Font
from matplotlib.path import Path
from matplotlib.textpath import TextToPath

Weight = Literal["bold", "semibold", "medium", "normal"]

# The typeface that comes with TopicDesk, as a package of files: it is found, never imported.
_PACKAGED = ("fontpkg_fira_sans_condensed", "FiraSansCondensed-{}.ttf", ("Regular", "Medium", "SemiBold", "Bold"))
# Open condensed faces first: more label fits beside less. Then faces for other scripts, used glyph by glyph.
_FACES = (
    "Fira Sans Condensed",
    "Roboto Condensed",
    "Barlow Semi Condensed",
    "IBM Plex Sans Condensed",
    "Open Sans Condensed",
    "Source Sans 3",
    "Source Sans Pro",
)
_NOTO_SCRIPTS = (
    "Arabic", "Hebrew", "Devanagari", "Bengali", "Tamil", "Telugu", "Kannada", "Malayalam", "Gujarati", "Gurmukhi", "Oriya", "Sinhala", "Thai", "Lao", "Khmer",
    "Myanmar", "Georgian", "Armenian", "Ethiopic", "Thaana", "Syriac", "Mongolian", "Cherokee", "Symbols", "Symbols2", "Math",
)  # fmt: skip
_FALLBACKS = (
    "DejaVu Sans", "Noto Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK KR", "Source Han Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
    "Droid Sans Fallback", "Microsoft YaHei", "Yu Gothic", "Malgun Gothic", "PingFang SC", "Hiragino Sans", "Apple SD Gothic Neo",
    *(f"Noto Sans {script}" for script in _NOTO_SCRIPTS), "Noto Serif Tibetan", "Nirmala UI", "Segoe UI", "Segoe UI Symbol", "Arial Unicode MS",
    "Noto Emoji", "Symbola",
)  # fmt: skip
# First word of a character's Unicode name: the Debian package whose font has it.
_DEBIAN_PACKAGES = dict.fromkeys(("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"), "fonts-noto-cjk")
NUMBERS: dict[Weight, int] = {"normal": 400, "medium": 500, "semibold": 600, "bold": 700}
REPLACEMENT = "\u25a1"
_JOINERS = "\u200c\u200d"  # they decide how their neighbours look


@lru_cache(maxsize=1)
def installed_families() -> frozenset[str]:
    """The names of all font families that can be used, the packaged one among them."""
    package, pattern, cuts = _PACKAGED
    found = importlib.util.find_spec(package)
    for folder in (found.submodule_search_locations or ()) if found is not None else ():
        for file in (FilePath(folder) / "files" / pattern.format(cut) for cut in cuts):
            if file.is_file():
                fontManager.addfont(str(file))
    return frozenset(entry.name for entry in fontManager.ttflist)


@lru_cache(maxsize=16)
def families(chosen: str = "") -> tuple[str, ...]:
    """The font families to draw with, best first: only installed ones, for matplotlib logs a warning for each other.

    Parameters
    ----------
    chosen : str
        A family that comes before all; empty, or one that is not installed, for the best there is.
    """
    installed = installed_families()
    found = dict.fromkeys(name for name in (chosen, *_FACES, *_FALLBACKS) if name in installed)
    first = next((name for name in found if name == chosen or name in _FACES), None)
    return tuple(name for name in found if name == first or name not in _FACES) or ("DejaVu Sans",)


def font(size: float, weight: Weight = "normal", family: str = "", text: str = "") -> FontProperties:
    """The font at `size` points for this text: the first family, and only those fallbacks whose characters it needs.

    The weight is the nearest that all of them have, for matplotlib logs a line for each family that lacks it.
    """
    names, number = _faces_for(frozenset(text), weight, family)
    return FontProperties(family=list(names), stretch="normal" if family else "condensed", size=size, weight=number)


def missing_characters(texts: Iterable[str]) -> str:
    """The characters, each once and in order, that no used font can draw; they appear as an empty box."""
    return "".join(sorted({character for text in texts for character in text if not (_is_silent(character) or _can_draw(character))}))


def packages_for(characters: str) -> tuple[str, ...]:
    """The Debian packages with fonts for characters that are missing here."""
    names = (unicodedata.name(character, "") for character in characters)
    wanted = {
        _DEBIAN_PACKAGES.get(name.split(" ")[0].split("-")[0], "fonts-noto-core" if unicodedata.category(character)[0] in "LMN" else "fonts-symbola")
        for character, name in zip(characters, names, strict=True)
        if name
    }
    return tuple(sorted(wanted))


def missing_in_words(characters: str) -> str:
    """What is said of missing characters, and which fonts would help; empty where none is missing."""
    if not characters:
        return ""
    shown = characters if len(characters) <= 12 else characters[:12] + "…"
    packages = packages_for(characters)
    help_ = f" Install a font that has them; on Debian and Ubuntu: {', '.join(packages)}." if packages else ""
    return f"No installed font has {shown}; a box stands for each.{help_}"


def printable(text: str) -> str:
    """`text` on one line as it can be drawn: what no font has becomes an empty box, invisible marks are dropped."""
    line = " ".join(text.split())
    kept = (c for n, c in enumerate(line) if c == " " or not _is_silent(c) or (c in _JOINERS and line[n - 1 : n].isalpha() and line[n + 1 : n + 2].isalpha()))
    return "".join(character if character == " " or character in _JOINERS or _can_draw(character) else REPLACEMENT for character in kept)


def in_direction_of(line: str, whole: str) -> str:
    """A printable line that runs as the text does that it is a part of: with a mark where it would by itself run the other way."""
    runs_left = _runs_left(whole)
    return line if _runs_left(line) == runs_left else ("\u200f" if runs_left else "\u200e") + line


def _runs_left(text: str) -> bool:
    """Whether the first letter with a direction is of a script that runs from the right (Unicode's bidirectional algorithm, P2)."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((direction for direction in directions if direction in ("L", "R", "AL")), "L") != "L"


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
def outline(text: str, weight: Weight = "normal", family: str = "") -> Outline:
    """The shapes of a printable line, kept for the next drawing: matplotlib needs a millisecond to lay a line out."""
    shaper, properties = TextToPath(), font(1, weight, family, text)
    vertices, codes = shaper.get_text_path(properties, text, ismath=False)
    path = Path(np.asarray(vertices, dtype=float).reshape(-1, 2) / shaper.FONT_SCALE, codes if len(codes) else None)
    return Outline(path, float(shaper.get_text_width_height_descent(text, properties, ismath=False)[0]))


def text_width(text: str, weight: Weight = "normal", family: str = "") -> float:
    """Width of a printable line at a font size of 1."""
    return outline(text, weight, family).advance if text else 0.0


def _is_silent(character: str) -> bool:
    """True for white space, joiners and variation selectors, surrogates and other marks that show nothing by themselves."""
    return character.isspace() or unicodedata.category(character) in ("Cc", "Cf", "Cs") or "\ufe00" <= character <= "\ufe0f"


@lru_cache(maxsize=2048)
def _faces_for(characters: frozenset[str], weight: Weight, family: str) -> tuple[tuple[str, ...], int]:
    """The families that these characters need, and the weight to ask for."""
    first, *others = families(family)
    wanted = {ord(character) for character in characters if not _is_silent(character)} - _characters_of(first)
    names = [first]
    for name in others:
        if wanted and wanted & _characters_of(name):
            names.append(name)
            wanted -= _characters_of(name)
    common = frozenset.intersection(*(_weights_of(name) for name in names)) or _weights_of(first)
    return tuple(names), min(common, key=lambda number: (abs(number - NUMBERS[weight]), number))


@lru_cache(maxsize=64)
def _characters_of(family: str) -> frozenset[int]:
    return frozenset(FT2Font(findfont(FontProperties(family=family))).get_charmap())


@lru_cache(maxsize=64)
def _weights_of(family: str) -> frozenset[int]:
    found = (entry.weight for entry in fontManager.ttflist if entry.name == family and entry.style == "normal")
    return frozenset(int(weight_dict.get(weight, 400) if isinstance(weight, str) else weight) for weight in found) or frozenset((400,))


@lru_cache(maxsize=1)
def _drawable() -> frozenset[int]:
    return frozenset().union(*(_characters_of(name) for name in families()))


def _can_draw(character: str) -> bool:
    return ord(character) in _drawable()
