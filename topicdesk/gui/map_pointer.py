"""What the pointer does on the map: it tells what lies under it, and chooses documents and topics in the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPolygonF
from PySide6.QtWidgets import QToolTip

from topicdesk.core.arrays import BoolArray, FloatArray, IntArray
from topicdesk.gui.document_models import excerpt_of, title_of
from topicdesk.gui.latest import IsStale, Latest
from topicdesk.gui.map_canvas import MapCanvas
from topicdesk.gui.map_nearest import NearestPoint
from topicdesk.gui.map_scene import Scene
from topicdesk.gui.two_lines import tooltip

if TYPE_CHECKING:
    from topicdesk.gui.session import Session

REACH = 8.0  # pixels from the pointer to a document


class MapPointer(QObject):
    """Follows the pointer over a canvas.

    Signals
    -------
    nothing_clicked : ()
        There is neither a document nor a label under the click.
    topic_double_clicked : (int)
    documents_enclosed : ()
        A lasso or rectangle has selected documents.
    """

    nothing_clicked = Signal()
    topic_double_clicked = Signal(int)
    documents_enclosed = Signal()

    def __init__(self, session: Session, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._session, self._canvas = session, canvas
        self._scene: Scene | None = None
        self._nearest: NearestPoint | None = None
        self._grid = Latest(self)
        self._grid.answered.connect(self._take_grid)
        canvas.pointed.connect(self._on_pointed)
        canvas.left.connect(self._on_left)
        canvas.clicked.connect(self._on_click)
        canvas.double_clicked.connect(self._on_double_click)
        canvas.enclosed.connect(self._on_enclosed)

    @property
    def is_busy(self) -> bool:
        """Whether points cannot be found yet."""
        return self._grid.is_busy

    def show_scene(self, scene: Scene | None) -> None:
        """Point at the documents of another scene; they are sorted off the window's thread."""
        before, self._scene = self._scene, scene
        if scene is None:
            self._grid.forget()
            self._nearest = None
            return
        if before is None or before.positions is not scene.positions:
            self._nearest = None

        def sort(is_stale: IsStale) -> NearestPoint:
            return NearestPoint(scene.shown, None if scene.settings.unassigned == "grey" else scene.topic_of >= 0)

        self._grid.ask(sort)

    def show_texts(self, scene: Scene | None) -> None:
        """Tell other labels; the points are the same."""
        self._scene = scene

    def place_of(self, document: int | None) -> tuple[float, float] | None:
        """Where a document lies on the map; None for one without a place."""
        if document is None or self._scene is None or document >= len(self._scene.positions):
            return None
        x, y = self._scene.positions[document].tolist()
        return None if np.isnan(x) else (x, y)

    def words_for(self, document: int) -> str:
        """Title, topic and beginning of a document, as a tooltip of plain text."""
        corpus, scene = self._session.corpus, self._scene
        if corpus is None or scene is None or document >= len(corpus.documents):
            return ""
        topic = int(scene.topic_of[document])
        name = scene.texts[topic] if 0 <= topic < len(scene.texts) else "in no topic" if scene.texts else ""
        return tooltip(title_of(corpus.documents[document]), name, excerpt_of(corpus.documents[document], 160))

    def _take_grid(self, nearest: NearestPoint) -> None:
        self._nearest = nearest

    def document_at(self, at: QPointF) -> int | None:
        """The document under a pixel, or hard by it."""
        if self._nearest is None:
            return None
        return self._nearest.within(*self._canvas.view.to_map(at.x(), at.y()), REACH * self._canvas.view.scale)

    def _on_pointed(self, at: QPointF) -> None:
        document, label = self.document_at(at), self._canvas.label_at(at)
        self._ring(None if label is not None else document)
        is_something = document is not None or label is not None
        self._canvas.setCursor(Qt.CursorShape.PointingHandCursor if is_something else Qt.CursorShape.ArrowCursor)
        if label is not None and self._scene is not None:
            words = tooltip(self._scene.texts[label.label.topic])
        else:
            words = "" if document is None else self.words_for(document)
        QToolTip.showText(self._canvas.mapToGlobal(at.toPoint()), words, self._canvas)

    def _on_left(self) -> None:
        self._ring(None)
        QToolTip.hideText()

    def _ring(self, document: int | None) -> None:
        place = self.place_of(document)
        if place != self._canvas.ring:
            self._canvas.ring = place
            self._canvas.update()

    def _on_click(self, at: QPointF) -> None:
        document, label = self.document_at(at), self._canvas.label_at(at)
        if label is not None:
            self._session.choose_topic(label.label.topic)
        elif document is not None:
            self._session.choose_documents(None)
            self._session.choose_document(document)
        else:
            self.nothing_clicked.emit()

    def _on_double_click(self, at: QPointF) -> None:
        document, label = self.document_at(at), self._canvas.label_at(at)
        if label is not None:
            self.topic_double_clicked.emit(label.label.topic)
        elif document is not None and self._scene is not None and self._scene.topic_of[document] >= 0:
            self.topic_double_clicked.emit(int(self._scene.topic_of[document]))

    def _on_enclosed(self, outline: list[QPointF], adds: bool) -> None:
        found = self.documents_inside(outline)
        if adds and self._session.chosen_documents is not None:
            found = np.union1d(found, np.array(self._session.chosen_documents, dtype=np.int64))
        self._session.choose_topic(None)
        self._session.choose_documents(found.tolist() or None)
        if len(found):
            self.documents_enclosed.emit()

    def documents_inside(self, outline: list[QPointF]) -> IntArray:
        """The documents within a polygon of pixels, ascending."""
        if self._nearest is None or self._scene is None:
            return np.zeros(0, dtype=np.int64)
        bounds, view = QPolygonF(outline).boundingRect(), self._canvas.view
        (x0, y1), (x1, y0) = view.to_map(bounds.left(), bounds.top()), view.to_map(bounds.right(), bounds.bottom())
        within = self._nearest.inside((x0, x1, y0, y1))
        if not len(within) or {at.x() for at in outline} | {at.y() for at in outline} <= {*bounds.getCoords()}:  # type: ignore[misc]
            return within
        x, y = view.to_pixels(self._scene.positions[within]).T
        return within[_is_painted(outline, x, y)]

    def middle_document(self) -> int | None:
        """The document nearest to the middle of the view."""
        if self._nearest is None:
            return None
        x, y = self._canvas.view.centre
        reach = REACH * self._canvas.view.scale
        for radius in (reach, 4 * reach, 16 * reach, self._canvas.width() * self._canvas.view.scale):
            if (found := self._nearest.within(x, y, radius)) is not None:
                return found
        return None

    def neighbour(self, document: int, across: int, down: int) -> int | None:
        """The nearest document in a direction of the screen, within half a right angle to either side."""
        here = self.place_of(document)
        if here is None or self._nearest is None:
            return None
        x0, x1, y0, y1 = self._canvas.view.extent
        candidates = self._nearest.inside((min(x0, here[0]), max(x1, here[0]), min(y0, here[1]), max(y1, here[1])))
        step = self._scene.positions[candidates].astype(np.float64) - here if self._scene is not None else np.zeros((0, 2))
        ahead, aside = step @ (across, -down), np.abs(step @ (down, across))
        reached = np.flatnonzero((ahead > 0) & (aside <= ahead))
        return int(candidates[reached[np.hypot(ahead[reached], 2 * aside[reached]).argmin()]]) if len(reached) else None


def _is_painted(outline: list[QPointF], x: FloatArray, y: FloatArray) -> BoolArray:
    """Which pixels lie inside a polygon however it winds: it is painted once, and each looked up."""
    bounds = QPolygonF(outline).boundingRect().toAlignedRect()
    image = QImage(max(1, bounds.width()), max(1, bounds.height()), QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.GlobalColor.white)
    painter.translate(-bounds.topLeft())
    painter.drawPolygon(QPolygonF(outline), Qt.FillRule.WindingFill)
    painter.end()
    pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.bytesPerLine())
    columns = np.clip((x - bounds.left()).astype(np.int64), 0, image.width() - 1)
    rows = np.clip((y - bounds.top()).astype(np.int64), 0, image.height() - 1)
    painted: BoolArray = pixels[rows, columns] > 127
    return painted
