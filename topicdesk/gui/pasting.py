"""What is pasted on the empty page: a file or folder is opened where it lies, a text is kept as a file of its own first."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QMimeData

from topicdesk.core.files import write_text
from topicdesk.core.places import home_folder

NOTHING = "The clipboard holds no text and no file. Copy the cells of a table, or a file, then paste again."


def pasted_path(pasted: QMimeData | None) -> Path | None:
    """The file to open, written where the clipboard holds a text; None where it holds neither. Raises OSError where it cannot be written."""
    if pasted is None:  # nothing was ever copied
        return None
    urls = [url for url in pasted.urls() if url.isLocalFile()]
    if urls:
        return Path(urls[0].toLocalFile())
    if not pasted.text().strip():
        return None
    folder = home_folder() / "pasted"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"pasted {datetime.now():%Y-%m-%d %H-%M-%S}.csv"
    write_text(path, pasted.text())
    return path
