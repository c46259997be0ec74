"""How many topics? A slider that tries sizes on the cached projection, with what comes of it, and Apply."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSlider, QSpinBox, QVBoxLayout, QWidget

from topicdesk.core.events import ForecastReady
from topicdesk.core.requests import CorpusSource
from topicdesk.core.settings import default_min_topic_size
from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.session import Session, Trial
from topicdesk.gui.wording import count, share

STEPS = 200
SMALLEST = 2
SINGLE_STEPS = {QSlider.SliderAction.SliderSingleStepAdd: 1, QSlider.SliderAction.SliderSingleStepSub: -1}


class TopicSize(QWidget):
    """The slider is logarithmic; the number beside it takes any size."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._largest = 100
        self._counted: tuple[CorpusSource | None, int] | None = None
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setAccessibleName("Minimum topic size")
        self.slider.setToolTip("Smaller gives more topics. The map shows what would come of it; Apply makes it so.")
        self.number = QSpinBox(minimum=SMALLEST, maximum=1_000_000)
        self.number.setKeyboardTracking(False)
        self.number.setGroupSeparatorShown(True)
        self.number.setAccessibleName("Minimum topic size, in documents")
        self.number.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.outcome = PlainLabel(is_quiet=True)
        self.outcome.setAccessibleName("Topics of this size")
        self.apply_button = QPushButton("&Apply")
        self.apply_button.setToolTip("Take these topics; the language model is asked only about topics that changed")
        self.discard_button = QPushButton("Put back")
        self.discard_button.setToolTip("Show the topics of the analysis again")
        self._lay_out()
        self._connect()
        self._follow()

    def _lay_out(self) -> None:
        heading = QLabel("&Topic size")
        heading.setBuddy(self.slider)
        top = QHBoxLayout()
        top.addWidget(heading, 1)
        top.addWidget(self.number)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.apply_button)
        buttons.addWidget(self.discard_button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.slider)
        column.addWidget(self.outcome)
        column.addLayout(buttons)

    def _connect(self) -> None:
        session = self._session
        for signal in (session.state_changed, session.analysis_changed, session.corpus_changed, session.settings_changed, session.forecast_ready):
            signal.connect(self._follow)
        session.trial_changed.connect(self._show_trial)
        session.trial_failed.connect(self.outcome.setText)
        self.slider.actionTriggered.connect(self._step_to_another_size)
        self.slider.valueChanged.connect(lambda step: self._choose(self._size_of(step)))
        self.number.valueChanged.connect(self._choose)
        self.apply_button.clicked.connect(session.apply_trial)
        self.discard_button.clicked.connect(session.discard_trial)

    def _step_to_another_size(self, action: int) -> None:
        """An arrow key goes to the next size: several steps of the slider may mean the same one."""
        direction = SINGLE_STEPS.get(QSlider.SliderAction(action), 0)
        step = self.slider.sliderPosition()
        while direction and 0 < step < STEPS and self._size_of(step) == self.number.value():
            step += direction
        self.slider.setSliderPosition(step)

    def _choose(self, size: int) -> None:
        """Try a size where there are topics; before the first run it becomes a setting."""
        self._show_size(size)
        if self._session.analysis is not None:
            self.outcome.setText("Counting topics…")
            self._session.try_topic_size(size)
        else:
            self._session.choose_topic_size(size)

    def _n_documents(self) -> int:
        """Of the corpus that is open or previewed, or how many passages it has where texts are split; 0 where that is not known."""
        session = self._session
        if session.corpus is not None:
            return len(session.corpus.documents)
        if self._counted is not None and self._counted[0] == session.source:
            return self._counted[1]
        return int((session.preview or {}).get("n_rows") or 0)

    def _follow(self, *told: object) -> None:
        """Show the size of the analysis, or the one that a run would take."""
        session = self._session
        for forecast in told:
            if isinstance(forecast, ForecastReady):
                self._counted = (session.source, forecast.n_passages or forecast.n_documents)
        n_documents = self._n_documents()
        self._largest = max(20, n_documents // 10)
        self.setEnabled(session.state != "running")
        if session.trial is None:
            chosen = session.settings.clustering.min_topic_size
            self._show_size(chosen or default_min_topic_size(n_documents))
        self._show_trial(session.trial)

    def _show_trial(self, trial: Trial | None) -> None:
        analysis = self._session.analysis
        for button in (self.apply_button, self.discard_button):
            button.setVisible(trial is not None)
        if trial is not None:
            n_empty = 0 if analysis is None else len(analysis.positions) - analysis.n_texts
            self._show_outcome(trial.n_topics, trial.n_unassigned - n_empty, len(trial.topic_of) - n_empty)
        elif analysis is not None:
            self._show_outcome(len(analysis.present), analysis.n_unassigned, analysis.n_texts)
            self._show_size(self._session.settings.clustering.min_topic_size or default_min_topic_size(len(analysis.positions)))
        else:
            self.outcome.setText("Follows from the size of the corpus, unless you choose")

    def _show_outcome(self, n_topics: int, n_unassigned: int, n_texts: int) -> None:
        self.outcome.setText(f"{count(n_topics, 'topic')} · {share(n_unassigned, n_texts)} unassigned")

    def _show_size(self, size: int) -> None:
        with QSignalBlocker(self.slider), QSignalBlocker(self.number):
            self.slider.setValue(self._step_of(size))
            self.number.setValue(size)

    def _size_of(self, step: int) -> int:
        return round(SMALLEST * math.exp(math.log(self._largest / SMALLEST) * step / STEPS))

    def _step_of(self, size: int) -> int:
        return round(STEPS * math.log(max(size, SMALLEST) / SMALLEST) / math.log(self._largest / SMALLEST))
