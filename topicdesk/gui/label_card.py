"""The label card: how one topic came to its name, with keywords, typical documents and what the model was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from topicdesk.core.analysis import Analysis, Topic
from topicdesk.gui.document_models import excerpt_of, title_of
from topicdesk.gui.label_evidence import LabelEvidence, doubts, sureness
from topicdesk.gui.map_icons import icon
from topicdesk.gui.map_palette import colours_of
from topicdesk.gui.other_answers import OtherAnswers
from topicdesk.gui.plain_texts import ElidedLabel, PlainLabel, TextButton
from topicdesk.gui.topic_models import ORIGINS, keyword_line
from topicdesk.gui.wording import count, share, unit_of

if TYPE_CHECKING:
    from topicdesk.gui.session import Session

NOTHING_CHOSEN = "Choose a topic in the table or on the map."
ASPECTS = (("c-TF-IDF", "keywords"), ("KeyBERT", "keybert"), ("MMR", "mmr"))


class Swatch(QWidget):
    """A dot in a topic's colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = QColor()
        self.setFixedSize(12, 12)

    def show_colour(self, colour: QColor) -> None:
        """Show this colour instead."""
        self._colour = colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        painter.drawEllipse(1, 1, 10, 10)


class Fold(QWidget):
    """A heading that folds what stands under it in and out."""

    def __init__(self, heading: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QToolButton(autoRaise=True, arrowType=Qt.ArrowType.RightArrow)
        self.button.setText(heading)
        self.button.setCheckable(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._content = content
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.button)
        column.addWidget(content)
        content.hide()
        self.button.toggled.connect(self._unfold)

    def _unfold(self, is_open: bool) -> None:
        self.button.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self._content.setVisible(is_open)


class TallColumn(QWidget):
    """What a scroll area holds, as high as its wrapped texts need in the width it has; Qt's own minimum squeezes them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The height that follows from the width."""
        return QSize(0, self.column.totalHeightForWidth(self.width()) if self.column.hasHeightForWidth() else self.column.totalMinimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Another width needs another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


class LabelCard(QScrollArea):
    """Shows the chosen topic of `session`."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._session = session
        self._colours: dict[int, QColor] = {}
        self.setAccessibleName("Label card")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(96)
        self.swatch, self.label, self.facts = Swatch(), PlainLabel(), PlainLabel(is_quiet=True)
        self.origin_mark = QLabel()
        self.note = PlainLabel()
        self.note.setAccessibleName("Note")
        self.keywords = ElidedLabel()
        self.aspects = {name: PlainLabel() for _, name in ASPECTS}
        self.doubts = PlainLabel()
        self.answers = OtherAnswers()
        self.answers.chosen.connect(self._take_answer)
        self.evidence = LabelEvidence(has_answers=False)
        self.prompt = self.evidence.prompt
        self._nothing = QLabel(NOTHING_CHOSEN, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._nothing.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._card = QWidget()
        self._lay_out()
        session.analysis_changed.connect(self._on_analysis)
        session.labels_changed.connect(self._show)
        session.topic_chosen.connect(self._show)
        self._on_analysis()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Colours follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_card"):
            self._on_analysis()

    def _lay_out(self) -> None:
        bold = QFont(self.font())
        bold.setBold(True)
        bold.setPointSizeF(bold.pointSizeF() * 1.15)
        self.label.setFont(bold)
        self.label.setAccessibleName("Label of the topic")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.swatch, alignment=Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.label, 1)
        facts = QHBoxLayout()
        facts.setSpacing(8)
        facts.addWidget(self.origin_mark, alignment=Qt.AlignmentFlag.AlignTop)
        facts.addWidget(self.facts, 1)
        head.setContentsMargins(2, 0, 0, 0)
        self.compare = Fold("Compare keywords", self._comparison())
        self.compare.button.toggled.connect(self.keywords.setHidden)
        self.asked = Fold("How it was named", self.evidence)
        self._quotations = QVBoxLayout()
        self._quotations.setSpacing(0)
        self.heading = heading = QLabel()
        heading.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column = QVBoxLayout(self._card)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        for part in (head, facts, self.doubts, self.answers, self.note, self.keywords, self.compare, heading, self._quotations, self.asked):
            column.addWidget(part) if isinstance(part, QWidget) else column.addLayout(part)
        column.addStretch(1)
        both = TallColumn()
        both.column.addWidget(self._nothing)
        both.column.addWidget(self._card)
        self.setWidget(both)

    def _comparison(self) -> QWidget:
        table = QWidget()
        form = QFormLayout(table)
        form.setContentsMargins(8, 0, 0, 0)
        form.setSpacing(8)
        for heading, name in ASPECTS:
            title = QLabel(heading)
            title.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            form.addRow(title, self.aspects[name])
        return table

    def _on_analysis(self) -> None:
        self._colours = colours_of(self._session.analysis, self.palette())
        self._show()

    def _show(self) -> None:
        analysis, number = self._session.analysis, self._session.chosen_topic
        has_topic = analysis is not None and number is not None and 0 <= number < len(analysis.topics)
        self._nothing.setHidden(has_topic)
        self._card.setVisible(has_topic)
        if has_topic and analysis is not None and number is not None:
            self._show_topic(analysis, analysis.topics[number])

    def _show_topic(self, analysis: Analysis, topic: Topic) -> None:
        self.swatch.show_colour(self._colours.get(topic.number, QColor()))
        self.label.setText(topic.label.text)
        unit = unit_of(self._session.corpus)
        self.heading.setText(f"Typical {unit}s")
        part = share(topic.size, len(analysis.assignment.topic_of))
        said = (topic.label.origin.capitalize(), sureness(topic.label), count(topic.size, unit), part)
        marks = " · checked" * topic.is_checked + " · hidden" * topic.is_hidden
        self.facts.setText(" · ".join(filter(None, said)) + marks)
        self.note.setText(topic.note)
        self.note.setVisible(bool(topic.note))
        self.facts.setToolTip(ORIGINS[topic.label.origin].capitalize())
        mark = icon(topic.label.origin, self.palette(), QPalette.ColorRole.PlaceholderText)
        self.origin_mark.setPixmap(mark.pixmap(QSize(16, 16), self.devicePixelRatioF()))
        self.keywords.show_text(keyword_line(topic.keywords))
        for _, name in ASPECTS:
            self.aspects[name].setText(keyword_line(getattr(topic, name)) or "none")
        self.asked.setVisible(bool(topic.label.prompt))
        self.answers.show_answers(topic.label.alternatives)
        self.evidence.show_label(topic.label)
        self.doubts.setText(doubts(topic.label))
        self.doubts.setVisible(bool(topic.label.flags))
        self._show_quotations(topic)

    def _take_answer(self, text: str) -> None:
        if (number := self._session.chosen_topic) is not None:
            self._session.take_answer(number, text)

    def _show_quotations(self, topic: Topic) -> None:
        while (item := self._quotations.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        corpus = self._session.corpus
        for number in topic.exemplars if corpus else ():
            document = corpus.documents[number]  # type: ignore[union-attr]
            quotation = TextButton(title_of(document), excerpt_of(document))
            quotation.clicked.connect(lambda _=False, number=number: self._session.choose_document(number))
            self._quotations.addWidget(quotation)
