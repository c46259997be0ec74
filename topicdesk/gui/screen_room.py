"""How large a dialog opens: as large as it would like to be, and never larger than the screen that it stands on."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

FRAME_WIDTH, FRAME_HEIGHT = 40, 80  # pixels left for the frame and the title


def resize_within_screen(widget: QWidget, width: int, height: int) -> None:
    """Give a dialog this size, or what its screen has."""
    available = widget.screen().availableGeometry()
    widget.resize(min(width, available.width() - FRAME_WIDTH), min(height, available.height() - FRAME_HEIGHT))
