"""The labelled topic map on a matplotlib Figure, for the window's pane and the exported file alike; no pyplot, no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from topicdesk.core.analysis import Analysis
from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.core.settings import FigureSettings
from topicdesk.figure.colours import BACKGROUND, FOREGROUND, MUTED, UNASSIGNED, Theme, analysis_colours, label_colours, topic_colours
from topicdesk.figure.dots import Colours, Points
from topicdesk.figure.fonts import Weight, font, missing_characters, printable, text_width
from topicdesk.figure.label_artist import LabelLayer, LabelLook
from topicdesk.figure.label_layout import Canvas, PlacedLabel, place_labels
from topicdesk.figure.raster import Extent, RasterLook, fit_extent, point_cloud, raster

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
    """

    positions: FloatArray
    topic_of: IntArray
    texts: tuple[str, ...] = ()
    text_lengths: IntArray | None = None
    analysis: Analysis | None = None

    @classmethod
    def of(cls, analysis: Analysis, text_lengths: IntArray | None = None) -> MapContent:
        """The content of a finished analysis, without the topics that the researcher hides."""
        texts = tuple("" if topic.is_hidden or not topic.size else topic.label.text for topic in analysis.topics)
        return cls(shown_positions(analysis), analysis.assignment.topic_of, texts, text_lengths, analysis)

    def colours(self, theme: Theme) -> Colours:
        """The colour of each topic, float64 of shape (n_topics, 3)."""
        return topic_colours(self.positions, self.topic_of, theme) if self.analysis is None else analysis_colours(self.analysis, theme)

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


@dataclass(frozen=True)
class Caption:
    """What stands above the map; empty texts take no room."""

    title: str = ""
    subtitle: str = ""


@dataclass(eq=False)
class MapAxes:
    """A drawn map: what the window changes without drawing all anew."""

    axes: Axes
    points: RasterLayer
    theme: Theme
    style: str
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
        colours = self.points.colours[[label.topic for label in labels]] if labels else np.zeros((0, 3))
        look = _label_look(colours, self.style, self.theme)
        self._label_layer = LabelLayer(self.axes, self.labels, look)
        self.axes.add_artist(self._label_layer)


class RasterLayer(Artist):
    """All points as one picture, computed at drawing time for the window in view and the device's own pixels."""

    def __init__(self, cloud: Points, colours: Colours, look: RasterLook) -> None:
        super().__init__()
        self.cloud, self.colours, self.look = cloud, colours, look
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
        picture = raster(self.cloud, self.colours, (*axes.get_xlim(), *axes.get_ylim()), width, height, self.look)
        context = renderer.new_gc()
        renderer.draw_image(context, round(box.x0), round(box.y0), np.ascontiguousarray(picture[::-1]))
        context.restore()
        self.stale = False


def map_canvas(content: MapContent, width: int, height: int, dpi: float, caption: Caption | None = None, extent: Extent | None = None) -> Canvas:
    """The map's part of a figure of this size in pixels, showing all documents or `extent`: what a layout needs."""
    share = 1 - _caption_share(caption or Caption(), width / dpi, height / dpi)
    inner = max(1, round(height * share))
    return Canvas(extent or fit_extent(content.positions, content.topic_of, width, inner), width, inner, dpi)


def lay_out_labels(
    content: MapContent, settings: FigureSettings, canvas: Canvas, places: Mapping[int, tuple[float, float]] | None = None
) -> tuple[PlacedLabel, ...]:
    """The labels of the style, placed; slow enough (up to a second or two) to run off the window's thread.

    `places` holds labels where they are, by topic, in the map's coordinates.
    """
    font_size = min(10.0, canvas.unit) if settings.style == "article" else None
    return place_labels(content.positions, content.topic_of, content.texts, canvas, settings.n_labels, font_size, places)


def draw_map(
    figure: Figure,
    content: MapContent,
    settings: FigureSettings,
    labels: Sequence[PlacedLabel] = (),
    *,
    theme: Theme = "light",
    caption: Caption | None = None,
    extent: Extent | None = None,
) -> MapAxes:
    """Clear the figure and draw the map on it.

    Parameters
    ----------
    labels : sequence of PlacedLabel
        From `lay_out_labels`; none for a map without names.
    extent : (x0, x1, y0, y1), optional
        The window to show; None shows every document.
    """
    figure.clear()
    figure.set_facecolor(BACKGROUND[theme])
    width, height = (float(side) for side in figure.get_size_inches())
    caption = caption or Caption()
    share = _caption_share(caption, width, height)
    axes = figure.add_axes((0, 0, 1, 1 - share))
    axes.set_axis_off()
    axes.set_aspect("equal", adjustable="datalim")
    points = RasterLayer(
        point_cloud(content.positions, content.topic_of, content.text_lengths if settings.size_by_length else None),
        content.colours(theme),
        _look(settings, theme),
    )
    axes.add_artist(points)
    handle = MapAxes(axes, points, theme, settings.style)
    handle.set_extent(extent or fit_extent(content.positions, content.topic_of, width, height * (1 - share)))
    handle.set_labels(labels)
    _draw_caption(figure, caption, theme)
    return handle


def _look(settings: FigureSettings, theme: Theme) -> RasterLook:
    plate = settings.style == "plate"
    return RasterLook(
        background=BACKGROUND[theme],
        grey=UNASSIGNED[theme],
        unassigned=settings.unassigned,
        opacity=None if plate else 0.4,
        dot_scale=1.0 if plate else 1.35,
        glow=_GLOW[theme] if plate else 0.0,
    )


def _label_look(colours: Colours, style: str, theme: Theme) -> LabelLook:
    """Plate: the topic's colour, darkened, on a halo of the background. Article: the topic's colour with a black edge."""
    if style == "plate":
        return LabelLook(label_colours(colours, theme), BACKGROUND[theme], 0.26, 0.85)
    return LabelLook(colours, (0.0, 0.0, 0.0), 0.075, 1.0)


def _caption_share(caption: Caption, width: float, height: float) -> float:
    """The share of the figure's height that title and subtitle take; sides in inches."""
    unit = np.sqrt(width * height)
    inches = unit * (0.062 * bool(caption.title) + 0.034 * bool(caption.subtitle) + 0.022 * bool(caption.title or caption.subtitle))
    return float(min(0.4, inches / height))


def _draw_caption(figure: Figure, caption: Caption, theme: Theme) -> None:
    """Title and subtitle at the upper left, made smaller where they are too long for the figure."""
    width, height = (float(side) for side in figure.get_size_inches())
    unit = np.sqrt(width * height)
    left, top = 0.028 * unit, height - 0.022 * unit
    lines: list[tuple[str, float, Weight, Any]] = [(caption.title, 3.1, "bold", FOREGROUND[theme]), (caption.subtitle, 1.55, "normal", MUTED[theme])]
    for text, scale, weight, colour in lines:
        if text:
            line = printable(text)
            size = min(scale * unit, (width - 2 * left) * 72 / max(text_width(line, weight), 1e-6))
            figure.text(left / width, top / height, line, color=colour, font_properties=font(size, weight, text=line), ha="left", va="top", parse_math=False)
            top -= scale * unit * 1.25 / 72
