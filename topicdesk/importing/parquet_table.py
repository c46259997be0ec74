"""A Parquet file as a table, read batch by batch with pyarrow."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.header import unique_names
from topicdesk.importing.opening import CorpusFile
from topicdesk.importing.table import Layout, PlainRows
from topicdesk.importing.workbook_table import cell_text

_ROWS_A_BATCH = 1000


def recognises(file: CorpusFile) -> bool:
    """Whether the file begins as Parquet does."""
    return file.head.startswith(b"PAR1") and not (file.is_gzip or file.member)


@dataclass(frozen=True)
class ParquetTable:
    """A Parquet file that has been understood."""

    file: CorpusFile
    layout: Layout
    n_rows: int

    @contextmanager
    def open_rows(self) -> Iterator[tuple[PlainRows, Callable[[], int]]]:
        """All rows; missing values are empty cells, nested ones JSON."""
        import pyarrow

        with _opened(self.file) as parquet:
            rows = PlainRows(_rows(parquet))
            try:
                yield rows, lambda: self.file.n_bytes * rows.number // max(1, self.n_rows)
            except (pyarrow.ArrowException, OSError) as error:
                raise _damaged(error) from error


def open_parquet(source: CorpusSource, file: CorpusFile) -> ParquetTable:
    """Look at the file's own description of its columns. Raises InputError where it is damaged, protected or empty."""
    with _opened(file) as parquet:
        names, n_rows = parquet.schema_arrow.names, parquet.metadata.num_rows
    if not n_rows or not names:
        raise InputError("the file has no rows; choose one with at least one row of texts.")
    return ParquetTable(file, Layout("parquet", unique_names(names)), n_rows)


@contextmanager
def _opened(file: CorpusFile) -> Iterator[Any]:
    import pyarrow
    from pyarrow.parquet import ParquetFile

    try:
        parquet = ParquetFile(file.path)
    except (pyarrow.ArrowException, OSError) as error:
        raise _damaged(error) from error
    try:
        yield parquet
    finally:
        parquet.close()


def _damaged(error: Exception) -> InputError:
    reason = str(error).splitlines()[0].rstrip(".")
    return InputError(f"the Parquet file is damaged, or of a kind that cannot be read ({reason}); copy it again, or save it as CSV.")


def _rows(parquet: Any) -> Iterator[list[str]]:
    for batch in parquet.iter_batches(batch_size=_ROWS_A_BATCH, use_threads=False):
        yield from map(list, zip(*map(_cells, batch.columns)))


def _cells(column: Any) -> list[str]:
    """The cells of a column; texts at once, because most of a corpus is texts and each other value takes a microsecond."""
    from pyarrow.types import is_large_string, is_string

    if is_string(column.type) or is_large_string(column.type):
        return [value or "" for value in column.to_numpy(zero_copy_only=False)]
    return [_cell(value) for value in column.to_pylist()]


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return cell_text(value)
