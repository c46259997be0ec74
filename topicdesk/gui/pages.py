"""What stands in the middle of the window: the empty page, the preview, a waiting line or the map, as the session's state wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from topicdesk.gui.empty_page import EmptyPage
from topicdesk.gui.preview_page import PreviewPage
from topicdesk.gui.session import Session

if TYPE_CHECKING:
    from topicdesk.gui.map_view import MapView

MAP_TO_COME = "The map appears as soon as the texts are projected."
NO_MAP = "There is no map yet: the run was not finished."


class Pages(QStackedWidget):
    """The pages of `session`, one of them shown.

    Signals
    -------
    documents_selected : ()
        A lasso, a rectangle or a colour of the legend has selected documents on the map.
    """

    documents_selected = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.empty_page = EmptyPage(session)
        self.preview_page = PreviewPage(session)
        self.waiting = QLabel(MAP_TO_COME, alignment=Qt.AlignmentFlag.AlignCenter)
        self._map_view: MapView | None = None
        for page in (self.empty_page, self.preview_page, self.waiting):
            self.addWidget(page)
        for signal in (session.state_changed, session.positions_ready, session.analysis_changed, session.corpus_changed):
            signal.connect(lambda *_: self.show_page())
        self.show_page()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """What the page that is shown needs: a stack asks for the largest of all, which would push a small window beyond its screen."""
        page = self.currentWidget()
        return super().minimumSizeHint() if page is None else page.minimumSizeHint()

    @property
    def has_map(self) -> bool:
        """Whether the map is made."""
        return self._map_view is not None

    @property
    def map_view(self) -> MapView:
        """The map, made when it is first wanted: it brings matplotlib with it, which takes longer than showing the window."""
        if self._map_view is None:
            from topicdesk.gui.map_view import MapView

            self._map_view = MapView(self._session)
            self.addWidget(self._map_view)
            self._map_view.pointer.documents_enclosed.connect(self.documents_selected)
            self._map_view.legend.group_chosen.connect(lambda _: self.documents_selected.emit())
        return self._map_view

    @property
    def colour_by(self) -> str:
        """What the map is coloured by (figure/colouring.py)."""
        return "topic" if self._map_view is None else self._map_view.colours.choice

    def make_map(self) -> None:
        """Make the map before it is wanted."""
        self.map_view.setVisible(self.currentWidget() is self.map_view)

    def focus_page(self) -> None:
        """Go on with the keyboard in the page that is shown."""
        if (page := self.currentWidget()) is not None:
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_page(self) -> None:
        """Show the page that the session's state wants."""
        page = self._wanted()
        if page is self.waiting:
            self.waiting.setText(MAP_TO_COME if self._session.state == "running" else NO_MAP)
        if self.currentWidget() is not page:
            self.setCurrentWidget(page)

    def _wanted(self) -> QWidget:
        session = self._session
        if session.state in ("empty", "previewing"):
            return self.empty_page
        if session.analysis is not None or session.positions is not None:
            return self.map_view
        if session.state == "preview" or (session.state in ("failed", "cancelled") and session.corpus is None and session.preview is not None):
            return self.preview_page
        return self.waiting
