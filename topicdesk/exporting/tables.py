"""Topics and documents, each as one flat table, in the format that a file's name asks for; it knows no window and no engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from topicdesk.core.analysis import Analysis
from topicdesk.core.corpus import Corpus
from topicdesk.core.passage_tables import further_tables
from topicdesk.core.tables import Table, document_table, topic_table, write_csv
from topicdesk.exporting.parquet import write_parquet
from topicdesk.exporting.xlsx import write_xlsx

TABLE_FORMATS = ("csv", "xlsx", "parquet")
_WRITERS = {"xlsx": write_xlsx, "parquet": write_parquet}


def export_tables(topics: Path, documents: Path, analysis: Analysis, corpus: Corpus) -> list[str]:
    """Write both tables, with what the researcher said of the topics. The names' ending is one of TABLE_FORMATS.

    Returns
    -------
    list of str
        What the reader should know of the files; empty where they hold everything.

    Raises
    ------
    InputError
        Where a format cannot hold the table.
    OSError
        Where a file cannot be written; each is whole or absent.
    """
    notices = [*_write(topics, topic_table(analysis, corpus, with_marks=True)), *_write(documents, document_table(analysis, corpus, with_marks=True))]
    return list(dict.fromkeys(notices))


def export_further_tables(path_of: Callable[[str], Path], analysis: Analysis, corpus: Corpus) -> tuple[list[Path], list[str]]:
    """Write what there is of documents in passages, "passages" and "profiles"; `path_of` says where each goes.

    Returns
    -------
    paths : list of Path
        Empty where documents are whole.
    notices : list of str
        As `export_tables`, which also says what is raised.
    """
    written, notices = [], []
    for name, table in further_tables(analysis, corpus).items():
        written.append(path_of(name))
        notices += _write(written[-1], table)
    return written, list(dict.fromkeys(notices))


def _write(path: Path, table: Table) -> list[str]:
    kind = path.suffix.removeprefix(".")
    if kind == "csv":
        write_csv(path, table.names, table.rows)
        return []
    return _WRITERS[kind](path, table)
