"""Topics asked anew for their labels: model and prompt to choose, old and new label with their evidence side by side; accept one, some, all or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from topicdesk.core.analysis import Label, Topic
from topicdesk.gui.label_side import LabelSide
from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.prompt_desk import NO_LANGUAGE_MODEL
from topicdesk.gui.proposals import Proposal, followed
from topicdesk.gui.proposals_table import ProposalsTable
from topicdesk.gui.screen_room import resize_within_screen
from topicdesk.gui.wording import count

if TYPE_CHECKING:
    from topicdesk.gui.session import Session

PROFILE_PROMPT, OWN_PROMPT = "Prompt…", "Prompt (yours)…"
OWN_STAY = "{} of your own: choose it and press Accept to replace it."


class RelabelDialog(QDialog):
    """Not modal. Asks about `topics` of `session`; what is accepted is an edit, which Ctrl+Z takes back here too.

    Parameters
    ----------
    show_prompt : callable
        Opens the prompt's editor.
    """

    def __init__(self, session: Session, topics: Sequence[Topic], show_prompt: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Relabel " + (f"“{topics[0].label.text}”" if len(topics) == 1 else count(len(topics), "topic")))
        self._session = session
        self.proposals = [Proposal(topic, topic.label) for topic in topics]
        self.model = QComboBox(sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon, minimumContentsLength=24)
        self.model.setAccessibleName("Language model")
        self.prompt_button = QPushButton(PROFILE_PROMPT, autoDefault=False)
        self.prompt_button.setToolTip("See and change what the model is asked; it holds for the next run too")
        self.prompt_button.clicked.connect(lambda _: show_prompt())
        self.ask_button = QPushButton("As&k", autoDefault=False)
        self.table = ProposalsTable()
        self.sides = (LabelSide("Label"), LabelSide("New label"))
        self.said = PlainLabel(is_quiet=True)
        self.accept_button = QPushButton("&Accept", autoDefault=False)
        self.accept_all_button = QPushButton("Accept a&ll", autoDefault=False)
        self.close_button = QPushButton("&Close", autoDefault=False)
        self.question = QWidget()
        self.asked_about = PlainLabel()
        self.replace_button, self.keep_button = QPushButton("&Replace", autoDefault=False), QPushButton("Keep &mine", autoDefault=False)
        self._in_question: list[Proposal] = []
        self._lay_out()
        self._connect()
        self._list_models()
        self._show_prompt_button()
        self._show_rows()
        self.table.selectRow(0)
        self._show_state()

    # ---- how it looks

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(8)
        label = QLabel("&Model")
        label.setBuddy(self.model)
        first.addWidget(label)
        first.addWidget(self.model, 1)
        first.addWidget(self.prompt_button)
        first.addWidget(self.ask_button)
        halves = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        for side in self.sides:
            halves.addWidget(side)
        halves.setSizes([1, 1])
        self.parts = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        self.parts.addWidget(self.table)
        self.parts.addWidget(halves)
        self.parts.setStretchFactor(1, 1)
        asked = QHBoxLayout(self.question)
        asked.setContentsMargins(0, 0, 0, 0)
        asked.setSpacing(8)
        asked.addWidget(self.asked_about, 1)
        asked.addWidget(self.keep_button)
        asked.addWidget(self.replace_button)
        self.question.hide()
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.said, 1)
        for button in (self.accept_button, self.accept_all_button, self.close_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addLayout(first)
        column.addWidget(self.parts, 1)
        column.addWidget(self.question)
        column.addLayout(buttons)
        resize_within_screen(self, 860, 600)
        rows = min(len(self.proposals), 8) + 1
        self.parts.setSizes([rows * self.table.verticalHeader().defaultSectionSize() + 12, self.height()])

    def _connect(self) -> None:
        session = self._session
        self.ask_button.clicked.connect(lambda _: self.ask_or_stop())
        self.accept_button.clicked.connect(lambda _: self.accept_chosen())
        self.accept_all_button.clicked.connect(lambda _: self.accept_all())
        self.replace_button.clicked.connect(lambda _: self._answer(True))
        self.keep_button.clicked.connect(lambda _: self._answer(False))
        self.close_button.clicked.connect(lambda _: self.close())
        self.table.itemSelectionChanged.connect(self._on_row)
        self.table.activated.connect(lambda _: self.accept_chosen())
        session.relabelling.progressed.connect(self._show_progress)
        session.relabelling.proposed.connect(self._take)
        session.relabelling.failed.connect(self._fail)
        session.labels_changed.connect(self._follow)  # bound methods: they are let go of with the dialog
        session.analysis_changed.connect(self._follow)
        session.settings_changed.connect(self._show_prompt_button)
        session.models_changed.connect(self._list_models)
        session.state_changed.connect(self._show_state)
        for keys, slot in ((QKeySequence.StandardKey.Undo, session.undo), (QKeySequence.StandardKey.Redo, session.redo)):
            action = QAction(self)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(lambda _=False, slot=slot: slot())
            self.addAction(action)

    def done(self, result: int) -> None:
        """Nobody waits for an answer any more."""
        self._session.relabelling.stop()
        super().done(result)

    # ---- asking

    def ask_or_stop(self) -> None:
        """Ask about all the topics; while the model answers, stop it."""
        session = self._session
        if session.relabelling.is_asking:
            session.relabelling.stop()
        elif session.project_path is not None:
            session.relabelling.ask(session.project_path, [one.topic.stable_id for one in self.proposals], session.settings, self.model.currentData())
        self._show_state()

    def _show_progress(self, done: int, total: int) -> None:
        self.said.setText(f"{done:,} of {count(total, 'answer')}" if total else "Loading the model…")

    def _take(self, labels: dict[str, Label]) -> None:
        self.proposals = [
            replace(one, before=one.topic.label, new=labels[one.topic.stable_id]) if one.topic.stable_id in labels else one for one in self.proposals
        ]
        self._show_rows()
        self.said.setText(self._summed_up())
        self._show_state()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _summed_up(self) -> str:
        n_other, n_taken = (sum(getattr(one, name) for one in self.proposals) for name in ("is_other", "is_accepted"))
        n_own = sum(one.can_be_accepted and one.is_own for one in self.proposals)
        if not n_other:
            return "The model gives the same " + ("label." if len(self.proposals) == 1 else "labels.")
        words = "" if len(self.proposals) == 1 else f"{count(n_other, 'new label')}{f', {n_taken:,} accepted' if n_taken else ''}. "
        return words + (OWN_STAY.format("One would replace a label" if n_own == 1 else f"{n_own} would replace labels") if n_own else "")

    def _fail(self, reason: str) -> None:
        self.said.setText(reason)
        self._show_state()

    # ---- accepting

    def accept_chosen(self) -> None:
        """Take the new labels of the selected rows; before one of the researcher's own goes, ask."""
        chosen = [one for one in self.table.selected() if one.can_be_accepted]
        self._accept([one for one in chosen if not one.is_own])
        self._in_question = [one for one in chosen if one.is_own]
        self._show_question()

    def accept_all(self) -> None:
        """Take every name by the model; the researcher's own labels stay."""
        self._accept([one for one in self.proposals if one.goes_with_all])

    def _accept(self, proposals: Sequence[Proposal]) -> None:
        self._session.editor.accept_labels({one.topic.number: one.new for one in proposals if one.new is not None})
        self.said.setText(self._summed_up())

    def _show_question(self) -> None:
        if self._in_question:
            first = self._in_question[0]
            words = f"“{first.topic.label.text}” is your own label. Replace it?"
            self.asked_about.setText(words if len(self._in_question) == 1 else f"{len(self._in_question)} of these labels are your own. Replace them?")
            self.keep_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.question.setVisible(bool(self._in_question))

    def _answer(self, is_replaced: bool) -> None:
        in_question, self._in_question = self._in_question, []
        self._show_question()
        if is_replaced:
            self._accept(in_question)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- what is shown

    def _follow(self, *_: object) -> None:
        """Labels changed, or topics: an accepted label was undone, a topic was merged away."""
        self.proposals = followed(self.proposals, self._session.analysis)
        here = {one.topic.stable_id for one in self.proposals}
        self._in_question = [one for one in self._in_question if one.topic.stable_id in here]
        self.question.setVisible(bool(self._in_question))
        if not self.proposals:
            self.close()
            return
        self._show_rows()
        self._show_state()

    def _list_models(self) -> None:
        shelf, before = self._session.shelf, self.model.currentData()
        self.model.clear()
        for card in shelf.found or ():
            if card.role == "language":
                self.model.addItem(card.name, str(card.path))
                self.model.setItemData(self.model.count() - 1, str(card.path), Qt.ItemDataRole.ToolTipRole)
        chosen = shelf.chosen("language")
        wanted = before or (str(chosen.path) if chosen is not None else None)
        self.model.setCurrentIndex(max(0, self.model.findData(wanted)))
        if not self.model.count() and shelf.found is not None:
            self.said.setText(NO_LANGUAGE_MODEL)
        self._show_state()

    def _show_prompt_button(self) -> None:
        asked = self._session.settings.labelling
        self.prompt_button.setText(OWN_PROMPT if asked.main_prompt or asked.system_text or asked.example else PROFILE_PROMPT)

    def _show_state(self, *_: object) -> None:
        """Which buttons can be pressed."""
        is_asking = self._session.relabelling.is_asking
        self.ask_button.setText("&Stop" if is_asking else "As&k" if not any(one.new for one in self.proposals) else "As&k again")
        self.ask_button.setEnabled(is_asking or (self.model.count() > 0 and self._session.state != "running"))
        self.model.setEnabled(not is_asking)
        self.accept_button.setEnabled(any(one.can_be_accepted for one in self.table.selected()))
        self.accept_all_button.setEnabled(any(one.goes_with_all for one in self.proposals))
        self.accept_all_button.setVisible(len(self.proposals) > 1)

    def _show_rows(self) -> None:
        self.table.show_proposals(self.proposals)
        self._show_sides()

    def _on_row(self) -> None:
        """The row is looked at in the whole window."""
        chosen = self.table.selected()
        if len(chosen) == 1 and self._session.chosen_topic != chosen[0].topic.number and len(self.proposals) > 1:
            self._session.choose_topic(chosen[0].topic.number)
        self._show_sides()
        self._show_state()

    def _show_sides(self) -> None:
        chosen = self.table.selected()
        one = chosen[0] if len(chosen) == 1 else None
        before, new = self.sides
        before.show_label(one.before if one else None)
        new.show_label(one.new if one else None)
