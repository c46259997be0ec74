"""Icons of the views, from one open set (Material Design Icons through QtAwesome), in the colours of the palette."""

from __future__ import annotations

from PySide6.QtGui import QIcon, QPalette

NAMES = {
    "home": "mdi6.home-outline",
    "zoom in": "mdi6.magnify-plus-outline",
    "zoom out": "mdi6.magnify-minus-outline",
    "back": "mdi6.arrow-left",
    "forward": "mdi6.arrow-right",
    "rectangle": "mdi6.selection-drag",
    "lasso": "mdi6.lasso",
    "unassigned": "mdi6.blur",
    "unassigned hidden": "mdi6.blur-off",
    "style": "mdi6.palette-outline",
    "language model": "mdi6.creation-outline",
    "keywords": "mdi6.tag-text-outline",
    "researcher": "mdi6.account-edit-outline",
    "checked": "mdi6.check-circle",
    "hidden": "mdi6.eye-off-outline",
    "flagged": "mdi6.flag-variant-outline",
    "copy": "mdi6.format-quote-close",
    "filter": "mdi6.filter-variant",
    "search": "mdi6.magnify",
}


def icon(name: str, palette: QPalette, role: QPalette.ColorRole = QPalette.ColorRole.WindowText) -> QIcon:
    """The icon of a thing or an action, in a palette's colour; made anew where the palette changes."""
    import qtawesome  # reads its fonts, which would hold up the start of the window

    colour = palette.color(QPalette.ColorGroup.Active, role)
    disabled = palette.color(QPalette.ColorGroup.Disabled, role)
    made: QIcon = qtawesome.icon(NAMES[name], color=colour, color_disabled=disabled)
    return made
