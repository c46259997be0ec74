"""What the Help menu says: privacy, keyboard, version. No Qt."""

from __future__ import annotations

from pathlib import Path

from topicdesk import __version__
from topicdesk.project.snapshots import backups_folder


def privacy(project_path: Path | None) -> str:
    """What stays where."""
    place = f"in {project_path}" if project_path is not None else "in a project file (.topicdesk) beside the corpus file"
    backups = f"in {backups_folder(project_path).name} beside it" if project_path is not None else "in a folder beside it"
    return (
        "TopicDesk opens no network connection: no account, telemetry, update check or download.\n\n"
        f"Texts and prompts are stored unencrypted {place}; backups {backups}. If that folder is synchronised, your sync program uploads them. "
        "Exported tables and maps may contain texts. A pasted text is kept as a file where you choose, which goes when its project is deleted.\n\n"
        "The list of recent projects holds their paths, and nothing else of them. The log of events holds counts, seconds and codes."
    )


ON_THE_MAP = (
    ("Move the map", "Arrows"),
    ("Next and previous topic", "Page Down, Page Up"),
    ("Choose the document in the middle", "Return"),
    ("Choose the next document in that direction", "Shift+Arrows"),
    ("Back and forward", "Alt+Left, Alt+Right"),
    ("Rectangle and lasso around documents", "R, L"),
    ("Unassigned documents in grey or not", "G"),
)


def about() -> str:
    """Version and whose work the method is."""
    return (
        f"TopicDesk {__version__}\n\nTopic maps of private corpora, named by a language model on this computer. MIT licence.\n\n"
        "Method after BERTopic (Grootendorst 2022). Qt (LGPL) through PySide6; Material Design Icons (Apache 2.0)."
    )
