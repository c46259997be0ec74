"""How settings differ, in words for people; pure."""

from __future__ import annotations

import dataclasses
from typing import Any

from topicdesk.core.settings import Settings

# What a setting is called where its own name would puzzle; the figure's look is no part of an analysis.
_NAMES = {
    "min_topic_size": "smallest topic", "n_neighbors": "neighbours", "n_dimensions": "dimensions", "min_dist": "minimum distance",
    "n_keywords": "keywords", "ngram_max": "words in a phrase", "n_exemplars": "typical documents", "selection": "selection of clusters",
    "mmr_diversity": "diversity of keywords", "n_excerpt_tokens": "tokens of excerpts", "n_new_tokens": "tokens of a label",
}  # fmt: skip
_LEFT_OUT = ("figure",)
LONGEST = 40


def differences(settings: Settings, other: Settings) -> list[str]:
    """Each setting that is not as in `other`, with both values: "smallest topic 20 (shown: 15)"."""
    ours, theirs = settings.to_dict(), other.to_dict()
    words = []
    for table, values in ours.items():
        if table in _LEFT_OUT:
            continue
        for name, value in values.items():
            if value != theirs[table].get(name):
                words.append(f"{_NAMES.get(name, name.replace('_', ' '))} {_said(value)} (shown: {_said(theirs[table].get(name))})")
    return words


def _said(value: Any) -> str:
    if value is None:
        return "derived from the corpus"
    if dataclasses.is_dataclass(value) or isinstance(value, dict | list | tuple):
        return "otherwise"
    text = str(value)
    return (text if len(text) <= LONGEST else text[: LONGEST - 1] + "…") or "empty"
