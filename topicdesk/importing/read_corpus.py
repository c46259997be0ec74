"""A foreign file becomes a Corpus: every readable row a document, what was left aside counted and listed."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from topicdesk.core.corpus import Corpus, Document
from topicdesk.core.errors import InputError
from topicdesk.core.progress import Progress
from topicdesk.core.requests import CorpusSource
from topicdesk.core.text_making import TextMaking, joined_text
from topicdesk.importing.columns import Role
from topicdesk.importing.csv_table import no_readable_row
from topicdesk.importing.opening import state_of
from topicdesk.importing.sieve import EMPTY_TEXT, TextSieve
from topicdesk.importing.sniffing import Understanding, understand
from topicdesk.importing.table import Rows

SAMPLE_SEED = 42
_PROGRESS_EVERY = 2000
_OPTIONAL: tuple[Role, Role, Role] = ("title", "date", "class")


def read_corpus(source: CorpusSource, progress: Progress = Progress()) -> Corpus:  # noqa: B008  # Progress is frozen
    """Read a file as the preview understands it.

    Texts lose their outer white space; those of several columns are joined by an empty line. A row without a text is kept, with the
    text "", and counted in `dropped`, and so is one that the researcher's choices leave out. Ids come from the id column, else they are
    row numbers of the file; so they are where a guessed id column turns out to repeat an id, and in a row whose id is blank.

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
    sieve = TextSieve(source)
    understanding = understand(source)
    file = understanding.table.file
    before = state_of(file.path)
    if "text" not in understanding.roles:
        raise InputError(f"{source.path}: no column looks like texts; name it with --text. The columns are {', '.join(understanding.names)}.")
    chosen = _drawn(understanding, source.sample, progress) if source.sample is not None else None
    with _without_search_for_garbage():
        with understanding.open_rows() as (rows, position):
            documents, numbers = _documents(understanding, rows, chosen, _reporting(progress, position, file.n_bytes))
            if not documents:
                raise no_readable_row(rows.unreadable)
        if state_of(file.path) != before:
            raise InputError(f"{source.path}: the file changed while it was read; wait until it is whole, then open it again.")
        if "id" in understanding.guessed and len({document.id for document in documents}) < len(documents):
            documents = [document._replace(id=str(number)) for document, number in zip(documents, numbers, strict=True)]
        documents, dropped, cleaned = _sifted(documents, sieve, progress)
        making = TextMaking(tuple(understanding.names[column] for column in understanding.text_columns), cleaned)
        return Corpus(tuple(documents), understanding.names, dropped, tuple(rows.unreadable), tuple(rows.mended), making)


def _documents(understanding: Understanding, rows: Rows, chosen: frozenset[int] | None, report: Callable[[], None]) -> tuple[list[Document], list[int]]:
    """The documents of the readable rows, or of the chosen ones, and the rows' numbers. One loop without calls: it runs a million times."""
    roles = understanding.roles
    text, id_column = roles["text"], roles.get("id")
    text_columns = understanding.text_columns if len(understanding.text_columns) > 1 else ()
    title, date, group = (roles.get(role, -1) for role in _OPTIONAL)
    documents: list[Document] = []
    numbers: list[int] = []
    for index, cells in enumerate(rows):
        if index % _PROGRESS_EVERY == 0:
            report()
        if chosen is not None and index not in chosen:
            continue
        numbers.append(rows.number)
        document = (
            (id_column is not None and cells[id_column].strip()) or str(rows.number),
            joined_text(cells[column] for column in text_columns) if text_columns else cells[text].strip(),
            (title >= 0 and cells[title].strip()) or None,
            (date >= 0 and cells[date].strip()) or None,
            (group >= 0 and cells[group].strip()) or None,
            tuple(cells),
        )
        documents.append(Document._make(document))  # half of the time of Document(...)
    report()
    return documents, numbers


def _sifted(documents: list[Document], sieve: TextSieve, progress: Progress) -> tuple[list[Document], dict[str, int], dict[str, int]]:
    """The documents with their texts as they are analysed, how many are left out by reason, and from how many something was taken out."""
    if sieve.changes_nothing:
        n_empty = sum(not document.text for document in documents)
        return documents, {EMPTY_TEXT: n_empty} if n_empty else {}, {}
    sifted = []
    for index, document in enumerate(documents):
        if index % _PROGRESS_EVERY == 0:
            progress.check()
        text = sieve.take(document.text)
        sifted.append(document if text is document.text else document._replace(text=text))
    return sifted, dict(sieve.dropped), dict(sieve.cleaned)


def _reporting(progress: Progress, position: Callable[[], int], n_bytes: int) -> Callable[[], None]:
    return lambda: progress(min(position(), n_bytes), n_bytes)


@contextmanager
def _without_search_for_garbage() -> Iterator[None]:
    """Python looks through all objects again and again while many are made; a corpus holds no cycles, and the search took half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


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
