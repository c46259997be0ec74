"""Icons of the window, from one open set (Material Design Icons through QtAwesome), in the colours of the palette.

The library is imported at the first icon: reading its fonts takes longer than showing the window.
"""

from __future__ import annotations

from PySide6.QtGui import QIcon, QPalette

NAMES = {
    "open": "mdi6.folder-open-outline",
    "sample": "mdi6.flask-outline",
    "run": "mdi6.play",
    "cancel": "mdi6.stop",
    "undo": "mdi6.undo",
    "redo": "mdi6.redo",
    "find": "mdi6.magnify",
    "figure": "mdi6.image-outline",
    "export": "mdi6.table-arrow-right",
    "models": "mdi6.cube-outline",
    "drop": "mdi6.file-delimited-outline",
    "project": "mdi6.map-outline",
    "waiting": "mdi6.circle-outline",
    "running": "mdi6.progress-clock",
    "done": "mdi6.check",
    "cached": "mdi6.check-all",
    "failed": "mdi6.alert-circle-outline",
    "cancelled": "mdi6.stop-circle-outline",
    "settings": "mdi6.tune-variant",
    "fold": "mdi6.chevron-left",
    "privacy": "mdi6.lock-outline",
    "warning": "mdi6.alert-outline",
    "accept": "mdi6.check-circle-outline",
    "relabel": "mdi6.creation-outline",
    "note": "mdi6.note-text-outline",
    "hide": "mdi6.eye-off-outline",
    "merge": "mdi6.merge",
    "split": "mdi6.call-split",
    "delete": "mdi6.delete-outline",
}
SIZES = (16, 20, 32, 40, 56, 112)


def icon(name: str, palette: QPalette, role: QPalette.ColorRole = QPalette.ColorRole.ButtonText) -> QIcon:
    """The icon of a thing or an action, in a palette's colours; made anew where the palette changes.

    It is drawn once in all sizes: the library's own icon calls Python at every paint, which waits while another thread is at work.
    """
    import qtawesome

    colour = palette.color(QPalette.ColorGroup.Active, role)
    disabled = palette.color(QPalette.ColorGroup.Disabled, role)
    drawn: QIcon = qtawesome.icon(NAMES[name], color=colour, color_disabled=disabled)
    made = QIcon()
    for size in SIZES:
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
            made.addPixmap(drawn.pixmap(size, size, mode), mode)
    return made
