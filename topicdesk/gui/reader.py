"""The reader: one document's whole text, as plain text, with the keywords of its topic marked and quotes to copy with the document's id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRegularExpression, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QKeySequence, QPalette, QSyntaxHighlighter, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from topicdesk.core.analysis import Topic
from topicdesk.core.corpus import Document
from topicdesk.gui.document_models import title_of
from topicdesk.gui.document_profile import DocumentProfile
from topicdesk.gui.label_card import Swatch
from topicdesk.gui.map_icons import icon
from topicdesk.gui.map_palette import colours_of
from topicdesk.gui.plain_texts import ElidedLabel, PlainLabel

if TYPE_CHECKING:
    from topicdesk.gui.session import Session

N_IN_PARAGRAPH = 50_000  # characters; laying out a longer one holds the window up
N_AT_ONCE = 1_000_000
ORIGINAL = "The text as it stands in the file, before anything was taken out"
WHOLE = "The whole document as it stands in the file, the passage selected"
NOTHING_CHOSEN = "Choose a document to read it here."


def keyword_pattern(terms: Sequence[str]) -> QRegularExpression:
    """Finds whole terms, upper or lower case, with any white space between the words of a phrase; nothing where there are none."""
    longest_first = sorted((term for term in terms if term.strip()), key=len, reverse=True)
    if not longest_first:
        return QRegularExpression("(?!)")
    branches = (r"\s+".join(QRegularExpression.escape(word) for word in term.split()) for term in longest_first)
    options = QRegularExpression.PatternOption.CaseInsensitiveOption | QRegularExpression.PatternOption.UseUnicodePropertiesOption
    # Words of scripts without spaces stand beside other letters, so edges are asked for only where the script has spaces.
    edge = r"[\p{Latin}\p{Greek}\p{Cyrillic}\p{N}_]"
    return QRegularExpression(f"(?<!{edge})(?:{'|'.join(branches)})(?!{edge})", options)


def parts_of(text: str) -> list[str]:
    """A text in parts that are laid out at once: nearly always one, several where a paragraph or the whole is very long."""
    longest = max(map(len, text.splitlines()), default=0)
    if longest <= N_IN_PARAGRAPH and len(text) <= N_AT_ONCE:
        return [text]
    return [text[start : start + N_IN_PARAGRAPH] for start in range(0, len(text), N_IN_PARAGRAPH)]


def _qt_length(text: str) -> int:
    """As Qt counts characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def quote(text: str, document_id: str) -> str:
    """A passage as it is cited: in quotation marks, with the document's id."""
    return f"“{' '.join(text.split())}” ({document_id})"


class KeywordHighlighter(QSyntaxHighlighter):
    """Marks a topic's keywords in its colour."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._pattern = keyword_pattern(())
        self._format = QTextCharFormat()

    def mark(self, terms: Sequence[str], colour: QColor) -> None:
        """Mark these terms from now on; the caller sets the text afterwards or asks for `rehighlight`."""
        self._pattern = keyword_pattern(terms)
        self._format = QTextCharFormat()
        self._format.setFontWeight(QFont.Weight.DemiBold)
        behind = QColor(colour)
        behind.setAlphaF(0.25)
        self._format.setBackground(behind)

    def highlightBlock(self, text: str) -> None:  # noqa: N802
        """Mark the terms of one paragraph."""
        found = self._pattern.globalMatch(text)
        while found.hasNext():
            match = found.next()
            self.setFormat(match.capturedStart(), match.capturedLength(), self._format)


class Reader(QWidget):
    """Shows the chosen document of `session`."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._document: Document | None = None
        self._as_written = ""
        self._parts: list[str] = []
        self._part = 0
        self.title, self.facts, self.swatch = PlainLabel(), ElidedLabel(), Swatch()
        self.text = QPlainTextEdit(readOnly=True, placeholderText=NOTHING_CHOSEN)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setAccessibleName("Text of the document")
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self._highlighter = KeywordHighlighter(self.text.document())
        self.copy_button, self.back_button, self.on_button, self.original_button = (QToolButton(autoRaise=True) for _ in range(4))
        self.part_label = QLabel()
        self.profile = DocumentProfile(session)
        self._set_up_buttons()
        self._lay_out()
        session.document_chosen.connect(self.show_chosen)
        session.analysis_changed.connect(self.show_chosen)
        session.labels_changed.connect(self._show_topic)
        session.labels_changed.connect(self.profile.show_chosen)
        self.show_chosen()

    def show_chosen(self) -> None:
        """Show the document that is chosen in the session, from its beginning."""
        corpus, number = self._session.corpus, self._session.chosen_document
        has_document = corpus is not None and number is not None and 0 <= number < len(corpus.documents)
        self._document = corpus.documents[number] if has_document and corpus is not None and number is not None else None
        self._head.setVisible(self._document is not None)
        self._show_icon()
        self._as_written = corpus.as_written(self._document) if self._document is not None and corpus is not None else ""
        is_changed = self._document is not None and self._as_written not in ("", self._document.text)
        is_passage = corpus is not None and corpus.spans is not None
        self.original_button.setText("Whole document" if is_passage else "Original")
        self.original_button.setToolTip(WHOLE if is_passage else ORIGINAL)
        self.original_button.setVisible(is_changed)
        self.original_button.setChecked(is_changed and self._document is not None and not self._document.text)
        if self._document is not None:
            self.title.setText(title_of(self._document))
            self._show_topic()
        self.profile.show_chosen()
        self._show_text()

    def _show_text(self) -> None:
        """The text as it was analysed, or as it stands in the file."""
        passage = self._document.text if self._document is not None else ""
        text = self._as_written if self.original_button.isChecked() else passage
        self._parts = parts_of(text) if self._document is not None else []
        place = text.find(passage) if passage and text is not passage else 0
        part = max(place, 0) // N_IN_PARAGRAPH if len(self._parts) > 1 else 0
        self._show_part(part)
        if place > 0:
            self._select(text[part * N_IN_PARAGRAPH : place], passage)

    def _select(self, before: str, passage: str) -> None:
        """Select a passage within what is shown, and bring it into sight."""
        start = _qt_length(before)
        cursor = self.text.textCursor()
        end = min(start + _qt_length(passage), self.text.document().characterCount() - 1)
        cursor.setPosition(end)
        cursor.setPosition(start, QTextCursor.MoveMode.KeepAnchor)
        self.text.setTextCursor(cursor)
        self.text.centerCursor()

    def copy_quote(self) -> None:
        """Put the selected passage, or the whole text, with the document's id on the clipboard."""
        if self._document is not None:
            passage = self.text.textCursor().selectedText().replace("\u2029", "\n") or "".join(self._parts)
            QGuiApplication.clipboard().setText(quote(passage, self._document.id))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Colours follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_head"):
            self._show_icon()
            self._show_topic()
            self._highlighter.rehighlight()

    def _show_icon(self) -> None:
        if self._document is not None:
            self.copy_button.setIcon(icon("copy", self.palette()))

    def _set_up_buttons(self) -> None:
        for button, arrow, words in ((self.back_button, Qt.ArrowType.LeftArrow, "Part before"), (self.on_button, Qt.ArrowType.RightArrow, "Next part")):
            button.setArrowType(arrow)
            button.setAccessibleName(words)
            button.setToolTip(words)
        self.part_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.back_button.clicked.connect(lambda: self._show_part(self._part - 1))
        self.on_button.clicked.connect(lambda: self._show_part(self._part + 1))
        self.original_button.setCheckable(True)
        self.original_button.clicked.connect(lambda _: self._show_text())
        self.copy_button.clicked.connect(self.copy_quote)
        self.copy_button.setAccessibleName("Copy quote with id")
        self.copy_button.setShortcut(QKeySequence("Ctrl+Shift+C"))
        self.copy_button.setToolTip("Copy the selected passage, or the whole text, with the document's id (Ctrl+Shift+C)")

    def _lay_out(self) -> None:
        bold = QFont(self.font())
        bold.setBold(True)
        self.title.setFont(bold)
        self.facts.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        facts = QHBoxLayout()
        facts.setSpacing(8)
        facts.addWidget(self.swatch)
        facts.addWidget(self.facts, 1)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.title)
        words.addLayout(facts)
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(8, 8, 8, 8)
        head.setSpacing(8)
        head.addLayout(words, 1)
        head.addWidget(self.original_button, alignment=Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.copy_button, alignment=Qt.AlignmentFlag.AlignTop)
        self._turn = QWidget()
        turn = QHBoxLayout(self._turn)
        turn.setContentsMargins(8, 4, 8, 4)
        for part in (self.back_button, self.part_label, self.on_button):
            turn.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self.profile)
        column.addWidget(self.text, 1)
        column.addWidget(self._turn)

    def _show_part(self, number: int) -> None:
        self._part = number
        self.text.setPlainText(self._parts[number] if self._parts else "")
        self._turn.setVisible(len(self._parts) > 1)
        self.part_label.setText(f"Part {number + 1} of {len(self._parts)}")
        self.back_button.setEnabled(number > 0)
        self.on_button.setEnabled(number < len(self._parts) - 1)

    def _show_topic(self) -> None:
        if self._document is None:
            return
        topic = self._topic()
        colour = colours_of(self._session.analysis, self.palette()).get(topic.number, QColor()) if topic else QColor()
        self._highlighter.mark([keyword.term for keyword in topic.keywords] if topic else (), colour)
        self.swatch.show_colour(colour)
        self.swatch.setVisible(topic is not None)
        name = topic.label.text if topic else "in no topic"
        self.facts.show_text(f"{name} · {self._document.id}")

    def _topic(self) -> Topic | None:
        analysis, number = self._session.analysis, self._session.chosen_document
        if analysis is None or number is None or number >= len(analysis.assignment.topic_of):
            return None
        topic = int(analysis.assignment.topic_of[number])
        return analysis.topics[topic] if 0 <= topic < len(analysis.topics) else None
