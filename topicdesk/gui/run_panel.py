"""A run as it goes: a line for each stage, one Cancel, and at its end what became of it."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPlainTextEdit, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from topicdesk.core.events import STAGES, RunCancelled, RunFailed
from topicdesk.gui.icons import icon
from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.run_wording import failure, interruption, outcome, progress_words, report, time_words
from topicdesk.gui.session import Session
from topicdesk.gui.stage_board import StageState, StageView
from topicdesk.gui.wording import stage_words

STEPS = 1000
MARK_SIZE = 16
SAID_WIDTH = 480


class StageLine:
    """The widgets of one stage, side by side in a grid."""

    def __init__(self, name: str) -> None:
        self.mark = QLabel()
        self.mark.setFixedWidth(20)
        self.name = QLabel(stage_words(name))
        self.bar = QProgressBar(textVisible=False, maximum=STEPS)
        self.bar.setFixedHeight(8)
        self.bar.setAccessibleName(stage_words(name))
        self.progress = QLabel()
        self.time = QLabel(alignment=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def add_to(self, grid: QGridLayout, row: int, column: int) -> None:
        """Take a place in the grid."""
        for offset, widget in enumerate((self.mark, self.name, self.bar, self.progress, self.time)):
            grid.addWidget(widget, row, column + offset)

    def show_view(self, view: StageView, marks: dict[str, QPixmap]) -> None:
        """Show how the stage stands, with the mark of its state."""
        is_running = view.state == "running"
        if is_running and not view.total:
            self.bar.setRange(0, 0)
        else:
            self.bar.setRange(0, STEPS)
            share = view.done / view.total if view.total else float(view.state in ("done", "cached"))
            self.bar.setValue(round(STEPS * share))
        self.progress.setText(progress_words(view))
        self.time.setText(time_words(view))
        self.name.setEnabled(view.state != "waiting")
        for label in (self.progress, self.time):
            label.setEnabled(view.state in ("running", "failed", "cancelled"))
        if self.mark.toolTip() != view.state:
            self.mark.setPixmap(marks[view.state])
            self.mark.setToolTip(view.state)
        self.bar.setAccessibleDescription(f"{view.state}, {progress_words(view)}")


class RunPanel(QWidget):
    """Shows the session's stages and the last word of its run.

    Signals
    -------
    fold_asked : (bool)
        True when the panel has nothing more to say, False when a run begins.
    """

    fold_asked = Signal(bool)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._failed: RunFailed | None = None
        self._marks: dict[str, QPixmap] = {}
        self.lines = {name: StageLine(name) for name in STAGES}
        self.said = PlainLabel()
        self.said.setAccessibleName("How the run ended")
        self.said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.said.setMinimumWidth(SAID_WIDTH)  # else its height is reckoned for a column of single words
        self.cancel_button = QPushButton("&Cancel")
        self.cancel_button.setToolTip("Stop the run; what is finished is kept")
        self.go_on_button = QPushButton("&Go on")
        self.go_on_button.setToolTip("Run again from where it stopped (Ctrl+R)")
        self.fresh_button = QPushButton("Make a project beside it")
        self.fresh_button.setToolTip("The project of that name holds another corpus; it stays as it is")
        self.copy_button = QPushButton("Copy &report")
        self.copy_button.setToolTip("Stage, reason, versions and the engine's last lines; no text of a document")
        self.details = QPlainTextEdit(readOnly=True, tabChangesFocus=True)
        self.details.setAccessibleName("Details")
        self.details.setMinimumHeight(0)
        self.details.hide()
        self.details_button = QPushButton("&Details")
        self.details_button.setCheckable(True)
        self.details_button.setToolTip("The engine's last lines, in place of the stages")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._stages = QWidget()
        grid = QGridLayout(self._stages)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        half = (len(self.lines) + 1) // 2
        for place, line in enumerate(self.lines.values()):
            line.add_to(grid, place % half, 6 * (place // half))
        grid.setColumnMinimumWidth(5, 24)
        for column in (2, 8):
            grid.setColumnStretch(column, 1)
        for column in (3, 4, 9, 10):
            grid.setColumnMinimumWidth(column, 72)
        buttons = QVBoxLayout()
        buttons.setSpacing(8)
        for button in self._buttons():
            buttons.addWidget(button)
        buttons.addStretch()
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self._stages)
        left.addWidget(self.details)
        left.addWidget(self.said)
        left.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(16)
        row.addLayout(left, 1)
        row.addLayout(buttons)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _connect(self) -> None:
        session = self._session
        session.run_began.connect(self._begin)
        session.stage_changed.connect(self._show_stage)
        session.cancel_requested.connect(self._show_cancelling)
        session.cancelled.connect(self._show_cancelled)
        session.failed.connect(self._show_failed)
        session.state_changed.connect(self._follow)
        self.cancel_button.clicked.connect(session.cancel)
        self.go_on_button.clicked.connect(lambda _: session.start_run())
        self.fresh_button.clicked.connect(lambda: session.start_run(fresh_name=True))
        self.copy_button.clicked.connect(self._copy)
        self.details_button.toggled.connect(self._show_details)

    def _begin(self) -> None:
        self._failed = None
        for view in self._session.stages.views.values():
            self._show_stage(view)
        self._say("" if self._session.engine_state in ("ready", "busy") else "The engine is starting…")
        self._show_buttons(self.cancel_button)
        self.cancel_button.setEnabled(True)
        self.cancel_button.setText("&Cancel")
        self.fold_asked.emit(False)

    def _show_stage(self, view: StageView) -> None:
        if not self._marks:
            self.show_icons()
        self.lines[view.name].show_view(view, self._marks)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Marks follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._marks:
            self.show_icons()

    def show_icons(self) -> None:
        """Draw the marks of all states, so that none is drawn while a run goes on."""
        self._marks = {state: icon(state, self.palette()).pixmap(MARK_SIZE, MARK_SIZE) for state in get_args(StageState)}
        for line in self.lines.values():
            line.mark.setToolTip("")
        for view in self._session.stages.views.values():
            self.lines[view.name].show_view(view, self._marks)

    def _follow(self, state: str) -> None:
        if state == "result":
            self._show_buttons()
            self._say(outcome(self._session.analysis))
            self.fold_asked.emit(True)

    def _show_cancelling(self) -> None:
        self.cancel_button.setEnabled(False)
        self.cancel_button.setText("Stopping…")
        self._say("Stopping; what is finished is kept.")

    def _show_cancelled(self, cancelled: RunCancelled) -> None:
        self._say(interruption(cancelled))
        self._show_buttons(self.go_on_button)
        self.fold_asked.emit(False)
        self.go_on_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_failed(self, failed: RunFailed) -> None:
        self._failed = failed
        self._say(failure(failed))
        self.details.setPlainText(failed.details)
        others = [self.fresh_button] if self._session.can_take_fresh_name(failed) else [self.go_on_button]
        self.copy_button.setText("Copy &report")
        self._show_buttons(*others, self.copy_button, *([self.details_button] if failed.details else []))
        self.fold_asked.emit(False)

    def _say(self, words: str) -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))

    def _show_buttons(self, *shown: QPushButton) -> None:
        self.details_button.setChecked(False)
        for button in self._buttons():
            button.setVisible(button in shown)

    def _buttons(self) -> tuple[QPushButton, ...]:
        return self.cancel_button, self.go_on_button, self.fresh_button, self.copy_button, self.details_button

    def _show_details(self, is_shown: bool) -> None:
        """In place of the stages, so that the map keeps its room."""
        self.details.setFixedHeight(self._stages.sizeHint().height())
        self._stages.setVisible(not is_shown)
        self.details.setVisible(is_shown)

    def _copy(self) -> None:
        if self._failed is not None:
            QGuiApplication.clipboard().setText(report(self._failed))
            self.copy_button.setText("Copied")
