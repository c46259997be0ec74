"""A workbook (.xlsx, .xls, .xlsb, .ods) as a table: one sheet of it, read by calamine, a parser in Rust that expands no entities."""

from __future__ import annotations

import datetime
import math
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import IO, Any

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.archives import is_office, is_zip, members
from topicdesk.importing.compound_file import COMPOUND_MAGIC, refuse_documents
from topicdesk.importing.header import Head, find_head
from topicdesk.importing.opening import CorpusFile
from topicdesk.importing.table import Layout, PlainRows
from topicdesk.importing.workbook_beginning import first_rows

_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
_MOST_ROWS = 1000
_ROWS_OF_BEGINNING = _MOST_ROWS + 100
_PROLOGUE_BYTES = 1 << 16


def recognises(file: CorpusFile) -> bool:
    """Whether this is a workbook of a spreadsheet program."""
    if file.head.startswith(COMPOUND_MAGIC):
        return True
    has_name = file.path.suffix.lower() in (".xlsx", ".xlsm", ".xlsb")
    return is_zip(file) and (has_name or (is_office(file) and (b"xl/" in file.head or _OPEN_DOCUMENT in file.head[:200])))


@dataclass(frozen=True)
class WorkbookTable:
    """One sheet that has been understood. Its cells are text as a reader would write them: 3, 2.5, 2024-01-31, true."""

    file: CorpusFile
    head: Head
    sheet: str
    sheets: tuple[str, ...]
    n_above: int
    n_rows: int
    sheet_rows: Callable[[], Iterator[list[str]]]
    is_beginning: bool

    @property
    def layout(self) -> Layout:
        """How it was understood."""
        names, above = self.head.names, self.n_above + self.head.n_above
        return Layout(
            self.file.format(self._kind), names, header=self.head.n_header > 0, n_above=above, sheet=self.sheet, sheets=self.sheets,
            is_beginning=self.is_beginning,
        )  # fmt: skip

    @property
    def _kind(self) -> str:
        if self.file.head.startswith(COMPOUND_MAGIC):
            return "xls"
        return "ods" if _OPEN_DOCUMENT in self.file.head[:200] else "xlsx"

    @contextmanager
    def open_rows(self) -> Iterator[tuple[PlainRows, Callable[[], int]]]:
        """The rows under the header; rows without anything in them are none."""
        width, first = len(self.head.names), self.n_above + self.head.n_above + self.head.n_header
        below = islice(self.sheet_rows(), first, None)
        rows = PlainRows(row[:width] for row in below)
        yield rows, lambda: self.file.n_bytes * rows.number // max(1, self.n_rows)


def open_workbook(source: CorpusSource, file: CorpusFile) -> WorkbookTable:
    """The sheet that `source` names, else the first visible one with anything in it.

    Raises
    ------
    InputError
        Where the workbook is protected, damaged, unpacks to far too much, or has no such sheet, and where it is a document.
    """
    refuse_documents(file)
    if is_zip(file):
        _refuse_entities(file)
    return _opened(source, file, str(file.path))


def open_beginning(source: CorpusSource, file: CorpusFile) -> WorkbookTable:
    """The same, but of a large .xlsx only the first rows, because a workbook is parsed whole or not at all. Raises what `open_workbook` raises."""
    if not is_zip(file):
        return open_workbook(source, file)
    _refuse_entities(file)
    beginning = first_rows(file, (source.skip or 0) + _ROWS_OF_BEGINNING)
    if beginning is not None:
        with suppress(InputError):  # whatever is strange about it: the whole workbook says it better
            return _opened(source, file, beginning)
    return _opened(source, file, str(file.path))


def _opened(source: CorpusSource, file: CorpusFile, content: str | IO[bytes]) -> WorkbookTable:
    from python_calamine import CalamineError, PasswordError, load_workbook

    try:
        with load_workbook(content) as workbook:
            visible = [sheet.name for sheet in workbook.sheets_metadata if "WorkSheet" in str(sheet.typ) and "Visible" in str(sheet.visible)]
            sheets = tuple(visible or workbook.sheet_names)
            if source.sheet is not None and source.sheet not in sheets:
                raise InputError(f"there is no sheet {source.sheet!r}; the sheets are {', '.join(sheets)}.")
            skip = source.skip or 0
            for sheet in sheets if source.sheet is None else (source.sheet,):
                grid = workbook.get_sheet_by_name(sheet)
                first = list(islice(_filled_rows(grid), skip + _MOST_ROWS + 1))
                if first:
                    break
            else:
                raise InputError(f"the workbook is empty; choose one with a header and at least one row (its sheets: {', '.join(sheets)}).")
    except PasswordError as error:
        raise InputError("the workbook is protected by a password; open it, save it without one, and choose that file.") from error
    except (CalamineError, OSError, ValueError) as error:
        raise InputError(f"this is no workbook that can be read ({str(error).splitlines()[0]}); open it and save it as .xlsx or CSV.") from error
    if skip >= len(first):
        raise InputError(f"the sheet {sheet!r} has no more than {len(first):,} rows.")
    head = find_head(first[skip : skip + _MOST_ROWS], source.header, look_above=source.skip is None)
    if skip + head.n_above + head.n_header >= len(first):
        raise InputError(f"the sheet {sheet!r} has only a header; it needs at least one row of texts under it.")
    is_beginning = not isinstance(content, str)
    return WorkbookTable(file, head, sheet, sheets, skip, grid.height, partial(_filled_rows, grid), is_beginning)


def _filled_rows(sheet: Any) -> Iterator[list[str]]:
    """The rows with anything in them, all as wide as the sheet: cells become text one row after the other, as they are wanted."""
    return (cells for row in sheet.iter_rows() if any(cells := [cell_text(value) for value in row]))


def cell_text(value: Any) -> str:
    """A cell as a reader would write it: whole numbers without a point, dates as ISO 8601, at midnight without a time."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return "" if value is None else str(value)


def _refuse_entities(file: CorpusFile) -> None:
    """Spreadsheet programs write no document types; one that is there is there to do harm (billion laughs)."""
    found = members(file)
    with zipfile.ZipFile(file.path) as archive:
        for info in found:
            if info.filename.lower().endswith((".xml", ".rels")):
                try:
                    with archive.open(info) as stream:
                        prologue = stream.read(_PROLOGUE_BYTES)
                except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError) as error:
                    raise InputError("the workbook is damaged or incomplete; copy it again.") from error
                if b"<!DOCTYPE" in prologue or b"<!ENTITY" in prologue:
                    raise InputError(f"the workbook defines XML entities ({info.filename}), as no spreadsheet program does; it is not opened.")
