"""What is chosen, the same in every view: a topic, documents, a document."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from topicdesk.core.analysis import Analysis
from topicdesk.gui.session_signals import SessionSignals


class Selection(SessionSignals):
    """The part of a session that follows clicks.

    Attributes
    ----------
    analysis : Analysis or None
        Which topic a document is in follows from it.
    chosen_topic, chosen_documents, chosen_document : int, list of int, int, or None
    chosen_topics : tuple of int
        All that are chosen in the table, `chosen_topic` among them.
    picked_documents : tuple of int
        Those that are selected in the list, where there are several.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.analysis: Analysis | None = None
        self.chosen_topic: int | None = None
        self.chosen_topics: tuple[int, ...] = ()
        self.picked_documents: tuple[int, ...] = ()
        self.chosen_documents: list[int] | None = None
        self.chosen_document: int | None = None

    def choose_topic(self, number: int | None) -> None:
        """Choose a topic in every view, or none; a selection of documents ends."""
        self.choose_topics(() if number is None else (number,))

    def choose_topics(self, numbers: Sequence[int]) -> None:
        """Choose several topics, the last of them in every view."""
        number = numbers[-1] if numbers else None
        if self.chosen_documents is not None:
            self.chosen_documents = None
            self.documents_chosen.emit(None)
        is_other, self.chosen_topics = tuple(numbers) != self.chosen_topics, tuple(numbers)
        if number != self.chosen_topic:
            self.chosen_topic = number
            self.topic_chosen.emit(number)
        if is_other:
            self.topics_chosen.emit(self.chosen_topics)

    def pick_documents(self, documents: Sequence[int]) -> None:
        """Note which documents are selected in the list; it changes nothing that is shown."""
        self.picked_documents = tuple(documents)
        self.documents_picked.emit()

    @property
    def documents_in_hand(self) -> list[int]:
        """The documents that an action is about: several in the list, else the selection on the map, else the one that is read."""
        if len(self.picked_documents) > 1:
            return list(self.picked_documents)
        if self.chosen_documents is not None:
            return self.chosen_documents
        return [] if self.chosen_document is None else [self.chosen_document]

    def choose_documents(self, documents: list[int] | None) -> None:
        """Choose documents, as with the map's lasso; None ends it."""
        self.chosen_documents = documents
        self.documents_chosen.emit(documents)

    def choose_document(self, index: int | None) -> None:
        """Choose a document, and its topic unless documents are selected or it is one of those found: the others stay in view."""
        if index is not None and self.analysis is not None and self.chosen_documents is None and not self._is_found(index):
            topic = int(self.analysis.assignment.topic_of[index])
            self.choose_topic(topic if topic >= 0 else None)
        if index != self.chosen_document:
            self.chosen_document = index
            self.document_chosen.emit(index)

    def _is_found(self, document: int) -> bool:
        """Whether a document is among what was searched for; here nothing is."""
        return False

    def choose_nothing(self) -> None:
        """Clear what is chosen, in every view."""
        self.choose_documents(None)
        self.choose_document(None)
        self.choose_topic(None)
