"""The unassigned documents: where a strategy would put them, how many at which threshold, lit on the map before anything is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QSizePolicy, QSlider, QVBoxLayout, QWidget

from topicdesk.core.arrays import FloatArray
from topicdesk.core.requests import SuggestRequest
from topicdesk.core.suggestion import STRATEGIES, Suggestion
from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.two_lines import tooltip
from topicdesk.gui.wording import count, share, unit_of

if TYPE_CHECKING:
    from topicdesk.gui.session import Session

STEPS = 100
LIT_MILLISECONDS = 60
N_BINS = 50
HINTS = {
    "centroid": "Nearest in meaning to the middle of a topic",
    "neighbours": "Most of the nearest assigned texts",
    "c-tf-idf": "Nearest in words to a topic",
}
ASKING = "Looking for the nearest topics…"


class ScoreBars(QWidget):
    """How many documents have which score; those that reach the threshold in the colour of a selection."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts = np.zeros(N_BINS, dtype=np.int64)
        self.threshold = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("How near they are to a topic")

    def show_scores(self, scores: FloatArray) -> None:
        """Show other scores, in [0, 1]."""
        self._counts = np.histogram(scores, N_BINS, (0, 1))[0]
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Low and wide."""
        return QSize(200, 48)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """One bar a step of the score."""
        painter = QPainter(self)
        highest = max(int(self._counts.max()), 1)
        width = self.width() / N_BINS
        for place, n_documents in enumerate(self._counts.tolist()):
            height = round((self.height() - 2) * n_documents / highest)
            is_near = (place + 0.5) / N_BINS >= self.threshold
            role = QPalette.ColorRole.Highlight if is_near else QPalette.ColorRole.PlaceholderText
            if height or n_documents:
                painter.fillRect(round(place * width), self.height() - max(height, 1), max(1, round(width) - 1), max(height, 1), self.palette().color(role))


class UnassignedPanel(QWidget):
    """Shows what is unassigned in `session`, and assigns through it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._suggestion: Suggestion | None = None
        self._is_lighting = False
        self.facts = PlainLabel()
        self.strategy = QComboBox()
        self.strategy.setAccessibleName("Strategy")
        for name, words in STRATEGIES.items():
            self.strategy.addItem(words[0].upper() + words[1:], name)
            self.strategy.setItemData(self.strategy.count() - 1, HINTS[name], Qt.ItemDataRole.ToolTipRole)
        self.hint = PlainLabel(is_quiet=True)
        self.bars = ScoreBars()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setAccessibleName("Threshold")
        self.outcome = PlainLabel()
        self.targets = QListWidget()
        self.targets.setAccessibleName("Topics that would grow")
        self.targets.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # long labels elide
        self.light = QCheckBox("Show on the map what would move")
        self.light.setChecked(True)
        self.assign_button = QPushButton("Assign")
        self.release_button = QPushButton("Release from noise")
        self._lighting = QTimer(self, singleShot=True, interval=LIT_MILLISECONDS)
        self._lay_out()
        self._connect()
        self._show()

    @property
    def has_content(self) -> bool:
        """Whether a document with a text is in no topic."""
        return bool(self._n_unassigned())

    @property
    def threshold(self) -> float:
        """What the slider says, in [0, 1]."""
        return self.slider.value() / STEPS

    @property
    def wanted(self) -> Suggestion | None:
        """The documents that would move now."""
        return None if self._suggestion is None else self._suggestion.above(self.threshold)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Ask when it is looked at, not before."""
        super().showEvent(event)
        if self._suggestion is None:
            self._ask()
        else:
            self._lighting.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """The map is not left lit."""
        super().hideEvent(event)
        self._lighting.stop()
        self._unlight()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.assign_button)
        buttons.addWidget(self.release_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        for part in (self.facts, self.strategy, self.hint, self.bars, self.slider, self.outcome, self.light):
            column.addWidget(part)
        column.addWidget(self.targets, 1)
        column.addLayout(buttons)

    def _connect(self) -> None:
        session = self._session
        self.strategy.currentIndexChanged.connect(lambda _: self._ask())
        self.slider.valueChanged.connect(lambda _: self._show_outcome())
        self.light.toggled.connect(lambda _: self._lighting.start())
        self._lighting.timeout.connect(self._light)
        self.assign_button.clicked.connect(self._assign)
        self.release_button.clicked.connect(self._release)
        session.questions.suggested.connect(self._take)
        session.questions.failed.connect(self._fail)
        session.analysis_changed.connect(lambda _: self._renew())
        session.edits_changed.connect(self._show)

    def _n_unassigned(self) -> int:
        analysis = self._session.analysis
        return 0 if analysis is None else analysis.n_unassigned

    def _renew(self) -> None:
        """Another assignment: what was suggested holds no longer."""
        self._suggestion = None
        self._show()
        if self.isVisible():
            self._ask()

    def _ask(self) -> None:
        path = self._session.project_path
        self._suggestion = None
        self._show()
        if path is not None and self.has_content:
            self.outcome.setText(ASKING)
            self._session.questions.ask(SuggestRequest(str(path), self.strategy.currentData()))

    def _take(self, suggestion: Suggestion) -> None:
        if suggestion.strategy != self.strategy.currentData():
            return
        self._suggestion = suggestion
        self.bars.show_scores(suggestion.scores)
        self.slider.blockSignals(True)
        self.slider.setValue(round(suggestion.middle() * STEPS))
        self.slider.blockSignals(False)
        self._show()

    def _fail(self, request: str, reason: str) -> None:
        if request == SuggestRequest.__name__:
            self.outcome.setText(reason)

    def _show(self) -> None:
        analysis, shown = self._session.analysis, self._session.editor.shown
        n_kept = 0 if shown is None else int(shown.kept.sum())
        n_texts = 0 if analysis is None else analysis.n_texts
        n_unassigned = self._n_unassigned()
        unit = unit_of(self._session.corpus)
        kept = f" {count(n_kept, f'{unit} is', f'{unit}s are')} kept as noise." if n_kept else ""
        self.facts.setText(f"{count(n_unassigned)} of {count(n_texts, unit)} are in no topic ({share(n_unassigned, n_texts)}).{kept}")
        self.hint.setText(f"{HINTS[self.strategy.currentData()]}. {unit.capitalize()}s that are kept as noise stay where they are.")
        self.release_button.setVisible(bool(n_kept))
        has_suggestion = self._suggestion is not None
        for part in (self.bars, self.slider, self.light, self.targets):
            part.setEnabled(has_suggestion)
        if not has_suggestion:
            self.bars.show_scores(np.zeros(0, dtype=np.float32))
            self.targets.clear()
            self.assign_button.setEnabled(False)
            self.outcome.setText("")
        else:
            self._show_outcome()

    def _show_outcome(self) -> None:
        wanted, analysis = self.wanted, self._session.analysis
        if wanted is None or analysis is None:
            return
        n_moved, n_texts = len(wanted.rows), analysis.n_texts
        n_unassigned = self._n_unassigned()
        before, after = n_texts - n_unassigned, n_texts - n_unassigned + n_moved
        moved = count(n_moved, unit_of(self._session.corpus))
        self.outcome.setText(f"At least {self.threshold:.2f}: {moved} would move. In a topic: {share(before, n_texts)}, then {share(after, n_texts)}.")
        self.bars.threshold = self.threshold
        self.bars.update()
        self.targets.clear()
        for number, n_more in wanted.n_by_topic.items():
            item = QListWidgetItem(f"+{n_more:,}  {analysis.topics[number].label.text}")
            item.setToolTip(tooltip(analysis.topics[number].label.text))
            self.targets.addItem(item)
        self.assign_button.setText(f"Assign {count(n_moved)}" if n_moved else "Assign")
        self.assign_button.setEnabled(bool(n_moved))
        self._lighting.start()

    def _light(self) -> None:
        """Let the documents that would move shine on the map."""
        wanted = self.wanted
        if self.isVisible() and self.light.isChecked() and wanted is not None and len(wanted.rows):
            self._is_lighting = True
            self._session.choose_documents(wanted.rows.tolist())
        else:
            self._unlight()

    def _unlight(self) -> None:
        if self._is_lighting:
            self._is_lighting = False
            self._session.choose_documents(None)

    def _assign(self) -> None:
        wanted = self.wanted
        if wanted is not None:
            self._unlight()
            self._session.editor.assign(wanted.rows, wanted.numbers, wanted.scores, wanted.words(self.threshold))

    def _release(self) -> None:
        shown = self._session.editor.shown
        if shown is not None:
            self._session.editor.keep(np.flatnonzero(shown.kept).tolist(), False)
            self._renew()
