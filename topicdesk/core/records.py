"""What a study keeps beside its results: the history of edits and the methods paragraph, written where the caller says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from topicdesk.core.analysis import Analysis
from topicdesk.core.corpus import Corpus
from topicdesk.core.edit_log import EditLog
from topicdesk.core.edit_records import write_log_csv, write_log_markdown
from topicdesk.core.edited_analysis import EditedAnalysis
from topicdesk.core.files import write_text
from topicdesk.core.methods import methods_references, methods_text

RECORDS = ("log", "methods")


def write_records(kind: str, path_of: Callable[[str], Path], found: Analysis, edited: EditedAnalysis, log: EditLog, corpus: Corpus) -> list[Path]:
    """Write log.csv and log.md ("log"), or methods.txt and references.bib ("methods"); `path_of` says where each name goes.

    Raises OSError where a file cannot be written.
    """
    if kind == "log":
        table, page = path_of("log.csv"), path_of("log.md")
        write_log_csv(table, log, edited, corpus)
        write_log_markdown(page, log, edited, corpus)
        return [table, page]
    text, references = path_of("methods.txt"), path_of("references.bib")
    write_text(text, methods_text(found, corpus, edited.tally, edited.analysis))
    write_text(references, methods_references(found, edited.analysis))
    return [text, references]
