"""What may be taken out of the texts, or left out, before a run: each choice with its count and examples from the file."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from topicdesk.core.requests import CorpusSource
from topicdesk.core.text_making import TAKEN_OUT
from topicdesk.gui.label_card import Fold
from topicdesk.gui.plain_texts import ElidedLabel
from topicdesk.gui.two_lines import tooltip
from topicdesk.gui.wording import count

SHORT, DUPLICATES = "short", "duplicates"
MOST_WORDS = 20
MIN_HEIGHT = 40
HEADING = "Clean the texts"


class CleaningChoices(QWidget):
    """A fold whose heading says what was found; hidden where nothing is known of the texts.

    Signals
    -------
    corrected : (dict)
        Fields of CorpusSource and their values.
    """

    corrected = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._survey: dict[str, Any] = {}
        self._is_whole = False
        self.boxes = {name: QCheckBox() for name in (*TAKEN_OUT, DUPLICATES)}
        self.examples = {name: ElidedLabel() for name in (*TAKEN_OUT, DUPLICATES, SHORT)}
        self.min_words = QSpinBox(maximum=MOST_WORDS)
        self.min_words.setKeyboardTracking(False)
        self.min_words.setAccessibleName("Fewest words of a text")
        self._n_short = QLabel()
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(16, 0, 0, 0)
        grid.setSpacing(8)
        grid.setColumnStretch(1, 1)
        short = QHBoxLayout()
        for part in (QLabel("Leave out texts of fewer words than"), self.min_words, self._n_short):
            short.addWidget(part)
        for row, (name, example) in enumerate(self.examples.items()):
            example.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            if name == SHORT:
                grid.addLayout(short, row, 0)
            else:
                grid.addWidget(self.boxes[name], row, 0)
                self.boxes[name].clicked.connect(self._ask)
            grid.addWidget(example, row, 1)
        self.fold = Fold(HEADING, _scrolling(content))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.fold)
        self.min_words.valueChanged.connect(self._ask)
        self.hide()

    def show_preview(self, preview: dict[str, Any], source: CorpusSource | None) -> None:
        """Show what was found in this preview, and what is chosen."""
        self._survey = preview.get("survey", {})
        self._is_whole = self._survey.get("n_texts") == preview["n_rows"]
        self.setVisible(bool(self._survey) and source is not None)
        if not self._survey or source is None:
            return
        for name, box in self.boxes.items():
            box.setChecked(bool(source.drop_duplicates) if name == DUPLICATES else name in source.clean)
        self.min_words.blockSignals(True)
        self.min_words.setValue(source.min_words or 0)
        self.min_words.blockSignals(False)
        for name, example in self.examples.items():
            found = self._survey["examples"][name]
            example.show_text(example_words(name, found[0]) if found else "")
            example.setToolTip(tooltip("\n".join(example_words(name, one) for one in found)))
        self._show_counts()

    def show_counts(self, counts: dict[str, Any]) -> None:
        """The counts of the whole corpus, which come later."""
        if self._survey and counts:
            self._survey, self._is_whole = self._survey | counts, True
            self._show_counts()

    def _show_counts(self) -> None:
        of_texts = f"of {'' if self._is_whole else 'the first '}{count(self._survey['n_texts'], 'text')}"
        for name, box in self.boxes.items():
            words = "Leave out texts that repeat an earlier one" if name == DUPLICATES else f"Take out {TAKEN_OUT[name]}"
            box.setText(f"{words}: {count(self._survey[name])} {of_texts}")
            box.setVisible(bool(self._survey[name]) or box.isChecked())
            self.examples[name].setVisible(not box.isHidden())
        n_short = sum(self._survey[SHORT][: self.min_words.value()])
        self._n_short.setText(f": {count(n_short)} {of_texts}" if self.min_words.value() else "")
        self.fold.button.setText(heading(self._survey))

    def _ask(self) -> None:
        self.corrected.emit(
            {
                "clean": tuple(name for name in TAKEN_OUT if self.boxes[name].isChecked()),
                "drop_duplicates": self.boxes[DUPLICATES].isChecked() or None,
                "min_words": self.min_words.value() or None,
            }
        )


def _scrolling(content: QWidget) -> QScrollArea:
    """As high as its content where there is room: unfolded, it must not make a small window grow."""
    area = QScrollArea()
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setSizeAdjustPolicy(QScrollArea.SizeAdjustPolicy.AdjustToContents)
    area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
    area.setMinimumHeight(MIN_HEIGHT)
    return area


def heading(survey: dict[str, Any]) -> str:
    """What was found, in one line."""
    found = [f"{words} in {count(survey[name])}" for name, words in TAKEN_OUT.items() if survey[name]]
    found += [f"{count(survey[DUPLICATES])} repeated"] * bool(survey[DUPLICATES])
    return f"{HEADING} ({', '.join(found)})" if found else HEADING


def example_words(name: str, example: dict[str, Any]) -> str:
    """One example in one line: the row, what stands there, and what would."""
    if name == DUPLICATES:
        return f"row {count(example['row'])} repeats {example['after']}: {example['before']}"
    return f"row {count(example['row'])}: {example['before']}" + ("" if name == SHORT else f" → {example['after'] or 'nothing'}")
