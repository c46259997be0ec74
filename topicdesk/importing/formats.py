"""Which reader takes a file: the table of formats, asked in order. A new format is one line here, one file, and its test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from topicdesk.core.requests import CorpusSource
from topicdesk.importing import json_table, literature_tables, parquet_table, text_files, workbook_table
from topicdesk.importing.archives import is_zip
from topicdesk.importing.child_table import open_in_child
from topicdesk.importing.csv_table import open_csv
from topicdesk.importing.opening import CorpusFile
from topicdesk.importing.table import Table
from topicdesk.importing.zip_table import open_zip


@dataclass(frozen=True)
class Format:
    """One format.

    Attributes
    ----------
    is_risky : bool
        Whether it is parsed by native code or unpacked: it is then read in a child process with limits.
    open_beginning : callable or None
        Opens no more of the file than its first rows, where opening means to parse all of it.
    """

    recognises: Callable[[CorpusFile], bool]
    open: Callable[[CorpusSource, CorpusFile], Table]
    is_risky: bool = False
    open_beginning: Callable[[CorpusSource, CorpusFile], Table] | None = None


FORMATS = (
    Format(lambda file: file.is_folder, text_files.open_folder, is_risky=True),
    Format(workbook_table.recognises, workbook_table.open_workbook, is_risky=True, open_beginning=workbook_table.open_beginning),
    Format(text_files.recognises_document, text_files.open_document, is_risky=True),
    Format(is_zip, open_zip, is_risky=True),
    Format(parquet_table.recognises, parquet_table.open_parquet, is_risky=True),
    Format(literature_tables.recognises_ris, literature_tables.open_ris),
    Format(literature_tables.recognises_bibtex, literature_tables.open_bibtex),
    Format(json_table.recognises, json_table.open_json),
    Format(lambda file: True, open_csv),
)


def open_table(source: CorpusSource, file: CorpusFile, is_beginning: bool = False) -> Table:
    """The file as a table, a risky one behind a child process. Raises InputError where no reader can make one of it.

    With `is_beginning` the first rows are enough, where more would take long; the layout says so.
    """
    chosen = _format(file)
    return open_in_child(source, file, is_beginning) if chosen.is_risky else chosen.open(source, file)


def open_here(source: CorpusSource, file: CorpusFile, is_beginning: bool = False) -> Table:
    """The file as a table, read in this process whatever it is: for the child itself."""
    chosen = _format(file)
    return chosen.open_beginning(source, file) if is_beginning and chosen.open_beginning is not None else chosen.open(source, file)


def _format(file: CorpusFile) -> Format:
    return next(known for known in FORMATS if known.recognises(file))
