"""The corpus that a window works on, its analysis, and the researcher's edits to it; written in the background, never here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject

from topicdesk.core.analysis import Analysis, Label
from topicdesk.core.arrays import FloatArray
from topicdesk.core.corpus import Corpus
from topicdesk.core.errors import TopicDeskError
from topicdesk.core.settings import Settings
from topicdesk.gui import project_work
from topicdesk.gui.preferences import Preferences
from topicdesk.gui.project_thread import ProjectThread
from topicdesk.gui.project_work import NO_EDITS, Edits, Opened
from topicdesk.gui.selection import Selection
from topicdesk.project.store import Project


class OpenProject(Selection):
    """The part of a session that holds what is open and changes it.

    Attributes
    ----------
    project : Project or None
        Open in the window's thread, for short reads; everything that writes goes through the session.
    project_path : Path or None
        Where the project lies or will lie; known from the start of a run on.
    corpus, analysis, positions : Corpus, Analysis, float32 (n_documents, 2) or None
        As far as they are there; `analysis` has the researcher's labels applied.
    settings : Settings
        For the next run; those of the shown analysis are in the analysis.
    edits : Edits
    view : dict
        How the project was looked at when it was closed, as given to `remember_view`.
    preferences : Preferences
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project: Project | None = None
        self.project_path: Path | None = None
        self.corpus: Corpus | None = None
        self.positions: FloatArray | None = None
        self.settings = Settings()
        self.edits: Edits = NO_EDITS
        self.view: dict[str, Any] = {}
        self.preferences = Preferences()
        self._bare: Analysis | None = None  # the analysis without the researcher's labels
        self._background = ProjectThread(self)

    # ---- what a researcher does

    def rename_topic(self, number: int, text: str) -> None:
        """Give a topic the researcher's label; an empty text gives it back to the model."""
        if self._bare is None or self.project_path is None:
            return
        text = " ".join(text.split())
        topic = self._bare.topics[number]
        names = {key: name for key, name in self.edits.names.items() if key != topic.stable_id}
        if self.edits.names.get(topic.stable_id, "") == text:
            return
        self._set_edits(Edits(names | ({topic.stable_id: text} if text else {}), True, False))
        self._edit(project_work.renaming(topic.stable_id, text))

    def undo(self) -> None:
        """Take the newest edit back."""
        self._edit(project_work.undoing)

    def redo(self) -> None:
        """Make the edit again that was taken back last."""
        self._edit(project_work.redoing)

    def change_settings(self, settings: Settings) -> None:
        """Settings for the next run."""
        if settings != self.settings:
            self.settings = settings
            self.settings_changed.emit()

    def export_tables(self, folder: Path) -> None:
        """Write topics and documents as CSV into a folder, under names that are free; `notice` says what was written."""
        analysis, corpus, path = self.analysis, self.corpus, self.project_path
        if analysis is not None and corpus is not None and path is not None:
            work = project_work.exporting_tables(folder, path.stem, analysis, corpus)
            self._background.submit(work, lambda names: self.notice.emit(f"Written to {folder}: {names}."), self.notice.emit)

    def remember_view(self, view: dict[str, Any]) -> None:
        """Keep how the project is looked at (plain values) for the next time it is opened."""
        if self.project is not None:
            self._background.with_project(self.project.path, project_work.remembering(view), lambda _: None, lambda _: None)

    def in_background(self, work: Callable[[], None], then: Callable[[], None]) -> None:
        """Do something that takes time, such as loading a library, in the background thread, and go on here when it is done."""
        self._background.submit(work, lambda _: then(), self.notice.emit)

    # ---- what comes from the project

    def _on_corpus(self, opened: Opened) -> None:
        if opened.corpus is None or self.project_path is None:
            return
        self.corpus = opened.corpus
        try:
            self._close_project()
            self.project = Project(self.project_path)
        except TopicDeskError as error:
            self.notice.emit(str(error))
        self.preferences.add_recent(self.project_path)
        self.corpus_changed.emit()
        self._set_edits(opened.edits)

    def _on_positions(self, positions: FloatArray) -> None:
        if self.positions is None or not np.array_equal(self.positions, positions, equal_nan=True):
            self.positions = positions
            self.positions_ready.emit(positions)

    def _on_analysis(self, bare: Analysis) -> None:
        is_same = self._bare is not None and _same_topics(self._bare, bare)
        self._bare, self.positions = bare, bare.positions
        self.analysis = bare.with_names(self.edits.names)
        if is_same:
            self.labels_changed.emit(self.analysis)
        else:
            self.choose_topic(None)
            self.analysis_changed.emit(self.analysis)

    def _on_labels(self, labels: dict[int, Label]) -> None:
        if self._bare is not None:
            self._bare = self._bare.with_labels(labels)
            self._relabel()

    # ---- within

    def _edit(self, work: project_work.Work) -> None:
        """Write an edit in the background; where that fails, say so and show what is really in the project."""
        if (path := self.project_path) is None or self.corpus is None:
            return

        def failed(reason: str) -> None:
            self.notice.emit(reason)
            self._background.with_project(path, project_work.read_edits, self._set_edits, self.notice.emit)

        self._background.with_project(path, work, self._set_edits, failed)

    def _set_edits(self, edits: Edits) -> None:
        has_new_names = edits.names != self.edits.names
        self.edits = edits
        if has_new_names:
            self._relabel()
        self.edits_changed.emit()

    def _relabel(self) -> None:
        if self._bare is not None:
            self.analysis = self._bare.with_names(self.edits.names)
            self.labels_changed.emit(self.analysis)

    def _close_project(self) -> None:
        project, self.project = self.project, None
        if project is not None:
            project.close()


def _same_topics(old: Analysis, new: Analysis) -> bool:
    """Whether two analyses differ in nothing but labels."""
    return [topic.stable_id for topic in old.topics] == [topic.stable_id for topic in new.topics] and np.array_equal(
        old.assignment.topic_of, new.assignment.topic_of
    )
