"""What a run is made of: the corpus, the models, the size of topics and, folded away, every setting by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from topicdesk.core.model_files import Role
from topicdesk.gui.icons import icon
from topicdesk.gui.label_card import Fold
from topicdesk.gui.language_choice import LanguageChoice
from topicdesk.gui.model_wording import chip_words
from topicdesk.gui.plain_texts import ElidedLabel, PlainLabel
from topicdesk.gui.session import Session
from topicdesk.gui.settings_form import SettingsForm
from topicdesk.gui.topic_size import TopicSize
from topicdesk.gui.two_lines import tooltip
from topicdesk.gui.wording import count

CHIP_MARGIN = 24


class SetupPanel(QScrollArea):
    """Shows the session's corpus, models and settings.

    Signals
    -------
    models_asked : ()
        The researcher wants to choose models.
    """

    models_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.corpus_name = ElidedLabel()
        self.corpus_facts = PlainLabel(is_quiet=True)
        self.language = LanguageChoice(session)
        self.chips = {role: Chip() for role in ("embedding", "language")}
        self.offer = PlainLabel(is_quiet=True)
        self.starters_button = QPushButton("Place the starter models")
        self.starters_button.setToolTip("Copied from their installed packages; nothing is downloaded")
        self.topic_size = TopicSize(session)
        self.form = SettingsForm(session.settings, session.change_settings)
        self.more = Fold("More", self.form)
        self.again_button = QPushButton("&Run again")
        self.again_button.setToolTip("Only what depends on the changed settings is computed (Ctrl+R)")
        self._lay_out()
        self._connect()
        self._show_corpus()
        self._show_models()
        self._show_again()

    def show_icons(self) -> None:
        """Draw the icons, which are not there at first sight."""
        for chip in self.chips.values():
            chip.setIcon(icon("models", self.palette()))

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addWidget(_heading("Corpus"))
        column.addWidget(self.corpus_name)
        column.addWidget(self.corpus_facts)
        column.addWidget(self.language)
        column.addWidget(_heading("Models"))
        for widget in (*self.chips.values(), self.offer, self.starters_button, self.topic_size, self.again_button, self.more):
            column.addWidget(widget)
        column.addStretch()
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _connect(self) -> None:
        session = self._session
        session.corpus_changed.connect(self._show_corpus)
        session.preview_ready.connect(self._show_corpus)
        session.models_changed.connect(self._show_models)
        session.settings_changed.connect(lambda: self.form.show_settings(session.settings))
        for signal in (session.settings_changed, session.state_changed, session.analysis_changed):
            signal.connect(self._show_again)
        session.state_changed.connect(lambda state: self.form.setEnabled(state != "running"))
        for chip in self.chips.values():
            chip.clicked.connect(self.models_asked)
        self.starters_button.clicked.connect(session.place_starters)
        self.again_button.clicked.connect(lambda _: session.start_run())

    def _show_corpus(self, *_: object) -> None:
        session = self._session
        path = session.project_path or (Path(session.source.path) if session.source is not None else None)
        self.corpus_name.show_text(path.stem if path is not None else "No corpus yet")
        if session.corpus is not None:
            corpus = session.corpus
            parts = [count(len(corpus.rows), "document"), *(f"{count(n)} left out: {reason}" for reason, n in corpus.dropped.items() if n)]
            not_as_they_stand = ((corpus.unreadable, "not read"), (corpus.mended, "put right"))
            parts += [f"{count(len(rows), 'row')} {words} (see Rows)" for rows, words in not_as_they_stand if rows]
            parts += [f"{clause[0].upper()}{clause[1:]}" for clause in corpus.making.in_words()]
        else:
            parts = [count(session.preview["n_rows"], "document")] if session.preview and session.preview["n_rows"] else []
        self.corpus_facts.setText("\n".join(parts))
        self.corpus_facts.setVisible(bool(parts))

    def _show_models(self) -> None:
        lacks: list[Role] = []
        for role, chip in self.chips.items():
            model = self._session.model(role)  # type: ignore[arg-type]
            is_language = role == "language"
            absent = "No language model" if is_language else "No embedding model"
            shelf = self._session.shelf
            chip.show_words(chip_words(model, shelf.shelf) if model is not None else absent if shelf.found is not None else "Looking for models…")
            place = f", {model.place}" if model is not None and model.place else ""
            chip.setToolTip(tooltip(f"{'Names the topics' if is_language else 'Compares the texts'}{place}: {model.path if model is not None else absent}"))
            chip.setAccessibleName(f"Model for {role}: {model.name if model is not None else 'none'}")
            if model is None and self._session.shelf.is_lacking(role):  # type: ignore[arg-type]
                lacks.append(role)  # type: ignore[arg-type]
        language = self._session.model("language")
        shortage = language.shortage if language is not None else ""
        words = "A run needs an embedding model." if "embedding" in lacks else "Topics are named by their keywords." if lacks else shortage
        self.offer.setText(words)
        self.offer.setVisible(bool(words))
        self.starters_button.setVisible(bool(lacks) and self._session.shelf.found is not None)

    def _show_again(self, *_: object) -> None:
        analysis, state = self._session.analysis, self._session.state
        is_changed = analysis is not None and analysis.settings != replace(self._session.settings, figure=analysis.settings.figure)
        self.again_button.setVisible(is_changed and state != "running" and self._session.trial is None)


def _heading(words: str) -> QLabel:
    label = QLabel(words)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


class Chip(QToolButton):
    """A button as wide as its panel, whose words are elided in the middle, where names of models differ least."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_words(self, words: str) -> None:
        """Show this instead."""
        self._words = words
        room = self.width() - self.iconSize().width() - CHIP_MARGIN
        self.setText(self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, max(room, CHIP_MARGIN)).replace("&", "&&"))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """As much as fits."""
        super().resizeEvent(event)
        self.show_words(self._words)
