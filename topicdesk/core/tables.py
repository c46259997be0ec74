"""The two tables that a run leaves behind, topics.csv and documents.csv, as other people's scripts read them.

UTF-8, LF, lists joined by ", ", floats by repr. Text cells that a spreadsheet would run as formulas get a leading
apostrophe (CWE-1236); numbers are not touched.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from topicdesk.core.analysis import Analysis, Keyword
from topicdesk.core.corpus import Corpus
from topicdesk.core.files import write_whole

TOPIC_COLUMNS = ("topic", "size", "label", "label_origin", "keywords", "keybert", "mmr", "exemplars")
MARK_COLUMNS = ("checked", "note")
DOCUMENT_COLUMNS = ("id", "title", "topic", "label", "strength", "x", "y")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)*|\.\d+)([eE][+-]?\d+)?%?\Z")


def neutralised(cell: str) -> str:
    """The cell with a leading apostrophe where a spreadsheet would take it for a formula; numbers stay."""
    if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not _NUMBER.match(cell):
        return "'" + cell
    return cell


def write_topics(path: Path, analysis: Analysis, corpus: Corpus, with_marks: bool = False) -> None:
    """topics.csv: one row a topic, the unassigned left out; exemplars are document ids.

    `with_marks` adds what the researcher said of each: whether its label is checked ("yes" or empty), and the note.
    """
    rows = (
        (topic.number, topic.size, topic.label.text, topic.label.origin, _terms(topic.keywords), _terms(topic.keybert), _terms(topic.mmr),
         ", ".join(corpus.documents[i].id for i in topic.exemplars), *(("yes" if topic.is_checked else "", topic.note) if with_marks else ()))
        for topic in analysis.present
    )  # fmt: skip
    write_csv(path, TOPIC_COLUMNS + MARK_COLUMNS * with_marks, rows)


def write_documents(path: Path, analysis: Analysis, corpus: Corpus) -> None:
    """documents.csv: one row a document, in the corpus's order; a column of the corpus that collides is corpus_NAME."""
    labels = {topic.number: topic.label.text for topic in analysis.topics} | {-1: ""}
    assignment, positions = analysis.assignment, analysis.positions
    rows = (
        (document.id, document.title or "", topic, labels[topic], strength, x, y, *document.fields)
        for document, topic, strength, (x, y) in zip(
            corpus.documents, assignment.topic_of.tolist(), assignment.strength.tolist(), positions.tolist(), strict=True
        )
    )
    write_csv(path, (*DOCUMENT_COLUMNS, *own_columns(corpus.fields)), rows)


def own_columns(fields: Sequence[str]) -> list[str]:
    """Names for the corpus's own columns beside ours: one that collides becomes corpus_NAME, as often as needed."""
    names: list[str] = []
    for field in fields:
        name = field
        while name in DOCUMENT_COLUMNS or name in names:
            name = f"corpus_{name}"
        names.append(name)
    return names


def _terms(keywords: Iterable[Keyword]) -> str:
    return ", ".join(keyword.term for keyword in keywords)


def _cell(value: object) -> str:
    if isinstance(value, str):
        return neutralised(value)
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(value)
    return str(value)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table, whole or not at all: UTF-8, LF, formulas neutralised."""

    def write(stream: object) -> None:
        text = io.TextIOWrapper(stream, encoding="utf-8", errors="surrogatepass", newline="", write_through=True)  # type: ignore[type-var]
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([neutralised(name) for name in header])
        writer.writerows([_cell(value) for value in row] for row in rows)
        text.flush()
        text.detach()

    write_whole(path, write)
