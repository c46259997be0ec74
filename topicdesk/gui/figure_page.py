"""What the figure dialog asks for, and how it is worked out off the window's thread: layout, preview picture, file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PySide6.QtGui import QImage

from topicdesk.core.corpus import Corpus
from topicdesk.core.label_look import AS_LAID_OUT
from topicdesk.core.plate import MAX_PIXELS, Page, Plate
from topicdesk.core.settings import FigureSettings
from topicdesk.figure.content import coloured_content
from topicdesk.figure.draw import MapContent, draw_map, lay_out_labels, map_canvas
from topicdesk.figure.export import save_figure
from topicdesk.figure.fonts import installed_families, missing_in_words
from topicdesk.figure.html_map import save_html
from topicdesk.figure.label_layout import PlacedLabel
from topicdesk.gui.wording import count

MM = 25.4


@dataclass(frozen=True)
class FigureWish:
    """One figure: equal wishes give equal files."""

    settings: FigureSettings
    page: Page
    plate: Plate = field(default_factory=Plate)
    with_description: bool = True
    with_texts: bool = True

    @property
    def objection(self) -> str:
        """Why this figure cannot be made, and what to do; empty where it can."""
        width, height = self.page.pixels
        if width * height > MAX_PIXELS:
            return f"{width:,} × {height:,} pixels are more than memory holds. Choose a lower resolution or a smaller page."
        return ""


@dataclass(frozen=True, eq=False)
class FigurePreview:
    """A figure as it will look, with the layout that the file shall have too."""

    wish: FigureWish
    labels: tuple[PlacedLabel, ...]
    image: QImage
    remark: str


def draw_preview(content: MapContent, corpus: Corpus | None, wish: FigureWish, width: float, height: float, ratio: float) -> FigurePreview:
    """The whole page, as large as fits into width x height pixels of the widget."""
    page, content = wish.page, coloured_content(content, corpus, wish.plate)
    labels = lay_out_labels(content, wish.settings, map_canvas(content, *page.pixels, page.dpi, wish.plate, settings=wish.settings), wish.plate)
    dpi = min(width * ratio / page.width_mm, height * ratio / page.height_mm) * MM
    figure = Figure(figsize=(page.width_mm / MM, page.height_mm / MM), dpi=dpi)
    draw_map(figure, content, wish.settings, labels, plate=wish.plate)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    image = QImage(pixels.tobytes(), pixels.shape[1], pixels.shape[0], 4 * pixels.shape[1], QImage.Format.Format_RGBA8888).copy()
    image.setDevicePixelRatio(ratio)
    return FigurePreview(wish, labels, image, _remark(content, labels, wish))


def offered_families() -> tuple[str, ...]:
    """Font families for labels that are installed here, in the order of the alphabet."""
    return tuple(sorted(name for name in installed_families() if not name.startswith((".", "Last Resort", "cm", "STIX"))))


def _remark(content: MapContent, labels: tuple[PlacedLabel, ...], wish: FigureWish) -> str:
    """What the reader should know of this figure; empty for nothing."""
    wanted = min(wish.settings.n_labels, sum(bool(text) and not content.looks.get(topic, AS_LAID_OUT).is_hidden for topic, text in enumerate(content.texts)))
    left_out = wanted - len(labels)
    room = f"{left_out} of {wanted} labels find no room; a larger page or smaller type would help." if left_out > 0 else ""
    return " ".join(part for part in (missing_in_words(content.missing_characters), room, _of_colours(content, wish.plate)) if part)


def _of_colours(content: MapContent, plate: Plate) -> str:
    """What a palette of few colours does to those of topics."""
    if plate.palette == "default" or content.colouring is not None:
        return ""
    colours = content.colours(plate.theme, plate.palette)
    words = "Topics far apart share a colour." if len(np.unique(colours, axis=0)) < len(colours) else ""
    if n_lost := content.n_recoloured(plate.theme, plate.palette):
        words += f" {count(n_lost, 'colour')} of your own {'is' if n_lost == 1 else 'are'} not kept: this palette's readers would not tell it from others."
    return words.strip()


def save(content: MapContent, corpus: Corpus | None, wish: FigureWish, path: Path, labels: tuple[PlacedLabel, ...] | None) -> list[Path]:
    """Write the figure; with the preview's labels where there are any, so that the file is what was seen."""
    content = coloured_content(content, corpus, wish.plate)
    if path.suffix.lower() == ".html":
        return save_html(path, content, corpus, wish.settings, wish.plate, wish.with_texts)
    return save_figure(path, content, wish.settings, page=wish.page, labels=labels, plate=wish.plate, with_description=wish.with_description)
