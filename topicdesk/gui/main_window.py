"""The window: pages in the middle, panels around them, menus above; it arranges and forwards, and changes nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QFileDialog,
    QMainWindow,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from topicdesk.gui import dialogs
from topicdesk.gui.actions import DOCUMENT, IDLE, REDO, RUNNABLE, UNDO, WITH_ANALYSIS, WITH_CORPUS, WITH_PROJECT, WITH_RUN, Actions
from topicdesk.gui.awake import DesktopAwake
from topicdesk.gui.documents_panel import DocumentsPanel
from topicdesk.gui.editing_parts import EditingParts
from topicdesk.gui.inspector import Inspector
from topicdesk.gui.notice_bar import NoticeBar
from topicdesk.gui.pages import Pages
from topicdesk.gui.plain_texts import ElidedLabel
from topicdesk.gui.run_panel import RunPanel
from topicdesk.gui.search_field import SearchField
from topicdesk.gui.session import Session
from topicdesk.gui.setup_dock import SetupDock
from topicdesk.gui.setup_panel import SetupPanel
from topicdesk.gui.status_words import status_words
from topicdesk.gui.toolbar import make_toolbar
from topicdesk.gui.topics_panel import TopicsPanel
from topicdesk.gui.views import show_view, view_of
from topicdesk.gui.withdrawn_question import ask_delete_withdrawn
from topicdesk.gui.wording import unit_of
from topicdesk.project.withdrawn import Withdrawn

if TYPE_CHECKING:
    from topicdesk.gui.map_view import MapView

WORKING = ("running", "cancelled", "failed", "result")
INSPECTOR_WIDTH = 400
OPEN_ENDINGS = ("csv", "tsv", "txt", "xlsx", "xls", "ods", "parquet", "json", "jsonl", "ris", "bib", "docx", "zip", "gz", "topicdesk")
OPEN_FILTER = f"Texts and projects ({' '.join(f'*.{ending}' for ending in OPEN_ENDINGS)});;All files (*)"
LAYOUT_VERSION = 1


class MainWindow(QMainWindow):
    """One session on the screen.

    Attributes
    ----------
    session : Session
    actions_ : Actions
        Every action, in menus and toolbar.
    pages : Pages
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._is_working = False
        self.setWindowTitle("TopicDesk")
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.actions_ = Actions(self)
        self.search_field = SearchField(session)
        self.toolbar = make_toolbar(self, self.actions_, self.search_field)
        self._make_pages()
        self._make_docks()
        self.editing = EditingParts(self, self.inspector)
        self._make_status()
        self._connect()
        self.resize(1280, 800)
        self.restoreGeometry(session.preferences.bytes_of("geometry"))
        self._follow(session.state)

    # ---- making

    def _make_pages(self) -> None:
        self.notices = NoticeBar()
        self.pages = Pages(self.session)
        self.empty_page, self.preview_page = self.pages.empty_page, self.pages.preview_page
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(centre)

    @property
    def map_view(self) -> MapView:
        """The map, made when it is first wanted."""
        return self.pages.map_view

    def _make_docks(self) -> None:
        self.setup_panel = SetupPanel(self.session)
        self.setup_dock = SetupDock(self.setup_panel, self)
        self.topics_panel = TopicsPanel(self.session)
        self.documents_panel = DocumentsPanel(self.session)
        self.inspector = Inspector(documentMode=True)
        self.inspector.addTab(self.topics_panel, "Topics")
        self.inspector.addTab(self.documents_panel, "Documents")
        self.inspector_dock = _dock("Inspector", "inspector", self.inspector, self)
        self.run_panel = RunPanel(self.session)
        self.run_dock = _dock("Run", "run", self.run_panel, self)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.setup_dock)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.inspector_dock)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.run_dock)
        for dock in (self.setup_dock, self.inspector_dock, self.run_dock):
            self.actions_.menus["&View"].addAction(dock.toggleViewAction())
            dock.hide()

    def _make_status(self) -> None:
        self.status = ElidedLabel()
        self.status.setContentsMargins(8, 0, 8, 0)
        self.status.setAccessibleName("Status")
        self.privacy_button = QPushButton("nothing leaves this machine", flat=True)
        self.privacy_button.setToolTip("What stays where")
        self.statusBar().addWidget(self.status, 1)
        self.statusBar().addPermanentWidget(self.privacy_button)

    def _connect(self) -> None:
        session = self.session
        show = dialogs.openers(self, session)
        session.state_changed.connect(self._follow)
        session.leaving.connect(self._remember_view)
        for signal in (session.analysis_changed, session.labels_changed, session.corpus_changed, session.edits_changed, session.topics_chosen,
                       session.documents_chosen, session.document_chosen, session.documents_picked, session.trial_changed,
                       session.engine_state_changed, session.preview_ready, session.models_changed, session.editor.written):  # fmt: skip
            signal.connect(lambda *_: self._show_facts())
        session.corpus_changed.connect(self._name_documents)
        self.setup_dock.folded.connect(lambda _: QTimer.singleShot(0, self._fit_docks))
        session.notice.connect(self.notices.add)
        session.care.withdrawal_told.connect(self._offer_to_delete)
        DesktopAwake(session)
        session.place_wanted.connect(partial(dialogs.ask_place, self, session))
        session.run_began.connect(self.notices.clear)
        session.leaving.connect(self.notices.clear)
        session.trial_failed.connect(self.notices.add)
        self.run_panel.fold_asked.connect(self._fold_run)
        self.empty_page.open_asked.connect(self.ask_path)
        self.setup_panel.models_asked.connect(show["models"])
        self.setup_panel.form.prompt_asked.connect(show["prompt"])
        self.privacy_button.clicked.connect(show["privacy"])
        session.finder.changed.connect(self._show_found)
        self.search_field.results_wanted.connect(self._go_to_found)
        self.search_field.left.connect(self.pages.focus_page)
        self.pages.documents_selected.connect(partial(self._show_tab, self.documents_panel))
        self._connect_actions(show)

    def _connect_actions(self, show: dict[str, Callable[[], None]]) -> None:
        session = self.session
        zoom = {"zoom_in": "zoom in", "zoom_out": "zoom out", "zoom_all": "home"}
        slots: dict[str, Callable[[], object]] = {
            "open": self.ask_path, "sample": session.open_sample, "export": self.export_tables,
            "export_xlsx": partial(self.export_tables, "xlsx"), "export_parquet": partial(self.export_tables, "parquet"),
            "export_bertopic": self.export_bertopic,
            "quit": self.close, "undo": session.undo,
            "redo": session.redo, "rename": self.rename_topic, "find": self.search_field.focus, "similar": self.find_similar,
            "nothing": session.choose_nothing, "run": session.start_run,
            "cancel": session.cancel, "figure": lambda: dialogs.show_figure(self, session, self.pages.colour_by),
        }  # fmt: skip
        slots |= show | {name: partial(self._use_tool, tool) for name, tool in zoom.items()}
        for name, slot in slots.items():
            self.actions_[name].triggered.connect(lambda _=False, slot=slot: slot())

    def _use_tool(self, tool: str) -> None:
        self.map_view.use(tool)

    # ---- what is shown

    def _offer_to_delete(self, found: Withdrawn | None) -> None:
        if found is None:
            self.notices.withdraw_offer()
        else:
            self.notices.offer(found.words, "&Delete backups…", partial(ask_delete_withdrawn, self, self.session, found))

    def _follow(self, state: str) -> None:
        is_working = state in WORKING
        if is_working and not self._is_working:
            self._enter_work()
        elif not is_working:
            self._leave_work(state)
        if state == "running":
            self.setup_dock.set_folded(True)
        if state == "result" and self.session.view:
            view, self.session.view = self.session.view, {}
            QTimer.singleShot(0, lambda: show_view(view, self.session, self.map_view, self.inspector))
        self._show_facts()

    def _enter_work(self) -> None:
        """Show the panels as they were left, or a first time in their places."""
        self._is_working = True
        self.setup_dock.set_folded(True)
        if not self.restoreState(self.session.preferences.bytes_of("docks"), LAYOUT_VERSION):
            for dock in (self.setup_dock, self.inspector_dock):
                dock.show()
            self.resizeDocks([self.inspector_dock], [INSPECTOR_WIDTH], Qt.Orientation.Horizontal)
        self.run_dock.setVisible(self.session.state != "result")

    def _leave_work(self, state: str) -> None:
        self._save_layout()
        self._is_working = False
        self.setup_dock.set_folded(False)
        self.setup_dock.setVisible(state == "preview")
        self.inspector_dock.hide()
        self.run_dock.hide()

    def _fit_docks(self) -> None:
        """The map keeps half of the width: where it has less, the inspector gives way."""
        lacking = self.width() // 2 - self.pages.width()
        if self._is_working and lacking > 0 and self.inspector_dock.isVisible() and not self.inspector_dock.isFloating():
            self.resizeDocks([self.inspector_dock], [self.inspector_dock.width() - lacking], Qt.Orientation.Horizontal)

    def _fold_run(self, is_folded: bool) -> None:
        self.run_dock.setVisible(not is_folded)

    def _show_facts(self) -> None:
        """Status line, title, and which actions can be taken."""
        session = self.session
        self.status.show_text(status_words(session))
        path = session.project_path or (Path(session.source.path) if session.source is not None else None)
        self.setWindowTitle(f"{path.stem} – TopicDesk" if path is not None else "TopicDesk")
        present = {WITH_RUN if session.state == "running" else IDLE}
        present |= {WITH_PROJECT} if session.care.can_change else set()
        if session.analysis is not None:
            present |= {WITH_ANALYSIS} | self.editing.present
        is_ready = session.state != "preview" or self.preview_page.start_button.isEnabled()
        if session.has_texts and is_ready and session.state in ("preview", "cancelled", "failed", "result"):
            present.add(RUNNABLE)
        present |= {name for name, can in ((UNDO, session.edits.can_undo), (REDO, session.edits.can_redo)) if can}
        present |= {WITH_CORPUS} if session.corpus is not None else set()
        present |= {DOCUMENT} if session.chosen_document is not None else set()
        self.actions_.enable(present, self.editing.why_not)
        self.search_field.setEnabled(session.corpus is not None)

    def _name_documents(self) -> None:
        """Documents that are split are listed by passage."""
        unit = unit_of(self.session.corpus)
        self.inspector.setTabText(self.inspector.indexOf(self.documents_panel), f"{unit.capitalize()}s")
        self.actions_.speak_of(unit)
        self._show_facts()

    def _remember_view(self) -> None:
        if self.session.analysis is not None and self.pages.has_map:
            self.session.remember_view(view_of(self.session, self.map_view, self.inspector))

    def show_icons(self) -> None:
        """Draw all icons: after the window is there, because reading their fonts takes time."""
        self.actions_.show_icons(self)
        self.search_field.show_icons()
        self.empty_page.show_icons()
        self.setup_panel.show_icons()
        self.setup_dock.show_icons()
        self.run_panel.show_icons()

    # ---- what the actions do

    def ask_path(self) -> None:
        """Let the researcher choose a file to open."""
        path = QFileDialog.getOpenFileName(self, "Open texts or a project", "", OPEN_FILTER)[0]
        if path:
            self.session.open_path(Path(path))

    def export_tables(self, kind: str = "csv") -> None:
        """Write topics and documents into a folder of the researcher's choice."""
        folder = QFileDialog.getExistingDirectory(self, f"Export topics and documents as {kind.upper()} into this folder")
        if folder:
            self.session.export_tables(Path(folder), kind)

    def export_bertopic(self) -> None:
        """Write a folder for BERTopic into a folder of the researcher's choice."""
        folder = QFileDialog.getExistingDirectory(self, "Export a folder for BERTopic into this folder")
        if folder:
            self.session.bertopic_export.ask(Path(folder))

    def rename_topic(self) -> None:
        """Edit the chosen topic's label in its place."""
        self._show_tab(self.topics_panel)
        self.topics_panel.rename_chosen()

    def find_similar(self) -> None:
        """Find documents like the one that is read."""
        if self.session.chosen_document is not None:
            self.session.find_similar(self.session.chosen_document)

    def _show_found(self) -> None:
        """List what was found, and leave the cursor where it is."""
        if self.session.finder.found is not None:
            self._show_tab(self.documents_panel)

    def _go_to_found(self) -> None:
        self._show_found()
        self.documents_panel.go_to_list()

    def _show_tab(self, panel: QWidget) -> None:
        self.inspector_dock.show()
        self.inspector_dock.raise_()
        self.inspector.setCurrentWidget(panel)

    # ---- events

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """What takes time waits until the window is on the screen, and is loaded in the background."""
        super().showEvent(event)
        self.session.in_background(_load_icons, self.show_icons)
        self.session.in_background(_load_map_view, self.pages.make_map)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the map large, once the docks have found their places."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self._fit_docks)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Icons follow the palette, light or dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self.show_icons()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take one local file."""
        if len(event.mimeData().urls()) == 1 and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()
            self.empty_page.area.set_hot(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        """The file was carried away again."""
        self.empty_page.area.set_hot(False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open the file."""
        self.empty_page.area.set_hot(False)
        event.acceptProposedAction()
        self.session.open_path(Path(event.mimeData().urls()[0].toLocalFile()))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Remember the layout, vanish, then end the child processes."""
        self._save_layout()
        self.session.preferences.set_bytes("geometry", self.saveGeometry())
        self.hide()
        QApplication.processEvents()
        self.session.close()
        super().closeEvent(event)

    def _save_layout(self) -> None:
        if self._is_working:
            self.run_dock.hide()
            state: QByteArray = self.saveState(LAYOUT_VERSION)
            self.session.preferences.set_bytes("docks", state)


def _load_icons() -> None:
    import qtawesome  # noqa: F401


def _load_map_view() -> None:
    import topicdesk.gui.map_view  # noqa: F401


def _dock(title: str, name: str, content: QWidget, parent: QMainWindow) -> QDockWidget:
    dock = QDockWidget(title, parent)
    dock.setObjectName(name)
    dock.setWidget(content)
    return dock
