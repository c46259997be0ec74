"""From the engine's events to what a session shows: times of stages, results read in the background, labels in handfuls."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from topicdesk.core import events
from topicdesk.core.analysis import Label
from topicdesk.core.card_retry import retry_after
from topicdesk.core.events import LAST_WORDS, Event
from topicdesk.core.requests import RunRequest
from topicdesk.gui import project_work
from topicdesk.gui.engine_process import EngineProcess
from topicdesk.gui.project_thread import ProjectThread
from topicdesk.gui.stage_board import StageBoard

TICK_MILLISECONDS = 500
PROGRESS_MILLISECONDS = 100
LABELS_MILLISECONDS = 150


class RunFollower(QObject):
    """Follows one run after another.

    Attributes
    ----------
    board : StageBoard
        The stages of this run, or of the last one.

    Signals
    -------
    stage_changed : (StageView)
    corpus_read : (Opened)
        The project as it is after import.
    positions_read : (float32 array), analysis_read : (Analysis)
        In the order of the run; the analysis is without the researcher's labels.
    labels_came : (dict of int to Label)
    ended : (RunFinished, RunFailed or RunCancelled)
        After everything that came before it has been read.
    notice : (str)
    """

    stage_changed = Signal(object)
    corpus_read = Signal(object)
    positions_read = Signal(object)
    analysis_read = Signal(object)
    labels_came = Signal(object)
    ended = Signal(object)
    notice = Signal(str)

    def __init__(self, engine: EngineProcess, background: ProjectThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.board = StageBoard()
        self._engine = engine
        self._background = background
        self._path = Path()
        self._needs_corpus = False
        self._request = RunRequest("")
        self._n_retries = 0
        self._labels: dict[int, Label] = {}
        self._tick = QTimer(self, interval=TICK_MILLISECONDS)
        self._tick.timeout.connect(self._on_tick)
        self._progress_timer = QTimer(self, singleShot=True, interval=PROGRESS_MILLISECONDS)
        self._progress_timer.timeout.connect(self._on_tick)
        self._label_timer = QTimer(self, singleShot=True, interval=LABELS_MILLISECONDS)
        self._label_timer.timeout.connect(self._tell_labels)
        engine.event_came.connect(self._take)

    def start(self, request: RunRequest, needs_corpus: bool) -> None:
        """Send the request and follow its run; `needs_corpus` where the corpus is not read from the project yet."""
        self.board = StageBoard()
        self._path, self._needs_corpus, self._n_retries = Path(request.project), needs_corpus, 0
        self._send(request)

    def _send(self, request: RunRequest) -> None:
        self._request, self._labels = request, {}
        self._tick.start()
        self._engine.send(request)

    def stop(self) -> None:
        """Follow no longer."""
        for timer in (self._tick, self._progress_timer, self._label_timer):
            timer.stop()
        self._engine.event_came.disconnect(self._take)

    def _take(self, event: Event) -> None:
        self._show_stage(event)
        if isinstance(event, events.StageFinished) and event.stage == "import" and self._needs_corpus:
            self._needs_corpus = False
            self._read(project_work.open_project, self.corpus_read)
        elif isinstance(event, events.ProjectionReady):
            self._read(project_work.reading_positions(event.key), self.positions_read)
        elif isinstance(event, events.TopicsReady):
            self._read(project_work.reading_analysis(event.analysis_id), self.analysis_read)
        elif isinstance(event, events.LabelReady):
            self._labels[event.topic] = Label(event.text, event.origin)  # type: ignore[arg-type]
            if not self._label_timer.isActive():
                self._label_timer.start()
        elif isinstance(event, events.Notice):
            self.notice.emit(event.text)
        elif again := retry_after(event, self._request, self._n_retries):  # the engine died of the graphics card
            self._n_retries += 1
            self.notice.emit(again[1].text)
            self._send(again[0])
        elif isinstance(event, LAST_WORDS):
            self._end(event)

    def _show_stage(self, event: Event) -> None:
        view = self.board.take(event, time.monotonic())
        if isinstance(event, events.StageProgress):
            if not self._progress_timer.isActive():  # what lies in the cache is counted faster than anybody reads
                self._progress_timer.start()
        elif view is not None:
            self._progress_timer.stop()
            self.stage_changed.emit(view)

    def _end(self, last_word: Event) -> None:
        for timer in (self._tick, self._progress_timer, self._label_timer):
            timer.stop()
        self._tell_labels()
        if isinstance(last_word, events.RunFinished):
            self._read(project_work.reading_analysis(last_word.analysis_id), self.analysis_read)
        self._background.submit(lambda: last_word, self.ended.emit, self.notice.emit)

    def _read(self, work: project_work.Work, signal: SignalInstance) -> None:
        """What is not there is not told: the run's last word will say why."""

        def tell(result: object) -> None:
            if result is not None:
                signal.emit(result)

        self._background.with_project(self._path, work, tell, self.notice.emit)

    def _tell_labels(self) -> None:
        labels, self._labels = self._labels, {}
        if labels:
            self.labels_came.emit(labels)

    def _on_tick(self) -> None:
        if (view := self.board.tick(time.monotonic())) is not None:
            self.stage_changed.emit(view)
