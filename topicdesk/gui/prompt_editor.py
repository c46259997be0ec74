"""What the language model is asked: the researcher's texts on one side, the filled prompt of any topic on the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from topicdesk.core.events import PromptFilled
from topicdesk.core.prompt_tags import complaint
from topicdesk.core.settings import LabellingSettings
from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.prompt_desk import NO_LANGUAGE_MODEL, asked_in, material_of
from topicdesk.gui.prompt_field import PromptField
from topicdesk.gui.screen_room import resize_within_screen
from topicdesk.gui.session import Session
from topicdesk.gui.wording import count

TYPING_MILLISECONDS = 400
NO_TOPICS = "No topics yet: the tags stand for them"
PROFILES = (
    ("auto", "As fits the model"),
    ("small", "Small model: examples to go on with"),
    ("llama-2", "Llama 2, as in the article"),
    ("chat", "Chat, in the model's own template"),
)
PROFILE_WORDS = {"small": "Small model", "llama-2": "Llama 2 (article)", "chat": "Chat"}
FIELDS = (
    ("system_text", "&System text", "Who the model is told to be", 2),
    ("example", "&Example", "How it is shown to answer; for chat models the answer stands after a line ---", 5),
    ("main_prompt", "&Main prompt", "[KEYWORDS], [DOCUMENTS] and [LANGUAGE] are filled in for each topic", 5),
)
WAITING = "Asking the engine: the first time it has to start, and to look into the model's file."
UNKNOWN = (
    "The chat template in this model's file is not one that TopicDesk knows. Whoever made the file wrote it; it was rendered apart from everything else. "
    "Read the prompt: until you accept it, the model is asked in plain paragraphs."
)


class PromptEditor(QDialog):
    """Not modal: a change holds from the next run on, and the filled prompt follows while it is typed."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Prompt")
        self._session = session
        self._is_showing = False
        self.profile = QComboBox()
        for name, words in PROFILES:
            self.profile.addItem(words, name)
        self.language = QLineEdit(placeholderText="that of the documents")
        self.language.setToolTip("What [LANGUAGE] stands for")
        self.fields = {name: PromptField(words, hint, n_lines) for name, words, hint, n_lines in FIELDS}
        self.wrong = PlainLabel()
        self.wrong.setAccessibleName("What is wrong with the main prompt")
        self.topic = QComboBox(minimumContentsLength=20, sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.facts = PlainLabel(is_quiet=True)
        self.filled = QPlainTextEdit(readOnly=True)
        self.filled.setAccessibleName("The filled prompt")
        self.filled.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.unknown = PlainLabel()
        self.accept_template = QCheckBox("&Use this template")
        self._timer = QTimer(self, singleShot=True, interval=TYPING_MILLISECONDS)
        self._lay_out()
        self._connect()
        resize_within_screen(self, 980, 640)
        self._show_topics()
        self._show_settings()
        self._show_failure(WAITING)
        if session.prompts.newest is not None:
            self._show_filled(session.prompts.newest)
        self._ask()

    # ---- how it looks

    def _lay_out(self) -> None:
        chosen = QGridLayout()
        chosen.setColumnStretch(1, 1)
        for row, (words, widget) in enumerate((("&Profile", self.profile), ("&Language", self.language))):
            label = QLabel(words)
            label.setBuddy(widget)
            chosen.addWidget(label, row, 0)
            chosen.addWidget(widget, row, 1)
        left = QWidget()
        texts = QVBoxLayout(left)
        texts.setContentsMargins(0, 0, 8, 0)
        texts.setSpacing(8)
        texts.addLayout(chosen)
        for (_, _, _, n_lines), field in zip(FIELDS, self.fields.values(), strict=True):
            texts.addWidget(field, n_lines)
        texts.addWidget(self.wrong)
        label = QLabel("&Filled for topic")
        label.setBuddy(self.topic)
        line = QHBoxLayout()
        line.addWidget(label)
        line.addWidget(self.topic, 1)
        right = QWidget()
        shown = QVBoxLayout(right)
        shown.setContentsMargins(8, 0, 0, 0)
        shown.setSpacing(8)
        shown.addLayout(line)
        shown.addWidget(self.facts)
        shown.addWidget(self.filled, 1)
        shown.addWidget(self.unknown)
        shown.addWidget(self.accept_template)
        halves = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        halves.addWidget(left)
        halves.addWidget(right)
        halves.setSizes([1, 1])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(halves, 1)
        column.addWidget(buttons)

    def _connect(self) -> None:
        session = self._session
        for field in self.fields.values():
            field.edited.connect(self._timer.start)
            field.reset.connect(self._store)
        self.language.textEdited.connect(lambda _: self._timer.start())
        self.profile.activated.connect(lambda _: self._store())
        self.accept_template.clicked.connect(lambda _: self._store())
        self.topic.activated.connect(lambda _: self._ask())
        self._timer.timeout.connect(self._store)
        session.prompts.filled.connect(self._show_filled)
        session.prompts.failed.connect(self._show_failure)
        session.settings_changed.connect(self._show_settings)
        session.settings_changed.connect(self._ask)
        session.models_changed.connect(self._ask)
        session.analysis_changed.connect(self._show_topics)  # bound methods: they are let go of with the dialog
        session.labels_changed.connect(self._show_topics)
        session.topic_chosen.connect(self._follow)
        session.state_changed.connect(self._show_settings)

    # ---- what is shown

    def _show_topics(self, *_: object) -> None:
        before, analysis = self.topic.currentData(), self._session.analysis
        self.topic.clear()
        if analysis is None:
            self.topic.addItem(NO_TOPICS, None)
        else:
            for topic in analysis.present:
                self.topic.addItem(f"{topic.number}  {topic.label.text} ({topic.size:,})", topic.number)
            wanted = self._session.chosen_topic if self._session.chosen_topic is not None else before
            self.topic.setCurrentIndex(max(0, self.topic.findData(wanted)))
        if self.topic.currentData() != before:
            self._ask()

    def _follow(self, topic: int | None) -> None:
        place = -1 if topic is None else self.topic.findData(topic)
        if place >= 0 and place != self.topic.currentIndex():
            self.topic.setCurrentIndex(place)
            self._ask()

    def _show_settings(self, *_: object) -> None:
        """The settings as they are; nothing is reported."""
        chosen = self._session.settings.labelling
        if self._timer.isActive():  # something is being typed
            return
        self._is_showing = True
        self.profile.setCurrentIndex(self.profile.findData(chosen.profile))
        if not self.language.hasFocus():
            self.language.setText(chosen.language)
        for name, field in self.fields.items():
            field.show_own(getattr(chosen, name))
        is_running = self._session.state == "running"
        for widget in (self.profile, self.language, self.accept_template, *self.fields.values()):
            widget.setEnabled(not is_running)
        self._is_showing = False
        self._say_what_is_wrong()

    def _show_filled(self, filled: PromptFilled) -> None:
        for name, field in self.fields.items():
            field.show_profiles(getattr(filled, name))
        self.profile.setItemText(0, f"As fits the model ({PROFILE_WORDS[filled.profile]})" if self.profile.currentData() == "auto" else PROFILES[0][1])
        bar = self.filled.verticalScrollBar()
        is_at_end, place = bar.value() == bar.maximum(), bar.value()
        self.filled.setPlainText(filled.text)
        bar.setValue(bar.maximum() if is_at_end else place)  # the end is about the topic; it shows first
        parts = [f"{count(filled.n_tokens, 'token')} of the {filled.n_context:,} that the model reads"]
        parts += [f"template {filled.template}"] if filled.template else []
        parts += ["texts are cut to excerpts"] if filled.cut else []
        self.facts.setText(", ".join(parts))
        self.unknown.setText(filled.problem or UNKNOWN)
        self.unknown.setVisible(bool(filled.unknown_template))
        self.accept_template.setVisible(bool(filled.unknown_template) and not filled.problem)
        self.accept_template.setChecked(self._session.settings.labelling.accepted_template == filled.unknown_template != "")

    def _show_failure(self, reason: str) -> None:
        self.facts.setText(reason)
        self.filled.clear()
        self.unknown.hide()
        self.accept_template.hide()

    def _say_what_is_wrong(self) -> str:
        wrong = complaint(self.fields["main_prompt"].own())
        self.wrong.setText(wrong)
        self.wrong.setVisible(bool(wrong))
        return wrong

    # ---- what is asked and changed

    def _ask(self) -> None:
        session = self._session
        if session.shelf.found is not None and session.model("language") is None:
            self._show_failure(NO_LANGUAGE_MODEL)
            return
        material = material_of(self.topic.currentData(), session.analysis, session.corpus)
        session.prompts.ask(asked_in(session.settings, session.analysis), session.shelf.path("language"), *material)

    def _store(self) -> None:
        """Let the session have what is written here, unless a tag is missing."""
        self._timer.stop()
        if self._is_showing or self._say_what_is_wrong():
            return
        before = self._session.settings.labelling
        newest = self._session.prompts.newest
        sha256 = newest.unknown_template if newest is not None and self.accept_template.isVisibleTo(self) else ""
        accepted = sha256 if self.accept_template.isChecked() else "" if sha256 else before.accepted_template
        texts: dict[str, Any] = {name: field.own() for name, field in self.fields.items()}
        chosen: LabellingSettings = replace(
            before, profile=self.profile.currentData(), language=self.language.text().strip(), accepted_template=accepted, **texts
        )
        if chosen != before:
            self._session.change_settings(replace(self._session.settings, labelling=chosen))

    def done(self, result: int) -> None:
        """Keep what was typed last."""
        self._store()
        self._session.prompts.forget()
        super().done(result)
