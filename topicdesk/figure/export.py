"""The figure as a file: PNG, SVG or PDF with live text and rasterised points; the same settings give the same bytes."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
from matplotlib import rc_context
from matplotlib.figure import Figure

from topicdesk import __version__
from topicdesk.core.errors import InputError
from topicdesk.core.files import write_text, write_whole
from topicdesk.core.plate import Page, Plate
from topicdesk.core.settings import FigureSettings
from topicdesk.figure import svg
from topicdesk.figure.description import alt_text, data_table
from topicdesk.figure.draw import MapContent, draw_map, lay_out_labels, map_canvas
from topicdesk.figure.label_layout import PlacedLabel
from topicdesk.figure.raster import Extent

Format = Literal["png", "svg", "pdf"]
FORMATS: tuple[Format, ...] = ("png", "svg", "pdf")
_ROUND_DOTS = 20_000_000  # a second or two
_MM = 25.4
# Live text in the installed fonts; a fixed salt for ids; nothing that depends on the day or the machine's own settings.
_STYLE: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "topicdesk", "pdf.fonttype": 42, "pdf.compression": 9}


def save_figure(
    path: Path,
    content: MapContent,
    settings: FigureSettings | None = None,
    *,
    format: Format | None = None,
    page: Page | None = None,
    labels: tuple[PlacedLabel, ...] | None = None,
    plate: Plate | None = None,
    extent: Extent | None = None,
    with_description: bool = False,
) -> list[Path]:
    """Draw the map into a file that is whole or absent.

    Parameters
    ----------
    format : "png", "svg", "pdf" or None
        None takes the path's ending.
    labels : tuple of PlacedLabel or None
        None lays them out for this page.
    with_description : bool
        Write the alt text and the table behind the figure beside it, as NAME.alt.txt and NAME.data.csv.

    Returns
    -------
    list of Path
        The files written, the figure first.

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
    settings, page, plate = settings or FigureSettings(), page or Page(), plate or Plate()
    if labels is None:
        labels = lay_out_labels(content, settings, map_canvas(content, *page.pixels, page.dpi, plate, extent, settings), plate)
    words = alt_text(content, plate)
    with rc_context(_STYLE):
        figure = Figure(figsize=(page.width_mm / _MM, page.height_mm / _MM), dpi=page.dpi)
        handle = draw_map(figure, content, settings, labels, plate=plate, extent=extent)
        handle.points.set_look(round_dots=_ROUND_DOTS)
        stream = io.BytesIO()
        figure.savefig(stream, format=kind, dpi=page.dpi, metadata=_metadata(kind, words, settings, page, plate))
    drawn = stream.getvalue()
    if kind == "svg":
        drawn = svg.finished(drawn.decode("utf-8"), _runs(figure, labels), plate.title or "Topic map", words).encode("utf-8")
    write_whole(path, lambda file: _write(file, drawn))
    return [path, *(write_description(path, content, labels, plate) if with_description else [])]


def write_description(path: Path, content: MapContent, labels: tuple[PlacedLabel, ...], plate: Plate | None = None) -> list[Path]:
    """The alt text and the table behind a figure, beside its file."""
    text_path, table_path = path.with_name(f"{path.stem}.alt.txt"), path.with_name(f"{path.stem}.data.csv")
    write_text(text_path, alt_text(content, plate) + "\n")
    write_text(table_path, data_table(content, labels, plate))
    return [text_path, table_path]


def _write(stream: Any, content: bytes) -> None:
    stream.write(content)


def _runs(figure: Figure, labels: tuple[PlacedLabel, ...]) -> list[svg.Run]:
    """All that is set in the figure: labels, and what stands around the map."""
    runs: list[svg.Run] = [(line, label.weight, label.family) for label in labels for line in label.lines]
    for text in figure.texts:
        properties = text.get_fontproperties()
        family = properties.get_family()[0]
        runs.append((text.get_text(), "bold" if int(properties.get_weight()) >= 700 else "normal", family if properties.get_stretch() == "normal" else ""))
    return runs


def _metadata(kind: str, words: str, settings: FigureSettings, page: Page, plate: Plate) -> dict[str, Any]:
    """Who made the file and how: versions and settings, no path, no user, no day."""
    maker, title = f"TopicDesk {__version__}", plate.title or "Topic map"
    how = json.dumps({"matplotlib": mpl.__version__, "figure": asdict(settings), "page": asdict(page), "plate": asdict(plate)}, sort_keys=True)
    if kind == "png":
        return {"Software": maker, "Title": title, "Description": words, "Comment": how}
    if kind == "svg":
        return {"Creator": maker, "Date": None, "Title": title, "Description": words, "Source": how}
    return {"Creator": maker, "Producer": maker, "CreationDate": None, "Title": title, "Subject": words, "Keywords": how}
