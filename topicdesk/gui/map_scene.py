"""What the map pane shows, drawn as pictures off the window's thread by the figure's own code: a layer of points, and each label for itself.

While the map is moved or zoomed only these pictures are moved; a full matplotlib redraw would take a fifth of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage

from topicdesk.core.analysis import Analysis
from topicdesk.core.arrays import FloatArray, IntArray, are_placed
from topicdesk.core.corpus import Corpus
from topicdesk.core.plate import Plate
from topicdesk.core.settings import FigureSettings
from topicdesk.figure.colouring import Colouring
from topicdesk.figure.colours import Theme, label_colours
from topicdesk.figure.content import text_lengths
from topicdesk.figure.dots import Colours, Points
from topicdesk.figure.draw import MapAxes, MapContent, RasterLayer, draw_map, label_colours_of, lay_out_labels, point_layer, shown_positions
from topicdesk.figure.label_artist import LabelLayer as DrawnLabels
from topicdesk.figure.label_layout import Canvas, PlacedLabel, relabelled
from topicdesk.figure.raster import Extent, light_up, map_bounds, raster
from topicdesk.gui.map_labels import Rectangle, holding, overlapped
from topicdesk.gui.map_viewport import Viewport

DPI = 150.0  # of the pictures; type is given in pixels
SMALLEST_TYPE = 11.0  # pixels high in a pane of a million pixels
TYPE_RANGE = (10.5, 12.5)
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
    colouring : Colouring or None
        What the points are coloured by instead of topics; labels are then in ink.
    """

    positions: FloatArray
    topic_of: IntArray
    texts: tuple[str, ...]
    corpus: Corpus | None
    settings: FigureSettings
    theme: Theme
    analysis: Analysis | None = None
    colouring: Colouring | None = None

    @cached_property
    def shown(self) -> FloatArray:
        """The positions of the documents that are drawn; NaN for the others."""
        return self.positions if self.analysis is None else shown_positions(self.analysis)

    @cached_property
    def content(self) -> MapContent:
        """What the figure's code draws; counting a million texts takes a while, so the window's thread does not ask."""
        lengths = None
        if self.settings.size_by_length and self.corpus is not None and len(self.corpus.documents) == len(self.positions):
            lengths = text_lengths(self.corpus)
        return MapContent(self.shown, self.topic_of, self.texts, lengths, self.analysis, self.colouring)

    @cached_property
    def home(self) -> Extent:
        """The part of the map that a figure shows, without what its shape adds."""
        return map_bounds(self.positions, self.topic_of) or (-1.0, 1.0, -1.0, 1.0)

    @cached_property
    def points(self) -> RasterLayer:
        """The point layer as the exported figure has it, or in the colours of something else than topics."""
        return point_layer(self.content, self.settings, Plate(ground="dark" if self.theme == "dark" else "white"), self.topic_colours)

    @cached_property
    def topic_colours(self) -> Colours:
        """Of each topic, float64 of shape (n_topics, 3)."""
        return self.content.colours(self.theme)

    @property
    def label_colours(self) -> Colours:
        """What the labels' ink follows from: the topics' colours, or that of text where points are in other colours."""
        return label_colours_of(self.content, self.topic_colours, self.theme)

    @property
    def group_of(self) -> IntArray:
        """The row of the points' colours for each document."""
        return self.topic_of if self.colouring is None else self.colouring.group

    @property
    def _hollow(self) -> MapContent:
        """The map without its documents: sorting a million of them would take as long as drawing fifty labels."""
        return MapContent(np.zeros((0, 2), dtype=np.float32), np.zeros(0, dtype=np.int64), self.texts)

    def drawn_on(self, figure: Figure, extent: Extent) -> MapAxes:
        """The map on a figure, its points drawn when the figure is."""
        handle = draw_map(figure, self._hollow, self.settings, theme=self.theme, extent=extent)
        handle.axes.apply_aspect()
        handle.points, handle.label_colours = self.points, self.label_colours
        return handle


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


Draw = Callable[[Sequence[PlacedLabel]], tuple[LabelPicture, ...]]


def draw_points(scene: Scene, view: Viewport, ratio: float, topic: int | None, documents: IntArray | None) -> PointsPicture:
    """The points in view, in the device's own pixels; one topic, or some documents, bright and the rest faded."""
    layer = scene.points
    look = layer.look
    if documents is None and topic is not None and scene.colouring is not None:
        documents = np.flatnonzero(scene.topic_of == topic)
    if documents is not None:
        look = replace(look, emphasis=-1)
    elif topic is not None and topic < len(layer.colours):
        look = replace(look, emphasis=topic)
    width, height = _device_pixels(view, ratio)
    picture = raster(layer.cloud, layer.colours, view.extent, width, height, look)
    if documents is not None:
        light_up(picture, _lit(scene, documents), np.vstack([layer.colours, [look.grey]]), view.extent, look)
    return PointsPicture(_image(picture, QImage.Format.Format_RGB32, ratio), view.extent)


def draw_labels(
    scene: Scene,
    view: Viewport,
    ratio: float,
    placed: Sequence[PlacedLabel] | None = None,
    wanted: int | None = None,
    kept: Mapping[int, tuple[float, float]] | None = None,
    taken: Sequence[Rectangle] = (),
) -> LabelLayer:
    """The labels of a view.

    Parameters
    ----------
    placed : sequence of PlacedLabel or None
        Labels that stay in their places and only take the scene's texts; None lays out anew.
    wanted : int or None
        A topic that gets a label even where it is too small to have one.
    kept : mapping of topic to (x, y), optional
        In a new layout, labels that keep these places as far as they do not lie over one another.
    taken : sequence of (left, top, right, bottom)
        Where something lies over the map, in pixels of the widget: a new layout keeps off.
    """
    width, height = _device_pixels(view, ratio)
    dpi = DPI * ratio
    upwards = tuple((left * ratio, height - bottom * ratio, right * ratio, height - top * ratio) for left, top, right, bottom in taken)
    canvas = Canvas(view.extent, width, height, dpi, upwards)
    figure = Figure(figsize=(width / dpi, height / dpi), dpi=dpi)
    handle = scene.drawn_on(figure, view.extent)
    draw = partial(_label_pictures, handle, FigureCanvasAgg(figure).get_renderer(), scene, ratio=ratio)  # type: ignore[no-untyped-call]
    pictures = draw(relabelled([label for label in placed or () if label.topic < len(scene.texts) and scene.texts[label.topic]], scene.texts))
    if placed is None or any(_is_cut_off(picture, view) for picture in pictures):  # a longer name than before may need another place
        pictures = _laid_out(scene, view, canvas, draw, dict(kept or {}), taken)
    if wanted is not None and wanted < len(scene.texts) and all(picture.label.topic != wanted for picture in pictures):
        alone = tuple(text if number == wanted else "" for number, text in enumerate(scene.texts))
        pictures += draw(lay_out_labels(replace(scene.content, texts=alone), replace(scene.settings, n_labels=1), canvas, _type(view)))
    handle.set_labels([picture.label for picture in pictures])
    return LabelLayer(pictures, figure)


def _laid_out(
    scene: Scene, view: Viewport, canvas: Canvas, draw: Draw, kept: dict[int, tuple[float, float]], taken: Sequence[Rectangle]
) -> tuple[LabelPicture, ...]:
    """The largest topics' labels; those that would lie over others, or beyond the edge, where they were kept are placed anew.

    Those that still lie over others are left out.
    """
    n_labels = min(scene.settings.n_labels, max(3, int(view.width * view.height / PIXELS_A_LABEL)))
    settings = replace(scene.settings, n_labels=n_labels)
    own = () if scene.analysis is None else [topic.number for topic in scene.analysis.topics if topic.look.place is not None]
    pictures: tuple[LabelPicture, ...] = ()
    for _ in range(2):
        content = scene.content if scene.analysis is None else replace(scene.content, analysis=holding(scene.analysis, kept, view.extent))
        pictures = draw(lay_out_labels(content, settings, canvas, _type(view)))
        lying_over = overlapped({picture.label.topic: _rectangle(picture, view) for picture in pictures}, own, taken)
        cut_off = [picture.label.topic for picture in pictures if _is_cut_off(picture, view)]
        again = [topic for topic in (*lying_over, *cut_off) if kept.pop(topic, None) is not None]
        if not again:
            break
    return tuple(picture for picture in pictures if picture.label.topic not in lying_over)


def _type(view: Viewport) -> Plate:
    """Type that is legible on a screen and, on a large one, does not grow with the map: a poster is read from afar, a screen is not."""
    pixels = float(np.clip(SMALLEST_TYPE * np.sqrt(view.width * view.height) / 1000, *TYPE_RANGE))
    return Plate(smallest=72 * pixels / DPI)


def _rectangle(picture: LabelPicture, view: Viewport) -> tuple[float, float, float, float]:
    """The room of a label's letters, in pixels."""
    x, y = view.to_pixel(picture.label.x, picture.label.y)
    return x + picture.box.left(), y + picture.box.top(), x + picture.box.right(), y + picture.box.bottom()


def _is_cut_off(picture: LabelPicture, view: Viewport) -> bool:
    """Whether the edge of the view runs through a label."""
    left, top, right, bottom = _rectangle(picture, view)
    return left < -1 or top < -1 or right > view.width + 1 or bottom > view.height + 1


def _label_pictures(handle: MapAxes, renderer: Any, scene: Scene, labels: Sequence[PlacedLabel], ratio: float) -> tuple[LabelPicture, ...]:
    inks = _inks(scene, labels)
    return tuple(_label_picture(handle, renderer, label, ink, ratio) for label, ink in zip(labels, inks, strict=True))


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


def _inks(scene: Scene, placed: Sequence[PlacedLabel]) -> list[QColor]:
    """The colour of each label's leader line: that of its letters."""
    own = scene.label_colours[[label.topic for label in placed]] if placed else np.zeros((0, 3))
    inks = label_colours(own, scene.theme) if scene.settings.style == "plate" else own
    return [QColor.fromRgbF(*ink.tolist()) for ink in inks]


def _lit(scene: Scene, documents: IntArray) -> Points:
    """Those of some documents that are drawn at all."""
    shown = documents[are_placed(scene.shown[documents])]
    if scene.settings.unassigned == "hide":
        shown = shown[scene.topic_of[shown] >= 0]
    x, y = scene.shown[shown].T.astype(np.float32)
    return Points(x, y, scene.group_of[shown])


def _device_pixels(view: Viewport, ratio: float) -> tuple[int, int]:
    return max(1, round(view.width * ratio)), max(1, round(view.height * ratio))


def _image(pixels: NDArray[np.uint8], format: QImage.Format, ratio: float) -> QImage:
    height, width = pixels.shape[:2]
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).convertToFormat(format)  # which copies
    image.setDevicePixelRatio(ratio)
    return image
