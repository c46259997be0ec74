"""Which analyses the open project holds, and which of them is shown; switching is remembered in the project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from topicdesk.core.analysis import Analysis
from topicdesk.gui.project_thread import ProjectThread
from topicdesk.project.analyses import AnalysisSummary
from topicdesk.project.store import Project
from topicdesk.project.updating import TextUpdates

BEHIND = "Documents that came with the last update are in none of this analysis's topics yet: run once more, with its embedding model here."


class AnalysisList(QObject):
    """The analyses of one project, read in the background.

    Attributes
    ----------
    summaries : tuple of AnalysisSummary
        The newest first.
    current : int or None
        The number of the one that is shown.

    Signals
    -------
    changed : ()
    switched : (Analysis)
        Another one is to be shown, as its run left it.
    failed : (str)
    notice : (str)
        What deserves attention in the one that is shown.
    """

    changed = Signal()
    switched = Signal(object)
    failed = Signal(str)
    notice = Signal(str)

    def __init__(self, background: ProjectThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.summaries: tuple[AnalysisSummary, ...] = ()
        self.current: int | None = None
        self._background = background
        self._path: Path | None = None

    def read(self, path: Path | None) -> None:
        """Look into a project; None for none."""
        self._path = path
        if path is None:
            self._take(((), None))
        else:
            self._background.with_project(path, _read, self._take, self.failed.emit)

    def switch(self, number: int) -> None:
        """Show another analysis from now on."""
        if self._path is not None and number != self.current:
            self._background.with_project(self._path, _using(number), self._on_used, self.failed.emit)

    def _take(self, found: tuple[tuple[AnalysisSummary, ...], int | None]) -> None:
        self.summaries, self.current = found
        self.changed.emit()

    def _on_used(self, found: tuple[Analysis | None, bool, Any]) -> None:
        analysis, is_behind, listed = found
        if analysis is None:
            self.failed.emit("This analysis is damaged and cannot be shown. Run once more with its settings.")
            return
        self.switched.emit(analysis)
        self._take(listed)
        if is_behind:
            self.notice.emit(BEHIND)


def _read(project: Project) -> tuple[tuple[AnalysisSummary, ...], int | None]:
    return tuple(project.analyses.summaries()), project.analyses.current()


def _using(number: int) -> Callable[[Project], Any]:
    def work(project: Project) -> Any:
        analysis = project.analyses.get(number, project.fingerprint or "")
        if analysis is not None:
            project.analyses.use(number)
        return analysis, number in TextUpdates(project).behind, _read(project)

    return work
