"""One file for whoever mends TopicDesk: versions, this machine, and the log of events; nothing that was read from a corpus."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib import metadata

LIBRARIES = (
    "topicdesk", "PySide6-Essentials", "numpy", "scipy", "scikit-learn", "torch", "transformers", "sentence-transformers", "umap-learn", "pynndescent",
    "numba", "hdbscan", "llama-cpp-python", "matplotlib", "adjustText",
)  # fmt: skip
INTRODUCTION = (
    "A report for the makers of TopicDesk. It was written because you asked for it, and goes nowhere by itself. It holds versions, kinds of events with\n"
    "their counts and seconds, and places in TopicDesk's own code; no text, label, path or name of a column. Read it before you send it."
)


def bug_report(log_lines: Sequence[str]) -> str:
    """The report as plain text.

    Parameters
    ----------
    log_lines : sequence of str
        Of the event log (`core/event_log.py`).
    """
    machine = [f"Python {platform.python_version()} on {platform.platform()}", f"{os.cpu_count()} processors"]
    return "\n".join((INTRODUCTION, "", *machine, *(f"{name} {_version(name)}" for name in LIBRARIES), "", f"{len(log_lines)} events:", *log_lines, ""))


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "is not there"
