"""What is said of texts that the embedding model reads only in part, with the choice beside it: read the beginning, or split them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QPushButton, QWidget

from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.wording import count, listed

CHOICES = (
    (None, "Read the beginning"), ("sentences", "Split by sentences"), ("paragraph", "Split by paragraph"), ("speaker", "Split by speaker"),
)  # fmt: skip
MIN_WIDTH = 300
MOST_SPEAKERS = 20
NAMES_WIDTH = 220
SPEAKERS_TOOLTIP = "Whose turns are analysed: an interviewer's questions would make topics of their own"
TOOLTIP = "Passages are put into topics, and each document gets the shares of its topics. By sentences only long texts are split."


class LongTexts(QWidget):
    """A sentence and a drop-down; hidden where every text is read whole and nothing is to be split. Split by speaker, a menu of who is left out.

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
        self.speakers = QPushButton()
        self.speakers.setToolTip(SPEAKERS_TOOLTIP)
        self.speakers.setAccessibleName("Speakers who are left out")
        self.menu = QMenu(self)
        self.speakers.setMenu(self.menu)
        self.menu.triggered.connect(self._ask)
        self.speakers.hide()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.words, 1)
        line.addWidget(self.choice)
        line.addWidget(self.speakers)
        self.choice.activated.connect(lambda _: self.corrected.emit({"split": self.choice.currentData(), "without_speakers": ()}))
        self.hide()

    def show_words(self, words: str, split: str | None) -> None:
        """Say this of the texts, and what is chosen; the choice stays in sight while new words are awaited."""
        self.words.setText(words)
        self.choice.setCurrentIndex(self.choice.findData(split))
        self.setVisible(bool(words) or split is not None)

    def show_speakers(self, speakers: Mapping[str, int], left_out: Sequence[str]) -> None:
        """Offer to leave out those of these who speak most, of whom it is known how often; the chosen ones are ticked."""
        self.menu.clear()
        offered = sorted(speakers, key=lambda name: -speakers[name])[:MOST_SPEAKERS]
        for name in [*offered, *(name for name in left_out if name not in offered)]:
            n_turns = f" ({count(speakers[name], 'turn')})" if name in speakers else ""
            entry = self.menu.addAction(f"Leave out {name}{n_turns}".replace("&", "&&"))
            entry.setCheckable(True)
            entry.setChecked(name in left_out)
            entry.setData(name)
        words = f"Without {listed(list(left_out))}" if left_out else "All speakers"
        elided = self.speakers.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, NAMES_WIDTH)  # long names would widen the window
        self.speakers.setText(elided.replace("&", "&&"))
        self.speakers.setVisible(not self.menu.isEmpty())

    def _ask(self) -> None:
        self.corrected.emit({"without_speakers": tuple(entry.data() for entry in self.menu.actions() if entry.isChecked())})
