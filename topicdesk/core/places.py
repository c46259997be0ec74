"""Where TopicDesk keeps its own files: models, settings, caches; never anything of a corpus."""

from __future__ import annotations

import os
from pathlib import Path

REPOSITORY_MODELS = Path(__file__).resolve().parents[2] / "models"


def home_folder() -> Path:
    """TOPICDESK_HOME, or the platform's folder for an application's data. Not created here."""
    if chosen := os.environ.get("TOPICDESK_HOME"):
        return Path(chosen).expanduser()
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", "~")).expanduser() / "TopicDesk"
    return Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser() / "topicdesk"


def logs_folder() -> Path:
    """Where the log of events lies. Not created here."""
    return home_folder() / "logs"


def models_folders() -> list[Path]:
    """Folders searched for models, first found wins: TOPICDESK_MODELS, the home folder's, the repository's."""
    folders = [home_folder() / "models"]
    if chosen := os.environ.get("TOPICDESK_MODELS"):
        folders.insert(0, Path(chosen).expanduser())
    if (REPOSITORY_MODELS / "manifest.json").is_file():
        folders.append(REPOSITORY_MODELS)
    return folders


def starters_folder() -> Path:
    """Where the starter models are placed: the home folder's where TOPICDESK_HOME says so, else a checkout's own models/."""
    in_checkout = (REPOSITORY_MODELS / "manifest.json").is_file() and not os.environ.get("TOPICDESK_HOME")
    return REPOSITORY_MODELS if in_checkout else home_folder() / "models"
