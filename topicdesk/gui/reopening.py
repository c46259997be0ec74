"""How a session opens a project: map, topics and names first, the texts when they are read, a closer look at the file last."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from topicdesk.core.corpus import Corpus
from topicdesk.core.events import RunCancelled
from topicdesk.gui import project_work
from topicdesk.gui.open_project import OpenProject
from topicdesk.gui.project_work import Opened

if TYPE_CHECKING:
    from topicdesk.gui.project_care import ProjectCare

NO_TEXTS = "This copy was shared without its texts: it shows map, topics and labels and can be edited, but not run again."
UNFINISHED = "The last run of this project was not finished. Run (Ctrl+R) goes on from where it stopped."


class Reopening(OpenProject):
    """The part of a session that opens projects.

    Attributes
    ----------
    state : str
        "empty", "previewing", "preview", "running", "cancelled", "failed" or "result".
    care : ProjectCare
        The project as a file: backups, copies, cache.
    """

    care: ProjectCare

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = "empty"

    def _open_project(self, path: Path) -> None:
        self.project_path = path
        if reason := self.care.files.hold(path):
            self._on_open_failed(reason)
        else:
            self._background.with_project(path, project_work.glance_at, self._on_glance, self._on_project_refused)

    def _on_open_failed(self, reason: str) -> None:
        """A first look that fails leads back to the empty page; a correction that fails leaves the preview as it was."""
        if self.state == "previewing":
            self._set_state("empty")
        self.preview_failed.emit(reason)

    def _on_project_refused(self, reason: str) -> None:
        """A project that cannot be read may have a backup that can."""
        path = self.project_path
        if self.state in ("previewing", "empty"):
            self._on_open_failed(reason)
        else:
            self.notice.emit(reason)
        if path is not None:
            self.care.files.look_for_rescue(path)

    def _on_glance(self, opened: Opened) -> None:
        path = self.project_path
        if path is None or not opened.has_corpus:
            self._on_open_failed(f"{path}: this project holds no corpus yet. Open the corpus file instead.")
            return
        self.has_texts, self.figure_choices = opened.has_texts, opened.figure
        self.editor.open(path, opened.kept)
        if opened.analysis is not None:
            self.settings, self.view = opened.analysis.settings, opened.view
            self.settings_changed.emit()
            self._on_analysis(opened.analysis)
            self._set_state("result")
            for is_so, words in ((not opened.has_texts, NO_TEXTS), (opened.is_unfinished, UNFINISHED)):
                if is_so:
                    self.notice.emit(words)
        self._background.with_project(path, project_work.read_corpus, partial(self._on_texts, opened), self._on_project_refused, True)

    def _on_texts(self, opened: Opened, corpus: Corpus) -> None:
        self._take_corpus(corpus)
        if opened.analysis is None:
            self.cancelled.emit(RunCancelled("", "The corpus and every finished step are in the project."))
            self._set_state("cancelled")
        if self.project_path is not None:
            self.care.take_note_of_opened(self.project_path)

    def _set_state(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)
