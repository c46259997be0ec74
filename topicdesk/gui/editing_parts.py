"""All that belongs to editing, put into a window: actions, strip and context menus, the tabs that come and go, the exported records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QTabWidget

from topicdesk.gui.analyses_panel import AnalysesPanel
from topicdesk.gui.history_panel import HistoryPanel
from topicdesk.gui.optional_tabs import OptionalTabs
from topicdesk.gui.relabel_dialog import RelabelDialog
from topicdesk.gui.rows_panel import RowsPanel
from topicdesk.gui.split_dialog import SplitDialog
from topicdesk.gui.topic_actions import OF_DOCUMENTS, OF_TOPICS, TopicActions
from topicdesk.gui.unassigned_panel import UnassignedPanel

if TYPE_CHECKING:
    from topicdesk.gui.main_window import MainWindow

RECORDS = {"log": "the history of edits", "methods": "the methods paragraph and its references"}


class EditingParts(QObject):
    """One for each window, made when its panels are there.

    Attributes
    ----------
    actions : TopicActions
    unassigned_panel, history_panel, analyses_panel, rows_panel : QWidget
    """

    def __init__(self, window: MainWindow, tabs: QTabWidget) -> None:
        super().__init__(window)
        self._window, self._session = window, window.session
        self.actions = TopicActions(window, window.session, window.actions_, self.show_split, self.show_relabelling, self.show_answers)
        window.topics_panel.add_strip(self.actions.make_strip())
        self.actions.offer(window.topics_panel.table, OF_TOPICS)
        self.actions.offer(window.documents_panel.table, OF_DOCUMENTS)
        self.unassigned_panel = UnassignedPanel(self._session)
        self.history_panel = HistoryPanel(self._session)
        self.analyses_panel = AnalysesPanel(self._session)
        self.rows_panel = RowsPanel(self._session)
        offered = {"Unassigned": self.unassigned_panel, "History": self.history_panel, "Analyses": self.analyses_panel, "Rows": self.rows_panel}
        self._tabs = OptionalTabs(tabs, offered)
        for kind in RECORDS:
            window.actions_[f"export_{kind}"].triggered.connect(lambda _=False, kind=kind: self.export(kind))
        for signal in (self._session.edits_changed, self._session.analysis_changed, self._session.analyses_changed, self._session.corpus_changed):
            signal.connect(lambda *_: self._show_tabs())

    @property
    def present(self) -> set[str]:
        """What is there, as the actions' needs name it."""
        return self.actions.present

    @property
    def why_not(self) -> dict[str, str]:
        """What stands in the way of what is not there."""
        return self.actions.why_not

    def show_split(self) -> None:
        """Look at how the chosen topic would fall into parts."""
        analysis, number = self._session.analysis, self._session.chosen_topic
        if analysis is not None and number is not None and analysis.topics[number].size:
            SplitDialog(self._session, analysis.topics[number], self._window).show()

    def show_relabelling(self) -> None:
        """Ask a model anew about the chosen topics, and compare."""
        analysis = self._session.analysis
        topics = [analysis.topics[number] for number in sorted(self._session.chosen_topics) if analysis.topics[number].size] if analysis is not None else []
        if topics:
            RelabelDialog(self._session, topics, self._window.actions_["prompt"].trigger, self._window).show()

    def show_answers(self) -> None:
        """List what else the model would call the chosen topic, under its label."""
        label = self._window.topics_panel.card.label
        near = label if label.isVisible() else self._window.pages
        self.actions.other_answers.popup(near.mapToGlobal(near.rect().bottomLeft() if near is label else near.rect().center()))

    def export(self, kind: str) -> None:
        """Write the history or the methods paragraph into a folder of the researcher's choice."""
        folder = QFileDialog.getExistingDirectory(self._window, f"Export {RECORDS[kind]} into this folder")
        if folder:
            self._session.export_records(kind, Path(folder))

    def _show_tabs(self) -> None:
        for panel in (self.unassigned_panel, self.history_panel, self.analyses_panel, self.rows_panel):
            self._tabs.show(panel, panel.has_content)
