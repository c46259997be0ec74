"""What is said of texts that the embedding model reads only in part, with the choice beside it: read the beginning, or split them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from topicdesk.gui.plain_texts import PlainLabel

CHOICES = (
    (None, "Read the beginning"), ("sentences", "Split by sentences"), ("paragraph", "Split by paragraph"), ("speaker", "Split by speaker"),
)  # fmt: skip
MIN_WIDTH = 300
TOOLTIP = "Passages are put into topics, and each document gets the shares of its topics. By sentences only long texts are split."


class LongTexts(QWidget):
    """A sentence and a drop-down; hidden where every text is read whole and nothing is to be split.

    Signals
    -------
    corrected : (dict)
        Fields of CorpusSource and their values.
    """

    corrected = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = PlainLabel()
        self.words.setMinimumWidth(MIN_WIDTH)
        self.choice = QComboBox()
        self.choice.setToolTip(TOOLTIP)
        self.choice.setAccessibleName("What is done with long texts")
        for split, words in CHOICES:
            self.choice.addItem(words, split)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.words, 1)
        line.addWidget(self.choice)
        self.choice.activated.connect(lambda _: self.corrected.emit({"split": self.choice.currentData()}))
        self.hide()

    def show_words(self, words: str, split: str | None) -> None:
        """Say this of the texts, and what is chosen; the choice stays in sight while new words are awaited."""
        self.words.setText(words)
        self.choice.setCurrentIndex(self.choice.findData(split))
        self.setVisible(bool(words) or split is not None)
