"""Texts with clear topics, made by rule: quick to embed, the same on every machine."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from pathlib import Path

THEMES = {
    "space": "rocket orbit launch satellite moon astronaut nasa shuttle lunar spacecraft telescope planet",
    "medicine": "patient cancer therapy tumor clinical treatment hospital surgery diagnosis vaccine doctor dose",
    "law": "court judge appeal ruling lawyer verdict supreme defendant trial jury statute sentence",
    "football": "goal striker league match penalty goalkeeper coach season stadium champions midfielder defender",
    "cooking": "recipe butter oven garlic flour simmer sauce onion roast dessert spice pan",
    "energy": "solar battery turbine grid electricity wind panel renewable power nuclear reactor storage",
    "finance": "bank interest loan inflation shares market investor bond profit dividend credit currency",
    "music": "guitar concert melody album singer orchestra piano rhythm chord symphony violin drum",
}


def topical_texts(n_documents: int, seed: int = 0, n_themes: int = len(THEMES)) -> list[tuple[str, str]]:
    """(theme, text) pairs, themes in turn: a sentence of six words of the theme, with the words that English needs."""
    draw = random.Random(seed)
    names = list(THEMES)[:n_themes]
    pairs = []
    for number in range(n_documents):
        name = names[number % len(names)]
        a, b, c, d, e, f = draw.sample(THEMES[name].split(), 6)
        pairs.append((name, f"The {a} and the {b} were about {c} with a {d}, but the {e} is for the {f}."))
    return pairs


def write_csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    """A plain CSV file; returns its path."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def write_topical(path: Path, n_documents: int, seed: int = 0) -> Path:
    """A corpus of `topical_texts` with the columns id, theme and text."""
    rows = [(f"d{number}", theme, text) for number, (theme, text) in enumerate(topical_texts(n_documents, seed))]
    return write_csv(path, ("id", "theme", "text"), rows)
