"""The map's canvas: puts ready pictures of points and labels where the viewport says, and turns gestures into a new viewport.

It is matplotlib's Qt canvas, so `figure` holds what is seen; but nothing is drawn by matplotlib in the window's thread:
50 labels take it a fifth of a second, 150 half a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.figure import Figure
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from topicdesk.figure.colours import BACKGROUND, FOREGROUND, Theme
from topicdesk.figure.raster import Extent
from topicdesk.gui.map_scene import DPI, LabelLayer, LabelPicture, PointsPicture
from topicdesk.gui.map_viewport import Viewport

SETTLE_MILLISECONDS = 150
WHEEL_STEP = 1.25
MAX_ZOOM = 400.0
DRAG_FROM = 4  # pixels; less is a click
FADED = 0.22
KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class MapCanvas(FigureCanvasQTAgg):
    """Shows pictures and tells what the pointer did, in the map's coordinates.

    Attributes
    ----------
    view : Viewport
    strip : float
        Pixels at the right that tools cover: home leaves them free.
    home : Viewport
        What "home" goes back to, whatever the size of the pane; the limits of zooming follow from it.
    message : str
        Shown in the middle while there are no points.
    tool : "pan", "rectangle" or "lasso"
        What dragging does; with Shift it encloses in any case.

    Signals
    -------
    moved : ()
        The viewport changed; more may follow at once.
    settled : ()
        The viewport has stood still for a moment.
    pointed : (QPointF); left : ()
        The pointer rests or moves over a pixel without a button; it left the map.
    clicked, double_clicked : (QPointF)
        In pixels.
    enclosed : (list of QPointF, bool)
        The corners of what was enclosed, in pixels, and whether it shall be added to what was before.
    label_moved : (int, float, float)
        A topic's label was dragged to this place of the map.
    menu_asked : (QPointF)
        With the right button or the menu key.
    """

    moved = Signal()
    settled = Signal()
    pointed = Signal(QPointF)
    left = Signal()
    clicked = Signal(QPointF)
    double_clicked = Signal(QPointF)
    enclosed = Signal(list, bool)
    label_moved = Signal(int, float, float)
    menu_asked = Signal(QPointF)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Figure(figsize=(1, 1)))  # type: ignore[no-untyped-call]
        self.setParent(parent)
        self.view = self.home = Viewport((-1.0, 1.0, -1.0, 1.0), 100.0, 100.0)
        self._home_box: Extent = self.home.extent
        self.message = ""
        self.strip = 0.0
        self.tool = "pan"
        self.theme: Theme = "light"
        self.bright_topics: Sequence[int] | None = None
        self.ring: tuple[float, float] | None = None
        self.chosen_ring: tuple[float, float] | None = None
        self._points: PointsPicture | None = None
        self._labels: tuple[LabelPicture, ...] = ()
        self._pressed: QPointF | None = None
        self._dragged: QPointF | None = None
        self._outline: list[QPointF] = []
        self._is_lasso = False
        self._held: LabelPicture | None = None
        self._is_dragging = self._is_focus_shown = False
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MILLISECONDS)
        self._settle.timeout.connect(self.settled)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def labels(self) -> tuple[LabelPicture, ...]:
        """The labels shown."""
        return self._labels

    @property
    def is_moving(self) -> bool:
        """Whether the viewport changed a moment ago."""
        return self._settle.isActive()

    @property
    def has_points(self) -> bool:
        """Whether there is a picture of points."""
        return self._points is not None

    def show_points(self, picture: PointsPicture | None) -> None:
        """Show this picture of points, wherever its part of the map lies in view."""
        self._points = picture
        self.update()

    def show_labels(self, layer: LabelLayer | None) -> None:
        """Show these labels, and take over the figure that drew them."""
        self._labels = layer.labels if layer else ()
        if layer is not None:
            self.figure = layer.figure
            layer.figure.set_canvas(self)
        self.update()

    def go_home(self, box: Extent) -> None:
        """Show all of another map, and come back to it from now on."""
        self._home_box = box
        self.home = Viewport(box, float(max(1, self.width())), float(max(1, self.height()))).framing_beside(box, self.strip)
        self.view = self.home
        self.look_at(self.home)

    def look_at(self, view: Viewport) -> None:
        """Show another part of the map, within the limits of zooming; `settled` follows."""
        scale = self.home.scale
        if not scale / MAX_ZOOM <= view.scale <= scale * 3:
            return
        self.view = view
        self._settle.start()
        self.moved.emit()
        self.update()

    def zoom(self, factor: float, x: float | None = None, y: float | None = None) -> None:
        """Zoom about a pixel, or about the middle."""
        self.look_at(self.view.zoomed(factor, self.width() / 2 if x is None else x, self.height() / 2 if y is None else y))

    def label_at(self, at: QPointF) -> LabelPicture | None:
        """The label under a pixel."""
        return next((picture for picture in self._labels if self._box(picture).contains(at)), None)

    def draw(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to do: the pictures come ready from another thread."""
        self.update()

    def draw_idle(self) -> None:
        """As `draw`."""
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep what is seen in view; the pictures follow when the size has settled."""
        width, height = float(max(1, self.width())), float(max(1, self.height()))
        is_home = self.view == self.home
        self.home = Viewport(self._home_box, width, height).framing_beside(self._home_box, self.strip)
        self.view = self.home if is_home else self.view.resized(width, height)
        self._settle.start()
        self.moved.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The frame of the focus is for those who came by keyboard; whoever points sees where he is."""
        super().focusInEvent(event)
        self._is_focus_shown = event.reason() in KEYBOARD
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Put everything in its place."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor.fromRgbF(*BACKGROUND[self.theme]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not self._settle.isActive())
        if self._points is None:
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(self.rect().adjusted(24, 24, -24, -24), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.message)
        else:
            self._paint_points(painter, self._points)
        self._paint_labels(painter)
        self._paint_marks(painter)
        self._paint_frames(painter)
        painter.end()

    def _paint_points(self, painter: QPainter, picture: PointsPicture) -> None:
        left, top = self.view.to_pixel(picture.extent[0], picture.extent[3])
        if picture.extent == self.view.extent:
            painter.drawImage(QPointF(0, 0), picture.image)
        else:
            right, bottom = self.view.to_pixel(picture.extent[1], picture.extent[2])
            painter.drawImage(QRectF(left, top, right - left, bottom - top), picture.image)

    def _paint_labels(self, painter: QPainter) -> None:
        """Leader lines beneath all labels, bright labels above faded ones."""
        in_order = sorted(self._labels, key=self._is_bright)
        for picture in in_order:
            if picture.label.leader:
                painter.setOpacity(1.0 if self._is_bright(picture) else FADED)
                self._paint_leader(painter, picture)
        for picture in in_order:
            painter.setOpacity(1.0 if self._is_bright(picture) else FADED)
            painter.drawImage(self._middle(picture) + picture.corner, picture.image)
        painter.setOpacity(1.0)

    def _paint_leader(self, painter: QPainter, picture: LabelPicture) -> None:
        anchor = QPointF(*self.view.to_pixel(*picture.label.anchor))
        inner = self._box(picture).adjusted(-3, -3, 3, 3)
        end = QPointF(min(max(anchor.x(), inner.left()), inner.right()), min(max(anchor.y(), inner.top()), inner.bottom()))
        ink = QColor(picture.ink)
        ink.setAlphaF(0.6)
        painter.setPen(QPen(ink, 0.75 * DPI / 72))
        painter.drawLine(anchor, end)

    def _paint_marks(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ink = QColor.fromRgbF(*FOREGROUND[self.theme])
        for place, width, radius in ((self.ring, 1.5, 6.0), (self.chosen_ring, 2.5, 7.0)):
            if place is not None:
                painter.setPen(QPen(ink, width))
                painter.drawEllipse(QPointF(*self.view.to_pixel(*place)), radius, radius)

    def _paint_frames(self, painter: QPainter) -> None:
        highlight = self.palette().color(QPalette.ColorRole.Highlight)
        if self._outline:
            inside = QColor(highlight)
            inside.setAlphaF(0.15)
            painter.setPen(QPen(highlight, 1))
            painter.setBrush(inside)
            painter.drawPolygon(QPolygonF(self._outline))
        if self.hasFocus() and self._is_focus_shown:
            painter.setPen(QPen(highlight, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _is_bright(self, picture: LabelPicture) -> bool:
        return self.bright_topics is None or picture.label.topic in self.bright_topics

    def _middle(self, picture: LabelPicture) -> QPointF:
        """Where a label's middle lies, so that its picture falls on whole pixels and its type stays sharp."""
        x, y = self.view.to_pixel(picture.label.x, picture.label.y)
        return QPointF(round(x + picture.corner.x()), round(y + picture.corner.y())) - picture.corner

    def _box(self, picture: LabelPicture) -> QRectF:
        """The room of a label's letters, in pixels."""
        return picture.box.translated(self._middle(picture))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom about the pointer; one notch is a step, a touchpad gives parts of it."""
        steps = event.angleDelta().y() / 120
        if steps:
            self.zoom(WHEEL_STEP**steps, event.position().x(), event.position().y())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Pinching on a touchpad zooms about the fingers."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom(max(0.2, 1 + event.value()), event.position().x(), event.position().y())
            return True
        return bool(super().event(event))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A drag of the map or of a label, a click, or an outline around documents begins."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._pressed = self._dragged = event.position()
        modifiers = event.modifiers()
        if self.tool != "pan" or modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._is_lasso = self.tool == "lasso" or bool(modifiers & Qt.KeyboardModifier.AltModifier)
            self._outline = [event.position()]
        else:
            self._held = self.label_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Pan, move the label, draw the outline, or point."""
        at = event.position()
        if self._pressed is None or self._dragged is None:
            self.pointed.emit(at)
        elif self._outline:
            self._outline = [*self._outline, at] if self._is_lasso else _corners(self._pressed, at)
            self.update()
        elif self._is_dragging or _length(at - self._pressed) >= DRAG_FROM:
            self._is_dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor if self._held is None else Qt.CursorShape.SizeAllCursor)
            step, self._dragged = at - self._dragged, at
            if self._held is None:
                self.look_at(self.view.panned(step.x(), step.y()))
            else:
                self._drag_label(self._held, step)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """What began is done."""
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        outline, held, was_drag = self._outline, self._held, self._is_dragging
        self._pressed = self._dragged = self._held = None
        self._outline, self._is_dragging = [], False
        self.unsetCursor()
        bounds = QPolygonF(outline).boundingRect()
        if len(outline) > 2 and bounds.width() >= DRAG_FROM and bounds.height() >= DRAG_FROM:
            self.enclosed.emit(outline, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif was_drag and held is not None:
            self.label_moved.emit(held.label.topic, held.label.x, held.label.y)
        elif not was_drag:
            self.clicked.emit(event.position())
        self.update()

    def _drag_label(self, held: LabelPicture, step: QPointF) -> None:
        """Move a label by pixels; a thin line ties it to its cloud from now on."""
        x, y = held.label.x + step.x() * self.view.scale, held.label.y - step.y() * self.view.scale
        self._held = replace(held, label=replace(held.label, x=x, y=y, leader=True))
        self._labels = tuple(self._held if picture.label.topic == held.label.topic else picture for picture in self._labels)
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Left to the view; from the keyboard it is about the middle."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        self.menu_asked.emit(QPointF(event.pos()) if by_mouse else QPointF(self.rect().center()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Left to the view."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.double_clicked.emit(event.position())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Nothing is pointed at any more."""
        self.left.emit()

    def enterEvent(self, event: QEvent) -> None:  # noqa: N802
        """Matplotlib's own handling is not wanted."""

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802
        """Left to the view."""
        event.ignore()

    def keyReleaseEvent(self, event: Any) -> None:  # noqa: N802
        """Left to the view."""
        event.ignore()


def _length(step: QPointF) -> float:
    return float((step.x() ** 2 + step.y() ** 2) ** 0.5)


def _corners(first: QPointF, last: QPointF) -> list[QPointF]:
    return [first, QPointF(last.x(), first.y()), last, QPointF(first.x(), last.y())]
