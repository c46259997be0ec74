"""Whether a previewed corpus is a later state of a project's texts: asked of the engine, which reads both; nothing is changed here."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from topicdesk.core.events import Event, RequestFailed, TextsCompared
from topicdesk.core.requests import CompareRequest, CorpusSource
from topicdesk.gui.engine_process import EngineProcess
from topicdesk.gui.small_requests import SmallRequest
from topicdesk.project.summary import Summary

if TYPE_CHECKING:
    from topicdesk.gui.session import Session

OF_THE_FILE = ("path", "sample", "pasted")


class UpdateOffer(QObject):
    """What the session knows of the update that may follow.

    Attributes
    ----------
    open_before : Path or None
        The project that was open when the corpus was dropped.
    accepted : Path or None
        The project that is being brought up to date, until it is.

    Signals
    -------
    compared : (TextsCompared), failed : (str)
    """

    compared = Signal(object)
    failed = Signal(str)

    def __init__(self, engine: EngineProcess, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._request = SmallRequest(engine, True, self)
        self.open_before: Path | None = None
        self.accepted: Path | None = None
        engine.event_came.connect(self._take)

    def look(self, summary: Summary) -> None:
        """Compare the previewed corpus with the project; `compared` or `failed` follows. It is read as the project's own file was."""
        source = self._session.source
        if source is None or self._understand_as_before(summary, source):
            return
        self._request.ask(CompareRequest(str(summary.path), source))

    def forget(self) -> None:
        """Another corpus is looked at, or none."""
        self.open_before = self.accepted = None
        self._request.forget()

    def _understand_as_before(self, summary: Summary, source: CorpusSource) -> bool:
        """Give the columns the roles that they have in the project, where the researcher has not said anything yet; the preview is then made anew."""
        preview = self._session.preview
        if preview is None or source.said().keys() - {"pasted"} != {"path"}:
            return False
        known = {name: value for name, value in summary.source.items() if value not in (None, []) and name not in OF_THE_FILE}
        said = {name: tuple(value) if isinstance(value, list) else value for name, value in known.items() if name in _NAMES}
        columns = {column["name"] for column in preview["columns"]}
        named = {said.get(role) for role in ("text", "title", "id", "date", "group")} | {*said.get("joined", ())}
        if not said or not named - {None, ""} <= columns:
            return False
        self._session.correct_preview(**said)
        return True

    def _take(self, event: Event) -> None:
        if isinstance(event, TextsCompared):
            if self._request.answered() is not None:
                self.compared.emit(event)
        elif isinstance(event, RequestFailed) and event.request == CompareRequest.__name__ and self._request.answered() is not None:
            self.failed.emit(event.reason)


_NAMES = frozenset(field.name for field in fields(CorpusSource))
