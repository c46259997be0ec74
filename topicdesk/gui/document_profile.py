"""The profile of a document in passages: the share of each of its topics, as a bar in their colours and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from topicdesk.core.analysis import Analysis
from topicdesk.core.corpus import Spans
from topicdesk.core.passages import Profiles, position_in, profiles_of
from topicdesk.gui.map_palette import colours_of
from topicdesk.gui.plain_texts import ElidedLabel
from topicdesk.gui.two_lines import tooltip
from topicdesk.gui.wording import count, share

if TYPE_CHECKING:
    from topicdesk.gui.session import Session

BAR_HEIGHT = 12
NO_TOPIC = "in no topic"


class ShareBar(QWidget):
    """Shares side by side, each in its colour; a click chooses one.

    Signals
    -------
    chosen : (int)
        The number of the topic that was clicked, -1 for those in none.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares: list[tuple[int, float, QColor]] = []
        self.setFixedHeight(BAR_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_shares(self, shares: list[tuple[int, float, QColor]]) -> None:
        """Topic, share and colour of each part, in their order."""
        self._shares = shares
        self.update()

    def topic_at(self, x: float) -> int | None:
        """The topic of the part at this place; None beyond the last."""
        end = 0.0
        for topic, part, _ in self._shares:
            end += part * self.width()
            if x < end:
                return topic
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose the topic."""
        topic = self.topic_at(event.position().x())
        if topic is not None:
            self.chosen.emit(topic)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The parts, a hair's breadth between them."""
        painter = QPainter(self)
        start = 0.0
        for _, part, colour in self._shares:
            end = start + part * self.width()
            left, right = round(start), round(end)
            painter.fillRect(left, 0, max(1, right - left - (right < self.width())), self.height(), colour)
            start = end


class DocumentProfile(QWidget):
    """That of the document whose passage is chosen in `session`; hidden where documents are whole."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._known: tuple[Spans, Analysis, Profiles] | None = None
        self.bar, self.words = ShareBar(), ElidedLabel()
        self.words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 8)
        column.setSpacing(4)
        column.addWidget(self.bar)
        column.addWidget(self.words)
        self.bar.chosen.connect(lambda topic: session.choose_topic(topic if topic >= 0 else None))
        self.hide()

    def show_chosen(self) -> None:
        """Show the profile of the document that the chosen passage is of."""
        corpus, analysis, number = self._session.corpus, self._session.analysis, self._session.chosen_document
        place = None
        if corpus is not None and analysis is not None and number is not None and number < len(corpus.documents) == len(analysis.positions):
            place = position_in(corpus, number)
        self.setVisible(place is not None)
        if place is None or corpus is None or analysis is None or corpus.spans is None:
            return
        document, whole = place
        shares = self._profiles(corpus.spans, analysis).of_document(whole)
        colours, none = colours_of(analysis, self.palette()), self.palette().color(QPalette.ColorRole.Mid)
        self.bar.show_shares([(topic, part, colours.get(topic, none)) for topic, part, _ in shares])
        names = {topic.number: topic.label.text for topic in analysis.topics}
        said = [f"{share(round(1000 * part), 1000)} {names.get(topic, NO_TOPIC)}" for topic, part, _ in shares]
        self.words.show_text(f"{document.title or document.id}: {' · '.join(said)}")
        passages = [f"{words} ({count(n, 'passage')})" for words, (_, _, n) in zip(said, shares, strict=True)]
        self.bar.setToolTip(tooltip(f"Whole document {document.id}, by length:", "\n".join(passages)))
        self.bar.setAccessibleName(self.words.text())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Colours follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "bar"):
            self.show_chosen()

    def _profiles(self, spans: Spans, analysis: Analysis) -> Profiles:
        """Those of all documents, counted once for an analysis."""
        if self._known is None or self._known[0] is not spans or self._known[1] is not analysis:
            self._known = (spans, analysis, profiles_of(spans, analysis.assignment.topic_of))
        return self._known[2]
