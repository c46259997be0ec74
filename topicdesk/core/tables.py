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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from topicdesk.core.analysis import Analysis, Keyword, Topic
from topicdesk.core.corpus import Corpus
from topicdesk.core.files import write_whole
from topicdesk.core.passages import by_row

TOPIC_COLUMNS = ("topic", "size", "label", "label_origin", "keywords", "keybert", "mmr", "exemplars")
MARK_COLUMNS = ("checked", "hidden", "note")
DOCUMENT_COLUMNS = ("id", "title", "topic", "label", "strength", "x", "y")
TOPIC_OF_DOCUMENT_COLUMNS = ("label_origin", "checked", "hidden", "keywords")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)*|\.\d+)([eE][+-]?\d+)?%?\Z")


_BEGINS_FORMULA = re.compile(r"[\t\r]|(?:\n\s*)?[-+=@＋－＝＠]")
_FORMULA_INSIDE = re.compile(r"[;\t\r\n](?:[=＝]|(?<![\r\n])[-+@＋－＠])(?=[^;\t\r\n)]*[(|])")


def neutralised(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would take for a formula; numbers stay.

    A spreadsheet that takes semicolons or tabs for the ends of cells cuts a cell at them, quoted or not, so that a formula that calls
    or runs something counts behind them too.
    """
    written = _FORMULA_INSIDE.sub(lambda found: "'".join(found[0]), cell)
    return "'" + written if _BEGINS_FORMULA.match(cell) and not _NUMBER.match(cell) else written


@dataclass(frozen=True)
class Table:
    """A flat table.

    Attributes
    ----------
    kinds : tuple of type
        int, float or str for each column; a float may be NaN where there is none.
    rows : iterable of tuple
        To be gone through once.
    """

    names: tuple[str, ...]
    kinds: tuple[type, ...]
    n_rows: int
    rows: Iterable[tuple[Any, ...]]


def topic_table(analysis: Analysis, corpus: Corpus, with_marks: bool = False) -> Table:
    """One row a topic, the unassigned left out; exemplars are document ids.

    `with_marks` adds what the researcher said of each: whether its label is checked, and the topic hidden ("yes" or empty), and the note.
    """
    rows = (
        (topic.number, topic.size, topic.label.text, topic.label.origin, _terms(topic.keywords), _terms(topic.keybert), _terms(topic.mmr),
         ", ".join(corpus.documents[i].id for i in topic.exemplars), *((*_marks(topic), topic.note) if with_marks else ()))
        for topic in analysis.present
    )  # fmt: skip
    names = TOPIC_COLUMNS + MARK_COLUMNS * with_marks
    return Table(names, (int, int, *[str] * (len(names) - 2)), len(analysis.present), rows)


def document_table(analysis: Analysis, corpus: Corpus, with_marks: bool = False) -> Table:
    """One row a document of the file, in its order; a column of the corpus that collides is corpus_NAME.

    A document in passages has the topic, strength and place of the passage that stands for it.

    `with_marks` adds, after ours and before the corpus's own columns, what is known of the document's topic.
    """
    about = {topic.number: (topic.label.text, (topic.label.origin, *_marks(topic), _terms(topic.keywords))) for topic in analysis.topics}
    unassigned = ("", ("",) * len(TOPIC_OF_DOCUMENT_COLUMNS))
    topic_of, strength, positions = by_row(analysis, corpus)
    rows = (
        (
            document.id,
            document.title or "",
            topic,
            about.get(topic, unassigned)[0],
            strength,
            x,
            y,
            *about.get(topic, unassigned)[1] * with_marks,
            *document.fields,
        )
        for document, topic, strength, (x, y) in zip(corpus.rows, topic_of.tolist(), strength.tolist(), positions.tolist(), strict=True)
    )
    ours = DOCUMENT_COLUMNS + TOPIC_OF_DOCUMENT_COLUMNS * with_marks
    names = (*ours, *own_columns(corpus.fields, ours))
    kinds: dict[str, type] = {"topic": int, "strength": float, "x": float, "y": float}
    return Table(names, tuple(kinds.get(name, str) for name in names), len(corpus.rows), rows)


def write_topics(path: Path, analysis: Analysis, corpus: Corpus, with_marks: bool = False) -> None:
    """topics.csv: see `topic_table`."""
    table = topic_table(analysis, corpus, with_marks)
    write_csv(path, table.names, table.rows)


def write_documents(path: Path, analysis: Analysis, corpus: Corpus) -> None:
    """documents.csv: see `document_table`."""
    table = document_table(analysis, corpus)
    write_csv(path, table.names, table.rows)


def own_columns(fields: Sequence[str], ours: Sequence[str] = DOCUMENT_COLUMNS) -> list[str]:
    """Names for the corpus's own columns beside ours: one that collides becomes corpus_NAME, as often as needed."""
    names: list[str] = []
    for field in fields:
        name = field
        while name in ours or name in names:
            name = f"corpus_{name}"
        names.append(name)
    return names


def _terms(keywords: Iterable[Keyword]) -> str:
    return ", ".join(keyword.term for keyword in keywords)


def _marks(topic: Topic) -> tuple[str, str]:
    """Whether it is checked, whether it is hidden."""
    return "yes" if topic.is_checked else "", "yes" if topic.is_hidden else ""


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
