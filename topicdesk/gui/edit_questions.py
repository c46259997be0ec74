"""What edits ask of the engine, and its answers read from the project: words for topics, topics for documents, parts of a topic."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from topicdesk.core.arrays import IntArray
from topicdesk.core.events import Described, Event, RequestFailed, SplitFound, Suggested
from topicdesk.core.requests import DescribeRequest, SplitRequest, SuggestRequest
from topicdesk.core.suggestion import Suggestion
from topicdesk.gui.engine_process import EngineProcess
from topicdesk.gui.project_thread import ProjectThread
from topicdesk.gui.small_requests import SmallRequest
from topicdesk.project.store import Project


@dataclass(frozen=True, eq=False)
class Parts:
    """Into what a topic would fall.

    Attributes
    ----------
    topic : str
        Its stable id.
    part_of : int64 of shape (topic.size,)
    keywords : list of list of str
        Of each part.
    """

    topic: str
    part_of: IntArray
    keywords: list[list[str]]


class EditQuestions(QObject):
    """One question of each kind at a time; the newest wins.

    Signals
    -------
    described : ()
    suggested : (Suggestion)
    parts_found : (Parts)
    failed : (str, str)
        The request's type, and the reason.
    """

    described = Signal()
    suggested = Signal(object)
    parts_found = Signal(object)
    failed = Signal(str, str)

    def __init__(self, engine: EngineProcess, background: ProjectThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._kinds = {kind: SmallRequest(engine, kind is not DescribeRequest, self) for kind in (DescribeRequest, SuggestRequest, SplitRequest)}
        engine.event_came.connect(self._take)

    def ask(self, request: DescribeRequest | SuggestRequest | SplitRequest) -> None:
        """Ask soon; the answer comes as a signal."""
        self._kinds[type(request)].ask(request)

    def describe(self, path: Path | None) -> None:
        """Ask for what is not known about edited topics."""
        if path is not None:
            self.ask(DescribeRequest(str(path)))

    def forget(self) -> None:
        """Another project is opened: no answer is wanted any more."""
        for question in self._kinds.values():
            question.forget()

    def _take(self, event: Event) -> None:
        if isinstance(event, Described) and self._kinds[DescribeRequest].answered() is not None:
            self.described.emit()
        elif isinstance(event, Suggested):
            asked = self._kinds[SuggestRequest].answered()
            if isinstance(asked, SuggestRequest) and asked.strategy == event.strategy:
                self._read(asked, _reading_suggestion(event), self.suggested.emit)
        elif isinstance(event, SplitFound):
            asked = self._kinds[SplitRequest].answered()
            if isinstance(asked, SplitRequest):
                self._read(asked, _reading_parts(event), self.parts_found.emit)
        elif isinstance(event, RequestFailed):
            kind = next((kind for kind in self._kinds if kind.__name__ == event.request), None)
            if kind is not None and self._kinds[kind].answered() is not None:
                self.failed.emit(event.request, event.reason)

    def _read(self, asked: SuggestRequest | SplitRequest, work: Any, tell: Any) -> None:
        name = type(asked).__name__
        self._background.with_project(Path(asked.project), work, tell, lambda reason: self.failed.emit(name, reason))


def _reading_suggestion(event: Suggested) -> Any:
    def work(project: Project) -> Suggestion:
        rows, numbers, scores = (project.artifacts.array(event.key, block) for block in range(3))
        assert rows is not None and numbers is not None and scores is not None
        return Suggestion(event.strategy, rows, numbers, scores)

    return work


def _reading_parts(event: SplitFound) -> Any:
    def work(project: Project) -> Parts:
        part_of = project.artifacts.array(event.key)
        assert part_of is not None
        return Parts(event.topic, part_of, project.artifacts.values(event.key, 1) or [])

    return work
