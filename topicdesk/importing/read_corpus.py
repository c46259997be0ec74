"""A foreign file becomes a Corpus: every readable row a document, what was left aside counted and listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from topicdesk.core.corpus import Corpus, Document
from topicdesk.core.errors import InputError
from topicdesk.core.progress import Progress
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.csv_table import no_readable_row
from topicdesk.importing.preview import EMPTY_TEXT
from topicdesk.importing.sniffing import Understanding, understand

SAMPLE_SEED = 42
_PROGRESS_EVERY = 2000


def read_corpus(source: CorpusSource, progress: Progress = Progress()) -> Corpus:  # noqa: B008  # Progress is frozen
    """Read a file as the preview understands it.

    Texts lose their outer white space. A row without a text is kept, with the text "", and counted in `dropped`. Ids come from the
    id column, else they are row numbers of the file; so they are where a guessed id column turns out to repeat an id, and in a row
    whose id is blank.

    Parameters
    ----------
    source : CorpusSource
        With `sample` N, N of the readable rows are drawn without replacement (numpy's default_rng(42)) and kept in the file's order;
        `dropped` then counts the sample's rows, `unreadable` the whole file's.
    progress : Progress
        Told in bytes of the file on disk.

    Raises
    ------
    InputError
        Where the file cannot be read, a named column is not there, or no column looks like texts.
    Cancelled
        Where the researcher asked to stop.
    """
    if source.sample is not None and source.sample < 1:
        raise InputError(f"the sample is {source.sample}; it must be at least 1.")
    understanding = understand(source)
    if "text" not in understanding.roles:
        raise InputError(f"{source.path}: no column looks like texts; name it with --text. The columns are {', '.join(understanding.names)}.")
    chosen = _drawn(understanding, source.sample, progress) if source.sample is not None else None
    documents: list[Document] = []
    n_bytes = understanding.table.file.n_bytes
    with understanding.open_rows() as (rows, position):
        make = _DocumentMaker(understanding)
        for index, cells in enumerate(rows):
            if index % _PROGRESS_EVERY == 0:
                progress(min(position(), n_bytes), n_bytes)
            if chosen is None or index in chosen:
                documents.append(make(cells, rows.number))
        if not documents:
            raise no_readable_row(rows.unreadable)
        unreadable, mended = tuple(rows.unreadable), tuple(rows.mended)
    progress(n_bytes, n_bytes)
    if "id" in understanding.guessed and len({document.id for document in documents}) < len(documents):
        documents = [replace(document, id=str(number)) for document, number in zip(documents, make.numbers, strict=True)]
    n_empty = sum(not document.text for document in documents)
    return Corpus(tuple(documents), understanding.names, {EMPTY_TEXT: n_empty} if n_empty else {}, unreadable, mended)


class _DocumentMaker:
    """Makes documents of rows, and remembers the rows' numbers."""

    def __init__(self, understanding: Understanding) -> None:
        roles = understanding.roles
        self.numbers: list[int] = []
        self._text, self._id = roles["text"], roles.get("id")
        self._title, self._date, self._group = roles.get("title"), roles.get("date"), roles.get("class")

    def __call__(self, cells: list[str], number: int) -> Document:
        self.numbers.append(number)
        return Document(
            id=_optional(cells, self._id) or str(number),
            text=cells[self._text].strip(),
            title=_optional(cells, self._title),
            date=_optional(cells, self._date),
            group=_optional(cells, self._group),
            fields=tuple(cells),
        )


def _optional(cells: list[str], index: int | None) -> str | None:
    return (cells[index].strip() or None) if index is not None else None


def _drawn(understanding: Understanding, n_documents: int, progress: Progress) -> frozenset[int] | None:
    """Indices among the readable rows; None = all. Counts first, so that a large file is never held in memory for a small sample."""
    with understanding.open_rows() as (rows, _):
        n_rows = sum(1 for _ in _checked(iter(rows), progress))
    if n_documents >= n_rows:
        return None
    return frozenset(np.random.default_rng(SAMPLE_SEED).choice(n_rows, size=n_documents, replace=False).tolist())


def _checked(rows: Iterator[list[str]], progress: Progress) -> Iterator[list[str]]:
    for index, cells in enumerate(rows):
        if index % _PROGRESS_EVERY == 0:
            progress.check()
        yield cells
