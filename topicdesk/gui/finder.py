"""What was searched for and found: words in the window's background, meaning in the engine; it knows no widget."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from PySide6.QtCore import QObject, Signal

from topicdesk.core.arrays import IntArray
from topicdesk.core.corpus import Corpus
from topicdesk.core.events import Event, RequestFailed, SearchReady
from topicdesk.core.requests import SearchRequest
from topicdesk.gui.engine_process import EngineProcess
from topicdesk.gui.latest import IsStale, Latest
from topicdesk.gui.small_requests import SmallRequest
from topicdesk.gui.word_search import documents_with, narrows, words_of

Kind = Literal["words", "meaning", "likeness"]
NO_ENGINE = "Searching by meaning needs the engine, which is not there."


@dataclass(frozen=True, eq=False)
class Found:
    """What a search found.

    Attributes
    ----------
    kind : "words", "meaning" or "likeness"
        Documents that hold words, that mean something like them, or that are like a document.
    words : str
        As they were typed.
    document : int or None
        The one that others are like.
    rows : int64 of shape (n_found,)
        The documents, best first.
    """

    kind: Kind
    words: str
    document: int | None
    rows: IntArray


class Finder(QObject):
    """Searches the corpus that is open.

    Attributes
    ----------
    found : Found or None
        The newest answer; it stays until another comes or the search is cleared.
    is_within : bool
        Whether only what was found in the chosen topics counts. A search begins in all of them, whatever is chosen.

    Signals
    -------
    changed : ()
        Something else was found or counts, or nothing is looked for any more.
    busy_changed : ()
    failed : (str)
    """

    changed = Signal()
    busy_changed = Signal()
    failed = Signal(str)

    def __init__(self, engine: EngineProcess | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.found: Found | None = None
        self.is_within = False
        self._corpus: Corpus | None = None
        self._project: Path | None = None
        self._words = Latest(self)
        self._words.answered.connect(self._show)
        self._awaited: SearchRequest | None = None
        self._engine = None if engine is None else SmallRequest(engine, False, self)
        if engine is not None:
            engine.event_came.connect(self._take)
            engine.state_changed.connect(self._on_engine)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._words.is_busy or self._awaited is not None

    def search_in(self, corpus: Corpus | None, project: Path | None) -> None:
        """Search this corpus from now on; what was found in another is forgotten."""
        is_other = corpus is not self._corpus
        self._corpus, self._project = corpus, project
        if is_other:
            self.clear()

    def look_for(self, words: str, kind: Kind = "words") -> None:
        """Find documents that hold the words, or that mean something like them; too few letters clear the search."""
        corpus, wanted = self._corpus, words_of(words)
        if corpus is None or not wanted:
            self.clear()
        elif kind == "words":
            self._await(None)
            before = self.found
            among = before.rows if before is not None and before.kind == "words" and narrows(wanted, words_of(before.words)) else None

            def work(is_stale: IsStale) -> Found:
                return Found("words", words, None, documents_with(wanted, corpus, among, is_stale))

            self._words.ask(work)
            self.busy_changed.emit()
        else:
            self._ask_engine(SearchRequest(str(self._project), words.strip()))

    def look_like(self, document: int) -> None:
        """Find documents that mean something like this one."""
        if self._corpus is not None:
            self._ask_engine(SearchRequest(str(self._project), document=document))

    def narrow(self, is_within: bool) -> None:
        """Let only what is found in the chosen topics count, or all that is found."""
        if self.found is not None and is_within != self.is_within:
            self.is_within = is_within
            self.changed.emit()

    def clear(self) -> None:
        """Look for nothing."""
        self.is_within = False
        self._words.forget()
        self._await(None)
        if self.found is not None:
            self.found = None
            self.changed.emit()
        self.busy_changed.emit()

    def _ask_engine(self, request: SearchRequest) -> None:
        self._words.forget()
        if self._engine is None or self._project is None:
            self.failed.emit(NO_ENGINE)
            return
        self._await(request)
        self._engine.ask(request)
        self.busy_changed.emit()

    def _await(self, request: SearchRequest | None) -> None:
        self._awaited = request
        if request is None and self._engine is not None:
            self._engine.forget()

    def _take(self, event: Event) -> None:
        if self._engine is None or not (isinstance(event, SearchReady) or (isinstance(event, RequestFailed) and event.request == SearchRequest.__name__)):
            return
        asked, awaited = self._engine.answered(), self._awaited
        if asked is None or asked != awaited:  # an older question's
            return
        self._awaited = None
        if isinstance(event, SearchReady):
            self._show(Found("meaning" if event.document is None else "likeness", event.words, event.document, np.array(event.rows, dtype=np.int64)))
        else:
            self.busy_changed.emit()
            self.failed.emit(event.reason)

    def _on_engine(self, state: str) -> None:
        if state == "dead" and self._awaited is not None:
            self._awaited = None
            self.busy_changed.emit()

    def _show(self, found: Found) -> None:
        self.found = found
        self.changed.emit()
        self.busy_changed.emit()
