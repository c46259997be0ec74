"""The map pane: shows the session's analysis, follows what is chosen anywhere, and chooses by click, rectangle and key."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from topicdesk.core.analysis import Analysis
from topicdesk.core.arrays import IntArray
from topicdesk.core.settings import FigureSettings
from topicdesk.figure.draw import MapContent
from topicdesk.figure.raster import Extent
from topicdesk.gui.latest import Latest
from topicdesk.gui.map_canvas import WHEEL_STEP, MapCanvas
from topicdesk.gui.map_colours import MapColours
from topicdesk.gui.map_history import History
from topicdesk.gui.map_keys import IN_WORDS, MapKeys
from topicdesk.gui.map_labels import LabelPlaces
from topicdesk.gui.map_legend import MapLegend
from topicdesk.gui.map_menu import ground_menu, label_menu
from topicdesk.gui.map_palette import theme_of
from topicdesk.gui.map_pointer import MapPointer
from topicdesk.gui.map_scene import LabelLayer, PointsPicture, Scene, draw_labels, draw_points
from topicdesk.gui.map_tools import MapTools
from topicdesk.gui.map_viewport import topic_box
from topicdesk.gui.wording import count, share, unit_of

if TYPE_CHECKING:
    from topicdesk.gui.session import Session

GAP = 8  # pixels around the tools
EDGE = 0.08  # of the view: a place nearer to its edge is not well in view
RELABEL_MILLISECONDS = 400
NO_MAP = "The map appears here as soon as the texts have been placed."


class MapView(QWidget):
    """The map of `session`, drawn off the window's thread.

    Points and labels are pictures: while the map moves only their places change; new ones follow when it stands still.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._scene: Scene | None = None
        self._history = History()
        self._has_new_texts = self._is_laying_out = self._are_labels_due = False
        self.canvas = MapCanvas(self)
        self._size = self.canvas.size()
        self.tools, self.legend = MapTools(self), MapLegend(self)
        self.canvas.strip = self.tools.sizeHint().width() + 2 * GAP
        self.colours = MapColours(session, self.legend)
        self._places = LabelPlaces()
        self._bright: IntArray | None = None  # documents that stand out, worked out once: there may be a million
        self.pointer = MapPointer(session, self.canvas)
        self.keys = MapKeys(self, session)
        self._points, self._labels = Latest(self, takes_late=True), Latest(self)
        self._relabel = QTimer(self, singleShot=True, interval=RELABEL_MILLISECONDS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas)
        self.setFocusProxy(self.canvas)
        self._connect()
        self._renew()

    @property
    def is_drawing(self) -> bool:
        """Whether a picture is still to come."""
        return self._points.is_busy or self._labels.is_busy or self.pointer.is_busy or self.colours.is_busy or self._relabel.isActive()

    @property
    def extent(self) -> Extent:
        """The part of the map in view, to be remembered."""
        return self.canvas.view.extent

    def show_extent(self, extent: Extent) -> None:
        """Look at a part of the map that was remembered."""
        self.canvas.look_at(self.canvas.view.framing(extent, margin=0.0))

    def use(self, tool: str) -> None:
        """Do what a tool of the strip, or its key, stands for."""
        figure = self._session.settings.figure
        match tool:
            case "home":
                self.canvas.look_at(self.canvas.home)
            case "zoom in":
                self.canvas.zoom(WHEEL_STEP**2)
            case "zoom out":
                self.canvas.zoom(WHEEL_STEP**-2)
            case "back" if self._history.can_go_back:
                self.show_extent(self._history.back())
            case "forward" if self._history.can_go_forward:
                self.show_extent(self._history.forward())
            case "rectangle" | "lasso":
                self.canvas.tool = "pan" if self.canvas.tool == tool else tool
                self.tools.show_tool(self.canvas.tool)
            case "unassigned":
                self._change_figure(replace(figure, unassigned="hide" if figure.unassigned == "grey" else "grey"))
            case "style":
                self._change_figure(replace(figure, style="plate" if figure.style == "article" else "article"))

    def zoom_to_topic(self, number: int) -> None:
        """Look at one topic."""
        scene = self._scene
        if scene is not None and (box := topic_box(scene.positions, scene.topic_of == number)) is not None:
            self.canvas.look_at(self.canvas.view.framing(box))

    def clear_choice(self) -> None:
        """Choose nothing."""
        self._session.choose_documents(None)
        self._session.choose_document(None)
        self._session.choose_topic(None)

    def bring_into_view(self, place: tuple[float, float] | None) -> None:
        """Move the map, at the same size, so far that a place of it is well in view."""
        view = self.canvas.view
        if place is not None:
            x, y = view.to_pixel(*place)
            if not (EDGE * view.width < x < (1 - EDGE) * view.width and EDGE * view.height < y < (1 - EDGE) * view.height):
                self.canvas.look_at(view.panned(view.width / 2 - x, view.height / 2 - y))

    def bring_topic_into_view(self, number: int) -> None:
        """The same for the middle of a topic."""
        scene = self._scene
        if scene is not None and (box := topic_box(scene.positions, scene.topic_of == number)) is not None:
            self.bring_into_view(((box[0] + box[1]) / 2, (box[2] + box[3]) / 2))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """All keys of the map."""
        if not self.keys.take(event):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The tools stay in the upper right corner."""
        super().resizeEvent(event)
        self._place_tools()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """The map follows the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_relabel"):
            self._renew()

    def _connect(self) -> None:
        session, canvas = self._session, self.canvas
        session.positions_ready.connect(self._renew)
        session.analysis_changed.connect(self._renew)
        session.trial_changed.connect(self._renew)
        session.corpus_changed.connect(self._on_corpus)
        session.settings_changed.connect(self._on_settings)
        session.labels_changed.connect(self._on_labels)
        session.state_changed.connect(self._on_state)
        session.topics_chosen.connect(self._on_choice)
        session.documents_chosen.connect(self._on_choice)
        session.document_chosen.connect(self._show_rings)
        session.finder.changed.connect(self._on_choice)
        canvas.moved.connect(self._draw_points)
        canvas.settled.connect(self._on_settled)
        canvas.label_moved.connect(self._on_label_moved)
        canvas.menu_asked.connect(self._show_menu)
        self.pointer.nothing_clicked.connect(self.clear_choice)
        self.pointer.topic_double_clicked.connect(self.zoom_to_topic)
        self.tools.asked.connect(self.use)
        self._points.answered.connect(self._take_points)
        self._labels.answered.connect(self._take_labels)
        self.colours.changed.connect(self._recolour)
        self.legend.folded.connect(self._on_legend)
        self._relabel.timeout.connect(self._on_relabel)

    def _renew(self) -> None:
        """Show what the session has now: a trial, an analysis, or bare positions."""
        before, self._scene = self._scene, self._make_scene()
        self.canvas.theme = theme_of(self.palette())
        self.canvas.message = NO_MAP if self._scene is None else ""  # not while the first picture of a map is drawn
        self.pointer.show_scene(self._scene)
        self.tools.setVisible(self._scene is not None)
        self.legend.setVisible(self._session.analysis is not None and self._session.trial is None)
        self.tools.show_settings(self._session.settings.figure)
        self._describe()
        self._points.forget()
        if self._scene is None:
            self._labels.forget()
            self.canvas.show_points(None)
            self.canvas.show_labels(None)
            return
        if before is None or before.positions is not self._scene.positions:
            self._history.clear()
            self._places.forget()
            self.canvas.show_labels(None)
            self.canvas.go_home(self._scene.home)
        elif before.topic_of is not self._scene.topic_of:
            self._places.forget()
            self.canvas.show_labels(None)  # the names of other topics
        elif before.settings != self._scene.settings:
            self._places.forget()
        self.colours.renew(self._scene.theme)
        self._place_tools()
        self._on_choice()
        self._draw_labels()

    def _on_corpus(self) -> None:
        """A project's texts may come after its map: points are then drawn by their lengths."""
        if self._scene is not None and self._scene.corpus is not self._session.corpus and self._session.corpus is not None:
            self._renew()

    def _make_scene(self) -> Scene | None:
        session, theme = self._session, theme_of(self.palette())
        analysis, trial, figure = session.analysis, session.trial, session.settings.figure
        positions = analysis.positions if analysis is not None else session.positions
        if positions is None:
            return None
        if trial is not None:
            return Scene(positions, trial.topic_of, (), session.corpus, figure, theme)
        if analysis is not None:
            colouring = self.colours.colouring(len(positions))
            return Scene(positions, analysis.assignment.topic_of, _texts(analysis), session.corpus, figure, theme, analysis, colouring)
        return Scene(positions, np.full(len(positions), -1), (), session.corpus, replace(figure, unassigned="grey"), theme)

    def _draw_points(self) -> None:
        if self._scene is None:
            return
        topic = None if self._session.trial is not None else self._session.chosen_topic
        chosen = self._bright
        scene, view, ratio = self._scene, self.canvas.view, self.canvas.devicePixelRatioF()
        self._points.ask(lambda is_stale: draw_points(scene, view, ratio, topic, chosen))

    def _bright_documents(self) -> IntArray | None:
        """A selection, what was found, of the chosen topics where there are some, or those of several topics; None where none stand out."""
        selected, found, topics = self._session.chosen_documents, self._session.finder.found, self._session.chosen_topics
        if selected is not None:
            return np.array(selected, dtype=np.int64)
        if self._scene is None or self._session.trial is not None:
            return None
        if found is None:
            return np.flatnonzero(np.isin(self._scene.topic_of, topics)) if len(topics) > 1 else None
        rows = found.rows[found.rows < len(self._scene.topic_of)]
        return rows[np.isin(self._scene.topic_of[rows], topics)] if topics and self._session.finder.is_within else rows

    def _draw_labels(self, keep_places: bool = False) -> None:
        """Draw the labels in view anew; where places are kept, only texts change. The first points come before the first labels."""
        self._are_labels_due = not self.canvas.has_points and self._points.is_busy
        if self._scene is None or self._are_labels_due:
            return
        if not self._scene.texts:
            self._labels.forget()
            self.canvas.show_labels(None)
            return
        keep_places = keep_places and not self._is_laying_out  # a layout that is under way is not given up for places of before
        self._is_laying_out = not keep_places
        placed = tuple(picture.label for picture in self.canvas.labels) if keep_places else None
        scene, ratio, wanted = self._scene, self.canvas.devicePixelRatioF(), self._session.chosen_topic
        view = self.canvas.view.without_right(self.canvas.strip)  # no label beneath the tools
        self._has_new_texts = keep_places and self._has_new_texts
        kept = self._places.within(view)
        legend = self.legend.geometry()
        taken = [(legend.left(), legend.top(), legend.right(), legend.bottom())] if self.legend.isVisible() else []
        self._labels.ask(lambda is_stale: draw_labels(scene, view, ratio, placed or None, wanted, kept, taken))

    def _take_points(self, picture: PointsPicture) -> None:
        self.canvas.show_points(picture)
        if self._are_labels_due:
            self._draw_labels()

    def _take_labels(self, layer: LabelLayer) -> None:
        self._is_laying_out = False
        self._places.note(layer.placed)
        self.canvas.show_labels(layer)

    def _recolour(self) -> None:
        """Points in other colours, and labels in the ink that goes with them, each in its place."""
        if self._scene is not None:
            self._scene = replace(self._scene, colouring=self.colours.colouring(len(self._scene.positions)))
            self._draw_points()
            self._on_legend()

    def _on_legend(self) -> None:
        """The legend has another size: labels that it would cover stand elsewhere, all others where they stood."""
        self._place_tools()
        self._draw_labels()

    def _on_settled(self) -> None:
        size = self.canvas.size()
        (self._history.visit if size == self._size else self._history.correct)(self.canvas.view.extent)
        if size != self._size:
            self._places.forget()
        self._size = size
        self.tools.show_history(self._history.can_go_back, self._history.can_go_forward)
        self._draw_points()
        self._draw_labels()

    def _on_settings(self) -> None:
        if self._scene is not None and self._scene.settings != self._session.settings.figure:
            self._renew()

    def _on_labels(self, analysis: Analysis) -> None:
        """Names replace one another in place; where they stand is worked out anew once, at the end of the run."""
        before, self._scene = self._scene, self._make_scene()
        self.pointer.show_texts(self._scene)
        self.colours.follow_edits()
        if before is not None and before.analysis is not None and (others := _with_other_looks(before.analysis, analysis)):
            self._places.forget(others)
            self._draw_labels()
            return
        self._has_new_texts = True
        if not self._relabel.isActive():
            self._relabel.start()

    def _on_relabel(self) -> None:
        """A layout that is under way is not given up for a name: it would never end while names come."""
        if self._labels.is_busy:
            self._relabel.start()
        else:
            self._draw_labels(keep_places=True)

    def _on_state(self, state: str) -> None:
        if state == "result" and self._has_new_texts:
            self._relabel.stop()
            self._places.forget()
            self._draw_labels()
        self._describe()

    def _on_choice(self) -> None:
        topic, self._bright = self._session.chosen_topic, self._bright_documents()
        bright = None
        if self._scene is not None and self._bright is not None:
            bright = np.unique(self._scene.topic_of[self._bright]).tolist()
        elif topic is not None:
            bright = list(self._session.chosen_topics)
        self.canvas.bright_topics = bright
        if topic is not None and self.canvas.labels and all(picture.label.topic != topic for picture in self.canvas.labels):
            self._draw_labels(keep_places=True)
        self._show_rings()
        self._draw_points()
        self.canvas.update()

    def _on_label_moved(self, topic: int, x: float, y: float) -> None:
        analysis = self._session.analysis
        if analysis is not None:
            self._session.relook_labels([topic], replace(analysis.topics[topic].look, place=(x, y)))

    def _show_menu(self, at: QPointF) -> None:
        menu = self.menu_at(at)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.canvas.mapToGlobal(at.toPoint()))

    def menu_at(self, at: QPointF) -> QMenu:
        """What can be done with what lies under a pixel."""
        picture, analysis = self.canvas.label_at(at), self._session.analysis
        if picture is not None and analysis is not None and self._session.trial is None:
            return label_menu(self._session, analysis.topics[picture.label.topic], self.zoom_to_topic, self)
        return ground_menu(self._session, self.pointer.document_at(at), self.zoom_to_topic, partial(self.use, "home"), self)

    def _show_rings(self) -> None:
        self.canvas.chosen_ring = self.pointer.place_of(self._session.chosen_document)
        self.canvas.update()

    def _change_figure(self, figure: FigureSettings) -> None:
        self._session.change_settings(replace(self._session.settings, figure=figure))
        self.tools.show_settings(figure)

    def _place_tools(self) -> None:
        self.tools.adjustSize()
        self.tools.move(self.width() - self.tools.width() - GAP, GAP)
        self.tools.raise_()
        self.legend.adjustSize()
        self.legend.move(GAP, self.height() - self.legend.height() - GAP)
        self.legend.raise_()

    def _describe(self) -> None:
        """Say in words what the map shows, for those who cannot see it."""
        analysis = self._session.analysis
        name = f"Map of {count(len(analysis.present), 'topic')}" if analysis else "Map of texts" if self._scene is not None else "Map"
        unassigned = "" if analysis is None else f" {share(analysis.n_unassigned, analysis.n_texts)} are in no topic."
        n_documents = 0 if self._scene is None else len(self._scene.positions)
        self.canvas.setAccessibleName(name)
        self.canvas.setAccessibleDescription(f"{count(n_documents, unit_of(self._session.corpus))}.{unassigned} {IN_WORDS}")


def _with_other_looks(before: Analysis, now: Analysis) -> list[int]:
    """Topics whose labels the researcher wants drawn otherwise than before."""
    return [topic.number for topic, old in zip(now.topics, before.topics) if topic.look != old.look]


def _texts(analysis: Analysis) -> tuple[str, ...]:
    """The labels that are drawn, by topic; empty for topics and labels that the researcher hides."""
    return tuple("" if topic.look.is_hidden else text for topic, text in zip(analysis.topics, MapContent.of(analysis).texts, strict=True))
