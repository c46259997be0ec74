"""The export for BERTopic, which the engine writes because the vectors lie with it: asks once the edits are on disk, and tells what came."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from topicdesk.core.engine_protocol import classify_stderr
from topicdesk.core.events import BertopicWritten, Event, RequestFailed
from topicdesk.core.requests import BertopicRequest
from topicdesk.gui.engine_process import EngineProcess
from topicdesk.gui.project_thread import ProjectThread
from topicdesk.gui.project_work import free_path

DURING_RUN = "The folder for BERTopic is written when the run has ended."


class BertopicExport(QObject):
    """Asks for one folder at a time.

    Parameters
    ----------
    path_of_project : callable
        What is open; None for nothing.

    Signals
    -------
    told : (str)
        What was written, or why not, in words.
    """

    told = Signal(str)

    def __init__(self, engine: EngineProcess, background: ProjectThread, path_of_project: Callable[[], Path | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine, self._background, self._path_of_project = engine, background, path_of_project
        self._asked: Path | None = None
        engine.event_came.connect(self._take)
        engine.state_changed.connect(self._on_engine_state)

    def ask(self, folder: Path) -> None:
        """Write NAME-bertopic into the folder, numbered where that is there; `told` says how it went."""
        path = self._path_of_project()
        if path is None or self._asked is not None:
            return
        target = free_path(folder, f"{path.stem}-bertopic")
        if self._engine.state == "busy":
            self.told.emit(DURING_RUN)
        self._background.submit(lambda: None, lambda _: self._send(path, target), self.told.emit)

    def _send(self, path: Path, target: Path) -> None:
        self._engine.send(BertopicRequest(str(path), str(target)))  # may start the engine, which ends older questions only
        self._asked = target

    def _take(self, event: Event) -> None:
        if self._asked is None:
            return
        if isinstance(event, BertopicWritten):
            self._settle(" ".join(filter(None, (f"Written: {self._asked}. Open it with BERTopic.load.", event.in_words()))))
        elif isinstance(event, RequestFailed) and event.request == BertopicRequest.__name__:
            self._settle(event.reason)

    def _on_engine_state(self, state: str) -> None:
        """An engine that died has taken the question with it."""
        if state in ("dead", "starting") and self._asked is not None:
            reason, advice = classify_stderr(self._engine.stderr_tail)
            self._settle(f"{reason} {advice}" if reason else "The engine ended while the folder for BERTopic was written. The window and your work are fine.")

    def _settle(self, words: str) -> None:
        self._asked = None
        self.told.emit(words)
