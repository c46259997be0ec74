"""“Try this model”: a line for a prompt, and below it the answer with its speed."""

from __future__ import annotations

from PySide6.QtWidgets import QGroupBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from topicdesk.core.events import ModelTried
from topicdesk.core.model_card import ModelCard
from topicdesk.gui.model_wording import tried_words
from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.session import Session

FIRST_PROMPT = "Name three subjects of astronomy."


class ModelTrialPanel(QGroupBox):
    """Lets the language model that is shown answer a prompt."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("Try this model", parent)
        self._session = session
        self._card: ModelCard | None = None
        self.prompt = QLineEdit(FIRST_PROMPT)
        self.prompt.setAccessibleName("Prompt")
        self.prompt.setMaxLength(2000)
        self.ask_button = QPushButton("&Ask")
        self.ask_button.setAutoDefault(False)
        self.answer = QPlainTextEdit(readOnly=True)
        self.answer.setAccessibleName("Answer")
        self.answer.setPlaceholderText("Nothing of it is kept.")
        self.answer.setMinimumHeight(self.fontMetrics().lineSpacing() * 4)
        self.said = PlainLabel(is_quiet=True)
        self.said.setAccessibleName("How it went")
        line = QHBoxLayout()
        line.addWidget(self.prompt, 1)
        line.addWidget(self.ask_button)
        column = QVBoxLayout(self)
        column.addLayout(line)
        column.addWidget(self.answer, 1)
        column.addWidget(self.said)
        self.ask_button.clicked.connect(self._ask)
        self.prompt.returnPressed.connect(self._ask)
        self.prompt.textChanged.connect(self._show_state)
        session.model_trial.answered.connect(self._show_answer)
        session.model_trial.failed.connect(self._show_failure)
        session.state_changed.connect(self._show_state)
        self.show_card(None)

    def show_card(self, card: ModelCard | None) -> None:
        """Try this one; None where no language model is shown."""
        if card is None or self._card is None or card.path != self._card.path:
            self.answer.clear()
            self._say("")
        self._card = card
        self._show_state()

    def _ask(self) -> None:
        if self._card is not None and self.ask_button.isEnabled():
            self.answer.clear()
            self._session.model_trial.ask(str(self._card.path), self.prompt.text())
            self._say("Loading and asking…")
            self._show_state()

    def _say(self, words: str) -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))

    def _show_answer(self, tried: ModelTried) -> None:
        self.answer.setPlainText(tried.answer)
        self._say(tried_words(tried))
        self._show_state()

    def _show_failure(self, reason: str) -> None:
        self._say(reason)
        self._show_state()

    def _show_state(self, *_: object) -> None:
        is_running = self._session.state == "running"
        can = self._card is not None and bool(self.prompt.text().strip()) and not is_running and not self._session.model_trial.is_asking
        self.ask_button.setEnabled(can)
        self.ask_button.setToolTip("A run is going on; ask when it has ended." if is_running else "")
        self.setEnabled(self._card is not None)
