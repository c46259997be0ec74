"""Every setting by name with its range, made from the dataclasses of `core/settings.py`; a new setting needs no code here."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from typing import Any, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QLabel, QLineEdit, QPushButton, QSpinBox, QVBoxLayout, QWidget

from topicdesk.core.settings import Settings

SECTIONS = {
    "projection": "Projection (UMAP)",
    "clustering": "Topics (HDBSCAN)",
    "keywords": "Keywords",
    "exemplars": "Typical documents",
    "labelling": "Names and prompt",
    "figure": "Map",
}
WORDS = {
    "n_neighbors": "Neighbours",
    "n_dimensions": "Dimensions",
    "min_dist": "Minimum distance",
    "seed": "Seed",
    "layout": "Layout",
    "min_topic_size": "Minimum topic size",
    "min_samples": "Minimum samples",
    "selection": "Selection",
    "n_keywords": "Keywords a topic",
    "ngram_max": "Longest phrase",
    "function_words": "Function words",
    "reduce_frequent_words": "Reduce frequent words",
    "n_candidates": "KeyBERT candidates",
    "mmr_diversity": "MMR diversity",
    "n_exemplars": "Documents a topic",
    "profile": "Prompt profile",
    "language": "Labels in",
    "n_excerpt_tokens": "Excerpt, tokens",
    "n_new_tokens": "Answer, tokens",
    "repetition_penalty": "Repetition penalty",
    "n_labels": "Topics named",
    "unassigned": "Unassigned",
    "size_by_length": "Size by text length",
    "style": "Style",
}
HINTS = {
    "n_neighbors": "How many nearest documents each document is compared with: more shows the large shape, fewer the detail",
    "n_dimensions": "How many dimensions the topics are sought in",
    "layout": "The graphics card's is much quicker for large corpora (it needs cuML), but no two runs look alike",
    "min_samples": "How dense a topic must be; automatic is the minimum topic size",
    "selection": "eom finds topics of very different sizes, leaf many small ones",
    "ngram_max": "How many words a keyword may have",
    "function_words": "Whether words such as “the” may be keywords",
    "mmr_diversity": "0 takes the best keywords, 1 the most different ones",
    "language": "What labels are asked for in, where the model can, and what [LANGUAGE] in the prompt stands for; empty: that of the texts",
}
ELSEWHERE = {"system_text", "example", "main_prompt", "accepted_template"}  # in the prompt's own dialog
BESIDE_CORPUS = ("keywords", "language")  # in gui/language_choice.py
MAX_SPIN = 2**31 - 1
AUTOMATIC = "automatic"
SPIN_MARGIN = 36


@dataclasses.dataclass(frozen=True)
class Field:
    """A widget for one setting: how to show a value, and the signal that says it was changed by hand."""

    widget: QWidget
    show: Callable[[Any], None]


class SettingsForm(QWidget):
    """A form over `Settings`; says what the researcher changed and changes nothing itself.

    Attributes
    ----------
    fields : dict of (section, name) to Field

    Signals
    -------
    prompt_asked : ()
        The researcher wants to see or change the prompt.
    """

    prompt_asked = Signal()

    def __init__(self, settings: Settings, changed: Callable[[Settings], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[tuple[str, str], Field] = {}
        self._settings = settings
        self._changed = changed
        self._is_showing = False
        self.prompt_button = QPushButton("Prompt…")
        self.prompt_button.setToolTip("See and change what the language model is asked (Ctrl+P)")
        self.prompt_button.clicked.connect(self.prompt_asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for section, title in SECTIONS.items():
            heading = QLabel(title)
            font = heading.font()
            font.setBold(True)
            heading.setFont(font)
            column.addWidget(heading)
            column.addLayout(self._make_section(section))
        self.show_settings(settings)

    def show_settings(self, settings: Settings) -> None:
        """Show these settings; nothing is reported."""
        self._settings, self._is_showing = settings, True
        for (section, name), field in self.fields.items():
            field.show(getattr(getattr(settings, section), name))
        self._is_showing = False

    def _make_section(self, section: str) -> QFormLayout:
        form = QFormLayout()
        form.setSpacing(4)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        kind = type(getattr(self._settings, section))
        hints = typing.get_type_hints(kind)
        for item in dataclasses.fields(kind):
            if item.name in ELSEWHERE or (section, item.name) == BESIDE_CORPUS:
                continue
            field = self._make_field(section, item.name, hints[item.name], item.metadata.get("range", (0, MAX_SPIN)))
            words = WORDS.get(item.name, item.name.replace("_", " ").capitalize())
            field.widget.setAccessibleName(words)
            low, high = item.metadata.get("range", (None, None))
            bounds = f"{low:,} to {min(high, MAX_SPIN):,}" if low is not None else ""
            field.widget.setToolTip(". ".join(part for part in (HINTS.get(item.name, ""), bounds) if part))
            self.fields[section, item.name] = field
            form.addRow(words, field.widget)
        if section == "labelling":
            form.addRow("", self.prompt_button)
        return form

    def _make_field(self, section: str, name: str, hint: Any, bounds: tuple[float, float]) -> Field:
        def set_value(value: Any) -> None:
            self._set(section, name, value)

        if typing.get_origin(hint) is Literal:
            return _choice(typing.get_args(hint), set_value)
        if hint is bool:
            return _switch(set_value)
        if hint is float:
            return _decimal(bounds, set_value)
        if hint is str:
            return _line(set_value)
        return _whole(bounds, typing.get_origin(hint) is types.UnionType, set_value)

    def _set(self, section: str, name: str, value: Any) -> None:
        if not self._is_showing:
            part = dataclasses.replace(getattr(self._settings, section), **{name: value})
            self._settings = dataclasses.replace(self._settings, **{section: part})
            self._changed(self._settings)


def _choice(values: tuple[str, ...], set_value: Callable[[Any], None]) -> Field:
    box = QComboBox()
    box.addItems(values)
    box.currentTextChanged.connect(set_value)
    return Field(box, box.setCurrentText)


def _switch(set_value: Callable[[Any], None]) -> Field:
    box = QCheckBox()
    box.toggled.connect(set_value)
    return Field(box, box.setChecked)


def _decimal(bounds: tuple[float, float], set_value: Callable[[Any], None]) -> Field:
    box = QDoubleSpinBox(decimals=2, singleStep=0.05)
    box.setKeyboardTracking(False)
    box.setRange(*bounds)
    box.valueChanged.connect(set_value)
    return Field(box, box.setValue)


def _whole(bounds: tuple[float, float], is_optional: bool, set_value: Callable[[Any], None]) -> Field:
    """A spin box; one step under the lowest value stands for "automatic" where the setting may be absent."""
    low, high = int(bounds[0]), int(min(bounds[1], MAX_SPIN))
    absent = low - 1 if is_optional else None
    box = QSpinBox()
    box.setKeyboardTracking(False)
    box.setGroupSeparatorShown(True)
    box.setRange(low if absent is None else absent, high)
    if absent is not None:
        box.setSpecialValueText(AUTOMATIC)
        box.setMinimumWidth(box.fontMetrics().horizontalAdvance(AUTOMATIC) + SPIN_MARGIN)
    box.valueChanged.connect(lambda value: set_value(None if value == absent else value))
    return Field(box, lambda value: box.setValue(absent if value is None and absent is not None else value))


def _line(set_value: Callable[[Any], None]) -> Field:
    edit = QLineEdit(placeholderText="that of the documents")
    edit.textEdited.connect(lambda text: set_value(text.strip()))

    def show(value: str) -> None:
        if edit.text().strip() != value:
            edit.setText(value)

    return Field(edit, show)
