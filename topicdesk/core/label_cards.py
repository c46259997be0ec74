"""Labels with their evidence in the log of edits, and what is left of the evidence where a researcher writes a label; it knows no file."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from functools import lru_cache

from topicdesk.core.analysis import Label

HARMLESS = ("text", "origin", "model", "model_sha256")  # of a label: they repeat no text of a document


def labels_to_text(labels: Sequence[Label]) -> str:
    """What an edit holds of the labels that were accepted."""
    return json.dumps([dataclasses.asdict(label) for label in labels], ensure_ascii=False)


@lru_cache(maxsize=64)
def labels_from_text(text: str) -> tuple[Label, ...]:
    """What `labels_to_text` made; nothing where it is something else."""
    try:
        return tuple(Label.from_plain(values) for values in json.loads(text))
    except (ValueError, TypeError):
        return ()


def without_evidence(text: str) -> str:
    """The same labels without what their cards hold of documents, for a copy that is given away."""
    return labels_to_text([Label(**{name: getattr(label, name) for name in HARMLESS}) for label in labels_from_text(text)])


def with_answer(label: Label, text: str) -> Label:
    """Another of the model's answers as the label, on the same card; how sure the model was of it, and what the check would say, nobody measured."""
    said = (label.text,) if label.origin == "language model" else ()
    others = tuple(other for other in label.alternatives if other != text)
    return dataclasses.replace(label, text=text, origin="language model", log_probability=None, flags=(), alternatives=said + others)


def renamed(label: Label, text: str) -> Label:
    """The researcher's label, on whose card stays how the model's came about: what it had said is now one of the other answers."""
    said = (label.text,) if label.origin == "language model" and label.text != text else ()
    others = tuple(other for other in label.alternatives if other != text)
    return dataclasses.replace(label, text=text, origin="researcher", log_probability=None, flags=(), alternatives=said + others)
