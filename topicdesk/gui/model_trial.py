"""One prompt to a language model through the engine, to see that it works: asks, and tells what came."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from topicdesk.core.engine_protocol import classify_stderr
from topicdesk.core.events import Event, ModelTried, RequestFailed
from topicdesk.core.requests import TryModelRequest
from topicdesk.gui.engine_process import EngineProcess


class ModelTrial(QObject):
    """Asks one question at a time.

    Attributes
    ----------
    is_asking : bool

    Signals
    -------
    answered : (ModelTried)
    failed : (str)
    """

    answered = Signal(object)
    failed = Signal(str)

    def __init__(self, engine: EngineProcess, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self.is_asking = False
        engine.event_came.connect(self._take)
        engine.state_changed.connect(self._on_engine_state)

    def ask(self, path: str, prompt: str) -> None:
        """Let the model at `path` answer; `answered` or `failed` follows."""
        self._engine.send(TryModelRequest(path, prompt))
        self.is_asking = True

    def _take(self, event: Event) -> None:
        if isinstance(event, ModelTried):
            self.is_asking = False
            self.answered.emit(event)
        elif isinstance(event, RequestFailed) and event.request == TryModelRequest.__name__:
            self._fail(event.reason)

    def _on_engine_state(self, state: str) -> None:
        """An engine that died has taken the question with it."""
        if state == "dead" and self.is_asking:
            reason, advice = classify_stderr(self._engine.stderr_tail)
            self._fail(f"{reason} {advice}" if reason else "The engine ended while the model was tried. The window and your work are fine.")

    def _fail(self, reason: str) -> None:
        if self.is_asking:
            self.is_asking = False
            self.failed.emit(reason)
