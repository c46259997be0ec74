"""The window's palette and the figure's themes brought together: which theme a palette asks for, and the topics' colours for Qt."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QColor, QPalette

from topicdesk.core.analysis import Analysis
from topicdesk.figure.colours import Theme, analysis_colours
from topicdesk.figure.dots import Colours


def theme_of(palette: QPalette) -> Theme:
    """The theme that a palette asks for: dark where its text is lighter than its base."""
    return "dark" if palette.color(QPalette.ColorRole.Text).lightnessF() > palette.color(QPalette.ColorRole.Base).lightnessF() else "light"


def colours_of(analysis: Analysis | None, palette: QPalette) -> dict[int, QColor]:
    """The colour of each topic by its number, the same as on the map and in the figure."""
    if analysis is None:
        return {}
    table = _table(analysis, theme_of(palette))
    return {topic.number: QColor.fromRgbF(*table[topic.number].tolist()) for topic in analysis.topics if topic.number < len(table)}


@lru_cache(maxsize=2)
def _table(analysis: Analysis, theme: Theme) -> Colours:
    """Several views ask for the same colours in turn, and a million positions take a while."""
    return analysis_colours(analysis, theme)
