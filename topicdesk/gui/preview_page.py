"""What import understands of a file, correctable, with what a run would cost: the page before Start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from topicdesk.core.events import ForecastReady, TextsCompared
from topicdesk.gui import forecast_wording
from topicdesk.gui.beside_bar import BesideBar
from topicdesk.gui.cleaning_choices import CleaningChoices
from topicdesk.gui.long_texts import MIN_WIDTH, LongTexts
from topicdesk.gui.plain_texts import ElidedLabel, PlainLabel
from topicdesk.gui.preview_corrections import Corrections
from topicdesk.gui.preview_table import PreviewTable
from topicdesk.gui.preview_unreadable import UnreadableBar
from topicdesk.gui.role_choices import corrections
from topicdesk.gui.session import Session
from topicdesk.gui.wording import count
from topicdesk.project.summary import Summary


class PreviewPage(QWidget):
    """Shows `session.preview`; each correction has its effect at once."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._sample: int | None = None
        self.heading = ElidedLabel()
        self.understood = PlainLabel(is_quiet=True)
        self.trouble = PlainLabel()
        self.trouble.setAccessibleName("What went wrong")
        font = self.trouble.font()
        font.setBold(True)
        self.trouble.setFont(font)
        self.beside = BesideBar()
        self.table = PreviewTable()
        self.corrections = Corrections()
        self.unreadable = UnreadableBar()
        self.cleaning = CleaningChoices()
        self.dropped = PlainLabel()
        self.forecast = PlainLabel()
        self.long_texts = LongTexts()
        self.languages = PlainLabel()
        self.sample_button = QPushButton()
        self.start_button = QPushButton("Start")
        self.start_button.setDefault(True)
        self.start_button.setToolTip("Make the topic map (Enter)")
        self._lay_out()
        self._connect()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Enter runs."""
        super().showEvent(event)
        self._focus_start()

    def _focus_start(self) -> None:
        """Give Start the focus, unless something on this page has it."""
        focused = self.window().focusWidget()
        if self.isVisible() and (focused is None or not self.isAncestorOf(focused)):
            way_on = self.start_button if self.unreadable.isHidden() else self.unreadable.import_button
            way_on.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        font = self.heading.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        font.setBold(True)
        self.heading.setFont(font)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch()
        buttons.addWidget(self.sample_button)
        buttons.addWidget(self.start_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(self.heading)
        column.addWidget(self.beside)
        for widget in (self.understood, self.corrections, self.trouble, self.unreadable):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        for label in (self.cleaning, self.dropped, self.long_texts, self.languages, self.forecast):
            column.addWidget(label)
        column.addLayout(buttons)
        for label in (self.understood, self.trouble, self.dropped, self.forecast, self.beside.words):
            label.setMinimumWidth(MIN_WIDTH)  # else the page is as high at least as their words are in a narrow column
        self.trouble.hide()

    def _connect(self) -> None:
        session = self._session
        session.preview_ready.connect(self._show)
        session.preview_failed.connect(self._show_trouble)
        session.forecast_ready.connect(self._show_forecast)
        session.forecast_failed.connect(lambda reason: self._show_cost(f"No forecast: {reason}"))
        session.state_changed.connect(lambda state: self._forget() if state == "previewing" else None)
        session.models_changed.connect(self._show_start)
        self.table.roles.role_chosen.connect(self._choose_role)
        for choices in (self.corrections, self.cleaning, self.long_texts):
            choices.corrected.connect(lambda fields: session.correct_preview(**fields))
        self.start_button.clicked.connect(self._start)
        self.unreadable.import_asked.connect(self._start)
        session.care.files.beside_found.connect(self._show_beside)
        self.beside.open_asked.connect(session.open_path)
        self.beside.update_asked.connect(session.start_update)
        session.offer.compared.connect(self._show_compared)
        session.offer.failed.connect(self.beside.show_failure)
        self.sample_button.clicked.connect(lambda: session.start_run(self._sample))

    def _show(self, preview: dict[str, Any]) -> None:
        self.trouble.hide()
        source = self._session.source
        self.heading.show_text(Path(source.path).name if source is not None else "")
        self.understood.setText(forecast_wording.understood(preview))
        self.table.show_preview(preview)
        self.corrections.show_preview(preview)
        self.unreadable.show_preview(preview)
        self.cleaning.show_preview(preview, source)
        self.long_texts.show_speakers(preview.get("speakers", {}), source.without_speakers if source is not None else ())
        self.dropped.setText(forecast_wording.left_aside(preview))
        self.dropped.setVisible(bool(self.dropped.text()))
        self._show_cost("Measuring how long it will take…")
        self._show_start()
        self._focus_start()

    def _start(self) -> None:
        self._session.start_run(fresh_name=self.beside.summary is not None)

    def _forget(self) -> None:
        """What was said about the file before."""
        self._show_cost("")
        self.beside.show_summary(None, None)

    def _show_beside(self, summary: Summary | None) -> None:
        """A project that is there already is never written over without a word: it is opened, or a new one is made beside it.

        One whose import never finished holds nothing to open: the run goes on with it.
        """
        source = self._session.source
        is_something = summary is not None and summary.n_documents > 0
        self.beside.show_summary(summary if is_something else None, Path(source.path) if source is not None else None)
        self._show_start()
        if self.beside.summary is not None and self.beside.can_be_compared:
            self._session.offer.look(self.beside.summary)
        if self.beside.is_same_file and self.start_button.hasFocus():
            self.beside.open_button.setFocus(Qt.FocusReason.OtherFocusReason)  # Enter opens what is there

    def _show_compared(self, compared: TextsCompared) -> None:
        self.beside.show_compared(compared)
        if not self.beside.update_button.isHidden() and self.start_button.hasFocus():
            self.beside.update_button.setFocus(Qt.FocusReason.OtherFocusReason)  # Enter goes on with what is there

    def _show_trouble(self, reason: str) -> None:
        self.trouble.setText(reason)
        self.trouble.show()

    def _choose_role(self, column: int, role: str) -> None:
        if self._session.preview is not None:
            self._session.correct_preview(**corrections(self._session.preview, column, role))

    def _show_forecast(self, forecast: ForecastReady) -> None:
        self._sample = forecast_wording.sample_worth_trying(forecast)
        self.cleaning.show_counts(forecast.survey)
        self._show_cost(forecast_wording.cost(forecast), forecast_wording.cut(forecast), forecast_wording.written_in(forecast))
        if self._sample is not None:
            self.sample_button.setText(f"Try a sample of {count(self._sample)} first")
            self.sample_button.setToolTip("The same steps on documents spread over the corpus; kept in a project of its own")
            self.sample_button.show()

    def _show_cost(self, words: str, cut: str = "", languages: str = "") -> None:
        self.forecast.setText(words)
        self.languages.setText(languages)
        self.languages.setVisible(bool(languages))
        self.long_texts.show_words(cut, self._session.source.split if self._session.source is not None else None)
        self.sample_button.hide()

    def _show_start(self) -> None:
        """Start needs a column of texts and an embedding model; where one is missing, the line says which. Beside unreadable rows another button starts."""
        preview = self._session.preview
        has_text = preview is not None and any(column["role"] == "text" for column in preview["columns"])
        lacks_model = self._session.shelf.is_lacking("embedding")
        self.start_button.setVisible(self.unreadable.isHidden())
        for button in (self.start_button, self.unreadable.import_button):
            button.setEnabled(has_text and not lacks_model)
        self.start_button.setText("Start" if self.beside.summary is None else "Start a new project")
        if not has_text:
            self._show_cost("Choose the column that holds the texts: its drop-down stands above it.")
        elif lacks_model:
            self._show_cost("There is no embedding model on this computer yet. Place the starter models, or choose a folder, under Models.")
