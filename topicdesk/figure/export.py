"""The figure as a file: PNG, SVG or PDF with live text and rasterised points; the same settings give the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from matplotlib import rc_context
from matplotlib.figure import Figure

from topicdesk.core.errors import InputError
from topicdesk.core.files import write_whole
from topicdesk.core.settings import FigureSettings
from topicdesk.figure.colours import Theme
from topicdesk.figure.draw import Caption, MapContent, draw_map, lay_out_labels, map_canvas
from topicdesk.figure.label_layout import PlacedLabel
from topicdesk.figure.raster import Extent

Format = Literal["png", "svg", "pdf"]
FORMATS: tuple[Format, ...] = ("png", "svg", "pdf")
_ROUND_DOTS = 20_000_000  # a second or two
_MM = 25.4
# Live text in the installed fonts; a fixed salt for ids; nothing that depends on the day or the machine's own settings.
_STYLE: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "topicdesk", "pdf.fonttype": 42, "pdf.compression": 9}
_METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": "TopicDesk"},
    "svg": {"Creator": "TopicDesk", "Date": None},
    "pdf": {"Creator": "TopicDesk", "Producer": "TopicDesk", "CreationDate": None},
}


@dataclass(frozen=True)
class Page:
    """The figure's size on paper, in millimetres, and the points' resolution. The default is 1600 x 1200 pixels."""

    width_mm: float = 203.2
    height_mm: float = 152.4
    dpi: float = 200.0

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height at `dpi`."""
        return round(self.width_mm / _MM * self.dpi), round(self.height_mm / _MM * self.dpi)


def save_figure(
    path: Path,
    content: MapContent,
    settings: FigureSettings | None = None,
    *,
    format: Format | None = None,
    page: Page | None = None,
    labels: tuple[PlacedLabel, ...] | None = None,
    theme: Theme = "light",
    caption: Caption | None = None,
    extent: Extent | None = None,
) -> None:
    """Draw the map into a file that is whole or absent.

    Parameters
    ----------
    format : "png", "svg", "pdf" or None
        None takes the path's ending.
    labels : tuple of PlacedLabel or None
        None lays them out for this page.

    Raises
    ------
    InputError
        For an unknown format.
    OSError
        Where the folder cannot be written.
    """
    kind = format or path.suffix.lstrip(".").lower()
    if kind not in FORMATS:
        raise InputError(f"{path.name}: a figure is saved as {', '.join(FORMATS)}, not as {kind or 'a file without an ending'}.")
    settings, page, caption = settings or FigureSettings(), page or Page(), caption or Caption()
    canvas = map_canvas(content, *page.pixels, page.dpi, caption, extent)
    if labels is None:
        labels = lay_out_labels(content, settings, canvas)
    with rc_context(_STYLE):
        figure = Figure(figsize=(page.width_mm / _MM, page.height_mm / _MM), dpi=page.dpi)
        handle = draw_map(figure, content, settings, labels, theme=theme, caption=caption, extent=extent)
        handle.points.set_look(round_dots=_ROUND_DOTS)
        write_whole(path, lambda stream: figure.savefig(stream, format=kind, dpi=page.dpi, metadata=_METADATA[kind]))
