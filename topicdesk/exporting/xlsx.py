"""A table as an Excel workbook by XlsxWriter: text is stored as text, so that nothing in it can run; numbers keep all their digits."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from topicdesk.core.errors import InputError
from topicdesk.core.files import write_whole
from topicdesk.core.tables import Table

MOST_ROWS = 1_048_575  # beneath the header
MOST_CHARACTERS = 32_767
CUT_NOTICE = "Excel holds at most 32,767 characters in a cell: {} were cut. CSV and Parquet hold them whole."


def write_xlsx(path: Path, table: Table) -> list[str]:
    """Write a workbook of one sheet, whole or not at all. Returns what was cut, in words.

    Raises
    ------
    InputError
        Where the table has more rows than a sheet holds.
    """
    if table.n_rows > MOST_ROWS:
        raise InputError(f"{path}: a sheet of Excel holds {MOST_ROWS:,} rows, the table has {table.n_rows:,}. Export CSV or Parquet.")
    n_cut = 0

    def write(stream: Any) -> None:
        nonlocal n_cut
        from xlsxwriter import Workbook

        workbook = Workbook(stream, {"constant_memory": True, "strings_to_urls": False})
        sheet = workbook.add_worksheet(path.stem[-31:].strip("'[]:*?/\\") or "table", worksheet_class=_exact_worksheet())
        bold = workbook.add_format({"bold": True})
        for column, name in enumerate(table.names):
            sheet.write_string(0, column, _text(name), bold)
        for number, row in enumerate(table.rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    n_cut += len(value) > MOST_CHARACTERS
                    if value:
                        sheet.write_string(number, column, _text(value))
                elif not math.isnan(value):
                    sheet.write_number(number, column, value)
        sheet.freeze_panes(1, 0)
        workbook.close()

    write_whole(path, write)
    return [CUT_NOTICE.format(f"{n_cut:,} cells" if n_cut > 1 else "1 cell")] if n_cut else []


def _text(value: str) -> str:
    return value[:MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _exact_worksheet() -> Any:
    """A worksheet that writes numbers by repr: XlsxWriter's 16 digits lose the last one of some."""
    from xlsxwriter.worksheet import Worksheet

    class ExactWorksheet(Worksheet):  # type: ignore[misc]
        def _xml_number_element(self, number: float, attributes: Any = ()) -> None:
            written = "".join(f' {key}="{value}"' for key, value in attributes)
            self.fh.write(f"<c{written}><v>{number!r}</v></c>")

    return ExactWorksheet
