"""What `topicdesk export` takes for figures: its options, and what they ask for; it draws nothing and imports nothing heavy."""

from __future__ import annotations

import argparse

from topicdesk.core.errors import InputError
from topicdesk.core.plate import GROUNDS, MAX_PIXELS, PALETTES, PRESETS, FigureRequest, Page, Plate


def add_figure_options(parser: argparse.ArgumentParser) -> None:
    """The options of a figure, as in the window's dialog."""
    group = parser.add_argument_group("figures")
    group.add_argument("--preset", choices=tuple(PRESETS), default="screen", help="size and resolution; the options below change single values")
    group.add_argument("--width-mm", type=float, metavar="MM")
    group.add_argument("--height-mm", type=float, metavar="MM")
    group.add_argument("--dpi", type=float, help="of points; text stays text in SVG and PDF")
    group.add_argument("--style", choices=("plate", "article"))
    group.add_argument("--palette", choices=PALETTES, default="default")
    group.add_argument("--background", choices=GROUNDS, default="white")
    group.add_argument("--unassigned", choices=("grey", "hide"))
    group.add_argument("--labels", type=int, metavar="N", help="name at most N topics")
    group.add_argument("--font", default="", metavar="FAMILY")
    group.add_argument("--font-size", type=float, metavar="PT", help="of the smallest label, at the final size")
    group.add_argument("--dot-size", type=float, default=1.0, metavar="FACTOR")
    group.add_argument("--legend", action="store_true", help="list the topics beside the map")
    group.add_argument("--colour-by", default="topic", metavar="COL", help="topic, strength, date or a column of the corpus, with its legend")
    group.add_argument("--title", default="")
    group.add_argument("--subtitle", default="")
    group.add_argument("--no-texts", action="store_true", help="html only: leave out titles and excerpts")
    group.add_argument("--no-description", action="store_true", help="leave out the alt text and the table behind the figure")


def figure_request(chosen: argparse.Namespace) -> FigureRequest:
    """The figure that these options ask for.

    Raises
    ------
    InputError
        For a number out of range; it names the option.
    """
    preset = PRESETS[chosen.preset]
    width = _checked("--width-mm", preset.width_mm if chosen.width_mm is None else chosen.width_mm, 10, 2000)
    height = _checked("--height-mm", preset.height_mm if chosen.height_mm is None else chosen.height_mm, 10, 2000)
    page = Page(width, height, _checked("--dpi", preset.dpi if chosen.dpi is None else chosen.dpi, 20, 2400))
    if page.pixels[0] * page.pixels[1] > MAX_PIXELS:
        raise InputError(f"{page.pixels[0]:,} x {page.pixels[1]:,} pixels are more than memory holds; choose a lower --dpi or a smaller page.")
    plate = Plate(
        title=chosen.title,
        subtitle=chosen.subtitle,
        palette=chosen.palette,
        ground=chosen.background,
        family=chosen.font,
        smallest=None if chosen.font_size is None else _checked("--font-size", chosen.font_size, 2, 72),
        dot_scale=_checked("--dot-size", chosen.dot_size, 0.1, 10),
        legend=chosen.legend,
        colour_by=chosen.colour_by if chosen.colour_by in ("topic", "strength", "date") else f"column:{chosen.colour_by}",
    )
    n_labels = None if chosen.labels is None else int(_checked("--labels", chosen.labels, 0, 150))
    return FigureRequest(page, plate, chosen.style, chosen.unassigned, n_labels, not chosen.no_description, not chosen.no_texts)


def _checked(name: str, value: float, low: float, high: float) -> float:
    if not low <= value <= high:
        raise InputError(f"{name} {value:g}: it must lie between {low:g} and {high:g}.")
    return value
