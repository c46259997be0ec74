"""The small strip of tools that lies over the map: each with an icon, a tooltip with its key, and an accessible name."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from topicdesk.core.settings import FigureSettings
from topicdesk.gui.map_icons import icon

TOOLS = (
    ("home", "Show the whole map", "0"),
    ("zoom in", "Zoom in", "+"),
    ("zoom out", "Zoom out", "-"),
    ("back", "Back to the part of the map seen before", "Alt+Left"),
    ("forward", "Forward again", "Alt+Right"),
    ("rectangle", "Select documents in a rectangle (or drag with Shift; with Ctrl they are added)", "R"),
    ("lasso", "Select documents with a lasso (or drag with Shift and Alt)", "L"),
    ("unassigned", "Unassigned documents in grey", "G"),
    ("style", "The look of the article", "S"),
)


class MapTools(QFrame):
    """Buttons one above the other.

    Signals
    -------
    asked : (str)
        The name of a tool: home, zoom in, zoom out, back, forward, rectangle, lasso, unassigned, style.
    """

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setAccessibleName("Tools of the map")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.buttons: dict[str, QToolButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.setSpacing(0)
        for name, words, key in TOOLS:
            button = QToolButton(autoRaise=True)
            button.setToolTip(f"{words} ({key})")
            button.setAccessibleName(words)
            button.setIconSize(QSize(18, 18))
            button.setFixedSize(28, 28)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, name=name: self.asked.emit(name))
            self.buttons[name] = button
            column.addWidget(button)
        for name in ("rectangle", "lasso", "unassigned", "style"):
            self.buttons[name].setCheckable(True)

    def show_settings(self, settings: FigureSettings) -> None:
        """Show which unassigned documents and which style are drawn."""
        self.buttons["unassigned"].setChecked(settings.unassigned == "grey")
        self.buttons["style"].setChecked(settings.style == "article")

    def show_tool(self, tool: str) -> None:
        """Show what dragging does."""
        for name in ("rectangle", "lasso"):
            self.buttons[name].setChecked(name == tool)

    def show_history(self, can_go_back: bool, can_go_forward: bool) -> None:
        """Show whether there is a way back and forward."""
        self.buttons["back"].setEnabled(can_go_back)
        self.buttons["forward"].setEnabled(can_go_forward)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Icons are made when they are first seen: reading their fonts would hold up the start."""
        super().showEvent(event)
        self._show_icons()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Icons follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self._show_icons()

    def _show_icons(self) -> None:
        for name, button in self.buttons.items():
            button.setIcon(icon(name, self.palette()))
