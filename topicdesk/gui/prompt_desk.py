"""Asks the engine what a prompt would be, the newest question first; it knows no widget."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from topicdesk.core.analysis import Analysis
from topicdesk.core.corpus import Corpus
from topicdesk.core.events import Event, PromptFilled, RequestFailed
from topicdesk.core.prompt_tags import DOCUMENTS, KEYWORDS
from topicdesk.core.requests import PromptRequest
from topicdesk.core.settings import Settings
from topicdesk.gui.engine_process import EngineProcess
from topicdesk.gui.small_requests import SmallRequest

NO_LANGUAGE_MODEL = "There is no language model, so nothing is asked: topics are named by their keywords."


class PromptDesk(QObject):
    """What the language model would be asked.

    Attributes
    ----------
    newest : PromptFilled or None
        The last answer.

    Signals
    -------
    filled : (PromptFilled), failed : (str)
    """

    filled = Signal(object)
    failed = Signal(str)

    def __init__(self, engine: EngineProcess, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.newest: PromptFilled | None = None
        self._request = SmallRequest(engine, False, self)
        engine.event_came.connect(self._take)

    def ask(self, settings: Settings, language_model: str | None, keywords: tuple[str, ...], documents: tuple[str, ...]) -> None:
        """Ask for the prompt about a topic with these keywords and texts."""
        self._request.ask(PromptRequest(settings.to_dict(), keywords, documents, language_model))

    def forget(self) -> None:
        """Nobody looks any more."""
        self._request.forget()

    def _take(self, event: Event) -> None:
        if isinstance(event, PromptFilled):
            if self._request.answered() is not None:
                self.newest = event
                self.filled.emit(event)
        elif isinstance(event, RequestFailed) and event.request == PromptRequest.__name__ and self._request.answered() is not None:
            self.failed.emit(event.reason)


def asked_in(settings: Settings, analysis: Analysis | None) -> Settings:
    """The settings as a run takes them: labels in the corpus's first language, where none is named and it is not English."""
    read_as = [] if analysis is None else analysis.numerics.get("languages", {}).get("read_as", [])
    own = next((name for name in read_as[:1] if name != "English"), "")
    return settings if settings.labelling.language or not own else replace(settings, labelling=replace(settings.labelling, language=own))


def material_of(topic: int | None, analysis: Analysis | None, corpus: Corpus | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Keywords and texts of a topic; the tags themselves where there is none yet."""
    if topic is None or analysis is None or corpus is None:
        return (KEYWORDS,), (DOCUMENTS,)
    chosen = analysis.topics[topic]
    return tuple(keyword.term for keyword in chosen.keywords), tuple(corpus.documents[row].text for row in chosen.exemplars)
