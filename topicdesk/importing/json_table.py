"""JSON Lines and JSON arrays as a table: each object a row, each key a column, nested keys joined by a point; both are streamed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.header import unique_names
from topicdesk.importing.json_records import SPACE, BrokenRecord, records_of
from topicdesk.importing.opening import CorpusFile, CorpusStream
from topicdesk.importing.table import Layout, Rows
from topicdesk.importing.text_encoding import chosen_encoding, decode_sample, guess_encoding

_BEGINS = re.compile(r'\ufeff?\s*(\{\s*["}]|\[\s*[{"\]])')
_MOST_RECORDS = 1000
_FEWEST_RECORDS = 20
_ENOUGH_BYTES = 1 << 25


def recognises(file: CorpusFile) -> bool:
    """Whether the text begins with an object, or with an array of objects or texts."""
    return _BEGINS.match(decode_sample(file.head[:4096], guess_encoding(file.head[:4096]))) is not None


class JsonRows(Rows):
    """Records as rows; those that are no JSON are listed as unreadable, those with a key that no record of the sample had as mended.

    Attributes are those of `Rows`.
    """

    def __init__(self, records: Iterator[Any], names: tuple[str, ...]) -> None:
        super().__init__()
        self._records, self._names = records, names

    def __iter__(self) -> Iterator[list[str]]:
        """One row a record."""
        known = set(self._names)
        for record in self._records:
            self.number += 1
            if isinstance(record, BrokenRecord):
                self.unreadable.append((self.number, f"Row {self.number:,} {record.reason}"))
                continue
            cells = flat(record)
            if not cells.keys() <= known:
                lost = ", ".join(sorted(cells.keys() - known)[:5])
                self.mended.append((self.number, f"Row {self.number:,}: its {lost} was left out; no record before had it."))
            yield [cells.get(name, "") for name in self._names]


@dataclass(frozen=True)
class JsonTable:
    """A JSON file that has been understood."""

    file: CorpusFile
    keys: tuple[str, ...]
    encoding: str
    is_lines: bool

    @property
    def layout(self) -> Layout:
        """How it was understood."""
        return Layout(self.file.format("jsonl" if self.is_lines else "json"), unique_names(self.keys), self.encoding)

    @contextmanager
    def open_rows(self) -> Iterator[tuple[JsonRows, Callable[[], int]]]:
        """All records in their order."""
        with CorpusStream(self.file) as stream:
            yield JsonRows(records_of(stream, self.encoding, self.is_lines), self.keys), lambda: stream.position


def open_json(source: CorpusSource, file: CorpusFile) -> JsonTable:
    """Look at the first records for the keys there are. Raises InputError where none can be read."""
    encoding = chosen_encoding(source.encoding) or guess_encoding(file.head)
    is_lines = decode_sample(file.head, encoding).lstrip("\ufeff" + SPACE).startswith("{")
    with CorpusStream(file) as stream:
        records: list[Any] = []
        for record in islice(records_of(stream, encoding, is_lines), _MOST_RECORDS):
            records.append(record)
            if stream.position > _ENOUGH_BYTES and len(records) >= _FEWEST_RECORDS:
                break
    keys = list(dict.fromkeys(key for record in records if not isinstance(record, BrokenRecord) for key in flat(record)))
    if not keys:
        broken = next((record.reason for record in records if isinstance(record, BrokenRecord)), "")
        raise InputError(f"no record can be read: row 1 {broken}" if broken else "the file holds no records; it needs at least one object with a text.")
    return JsonTable(file, tuple(keys), encoding, is_lines)


def flat(record: Any) -> dict[str, str]:
    """The cells of a record: {"a": {"b": 1}} gives {"a.b": "1"}; lists of plain values are joined by ", "."""
    if not isinstance(record, dict):
        return {"text": _cell(record)}
    cells: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, dict) and value:
            cells |= {f"{key}.{inner}": cell for inner, cell in flat(value).items()}
        else:
            cells[str(key)] = _cell(value)
    return cells


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value.replace("\0", "")
    if value is None:
        return ""
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return ", ".join(map(_cell, value))
    return json.dumps(value, ensure_ascii=False)
