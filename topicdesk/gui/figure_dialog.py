"""The figure dialog: size, resolution and look of the map on paper, as it will look, and the file it is saved to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from topicdesk.figure.draw import Caption, MapContent
from topicdesk.figure.export import Page
from topicdesk.gui.figure_page import FigurePreview, FigureWish, draw_preview, figure_content, save
from topicdesk.gui.label_card import PlainLabel
from topicdesk.gui.latest import IsStale, Latest

if TYPE_CHECKING:
    from topicdesk.gui.session import Session

DEBOUNCE_MILLISECONDS = 250
OWN_SIZE = "Own size"
SIZES: tuple[tuple[str, float, float], ...] = (
    ("Screen", 203.2, 152.4),
    ("One column", 85.0, 70.0),
    ("Two columns", 178.0, 134.0),
    ("A4, across", 297.0, 210.0),
    ("A2 poster, across", 594.0, 420.0),
    ("Square, 20 inches", 508.0, 508.0),
)
FORMATS = (("PNG picture", "png"), ("SVG, text stays text", "svg"), ("PDF, text stays text", "pdf"))
STYLES = (("Plate: soft clouds", "plate"), ("As in the article", "article"))
UNASSIGNED = (("Grey", "grey"), ("Hidden", "hide"))
GROUNDS = (("White", "light"), ("Dark", "dark"))


class Sheet(QWidget):
    """The page in the middle of its room, with a thin edge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self.setMinimumSize(320, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Preview of the figure")

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for a page in 4 : 3."""
        return QSize(560, 420)

    def show_image(self, image: QImage | None) -> None:
        """Show this page."""
        self._image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The page, scaled down while the right size is being drawn."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Mid))
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            size = self._image.deviceIndependentSize().toSize().scaled(self.size() - QSize(32, 32), Qt.AspectRatioMode.KeepAspectRatio)
            area = QRect(QPoint(), size)
            area.moveCenter(self.rect().center())
            painter.drawImage(area, self._image)


class FigureDialog(QDialog):
    """Saves the map of `session`'s analysis; it is not modal, and nothing in it changes the session."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._content: MapContent | None = None
        self._preview: FigurePreview | None = None
        self.setWindowTitle("Save figure")
        self.sheet = Sheet()
        self.message = PlainLabel()
        self.save_button, self.close_button = QPushButton("&Save…"), QPushButton("Close")
        self._make_fields()
        self._lay_out()
        self._debounce = QTimer(self, singleShot=True, interval=DEBOUNCE_MILLISECONDS)
        self._drawing, self._saving = Latest(self), Latest(self)
        self._connect()
        self.resize(1000, 600)
        self._on_size(0)
        self._ask()

    @property
    def is_working(self) -> bool:
        """Whether a preview or a file is still to come."""
        return self._debounce.isActive() or self._drawing.is_busy or self._saving.is_busy

    @property
    def wish(self) -> FigureWish:
        """The figure that the fields describe."""
        figure = replace(
            self._session.settings.figure,
            style=self.style_field.currentData(),
            unassigned=self.unassigned_field.currentData(),
            n_labels=self.labels_field.value(),
        )
        page = Page(self.width_field.value(), self.height_field.value(), float(self.dpi_field.value()))
        caption = Caption(self.title_field.text().strip(), self.subtitle_field.text().strip())
        return FigureWish(figure, page, self.ground_field.currentData(), caption)

    def save_to(self, path: Path) -> None:
        """Write the figure in the background; the message says how it went."""
        analysis, corpus, wish, content = self._session.analysis, self._session.corpus, self.wish, self._content
        if analysis is None:
            return
        if path.suffix.lower() != f".{self.format_field.currentData()}":
            path = path.with_name(f"{path.name}.{self.format_field.currentData()}")
        labels = self._preview.labels if self._preview is not None and self._preview.wish == wish else None
        self._say(f"Saving {path.name} …")
        self.save_button.setEnabled(False)
        self._saving.ask(lambda is_stale: save(content or figure_content(analysis, corpus), wish, path, labels))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The preview is drawn anew in its new size."""
        super().resizeEvent(event)
        self._debounce.start()

    def _make_fields(self) -> None:
        figure = self._session.settings.figure
        self.format_field, self.size_field = _choice(FORMATS), QComboBox()
        for name, width, height in SIZES:
            self.size_field.addItem(f"{name}: {width:g} × {height:g} mm", (width, height))
        self.size_field.addItem(OWN_SIZE, None)
        self.width_field, self.height_field = (QDoubleSpinBox(minimum=20, maximum=2000, decimals=1, suffix=" mm") for _ in range(2))
        self.dpi_field = QSpinBox(minimum=50, maximum=1200, singleStep=50, value=200, suffix=" dpi")
        self.pixels = QLabel()
        self.style_field, self.unassigned_field, self.ground_field = _choice(STYLES, figure.style), _choice(UNASSIGNED, figure.unassigned), _choice(GROUNDS)
        self.labels_field = QSpinBox(minimum=0, maximum=150, value=figure.n_labels)
        self.title_field, self.subtitle_field = QLineEdit(), QLineEdit()
        self.dpi_field.setToolTip("Points are always pixels; in SVG and PDF the labels stay text that can be edited")
        self.labels_field.setToolTip("At most so many topics are named, the largest first; fewer where there is no room")

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        sides = QHBoxLayout()
        sides.setSpacing(4)
        sides.addWidget(self.width_field, 1)
        sides.addWidget(QLabel("×"))
        sides.addWidget(self.height_field, 1)
        self.width_field.setAccessibleName("Width")
        self.height_field.setAccessibleName("Height")
        self.pixels.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        form.addRow("&Format", self.format_field)
        form.addRow("Si&ze", self.size_field)
        form.addRow("", sides)
        form.addRow("&Resolution", self.dpi_field)
        form.addRow("", self.pixels)
        form.addRow("S&tyle", self.style_field)
        form.addRow("&Unassigned", self.unassigned_field)
        form.addRow("&Labels", self.labels_field)
        form.addRow("&Background", self.ground_field)
        form.addRow("T&itle", self.title_field)
        form.addRow("S&ubtitle", self.subtitle_field)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.save_button)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addLayout(form)
        left.addStretch(1)
        left.addWidget(self.message)
        left.addLayout(buttons)
        fields = QWidget()
        fields.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        fields.setFixedWidth(320)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(16)
        row.addWidget(fields)
        row.addWidget(self.sheet, 1)
        self.save_button.setDefault(True)

    def _connect(self) -> None:
        for box in (self.style_field, self.unassigned_field, self.ground_field, self.format_field):
            box.currentIndexChanged.connect(self._on_change)
        for spin in (self.width_field, self.height_field):
            spin.valueChanged.connect(self._on_side)
        for number in (self.dpi_field, self.labels_field):
            number.valueChanged.connect(self._on_change)
        for line in (self.title_field, self.subtitle_field):
            line.textChanged.connect(self._on_change)
        self.size_field.currentIndexChanged.connect(self._on_size)
        self._debounce.timeout.connect(self._ask)
        self._drawing.answered.connect(self._show)
        self._drawing.failed.connect(self._say)
        self._saving.answered.connect(self._on_saved)
        self._saving.failed.connect(self._on_not_saved)
        self.save_button.clicked.connect(self._choose_path)
        self.close_button.clicked.connect(self.close)
        self._session.analysis_changed.connect(self._on_analysis)
        self._session.labels_changed.connect(self._on_analysis)

    def _on_size(self, number: int) -> None:
        if (sides := self.size_field.itemData(number)) is None:
            return
        for field, side in zip((self.width_field, self.height_field), sides, strict=True):
            field.blockSignals(True)
            field.setValue(side)
            field.blockSignals(False)
        self._on_change()

    def _on_side(self) -> None:
        sides = (self.width_field.value(), self.height_field.value())
        known = next((i for i in range(self.size_field.count()) if self.size_field.itemData(i) == sides), self.size_field.count() - 1)
        self.size_field.blockSignals(True)
        self.size_field.setCurrentIndex(known)
        self.size_field.blockSignals(False)
        self._on_change()

    def _on_change(self) -> None:
        wish = self.wish
        width, height = wish.page.pixels
        self.pixels.setText(f"{width:,} × {height:,} pixels")
        self._say(wish.objection)
        self.save_button.setEnabled(not wish.objection and self._session.analysis is not None)
        self._debounce.start()

    def _on_analysis(self) -> None:
        self._content = self._preview = None
        self._on_change()

    def _ask(self) -> None:
        """Draw the preview, unless the one that is shown still holds."""
        self._debounce.stop()
        analysis, corpus, wish, content = self._session.analysis, self._session.corpus, self.wish, self._content
        if analysis is None or wish.objection:
            return
        room, ratio = self.sheet.size() - QSize(32, 32), self.devicePixelRatioF()

        def draw(is_stale: IsStale) -> tuple[MapContent, FigurePreview]:
            made = content or figure_content(analysis, corpus)
            return made, draw_preview(made, wish, room.width(), room.height(), ratio)

        self._drawing.ask(draw)

    def _show(self, answer: tuple[MapContent, FigurePreview]) -> None:
        self._content, self._preview = answer
        self.sheet.show_image(self._preview.image)
        if self._preview.missing_characters:
            self._say(f"No installed font has these characters; a box stands for each: {self._preview.missing_characters[:40]}")

    def _choose_path(self) -> None:
        project = self._session.project
        kind = self.format_field.currentData()
        start = project.path.with_suffix(f".{kind}") if project is not None else Path(f"map.{kind}")
        path = QFileDialog.getSaveFileName(self, "Save figure", str(start), f"{self.format_field.currentText()} (*.{kind})")[0]
        if path:
            self.save_to(Path(path))

    def _on_saved(self, path: Path) -> None:
        self.save_button.setEnabled(True)
        self._say(f"Saved {path.name} in {path.parent}.")

    def _on_not_saved(self, reason: str) -> None:
        self.save_button.setEnabled(True)
        self._say(f"The figure was not saved: {reason}. Choose another folder or name.")

    def _say(self, words: str) -> None:
        self.message.setText(words)


def _choice(items: tuple[tuple[str, str], ...], chosen: str | None = None) -> QComboBox:
    box = QComboBox()
    for words, value in items:
        box.addItem(words, value)
    if chosen is not None:
        box.setCurrentIndex(max(0, box.findData(chosen)))
    return box
