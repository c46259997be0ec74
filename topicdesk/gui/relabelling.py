"""Asks the engine what a language model would call topics, and reads its proposals from the project; it knows no widget and changes no label."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from topicdesk.core.analysis import Label
from topicdesk.core.engine_protocol import classify_stderr
from topicdesk.core.events import Event, Relabelled, RelabelProgress, RequestFailed
from topicdesk.core.requests import CancelRequest, RelabelRequest
from topicdesk.core.settings import Settings
from topicdesk.gui.engine_process import EngineProcess
from topicdesk.gui.project_thread import ProjectThread
from topicdesk.project.store import Project

ENGINE_ENDED = "The engine ended while topics were asked about. The window and your work are fine."


class Relabelling(QObject):
    """One question at a time.

    Attributes
    ----------
    is_asking : bool

    Signals
    -------
    progressed : (int, int)
        Topics done, of all; 0 of 0 while the model is loaded.
    proposed : (dict of str to Label)
        By stable topic id.
    failed : (str)
    """

    progressed = Signal(int, int)
    proposed = Signal(dict)
    failed = Signal(str)

    def __init__(self, engine: EngineProcess, background: ProjectThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine, self._background = engine, background
        self.is_asking = False
        self._path: Path | None = None
        engine.event_came.connect(self._take)
        engine.state_changed.connect(self._on_engine_state)

    def ask(self, path: Path, topics: Sequence[str], settings: Settings, language_model: str | None) -> None:
        """Ask about topics by their stable ids; `proposed` or `failed` follows."""
        if not self.is_asking:
            self._engine.send(RelabelRequest(str(path), tuple(topics), settings.to_dict(), language_model))
            self._path, self.is_asking = path, True

    def stop(self) -> None:
        """Ask the engine to stop; `failed` says that it has."""
        if self.is_asking:
            self._engine.send(CancelRequest())

    def forget(self) -> None:
        """Another project is opened: stop, and drop whatever still comes."""
        self.stop()
        self._path = None

    def _take(self, event: Event) -> None:
        if not self.is_asking:
            return
        if isinstance(event, RelabelProgress) and self._path is not None:
            self.progressed.emit(event.done, event.total)
        elif isinstance(event, Relabelled):
            self.is_asking = False
            if self._path is not None:
                self._background.with_project(self._path, _reading(event.key), self.proposed.emit, self.failed.emit)
        elif isinstance(event, RequestFailed) and event.request == RelabelRequest.__name__:
            self._fail(event.reason)

    def _on_engine_state(self, state: str) -> None:
        """An engine that died has taken the question with it."""
        if state == "dead" and self.is_asking:
            reason, advice = classify_stderr(self._engine.stderr_tail)
            self._fail(f"{reason} {advice}" if reason else ENGINE_ENDED)

    def _fail(self, reason: str) -> None:
        self.is_asking = False
        if self._path is not None:
            self.failed.emit(reason)


def _reading(key: str) -> Any:
    def work(project: Project) -> dict[str, Label]:
        return {stable_id: Label.from_plain(values) for stable_id, values in (project.artifacts.values(key) or {}).items()}

    return work
