"""Small questions to the engine, one at a time and the newest wins: the forecast of a corpus, topics of another size."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from topicdesk.core.arrays import IntArray
from topicdesk.core.events import Event, ForecastReady, Reclustered, RequestFailed
from topicdesk.core.requests import (
    CompareRequest,
    DescribeRequest,
    ForecastRequest,
    PromptRequest,
    ReclusterRequest,
    SearchRequest,
    SplitRequest,
    SuggestRequest,
)
from topicdesk.gui import project_work
from topicdesk.gui.engine_process import EngineProcess
from topicdesk.gui.project_thread import ProjectThread
from topicdesk.gui.project_work import Trial

COALESCE_MILLISECONDS = 60
Question = CompareRequest | ForecastRequest | ReclusterRequest | SearchRequest | DescribeRequest | SuggestRequest | SplitRequest | PromptRequest


class SmallRequest(QObject):
    """One kind of question. While an answer is awaited, only the newest further question is kept.

    An eager kind does not wait: a newer question reaches the engine at once, which then leaves the older one unanswered.
    """

    def __init__(self, engine: EngineProcess, is_eager: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._is_eager = is_eager
        self._waiting: Question | None = None
        self._asked: Question | None = None
        self._is_unwanted = False
        self._timer = QTimer(self, singleShot=True, interval=COALESCE_MILLISECONDS)
        self._timer.timeout.connect(self._send)
        engine.state_changed.connect(self._on_engine_state)

    @property
    def _may_send(self) -> bool:
        return self._is_eager or self._asked is None

    def ask(self, request: Question) -> None:
        """Ask soon; a question that has not been sent is replaced."""
        self._waiting = request
        if self._may_send and not self._timer.isActive():
            self._timer.start()

    def answered(self) -> Question | None:
        """Take note of an answer. The question that it answers; None where the answer is no longer wanted."""
        asked = None if self._is_unwanted else self._asked
        self._settle()
        return asked

    def forget(self) -> None:
        """Nothing is of interest any more; the answer that may still come is dropped."""
        self._waiting, self._is_unwanted = None, self._asked is not None
        self._timer.stop()

    def _settle(self) -> None:
        self._asked, self._is_unwanted = None, False
        if self._waiting is not None:
            self._timer.start()

    def _send(self) -> None:
        if self._waiting is not None and self._may_send:
            request, self._waiting, self._is_unwanted = self._waiting, None, False
            self._engine.send(request)  # may start the engine, which ends older questions only
            self._asked = request

    def _on_engine_state(self, state: str) -> None:
        """A new process knows no old question. It is not asked again: it may be what the old one died of."""
        if state == "starting":
            self._settle()


class SmallAnswers(QObject):
    """Both kinds of small questions and their answers.

    Attributes
    ----------
    forecast, recluster : SmallRequest

    Signals
    -------
    forecast_ready : (ForecastReady), forecast_failed : (str)
    trial_read : (Trial), trial_failed : (str)
    """

    forecast_ready = Signal(object)
    forecast_failed = Signal(str)
    trial_read = Signal(object)
    trial_failed = Signal(str)

    def __init__(self, engine: EngineProcess, background: ProjectThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.forecast = SmallRequest(engine, True, self)
        self.recluster = SmallRequest(engine, False, self)
        self._background = background
        self._round = 0
        engine.event_came.connect(self._take)

    def forget_trials(self) -> None:
        """No trial is wanted any more, not even one that is being read."""
        self._round += 1
        self.recluster.forget()

    def _take(self, event: Event) -> None:
        if isinstance(event, ForecastReady):
            if self.forecast.answered() is not None:
                self.forecast_ready.emit(event)
        elif isinstance(event, Reclustered):
            asked = self.recluster.answered()
            if isinstance(asked, ReclusterRequest):
                self._read(asked, event)
        elif isinstance(event, RequestFailed):
            of_name = {ForecastRequest.__name__: (self.forecast, self.forecast_failed), ReclusterRequest.__name__: (self.recluster, self.trial_failed)}
            asked_of, failed = of_name.get(event.request, (None, None))
            if asked_of is not None and failed is not None and asked_of.answered() is not None:
                failed.emit(event.reason)

    def _read(self, asked: ReclusterRequest, answer: Reclustered) -> None:
        began = self._round

        def show(topic_of: IntArray | None) -> None:
            if topic_of is not None and began == self._round:
                self.trial_read.emit(Trial(topic_of, answer.min_topic_size, answer.n_topics, answer.n_unassigned))

        self._background.with_project(Path(asked.project), project_work.reading_topic_of(answer.key), show, self.trial_failed.emit)
