"""The corpus that a window works on, its analysis, and the researcher's edits to it; written in the background, never here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject

from topicdesk.core.analysis import Analysis, Label
from topicdesk.core.arrays import FloatArray
from topicdesk.core.bug_report import bug_report
from topicdesk.core.corpus import Corpus
from topicdesk.core.edit_log import EditLog
from topicdesk.core.edited_analysis import EditedAnalysis
from topicdesk.core.errors import TopicDeskError
from topicdesk.core.event_log import EventLog
from topicdesk.core.files import write_text
from topicdesk.core.label_look import LabelLook
from topicdesk.core.places import logs_folder
from topicdesk.core.settings import Settings
from topicdesk.gui import project_work
from topicdesk.gui.analysis_list import AnalysisList
from topicdesk.gui.editor import Editor
from topicdesk.gui.preferences import Preferences
from topicdesk.gui.project_thread import ProjectThread
from topicdesk.gui.project_work import Opened
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
        As far as they are there; `analysis` has the researcher's edits applied.
    settings : Settings
        For the next run; those of the shown analysis are in the analysis.
    editor : Editor
        What the researcher does to topics and documents.
    analyses : AnalysisList
        What analyses there are.
    edits : EditLog
    view : dict
        How the project was looked at when it was closed, as given to `remember_view`.
    has_texts : bool
        False for a copy that was shared without its texts; it cannot be run again.
    preferences : Preferences
    log : EventLog
        What the engine said, as counts and codes.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project: Project | None = None
        self.project_path: Path | None = None
        self.corpus: Corpus | None = None
        self.positions: FloatArray | None = None
        self.settings = Settings()
        self.has_texts = True
        self.view: dict[str, Any] = {}
        self.figure_choices: dict[str, Any] = {}
        self.preferences = Preferences()
        self.log = EventLog(logs_folder())
        self._background = ProjectThread(self)
        self.editor = Editor(self._background, self)
        self.analyses = AnalysisList(self._background, self)
        self.analyses.changed.connect(self.analyses_changed)
        self.analyses.switched.connect(self._on_switched)
        self.analyses.failed.connect(self.notice)
        self.analyses.notice.connect(self.notice)
        self.editor.changed.connect(self.edits_changed)
        self.editor.applied.connect(self._on_applied)
        self.editor.notice.connect(self.notice)

    @property
    def edits(self) -> EditLog:
        """The log of the researcher's edits."""
        return self.editor.log

    # ---- what a researcher does

    def take_answer(self, number: int, text: str) -> None:
        """Call a topic by another of the model's answers."""
        self.editor.take_answer(number, text)

    def rename_topic(self, number: int, text: str) -> None:
        """Give a topic the researcher's label; an empty text gives it back to the model."""
        self.editor.rename(number, text)

    def relook_labels(self, numbers: Sequence[int], look: LabelLook) -> None:
        """Draw the labels of topics so: where, how large, how heavy, or not at all."""
        self.editor.relook(numbers, look)

    def undo(self) -> None:
        """Take the newest edit back."""
        self.editor.undo()

    def redo(self) -> None:
        """Make the edit again that was taken back last."""
        self.editor.redo()

    def change_settings(self, settings: Settings) -> None:
        """Settings for the next run."""
        if settings != self.settings:
            self.settings = settings
            self.settings_changed.emit()

    def export_tables(self, folder: Path, kind: str = "csv") -> None:
        """Write topics and documents as CSV, XLSX or Parquet into a folder, under names that are free; `notice` says what was written."""
        analysis, corpus, path = self.analysis, self.corpus, self.project_path
        if analysis is not None and corpus is not None and path is not None:
            work = project_work.exporting_tables(folder, path.stem, kind, analysis, corpus)
            self._background.submit(work, self.notice.emit, self.notice.emit)

    def export_records(self, kind: str, folder: Path) -> None:
        """Write the history of edits ("log") or the methods paragraph ("methods") into a folder; `notice` says what was written."""
        found, edited, corpus, path = self.editor.found, self.editor.shown, self.corpus, self.project_path
        if found is not None and edited is not None and corpus is not None and path is not None:
            work = project_work.exporting_records(kind, folder, path.stem, found, edited, self.edits, corpus)
            self._background.submit(work, lambda names: self.notice.emit(f"Written to {folder}: {names}."), self.notice.emit)

    def remember_view(self, view: dict[str, Any]) -> None:
        """Keep how the project is looked at (plain values) for the next time it is opened."""
        if self.project is not None:
            self._background.with_project(self.project.path, project_work.remembering(project_work.VIEW, view), lambda _: None, lambda _: None)

    def remember_figure(self, choices: dict[str, Any]) -> None:
        """Keep what was chosen of a figure (plain values) for the next one."""
        if self.project is not None and choices != self.figure_choices:
            self.figure_choices = choices
            self._background.with_project(self.project.path, project_work.remembering(project_work.FIGURE, choices), lambda _: None, lambda _: None)

    def write_bug_report(self, path: Path) -> None:
        """Write versions and the log of events into a file; `notice` says when it is there."""
        work = partial(write_text, path, bug_report(self.log.lines()))
        self._background.submit(work, lambda _: self.notice.emit(f"The report is in {path}. Read it before you send it."), self.notice.emit)

    def in_background(self, work: Callable[[], None], then: Callable[[], None]) -> None:
        """Do something that takes time, such as loading a library, in the background thread, and go on here when it is done."""
        self._background.submit(work, lambda _: then(), self.notice.emit)

    # ---- what comes from the project

    def _on_corpus(self, opened: Opened) -> None:
        if opened.corpus is not None and self.project_path is not None:
            self._take_corpus(opened.corpus)
            self.editor.open(self.project_path, opened.kept)

    def _take_corpus(self, corpus: Corpus) -> None:
        if self.project_path is None:
            return
        self.corpus = corpus
        try:
            self._close_project()
            self.project = Project(self.project_path)
        except TopicDeskError as error:
            self.notice.emit(str(error))
        self.preferences.add_recent(self.project_path)
        self.corpus_changed.emit()

    def _on_positions(self, positions: FloatArray) -> None:
        if self.positions is None or not np.array_equal(self.positions, positions, equal_nan=True):
            self.positions = positions
            self.positions_ready.emit(positions)

    def _on_analysis(self, found: Analysis) -> None:
        self.positions = found.positions
        self.editor.show(found)
        self.analyses.read(self.project_path)

    def _on_switched(self, found: Analysis) -> None:
        """Another analysis of the project is to be shown; how the map is drawn stays as it is."""
        self.change_settings(replace(found.settings, figure=self.settings.figure))
        self._on_analysis(found)

    def _on_labels(self, labels: dict[int, Label]) -> None:
        self.editor.relabel(labels)

    def _on_applied(self, edited: EditedAnalysis) -> None:
        """Show what edits or a run made; a topic that is still there stays chosen."""
        before, self.analysis = self.analysis, edited.analysis
        if before is not None and _differ_in_words_only(before, self.analysis):
            self.labels_changed.emit(self.analysis)
            return
        chosen = [before.topics[number].stable_id for number in self.chosen_topics] if before is not None else []
        number_of = {topic.stable_id: topic.number for topic in self.analysis.present}
        numbers = tuple(number_of[stable_id] for stable_id in chosen if stable_id in number_of)
        if numbers != self.chosen_topics:
            self.choose_topic(None)
        self.analysis_changed.emit(self.analysis)
        if numbers != self.chosen_topics:
            self.choose_topics(numbers)

    # ---- within

    def _close_project(self) -> None:
        project, self.project = self.project, None
        if project is not None:
            project.close()


def _differ_in_words_only(old: Analysis, new: Analysis) -> bool:
    """Whether two analyses have the same topics of the same documents, drawn alike."""
    looks = [[(topic.stable_id, topic.size, topic.is_hidden, topic.colour) for topic in analysis.topics] for analysis in (old, new)]
    return (
        looks[0] == looks[1]
        and np.array_equal(old.assignment.topic_of, new.assignment.topic_of)
        and (old.positions is new.positions or np.array_equal(old.positions, new.positions, equal_nan=True))
    )
