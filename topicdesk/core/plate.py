"""What is asked of a figure: its page, and what stands around the map, its type, palette and background; plain values, nothing is drawn here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from topicdesk.core.settings import FigureSettings

Ground = Literal["white", "paper", "dark", "transparent"]
Palette = Literal["default", "colour-blind", "greyscale"]

GROUNDS: tuple[Ground, ...] = ("white", "paper", "dark", "transparent")
PALETTES: tuple[Palette, ...] = ("default", "colour-blind", "greyscale")
MAX_PIXELS = 100_000_000  # ten thousand by ten thousand; a picture of them takes 400 MB of memory
_MM = 25.4


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


# What journals, slides and the article ask for.
PRESETS: dict[str, Page] = {
    "screen": Page(),
    "single-column": Page(85.0, 85.0, 600.0),
    "double-column": Page(175.0, 131.0, 450.0),
    "slide": Page(338.7, 190.5, 150.0),
    "article": Page(508.0, 508.0, 150.0),
    "a4": Page(297.0, 210.0, 300.0),
    "poster": Page(594.0, 420.0, 200.0),
}


@dataclass(frozen=True)
class Plate:
    """What the researcher chooses of a figure beside the map's own settings.

    Attributes
    ----------
    title, subtitle : str
        Above the map; empty texts take no room.
    family : str
        Font family; empty for the best installed one.
    smallest : float or None
        Points of the smallest label at the final size (of all labels, in the article's style); None follows the page.
    dot_scale : float
        Factor on the documents' dots.
    legend : bool
        A list of the labelled topics with their colours and sizes beside the map; of other colours there is always one.
    colour_by : str
        What the dots are coloured by: "topic", "strength", "date" or "column:NAME" (figure/colouring.py). The palette is that of topics.
    """

    title: str = ""
    subtitle: str = ""
    palette: Palette = "default"
    ground: Ground = "white"
    family: str = ""
    smallest: float | None = None
    dot_scale: float = 1.0
    legend: bool = False
    colour_by: str = "topic"

    @property
    def theme(self) -> Literal["light", "dark"]:
        """Whether colours lie on light or on dark."""
        return "dark" if self.ground == "dark" else "light"


@dataclass(frozen=True)
class FigureRequest:
    """A figure of a project, as the command line asks for it; None leaves a choice to the project's own settings.

    Attributes
    ----------
    with_description : bool
        Write the alt text and the table behind the figure beside it.
    with_texts : bool
        Let the interactive map hold titles and excerpts.
    """

    page: Page = field(default_factory=Page)
    plate: Plate = field(default_factory=Plate)
    style: Literal["plate", "article"] | None = None
    unassigned: Literal["hide", "grey"] | None = None
    n_labels: int | None = None
    with_description: bool = True
    with_texts: bool = True

    def settings(self, own: FigureSettings) -> FigureSettings:
        """The project's settings with what is asked for in their place."""
        asked = {"style": self.style, "unassigned": self.unassigned, "n_labels": self.n_labels}
        return replace(own, **{name: value for name, value in asked.items() if value is not None})  # type: ignore[arg-type]
