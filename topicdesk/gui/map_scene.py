"""What the map pane shows, drawn as pictures off the window's thread by the figure's own code: a layer of points, and each label for itself.

While the map is moved or zoomed only these pictures are moved; a full matplotlib redraw would take a fifth of a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage

from topicdesk.core.analysis import Analysis
from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.core.corpus import Corpus
from topicdesk.core.settings import FigureSettings
from topicdesk.figure.colours import Theme, label_colours
from topicdesk.figure.dots import Points
from topicdesk.figure.draw import MapAxes, MapContent, RasterLayer, draw_map, lay_out_labels, map_canvas, shown_positions
from topicdesk.figure.label_artist import LabelLayer as DrawnLabels
from topicdesk.figure.label_layout import Canvas, PlacedLabel, relabelled
from topicdesk.figure.raster import Extent, light_up, raster
from topicdesk.gui.map_viewport import Viewport

DPI = 150.0  # the layout's smallest type, 5 points, is then 10 pixels high: legible on a screen
PIXELS_A_LABEL = 11_000  # fewer labels in a small pane
AROUND = 0.55  # of the font size: the room around a label's box that halos and descenders need


@dataclass(frozen=True, eq=False)
class Scene:
    """One content in one style, made anew where either changes.

    Attributes
    ----------
    positions : float32 of shape (n_documents, 2)
    topic_of : int64 of shape (n_documents,)
    texts : tuple of str
        The label of each topic, by number; empty where there are none yet.
    corpus : Corpus or None
        For the sizes of the dots.
    analysis : Analysis or None
        Whose topics these are; it says which of them are hidden, and their colours.
    """

    positions: FloatArray
    topic_of: IntArray
    texts: tuple[str, ...]
    corpus: Corpus | None
    settings: FigureSettings
    theme: Theme
    analysis: Analysis | None = None

    @cached_property
    def shown(self) -> FloatArray:
        """The positions of the documents that are drawn; NaN for the others."""
        return self.positions if self.analysis is None else shown_positions(self.analysis)

    @cached_property
    def content(self) -> MapContent:
        """What the figure's code draws; counting a million texts takes a while, so the window's thread does not ask."""
        lengths = None
        if self.settings.size_by_length and self.corpus is not None and len(self.corpus.documents) == len(self.positions):
            lengths = np.fromiter((len(document.text) for document in self.corpus.documents), np.int64, len(self.positions))
        return MapContent(self.shown, self.topic_of, self.texts, lengths, self.analysis)

    @cached_property
    def home(self) -> Extent:
        """The part of the map that a figure shows, without what its shape adds: each side is read off a picture far longer the other way."""
        bare = MapContent(self.positions, self.topic_of)
        x0, x1 = map_canvas(bare, 1, 10_000, DPI).extent[:2]
        return (x0, x1, *map_canvas(bare, 10_000, 1, DPI).extent[2:])

    @cached_property
    def points(self) -> RasterLayer:
        """The point layer exactly as the exported figure has it."""
        return draw_map(Figure(figsize=(1, 1)), self.content, self.settings, theme=self.theme).points


@dataclass(frozen=True, eq=False)
class PointsPicture:
    """The points in a part of the map."""

    image: QImage
    extent: Extent


@dataclass(frozen=True, eq=False)
class LabelPicture:
    """One label, ready to be put where its middle lies.

    Attributes
    ----------
    corner : QPointF
        From the label's middle to the upper left corner of the picture, in pixels of the widget.
    box : QRectF
        The room of the letters alone, from the label's middle.
    ink : QColor
        Of the leader line.
    """

    label: PlacedLabel
    image: QImage
    corner: QPointF
    box: QRectF
    ink: QColor


@dataclass(frozen=True, eq=False)
class LabelLayer:
    """All labels of a view, and the matplotlib figure that drew them."""

    labels: tuple[LabelPicture, ...]
    figure: Figure

    @property
    def placed(self) -> tuple[PlacedLabel, ...]:
        """Where the labels stand."""
        return tuple(picture.label for picture in self.labels)


def draw_points(scene: Scene, view: Viewport, ratio: float, topic: int | None, documents: IntArray | None) -> PointsPicture:
    """The points in view, in the device's own pixels; one topic, or some documents, bright and the rest faded."""
    layer = scene.points
    look = layer.look
    if documents is not None:
        look = replace(look, emphasis=-1)
    elif topic is not None and topic < len(layer.colours):
        look = replace(look, emphasis=topic)
    width, height = _device_pixels(view, ratio)
    picture = raster(layer.cloud, layer.colours, view.extent, width, height, look)
    if documents is not None:
        light_up(picture, _lit(scene, documents), np.vstack([layer.colours, [look.grey]]), view.extent, look)
    return PointsPicture(_image(picture, QImage.Format.Format_RGB32, ratio), view.extent)


def draw_labels(scene: Scene, view: Viewport, ratio: float, placed: Sequence[PlacedLabel] | None = None, wanted: int | None = None) -> LabelLayer:
    """The labels of a view.

    Parameters
    ----------
    placed : sequence of PlacedLabel or None
        Labels that stay in their places and only take the scene's texts; None lays out anew.
    wanted : int or None
        A topic that gets a label even where it is too small to have one.
    """
    width, height = _device_pixels(view, ratio)
    dpi = DPI * ratio
    canvas = Canvas(view.extent, width, height, dpi)
    if placed is None:
        n_labels = min(scene.settings.n_labels, max(3, int(view.width * view.height / PIXELS_A_LABEL)))
        placed = lay_out_labels(scene.content, replace(scene.settings, n_labels=n_labels), canvas)
    else:
        placed = relabelled([label for label in placed if label.topic < len(scene.texts)], scene.texts)
    if wanted is not None and wanted < len(scene.texts) and all(label.topic != wanted for label in placed):
        alone = tuple(text if number == wanted else "" for number, text in enumerate(scene.texts))
        placed = (*placed, *lay_out_labels(replace(scene.content, texts=alone), replace(scene.settings, n_labels=1), canvas))
    figure = Figure(figsize=(width / dpi, height / dpi), dpi=dpi)
    handle = draw_map(figure, scene.content, scene.settings, theme=scene.theme, extent=view.extent)
    handle.axes.apply_aspect()
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    inks = _inks(scene, handle.points.colours, placed)
    pictures = tuple(_label_picture(handle, renderer, label, ink, ratio) for label, ink in zip(placed, inks, strict=True))
    handle.set_labels(placed)
    return LabelLayer(pictures, figure)


def _label_picture(handle: MapAxes, renderer: Any, label: PlacedLabel, ink: QColor, ratio: float) -> LabelPicture:
    """One label, drawn alone on an empty page and cut out; its leader is drawn when the picture is put in its place."""
    handle.set_labels([replace(label, leader=False)])
    layer = next(artist for artist in handle.axes.artists if isinstance(artist, DrawnLabels))
    renderer.clear()
    layer.draw(renderer)
    page = np.asarray(renderer.buffer_rgba())
    (x0, y0), (x1, y1) = layer.boxes(renderer)[0]
    x, y = handle.axes.transData.transform((label.x, label.y))
    height, width = page.shape[:2]
    pad = round(AROUND * label.font_size * DPI * ratio / 72)
    left, right = int(np.clip(x0 - pad, 0, width - 1)), int(np.clip(x1 + pad, 1, width))
    top, bottom = int(np.clip(height - y1 - pad, 0, height - 1)), int(np.clip(height - y0 + pad, 1, height))
    part = np.ascontiguousarray(page[top : max(bottom, top + 1), left : max(right, left + 1)])
    corner = QPointF((left - x) / ratio, (top - (height - y)) / ratio)
    box = QRectF((x0 - x) / ratio, (y - y1) / ratio, (x1 - x0) / ratio, (y1 - y0) / ratio)
    return LabelPicture(label, _image(part, QImage.Format.Format_ARGB32_Premultiplied, ratio), corner, box, ink)


def _inks(scene: Scene, colours: NDArray[np.float64], placed: Sequence[PlacedLabel]) -> list[QColor]:
    """The colour of each label's leader line: that of its letters."""
    own = colours[[label.topic for label in placed]] if placed else np.zeros((0, 3))
    inks = label_colours(own, scene.theme) if scene.settings.style == "plate" else own
    return [QColor.fromRgbF(*ink.tolist()) for ink in inks]


def _lit(scene: Scene, documents: IntArray) -> Points:
    """Those of some documents that are drawn at all."""
    shown = documents[np.isfinite(scene.shown[documents]).all(axis=1)]
    if scene.settings.unassigned == "hide":
        shown = shown[scene.topic_of[shown] >= 0]
    x, y = scene.shown[shown].T.astype(np.float32)
    return Points(x, y, scene.topic_of[shown])


def _device_pixels(view: Viewport, ratio: float) -> tuple[int, int]:
    return max(1, round(view.width * ratio)), max(1, round(view.height * ratio))


def _image(pixels: NDArray[np.uint8], format: QImage.Format, ratio: float) -> QImage:
    height, width = pixels.shape[:2]
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).convertToFormat(format)  # which copies
    image.setDevicePixelRatio(ratio)
    return image
