"""One of two labels that are compared: its words, how sure the model was, what the check found, and its evidence."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from topicdesk.core.analysis import Label
from topicdesk.gui.label_card import TallColumn
from topicdesk.gui.label_evidence import LabelEvidence, doubts, sureness
from topicdesk.gui.plain_texts import PlainLabel

NOT_ASKED = "The model has not been asked yet."
NO_EVIDENCE = {"researcher": "Written by you.", "keywords": "Made of keywords; no model was asked.", "language model": ""}


class LabelSide(QWidget):
    """Shows a label, or that there is none yet."""

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel(heading)
        title.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.label, self.facts, self.doubts = PlainLabel(), PlainLabel(is_quiet=True), PlainLabel()
        bold = QFont(self.font())
        bold.setBold(True)
        self.label.setFont(bold)
        self.label.setAccessibleName(heading)
        self.evidence = LabelEvidence()
        held = TallColumn()
        held.column.setSpacing(8)
        for part in (self.label, self.facts, self.doubts, self.evidence):
            held.column.addWidget(part)
        held.column.addStretch(1)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(held)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(title)
        column.addWidget(area, 1)
        self.show_label(None)

    def show_label(self, label: Label | None) -> None:
        """Show this label; None where there is none."""
        self.label.setText(label.text if label is not None else "")
        self.label.setVisible(label is not None)
        self.facts.setText(_facts(label))
        self.doubts.setText(doubts(label) if label is not None else "")
        self.doubts.setVisible(label is not None and bool(label.flags))
        self.evidence.setVisible(label is not None and bool(label.prompt))
        if label is not None:
            self.evidence.show_label(label)


def _facts(label: Label | None) -> str:
    if label is None:
        return NOT_ASKED
    return " · ".join(filter(None, (label.origin.capitalize(), sureness(label)))) if label.prompt else NO_EVIDENCE[label.origin]
