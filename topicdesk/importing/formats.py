"""Which reader takes a file: the table of formats, asked in order; a new format is one line here, one file and its test."""

from __future__ import annotations

from topicdesk.core.requests import CorpusSource
from topicdesk.importing.csv_table import open_csv
from topicdesk.importing.opening import CorpusFile
from topicdesk.importing.table import Table


def open_table(source: CorpusSource, file: CorpusFile) -> Table:
    """The file as a table. Raises InputError where no reader can make one of it."""
    return open_csv(source, file)
