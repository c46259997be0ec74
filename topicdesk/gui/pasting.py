"""What is pasted on the empty page: a file or folder is opened where it lies, a text is kept first, as a file where the researcher wishes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QMimeData, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from topicdesk.gui.project_work import free_path

NOTHING = "The clipboard holds no text and no file. Copy the cells of a table, or a file, then paste again."
ENDINGS = (".csv", ".tsv")
FILTER = "Tables (*.csv *.tsv)"


def copied_file(copied: QMimeData | None) -> Path | None:
    """The first file or folder in the clipboard; None where it holds none."""
    urls = [url for url in copied.urls() if url.isLocalFile()] if copied is not None else []
    return Path(urls[0].toLocalFile()) if urls else None


def copied_text(copied: QMimeData | None) -> str:
    """The text in the clipboard; empty where it holds none, or only blanks."""
    text = copied.text() if copied is not None else ""
    return text if text.strip() else ""


def proposed_folder(last: Path | None) -> Path:
    """The folder that was used last, while it is there; else the one for documents."""
    if last is not None and last.is_dir():
        return last
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or Path.home())


def ask_place(window: QWidget, last: Path | None) -> Path | None:
    """Let the researcher choose where a pasted text lies; None where he does not."""
    proposed = proposed_folder(last) / f"pasted {datetime.now():%Y-%m-%d %H-%M-%S}.csv"
    chosen = QFileDialog.getSaveFileName(window, "Keep the pasted text as", str(proposed), FILTER)[0]
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix.lower() in ENDINGS else free_path(path.parent, f"{path.name}.csv")
