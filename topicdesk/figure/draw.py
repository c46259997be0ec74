"""The labelled topic map on a matplotlib Figure, for the window's pane and the exported file alike; no pyplot, no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from topicdesk.core.analysis import Analysis
from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.core.label_look import AS_LAID_OUT, LabelLook
from topicdesk.core.plate import Palette, Plate
from topicdesk.core.settings import FigureSettings
from topicdesk.figure.around import draw_around, map_frame
from topicdesk.figure.colouring import Colouring
from topicdesk.figure.colours import BACKGROUND, MUTED, UNASSIGNED, Theme, analysis_colours, label_colours, topic_centres, topic_colours
from topicdesk.figure.dots import Colours, Points
from topicdesk.figure.fonts import missing_characters
from topicdesk.figure.label_artist import LabelInk, LabelLayer
from topicdesk.figure.label_layout import Canvas, PlacedLabel, Type, place_labels
from topicdesk.figure.legend import Legend, colouring_legend, topic_legend
from topicdesk.figure.palettes import in_palette
from topicdesk.figure.raster import Extent, Image, RasterLook, fit_extent, point_cloud, raster

Rgb = tuple[float, float, float]
_PAPER: Rgb = (0.984, 0.973, 0.949)
_PALE: dict[Theme, Rgb] = {"light": (0.78, 0.78, 0.78), "dark": (0.32, 0.32, 0.32)}  # of the unassigned, where topics are grey themselves
_GLOW: dict[Theme, float] = {"light": 0.34, "dark": 0.30}


@dataclass(frozen=True, eq=False)
class MapContent:
    """What a map shows; `of` takes it from an analysis, the window may also fill it before there is one.

    Attributes
    ----------
    positions : float32 of shape (n_documents, 2)
        NaN for documents without text.
    topic_of : int64 of shape (n_documents,)
    texts : tuple of str
        The label of each topic, by number; empty for none.
    text_lengths : int64 of shape (n_documents,) or None
        Characters in each text, for the size of its dot.
    analysis : Analysis or None
        Where the topics' colours come from, if not from their places alone.
    colouring : Colouring or None
        What the points are coloured by instead of topics; labels are then in ink.
    """

    positions: FloatArray
    topic_of: IntArray
    texts: tuple[str, ...] = ()
    text_lengths: IntArray | None = None
    analysis: Analysis | None = None
    colouring: Colouring | None = None

    @classmethod
    def of(cls, analysis: Analysis, text_lengths: IntArray | None = None) -> MapContent:
        """The content of a finished analysis, without the topics that the researcher hides."""
        texts = tuple("" if topic.is_hidden or not topic.size else topic.label.text for topic in analysis.topics)
        return cls(shown_positions(analysis), analysis.assignment.topic_of, texts, text_lengths, analysis)

    def colours(self, theme: Theme, palette: Palette = "default") -> Colours:
        """The colour of each topic, float64 of shape (n_topics, 3)."""
        if self.analysis is None:
            plain, own = topic_colours(self.positions, self.topic_of, theme), None
        else:
            plain = analysis_colours(self.analysis, theme)
            own = np.array([bool(topic.colour) for topic in self.analysis.topics], dtype=np.bool_)
        if palette == "default":
            return plain
        centres = topic_centres(self.positions, self.topic_of)  # fewer than colours where the last topics were merged away
        return in_palette(plain[: len(centres)], centres, palette, theme, None if own is None else own[: len(centres)])

    def n_recoloured(self, theme: Theme, palette: Palette) -> int:
        """How many topics the palette takes the researcher's own colour from."""
        if self.analysis is None or palette == "default" or not any(topic.colour for topic in self.analysis.topics):
            return 0
        colours = self.colours(theme, palette)
        changed = (colours != self.colours(theme)[: len(colours)]).any(axis=1).tolist()
        return sum(bool(topic.colour) and changed[topic.number] for topic in self.analysis.topics if topic.number < len(changed))

    @property
    def looks(self) -> dict[int, LabelLook]:
        """How the researcher wants labels drawn, by topic; only what differs."""
        topics = () if self.analysis is None else self.analysis.topics
        return {topic.number: topic.look for topic in topics if topic.look != AS_LAID_OUT}

    @property
    def missing_characters(self) -> str:
        """Characters of the labels that no installed font has; the map shows an empty box for each."""
        return missing_characters(self.texts)


def shown_positions(analysis: Analysis) -> FloatArray:
    """The analysis's positions, NaN for documents of hidden topics; the very array where none is hidden."""
    hidden = [topic.number for topic in analysis.topics if topic.is_hidden]
    if not hidden:
        return analysis.positions
    positions = analysis.positions.copy()
    positions[np.isin(analysis.assignment.topic_of, hidden)] = np.nan
    return positions


@dataclass(eq=False)
class MapAxes:
    """A drawn map: what the window changes without drawing all anew."""

    axes: Axes
    points: RasterLayer
    theme: Theme
    style: str
    label_colours: Colours
    plate: Plate = field(default_factory=Plate)
    labels: tuple[PlacedLabel, ...] = ()
    _label_layer: LabelLayer | None = None

    @property
    def canvas(self) -> Canvas:
        """The map's present window and size in pixels, for a label layout that fits it."""
        box = self.axes.get_window_extent()
        x, y = self.axes.get_xlim(), self.axes.get_ylim()
        return Canvas((*x, *y), max(1, round(box.width)), max(1, round(box.height)), self.axes.figure.dpi)

    def set_extent(self, extent: Extent) -> None:
        """Show this window of the map; the aspect stays equal, so one side may show more."""
        self.axes.set_xlim(extent[0], extent[1])
        self.axes.set_ylim(extent[2], extent[3])

    def set_emphasis(self, topic: int | None) -> None:
        """Let one topic stand out and the others fade, or none."""
        self.points.set_look(emphasis=topic)

    def set_labels(self, labels: Sequence[PlacedLabel]) -> None:
        """Show these labels instead of the present ones."""
        if self._label_layer is not None:
            self._label_layer.remove()
        self.labels = tuple(labels)
        colours = self.label_colours[[label.topic for label in labels]] if labels else np.zeros((0, 3))
        look = _label_ink(colours, self.style, self.theme, self.plate)
        self._label_layer = LabelLayer(self.axes, self.labels, look)
        self.axes.add_artist(self._label_layer)


class RasterLayer(Artist):
    """All points as one picture, computed at drawing time for the window in view and the device's own pixels."""

    def __init__(self, cloud: Points, colours: Colours, look: RasterLook, is_see_through: bool = False) -> None:
        super().__init__()
        self.cloud, self.colours, self.look, self.is_see_through = cloud, colours, look, is_see_through
        self.set_zorder(0)

    def set_look(self, **changes: Any) -> None:
        """Change fields of the look."""
        self.look = RasterLook(**{**vars(self.look), **changes})
        self.stale = True

    def draw(self, renderer: Any) -> None:
        """Put the picture on the page; in vector files it is the one raster part."""
        axes = self.axes
        if axes is None or not self.get_visible():
            return
        box, scale = axes.get_window_extent(renderer), renderer.get_image_magnification()
        width, height = max(1, round(box.width * scale)), max(1, round(box.height * scale))
        picture = self._picture((*axes.get_xlim(), *axes.get_ylim()), width, height)
        context = renderer.new_gc()
        renderer.draw_image(context, round(box.x0), round(box.y0), np.ascontiguousarray(picture[::-1]))
        context.restore()
        self.stale = False

    def _picture(self, extent: Extent, width: int, height: int) -> Image:
        """The points on their background; where there is none, what two backgrounds tell of opacity."""
        on_white = raster(self.cloud, self.colours, extent, width, height, self.look)
        if not self.is_see_through:
            return on_white
        grey = 0.6  # light enough for the same ink as on white
        on_grey = raster(self.cloud, self.colours, extent, width, height, replace(self.look, background=(grey, grey, grey)))
        light, dark = on_white[..., :3].astype(np.float32), on_grey[..., :3].astype(np.float32)
        alpha = np.clip(1 - (light - dark).mean(axis=2) / (255 * (1 - grey)), 0, 1)
        alpha[alpha < 0.02] = 0
        colour = 255 - (255 - light) / np.maximum(alpha, 0.02)[..., None]
        return np.dstack([np.clip(colour, 0, 255), 255 * alpha]).round().astype(np.uint8)


def map_canvas(
    content: MapContent, width: int, height: int, dpi: float, plate: Plate | None = None, extent: Extent | None = None, settings: FigureSettings | None = None
) -> Canvas:
    """The map's part of a figure of this size in pixels, showing all documents or `extent`: what a layout needs."""
    plate, settings = plate or Plate(), settings or FigureSettings()
    inner = map_frame(_legend(content, settings, plate), plate, width / dpi, height / dpi)
    across, down = max(1, round(width * inner.width)), max(1, round(height * inner.height))
    return Canvas(extent or fit_extent(content.positions, content.topic_of, across, down), across, down, dpi)


def lay_out_labels(content: MapContent, settings: FigureSettings, canvas: Canvas, plate: Plate | None = None) -> tuple[PlacedLabel, ...]:
    """The labels of the style, placed; slow enough (up to a second or two) to run off the window's thread.

    Labels that the researcher moved, resized or hid are as they were left.
    """
    plate = plate or Plate()
    fixed = (plate.smallest or min(10.0, canvas.unit)) if settings.style == "article" else None
    type_ = Type(plate.family, fixed, plate.smallest)
    return place_labels(content.positions, content.topic_of, content.texts, canvas, settings.n_labels, type_, content.looks)


def draw_map(
    figure: Figure,
    content: MapContent,
    settings: FigureSettings,
    labels: Sequence[PlacedLabel] = (),
    *,
    theme: Theme | None = None,
    plate: Plate | None = None,
    extent: Extent | None = None,
) -> MapAxes:
    """Clear the figure and draw the map on it.

    Parameters
    ----------
    labels : sequence of PlacedLabel
        From `lay_out_labels`; none for a map without names.
    theme : "light" or "dark", optional
        None follows the plate.
    extent : (x0, x1, y0, y1), optional
        The window to show; None shows every document.
    """
    plate = plate or Plate(ground="dark" if theme == "dark" else "white")
    theme = plate.theme
    figure.clear()
    figure.set_facecolor((*background_of(plate), 0.0 if plate.ground == "transparent" else 1.0))
    width, height = (float(side) for side in figure.get_size_inches())
    legend = _legend(content, settings, plate)
    inner = map_frame(legend, plate, width, height)
    axes = figure.add_axes((inner.left, inner.bottom, inner.width, inner.height))
    axes.set_axis_off()
    axes.set_aspect("equal", adjustable="datalim")
    colours = content.colours(theme, plate.palette)
    points = point_layer(content, settings, plate, colours)
    axes.add_artist(points)
    handle = MapAxes(axes, points, theme, settings.style, label_colours_of(content, colours, theme), plate)
    handle.set_extent(extent or fit_extent(content.positions, content.topic_of, width * inner.width, height * inner.height))
    handle.set_labels(labels)
    draw_around(figure, legend, plate)
    return handle


def point_layer(content: MapContent, settings: FigureSettings, plate: Plate, colours: Colours) -> RasterLayer:
    """The points in their topics' colours, or in those of another colouring: a glow would then say what is not so."""
    lengths, look, is_see_through = content.text_lengths if settings.size_by_length else None, raster_look(settings, plate), plate.ground == "transparent"
    colouring = content.colouring
    if colouring is None:
        return RasterLayer(point_cloud(content.positions, content.topic_of, lengths), colours, look, is_see_through)
    is_hidden = (content.topic_of < 0) & (settings.unassigned == "hide")
    drawn = np.where(is_hidden[:, None], np.float32(np.nan), content.positions)
    look = replace(look, glow=0.0, unassigned="grey")
    return RasterLayer(point_cloud(drawn, colouring.group, lengths), colouring.colours, look, is_see_through)


def label_colours_of(content: MapContent, colours: Colours, theme: Theme) -> Colours:
    """What the labels' ink follows from: the topics' colours, or that of text where points are in other colours."""
    return colours if content.colouring is None else np.tile(np.array(MUTED[theme]), (max(1, len(content.texts)), 1))


def _legend(content: MapContent, settings: FigureSettings, plate: Plate) -> Legend:
    """Of topics where it is asked for; of other colours always, because nothing else says what they stand for."""
    if content.colouring is not None:
        return colouring_legend(content.colouring)
    return topic_legend(content.texts, content.topic_of, content.colours(plate.theme, plate.palette), settings.n_labels) if plate.legend else Legend()


def background_of(plate: Plate) -> Rgb:
    """What is behind the map, and the colour of halos; white where nothing is."""
    return _PAPER if plate.ground == "paper" else BACKGROUND[plate.theme]


def raster_look(settings: FigureSettings, plate: Plate) -> RasterLook:
    """How the points look in a style and on a plate."""
    is_plate = settings.style == "plate"
    return RasterLook(
        background=background_of(plate),
        grey=UNASSIGNED[plate.theme] if plate.palette != "greyscale" else _PALE[plate.theme],
        unassigned=settings.unassigned,
        opacity=None if is_plate else 0.4,
        dot_scale=(1.0 if is_plate else 1.35) * plate.dot_scale,
        glow=_GLOW[plate.theme] if is_plate else 0.0,
    )


def _label_ink(colours: Colours, style: str, theme: Theme, plate: Plate) -> LabelInk:
    """Plate: the topic's colour, darkened, on a halo of the background. Article: the topic's colour with a black edge."""
    if style == "plate":
        return LabelInk(label_colours(colours, theme), background_of(plate), 0.26, 0.85)
    return LabelInk(colours, (0.0, 0.0, 0.0), 0.075, 1.0)
