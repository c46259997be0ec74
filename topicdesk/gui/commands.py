"""The child processes that a session starts; tests put their own in their place."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from topicdesk.core.engine_protocol import engine_command
from topicdesk.core.requests import CorpusSource
from topicdesk.gui.preview_process import preview_command


def sample_command(folder: Path) -> list[str]:
    """The command that writes the sample corpus into a folder, as sample.csv."""
    return [sys.executable, "-P", "-m", "topicdesk", "sample", str(folder)]


def models_command(arguments: Sequence[str]) -> list[str]:
    """The command that reads, registers or places models: the window itself parses no model file."""
    return [sys.executable, "-P", "-m", "topicdesk", "models", *arguments]


def doctor_command() -> list[str]:
    """The command that reports what this computer has."""
    return [sys.executable, "-P", "-m", "topicdesk", "doctor"]


@dataclass(frozen=True)
class Commands:
    """Program and arguments of the engine, the preview, the writer of the sample corpus, what looks after models, and the doctor."""

    engine: list[str] = field(default_factory=engine_command)
    preview: Callable[[CorpusSource], list[str]] = preview_command
    sample: Callable[[Path], list[str]] = sample_command
    models: Callable[[Sequence[str]], list[str]] = models_command
    doctor: list[str] = field(default_factory=doctor_command)
