"""How a file was understood, as drop-downs that correct it: encoding, delimiter, quote, header, lines above, sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSpinBox, QWidget

ENCODINGS = ("utf-8", "windows-1252", "iso-8859-1", "iso-8859-15", "windows-1250", "windows-1251", "utf-16", "gb18030", "big5", "shift_jis", "euc-kr", "koi8-r")
DELIMITERS = ((",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar |"), (":", "colon"), (" ", "space"), ("", "none"))
QUOTES = (('"', 'double "'), ("'", "single '"), ("", "none"))
HEADERS = ((True, "yes"), (False, "no"))
WITH_DELIMITER = ("csv",)
WITH_ENCODING = ("csv", "json", "jsonl", "ris", "bibtex", "texts")
WITH_HEADER = ("csv", "xlsx", "xls", "ods")
MOST_LINES_ABOVE = 10_000
BOXES_A_ROW = 3


class Corrections(QWidget):
    """A few boxes; those that mean nothing for a format are hidden.

    Signals
    -------
    corrected : (dict)
        Fields of CorpusSource and their values.
    """

    corrected = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.encoding, self.delimiter, self.quote, self.header, self.sheet = (QComboBox() for _ in range(5))
        self.skip = QSpinBox(maximum=MOST_LINES_ABOVE)
        self.skip.setKeyboardTracking(False)
        self.skip.setToolTip("How many lines stand above the table")
        self.encoding.addItems(ENCODINGS)
        for choice, choices in ((self.delimiter, DELIMITERS), (self.quote, QUOTES), (self.header, HEADERS)):
            for value, words in choices:
                choice.addItem(words, value)
        for shrinking in (self.encoding, self.sheet):
            shrinking.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            shrinking.setMinimumContentsLength(10)
        words_of: dict[QWidget, str] = {
            self.sheet: "S&heet",
            self.encoding: "&Encoding",
            self.delimiter: "&Delimiter",
            self.quote: "&Quote",
            self.header: "Header",
            self.skip: "Lines above",
        }
        self._labels = {box: QLabel(words, self) for box, words in words_of.items()}
        for box, label in self._labels.items():
            box.setParent(self)
            label.setBuddy(box)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self._connect()

    def show_preview(self, preview: dict[str, Any]) -> None:
        """Choose what was understood; something that was detected but is not offered is added."""
        kind = str(preview["format"]).split(".")[0]
        sheets = list(preview.get("sheets", ()))
        self.sheet.clear()
        self.sheet.addItems(sheets)
        self.sheet.setCurrentIndex(sheets.index(preview["sheet"]) if preview.get("sheet") in sheets else -1)
        _select(self.encoding, self.encoding.findText(str(preview["encoding"]).lower()), str(preview["encoding"]))
        for box, value in ((self.delimiter, preview["delimiter"]), (self.quote, preview["quote"]), (self.header, preview["header"])):
            _select(box, box.findData(value), str(value), value)
        self.skip.blockSignals(True)
        self.skip.setValue(int(preview.get("rows_above_header", 0)))
        self.skip.blockSignals(False)
        shown: dict[QWidget, bool] = {self.sheet: len(sheets) > 1, self.encoding: kind in WITH_ENCODING}
        shown |= dict.fromkeys((self.delimiter, self.quote), kind in WITH_DELIMITER)
        shown |= {self.header: kind in WITH_HEADER, self.skip: kind in WITH_HEADER}
        self._place(shown)

    def _place(self, shown: Mapping[QWidget, bool]) -> None:
        """Put the boxes that mean something side by side, three in a row."""
        place = 0
        for box, label in self._labels.items():
            self._grid.removeWidget(label)
            self._grid.removeWidget(box)
            label.setVisible(shown[box])
            box.setVisible(shown[box])
            if shown[box]:
                self._grid.addWidget(label, place // BOXES_A_ROW, 2 * (place % BOXES_A_ROW))
                self._grid.addWidget(box, place // BOXES_A_ROW, 2 * (place % BOXES_A_ROW) + 1)
                place += 1
        self._grid.setColumnStretch(2 * BOXES_A_ROW, 1)

    def _connect(self) -> None:
        self.sheet.activated.connect(lambda _: self.corrected.emit({"sheet": self.sheet.currentText(), "header": None, "skip": None}))
        self.encoding.activated.connect(lambda _: self.corrected.emit({"encoding": self.encoding.currentText()}))
        self.delimiter.activated.connect(lambda _: self.corrected.emit({"delimiter": self.delimiter.currentData()}))
        self.quote.activated.connect(lambda _: self.corrected.emit({"quote": self.quote.currentData()}))
        self.header.activated.connect(lambda _: self.corrected.emit({"header": self.header.currentData()}))
        self.skip.valueChanged.connect(lambda number: self.corrected.emit({"skip": number}))


def _select(box: QComboBox, index: int, words: str, data: object = None) -> None:
    if index < 0:
        box.addItem(words, data)
        index = box.count() - 1
    box.setCurrentIndex(index)
