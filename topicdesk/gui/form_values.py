"""Fields of a form as plain values, to be kept and set again; what is no longer offered, or is not of the field's kind, leaves the field as it is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget


def values_of(fields: Mapping[str, QWidget]) -> dict[str, Any]:
    """What stands in the fields, by name."""
    return {name: _value_of(field) for name, field in fields.items()}


def set_values(fields: Mapping[str, QWidget], values: object) -> None:
    """Put values back into their fields; they may come from a file that somebody else wrote."""
    known = values if isinstance(values, Mapping) else {}
    for name, field in fields.items():
        if name in known:
            _set_value(field, known[name])


def _value_of(field: QWidget) -> Any:
    match field:
        case QComboBox():
            return field.currentData()
        case QCheckBox():
            return field.isChecked()
        case QSpinBox() | QDoubleSpinBox():
            return field.value()
        case QLineEdit():
            return field.text()
    raise TypeError(f"no plain value of a {type(field).__name__}")


def _set_value(field: QWidget, value: Any) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and abs(value) < 1e9
    match field:
        case QComboBox() if isinstance(value, str) and (place := field.findData(value)) >= 0:
            field.setCurrentIndex(place)
        case QCheckBox() if isinstance(value, bool):
            field.setChecked(value)
        case QSpinBox() if is_number:
            field.setValue(round(value))
        case QDoubleSpinBox() if is_number:
            field.setValue(float(value))
        case QLineEdit() if isinstance(value, str):
            field.setText(value)
