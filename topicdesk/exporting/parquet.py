"""A table as Parquet by pyarrow, in batches: whole numbers, floats and texts keep their types."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from topicdesk.core.files import write_whole
from topicdesk.core.tables import Table

_ROWS_A_BATCH = 20_000


def write_parquet(path: Path, table: Table) -> list[str]:
    """Write a file, whole or not at all. Returns nothing to tell: Parquet holds everything."""

    def write(stream: Any) -> None:
        import pyarrow
        from pyarrow.parquet import ParquetWriter

        types = {int: pyarrow.int64(), float: pyarrow.float64(), str: pyarrow.string()}
        schema = pyarrow.schema([(_text(name), types[kind]) for name, kind in zip(table.names, table.kinds, strict=True)])
        rows = iter(table.rows)
        with ParquetWriter(stream, schema, compression="zstd") as writer:
            while batch := list(islice(rows, _ROWS_A_BATCH)):
                columns = [_column(kind, column) for kind, column in zip(table.kinds, zip(*batch), strict=True)]
                writer.write_table(pyarrow.table(columns, schema=schema))

    write_whole(path, write)
    return []


def _column(kind: type, values: Sequence[Any]) -> list[Any]:
    """Values as pyarrow takes them; no place on the map is no value."""
    if kind is str:
        return list(map(_text, values))
    return [None if kind is float and math.isnan(value) else value for value in values]


def _text(value: Any) -> str:
    return str(value).encode("utf-8", "replace").decode("utf-8")
