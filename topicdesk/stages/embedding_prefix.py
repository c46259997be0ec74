"""What a model wants to read before each text, from what its folder says: some were trained with a prefix and are worse without."""

from __future__ import annotations

from collections.abc import Mapping

NAMES = ("clustering", "document", "passage")  # of prompts, best first: topics are groups of texts, not answers to a query


def prefix_for_texts(prompts: Mapping[str, str | None], default_name: str | None, model_names: str) -> str:
    """The prefix, empty for most models.

    Parameters
    ----------
    prompts, default_name
        Of the model's config_sentence_transformers.json: prefixes by their name, and which of them is meant where nothing is said.
    model_names : str
        The folder's name and what config.json calls the model. E5 says what it wants only on its page: "query: " for grouping.
        https://huggingface.co/intfloat/multilingual-e5-small
    """
    by_name = {name.lower(): prefix or "" for name, prefix in prompts.items()}
    for name in (NAMES[0], (default_name or "").lower(), *NAMES[1:]):
        if by_name.get(name):
            return by_name[name]
    says_e5 = "e5-" in model_names.lower() and "instruct" not in model_names.lower()
    return "query: " if says_e5 and not any(prompts.values()) else ""
