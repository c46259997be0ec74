"""The fields of the figure dialog: what may be chosen of a figure, read as one wish; nothing is drawn or saved here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from topicdesk.core.plate import PRESETS, Page, Plate
from topicdesk.core.settings import FigureSettings
from topicdesk.figure.colouring import TOPIC
from topicdesk.gui.figure_page import FigureWish
from topicdesk.gui.form_values import set_values, values_of

OWN_SIZE = "Own size"
SIZES = (
    ("Screen", "screen"),
    ("Single column", "single-column"),
    ("Double column", "double-column"),
    ("Slide, 16 : 9", "slide"),
    ("The article's, 20 × 20 in", "article"),
    ("A4, across", "a4"),
    ("A2 poster, across", "poster"),
)
FORMATS = (("PNG picture", "png"), ("SVG, text stays text", "svg"), ("PDF, text stays text", "pdf"), ("Interactive map (HTML)", "html"))
STYLES = (("Plate: soft clouds", "plate"), ("As in the article", "article"))
PALETTES = (("By place on the map", "default"), ("Safe for colour-blind readers", "colour-blind"), ("Greyscale", "greyscale"))
GROUNDS = (("White", "white"), ("Paper", "paper"), ("Dark", "dark"), ("Transparent", "transparent"))
BEST_FONT = "Best installed"
AUTOMATIC = "automatic"


class FigureForm(QScrollArea):
    """All fields of a figure.

    Signals
    -------
    changed : ()
        The wish is another one.
    """

    changed = Signal()

    def __init__(self, settings: FigureSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._make_fields()
        self._connect()
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        for title, rows in self._groups():
            column.addWidget(_heading(title))
            column.addLayout(rows)
        column.addStretch(1)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(360)
        self._on_size(0)

    @property
    def format(self) -> str:
        """png, svg, pdf or html."""
        return str(self.format_field.currentData())

    @property
    def wish(self) -> FigureWish:
        """The figure that the fields describe."""
        figure = replace(
            self._settings,
            style=self.style_field.currentData(),
            unassigned="grey" if self.unassigned_field.isChecked() else "hide",
            n_labels=self.labels_field.value(),
        )
        page = Page(self.width_field.value(), self.height_field.value(), float(self.dpi_field.value()))
        plate = Plate(
            title=self.title_field.text().strip(),
            subtitle=self.subtitle_field.text().strip(),
            palette=self.palette_field.currentData(),
            ground=self.ground_field.currentData(),
            family=self.family_field.currentData() or "",
            smallest=self.smallest_field.value() if self.smallest_field.value() > self.smallest_field.minimum() else None,
            dot_scale=self.dots_field.value() / 100,
            legend=self.legend_field.isChecked(),
            colour_by=self.colour_field.currentData() or TOPIC,
        )
        return FigureWish(figure, page, plate, self.description_field.isChecked(), self.texts_field.isChecked())

    def show_families(self, names: tuple[str, ...]) -> None:
        """Offer these font families."""
        for name in names:
            self.family_field.addItem(name, name)

    def offer_colours(self, choices: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer what dots can be coloured by; at first it is what the window's map shows."""
        self.colour_field.clear()
        for choice, name in choices:
            self.colour_field.addItem(name, choice)
        self.colour_field.setCurrentIndex(max(0, self.colour_field.findData(chosen)))

    @property
    def choices(self) -> dict[str, Any]:
        """What was chosen, as plain values; colours follow the window each time."""
        return values_of(self._kept_fields)

    def restore(self, choices: object) -> None:
        """Choose again what was chosen before."""
        set_values(self._kept_fields, choices)

    @property
    def _kept_fields(self) -> dict[str, QWidget]:
        return {
            "format": self.format_field, "width": self.width_field, "height": self.height_field, "dpi": self.dpi_field, "style": self.style_field,
            "palette": self.palette_field, "ground": self.ground_field, "unassigned": self.unassigned_field, "dots": self.dots_field,
            "legend": self.legend_field, "title": self.title_field, "subtitle": self.subtitle_field, "family": self.family_field,
            "smallest": self.smallest_field, "n_labels": self.labels_field, "texts": self.texts_field, "description": self.description_field,
        }  # fmt: skip

    def _make_fields(self) -> None:
        figure = self._settings
        self.format_field, self.size_field = _choice(FORMATS), QComboBox()
        for name, key in SIZES:
            page = PRESETS[key]
            self.size_field.addItem(f"{name}: {page.width_mm:g} × {page.height_mm:g} mm", page)
        self.size_field.addItem(OWN_SIZE, None)
        self.width_field, self.height_field = (QDoubleSpinBox(minimum=20, maximum=2000, decimals=1, suffix=" mm") for _ in range(2))
        self.dpi_field = QSpinBox(minimum=50, maximum=1200, singleStep=50, value=200, suffix=" dpi")
        self.pixels = QLabel()
        self.pixels.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.style_field, self.palette_field, self.ground_field = _choice(STYLES, figure.style), _choice(PALETTES), _choice(GROUNDS)
        self.colour_field = _choice((("Topic", TOPIC),))
        self.colour_field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.unassigned_field = _tick("Documents in no topic, in grey", figure.unassigned == "grey")
        self.dots_field = QSpinBox(minimum=25, maximum=400, singleStep=25, value=100, suffix=" %")
        self.legend_field = QCheckBox("List of topics beside the map")
        self.title_field, self.subtitle_field = QLineEdit(), QLineEdit()
        self.family_field = _choice(((BEST_FONT, ""),))
        self.family_field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.smallest_field = QDoubleSpinBox(minimum=2.5, maximum=40, decimals=1, singleStep=0.5, value=2.5, suffix=" pt")
        self.smallest_field.setSpecialValueText(AUTOMATIC)
        self.labels_field = QSpinBox(minimum=0, maximum=150, value=figure.n_labels)
        self.texts_field = _tick("Titles and excerpts in the file", True)
        self.description_field = _tick("Alt text and the table behind it", True)
        self.dpi_field.setToolTip("Points are always pixels; in SVG and PDF the labels stay text that can be edited")
        self.labels_field.setToolTip("At most so many topics are named, the largest first; fewer where there is no room")
        self.smallest_field.setToolTip("The smallest label at the figure's final size; larger topics have larger ones. Many journals ask for 6 pt or more")
        self.texts_field.setToolTip("Shown beside the pointer and searched; whoever has the file can read them")
        self.description_field.setToolTip("Two files beside the figure: what it shows in words, for readers who cannot see it, and its topics as a table")

    def _groups(self) -> list[tuple[str, QFormLayout]]:
        sides = QHBoxLayout()
        sides.setSpacing(4)
        sides.addWidget(self.width_field, 1)
        sides.addWidget(QLabel("×"))
        sides.addWidget(self.height_field, 1)
        self.width_field.setAccessibleName("Width")
        self.height_field.setAccessibleName("Height")
        self._file_rows = _rows(
            ("&Format", self.format_field), ("Si&ze", self.size_field), ("", sides), ("&Resolution", self.dpi_field), ("", self.pixels),
            ("", self.description_field), ("", self.texts_field),
        )  # fmt: skip
        return [
            ("File", self._file_rows),
            (
                "Look",
                _rows(
                    ("S&tyle", self.style_field), ("&Colour by", self.colour_field), ("&Palette", self.palette_field), ("&Background", self.ground_field),
                    ("&Dots", self.dots_field),
                    ("", self.unassigned_field), ("", self.legend_field),
                ),
            ),
            (
                "Text",
                _rows(
                    ("T&itle", self.title_field), ("S&ubtitle", self.subtitle_field), ("Fo&nt", self.family_field), ("S&mallest", self.smallest_field),
                    ("&Labels", self.labels_field),
                ),
            ),
        ]  # fmt: skip

    def _connect(self) -> None:
        for box in (self.style_field, self.colour_field, self.palette_field, self.ground_field, self.format_field, self.family_field):
            box.currentIndexChanged.connect(self._on_change)
        for spin in (self.width_field, self.height_field):
            spin.valueChanged.connect(self._on_side)
        for number in (self.dpi_field, self.labels_field, self.dots_field, self.smallest_field):
            number.valueChanged.connect(self._on_change)
        for line in (self.title_field, self.subtitle_field):
            line.textChanged.connect(self._on_change)
        for tick in (self.unassigned_field, self.legend_field, self.description_field, self.texts_field):
            tick.toggled.connect(self._on_change)
        self.size_field.currentIndexChanged.connect(self._on_size)

    def _on_size(self, number: int) -> None:
        page = self.size_field.itemData(number)
        if page is None:
            return
        for field, value in ((self.width_field, page.width_mm), (self.height_field, page.height_mm), (self.dpi_field, round(page.dpi))):
            field.blockSignals(True)
            field.setValue(value)
            field.blockSignals(False)
        self._on_change()

    def _on_side(self) -> None:
        sides = (self.width_field.value(), self.height_field.value())
        pages = [self.size_field.itemData(i) for i in range(self.size_field.count())]
        known = next((i for i, page in enumerate(pages) if page is not None and (page.width_mm, page.height_mm) == sides), len(pages) - 1)
        self.size_field.blockSignals(True)
        self.size_field.setCurrentIndex(known)
        self.size_field.blockSignals(False)
        self._on_change()

    def _on_change(self) -> None:
        width, height = self.wish.page.pixels
        is_page = self.format != "html"
        self.pixels.setText(f"{width:,} × {height:,} pixels" if is_page else "One file that opens in any browser, offline")
        for field in (self.size_field, self.width_field, self.height_field, self.dpi_field, self.style_field, self.family_field, self.smallest_field):
            field.setEnabled(is_page)
        is_by_topic = self.colour_field.currentData() in (TOPIC, None)
        self.legend_field.setEnabled(is_page and is_by_topic)
        self.palette_field.setEnabled(is_by_topic)
        self.legend_field.setToolTip("" if is_by_topic else "Other colours than those of topics are always explained")
        self.palette_field.setToolTip(
            "" if is_by_topic else "Colours of topics; columns, dates and strength have some that colour-blind readers tell apart, too"
        )
        self._file_rows.setRowVisible(self.description_field, is_page)
        self._file_rows.setRowVisible(self.texts_field, not is_page)
        self.changed.emit()


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def _rows(*rows: tuple[str, QWidget | QHBoxLayout]) -> QFormLayout:
    form = QFormLayout()
    form.setSpacing(8)
    form.setContentsMargins(0, 0, 0, 8)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    for name, field in rows:
        label = QLabel(name)
        label.setFixedWidth(76)
        if isinstance(field, QWidget):
            label.setBuddy(field)
        form.addRow(label, field)
    return form


def _tick(words: str, is_on: bool) -> QCheckBox:
    box = QCheckBox(words)
    box.setChecked(is_on)
    return box


def _choice(items: tuple[tuple[str, str], ...], chosen: str | None = None) -> QComboBox:
    box = QComboBox()
    for words, value in items:
        box.addItem(words, value)
    if chosen is not None:
        box.setCurrentIndex(max(0, box.findData(chosen)))
    return box
