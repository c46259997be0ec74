"""The dock of the Setup panel, which folds to a strip when a result needs the room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QWidget

from topicdesk.gui.icons import icon
from topicdesk.gui.setup_panel import SetupPanel

STRIP_WIDTH = 36
MIN_WIDTH = 208
MAX_WIDTH = 16_777_215  # QWIDGETSIZE_MAX


class SetupDock(QDockWidget):
    """Holds the panel under a title bar whose button folds it to a strip and back.

    Attributes
    ----------
    is_folded : bool

    Signals
    -------
    folded : (bool)
    """

    folded = Signal(bool)

    def __init__(self, panel: SetupPanel, parent: QWidget | None = None) -> None:
        super().__init__("Setup", parent)
        self.setObjectName("setup")
        self.is_folded = False
        self._panel = panel
        self._title = QLabel("Setup")
        self.fold_button = QToolButton(autoRaise=True)
        self._close_button = QToolButton(autoRaise=True)
        self._close_button.setToolTip("Close Setup; the View menu brings it back")
        self._close_button.setAccessibleName("Close Setup")
        self._close_button.setText("×")
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(6, 2, 4, 2)
        row.setSpacing(0)
        row.addWidget(self._title, 1)
        row.addWidget(self.fold_button)
        row.addWidget(self._close_button)
        self.setTitleBarWidget(bar)
        self.setWidget(panel)
        self.fold_button.clicked.connect(lambda: self.set_folded(not self.is_folded))
        self._close_button.clicked.connect(self.close)
        self.topLevelChanged.connect(lambda is_floating: self.set_folded(False) if is_floating else None)
        self._show_fold()

    def set_folded(self, is_folded: bool) -> None:
        """Show the strip, or the whole panel."""
        if is_folded != self.is_folded:
            self.is_folded = is_folded
            self._show_fold()
            self.folded.emit(is_folded)

    def show_icons(self) -> None:
        """Draw the icon, which is not there at first sight."""
        self.fold_button.setIcon(icon("settings" if self.is_folded else "fold", self.palette()))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """The icon follows the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self.show_icons()

    def _show_fold(self) -> None:
        words = "Show Setup: corpus, models, topic size, settings" if self.is_folded else "Fold Setup to a strip"
        self.fold_button.setToolTip(words)
        self.fold_button.setAccessibleName(words.partition(":")[0])
        for widget in (self._title, self._close_button, self._panel):
            widget.setVisible(not self.is_folded)
        self.setMinimumWidth(STRIP_WIDTH if self.is_folded else MIN_WIDTH)
        self.setMaximumWidth(STRIP_WIDTH if self.is_folded else MAX_WIDTH)
        if not self.fold_button.icon().isNull():
            self.show_icons()
