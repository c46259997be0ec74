"""The files that a run leaves in its folder: map.png, topics.csv, documents.csv, run.json, each whole or absent."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from topicdesk.core import tables
from topicdesk.core.analysis import Analysis
from topicdesk.core.corpus import Corpus
from topicdesk.core.edit_log import EditLog
from topicdesk.core.errors import InputError
from topicdesk.core.files import write_text
from topicdesk.core.passage_tables import further_tables
from topicdesk.core.plate import FigureRequest
from topicdesk.core.records import RECORDS, write_records
from topicdesk.exporting.tables import TABLE_FORMATS, export_further_tables, export_tables
from topicdesk.figure.content import coloured_content, figure_content
from topicdesk.figure.export import save_figure
from topicdesk.figure.html_map import save_html
from topicdesk.project.store import Project


def write_outputs(folder: Path, analysis: Analysis, corpus: Corpus) -> tuple[str, ...]:
    """Draw the map and write the tables; the names of the files. Raises OSError where the folder cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    _draw(folder / "map.png", analysis, corpus, FigureRequest(with_description=False))
    tables.write_topics(folder / "topics.csv", analysis, corpus)
    tables.write_documents(folder / "documents.csv", analysis, corpus)
    further = {f"{name}.csv": table for name, table in further_tables(analysis, corpus).items()}
    for name, table in further.items():
        tables.write_csv(folder / name, table.names, table.rows)
    return ("map.png", "topics.csv", "documents.csv", *further)


def write_summary(folder: Path, summary: dict[str, Any]) -> None:
    """run.json: counts, seconds, memory, settings, models and versions; no text of a document."""
    write_text(folder / "run.json", json.dumps(summary, indent=1, ensure_ascii=False) + "\n")


def export_project(project_path: Path, folder: Path, kind: str, figure: FigureRequest | None = None) -> list[Path]:
    """Write a project's current analysis, with the researcher's edits: a figure, tables, or records.

    Raises
    ------
    InputError
        Where the project cannot be opened, or holds no analysis.
    """
    with Project(project_path) as project:
        number, corpus = project.analyses.current(), project.corpus()
        analysis = None if number is None else project.analyses.get(number, corpus.fingerprint)
        if analysis is None:
            raise InputError(f"{project_path}: this project holds no finished analysis yet.")
        log = EditLog(project.edits.all(), project.text_updates())
        found, edited = analysis, project.edited(analysis)
    analysis = edited.analysis
    folder.mkdir(parents=True, exist_ok=True)
    if kind in RECORDS:
        return write_records(kind, lambda name: folder / name, found, edited, log, corpus)
    if kind in TABLE_FORMATS:
        written = [folder / f"topics.{kind}", folder / f"documents.{kind}"]
        further, told = export_further_tables(lambda name: folder / f"{name}.{kind}", analysis, corpus)
        for notice in dict.fromkeys((*export_tables(written[0], written[1], analysis, corpus), *told)):
            print(f"topicdesk: {notice}", file=sys.stderr)  # noqa: T201  # only the terminal's `export` comes here
        return written + further
    return _draw(folder / f"map.{kind}", analysis, corpus, figure or FigureRequest())


def _draw(path: Path, analysis: Analysis, corpus: Corpus, figure: FigureRequest) -> list[Path]:
    content = coloured_content(figure_content(analysis, corpus), corpus, figure.plate)
    settings = figure.settings(analysis.settings.figure)
    if path.suffix == ".html":
        return save_html(path, content, corpus, settings, figure.plate, figure.with_texts)
    return save_figure(path, content, settings, page=figure.page, plate=figure.plate, with_description=figure.with_description)
