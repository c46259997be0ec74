"""A foreign file becomes a Corpus: every readable row a document, what was left aside counted and listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, repeat

import numpy as np

from topicdesk.core.arrays import IntArray
from topicdesk.core.corpus import Corpus, DocumentColumns
from topicdesk.core.errors import InputError
from topicdesk.core.progress import Progress
from topicdesk.core.requests import CorpusSource
from topicdesk.core.text_making import TextMaking, joined_text
from topicdesk.importing.columns import Role
from topicdesk.importing.csv_table import no_readable_row
from topicdesk.importing.opening import check_file, state_of
from topicdesk.importing.sieve import EMPTY_TEXT, TextSieve
from topicdesk.importing.sniffing import Understanding, understand
from topicdesk.importing.table import Block, Rows

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
    before = state_of(check_file(source.path).path)
    understanding = understand(source)
    file = understanding.table.file
    if "text" not in understanding.roles:
        raise InputError(f"{source.path}: no column looks like texts; name it with --text. The columns are {', '.join(understanding.names)}.")
    chosen = _drawn(understanding, source.sample, progress) if source.sample is not None else None
    with understanding.open_rows() as (rows, position):
        documents = _documents(understanding, rows, chosen, _reporting(progress, position, file.n_bytes))
    if state_of(file.path) != before:
        raise InputError(f"{source.path}: the file changed while it was read; wait until it is whole, then open it again.")
    dropped, cleaned = _sift(documents.texts, sieve, progress)
    making = TextMaking(tuple(understanding.names[column] for column in understanding.text_columns), cleaned)
    return Corpus(documents, understanding.names, dropped, tuple(rows.unreadable), tuple(rows.mended), making)


def _documents(understanding: Understanding, rows: Rows, chosen: IntArray | None, report: Callable[[], None]) -> DocumentColumns:
    """The documents of the readable rows, or of the chosen ones."""
    documents: DocumentColumns | None = None
    numbers: list[Sequence[int]] = []
    n_rows = 0
    for block in rows.blocks():
        report()
        taken = block
        if chosen is not None:
            first, stop = np.searchsorted(chosen, [n_rows, n_rows + len(block.numbers)])
            taken = _part(block, (chosen[first:stop] - n_rows).tolist())
        n_rows += len(block.numbers)
        numbers.append(taken.numbers)
        if documents is None:
            documents = _documents_of(taken, understanding)
        else:
            documents.extend(_documents_of(taken, understanding))
    report()
    if documents is None:
        raise no_readable_row(rows.unreadable)
    if "id" in understanding.guessed and _repeats_itself(documents.ids):
        documents.ids[:] = map(str, chain.from_iterable(numbers))
    return documents


def _documents_of(block: Block, understanding: Understanding) -> DocumentColumns:
    """The documents of some rows, column by column: a step in Python for each row is dear where a million come."""
    roles, columns = understanding.roles, block.columns
    own: Iterable[str] = map(str.strip, columns[roles["id"]]) if "id" in roles else repeat("")
    ids = [cell or str(number) for cell, number in zip(own, block.numbers)]
    joined = [columns[column] for column in understanding.text_columns]
    texts = list(map(str.strip, joined[0]) if len(joined) == 1 else map(joined_text, zip(*joined)))
    title, date, group = (_filled(columns[roles[role]]) if role in roles else None for role in _OPTIONAL)
    return DocumentColumns(ids, texts, title, date, group, tuple(map(list, columns)))


def _repeats_itself(ids: Sequence[str]) -> bool:
    """Whether two ids are the same: where no two hashes are, none are, and a million of these are sorted in a third of the time that a set of ids takes."""
    hashes = np.sort(np.fromiter(map(hash, ids), dtype=np.int64, count=len(ids)))
    return bool((hashes[1:] == hashes[:-1]).any()) and len(set(ids)) < len(ids)


def _filled(cells: Sequence[str]) -> list[str | None]:
    return [cell or None for cell in map(str.strip, cells)]


def _part(block: Block, places: Sequence[int]) -> Block:
    """Some rows of a block."""
    return Block([block.numbers[place] for place in places], [[cells[place] for place in places] for cells in block.columns])


def _sift(texts: list[str], sieve: TextSieve, progress: Progress) -> tuple[dict[str, int], dict[str, int]]:
    """Make the texts what is analysed, in their place; how many are left out by reason, and from how many something was taken out."""
    if sieve.changes_nothing:
        n_empty = texts.count("")
        return {EMPTY_TEXT: n_empty} if n_empty else {}, {}
    for index, text in enumerate(texts):
        if index % _PROGRESS_EVERY == 0:
            progress.check()
        texts[index] = sieve.take(text)
    return dict(sieve.dropped), dict(sieve.cleaned)


def _reporting(progress: Progress, position: Callable[[], int], n_bytes: int) -> Callable[[], None]:
    return lambda: progress(min(position(), n_bytes), n_bytes)


def _drawn(understanding: Understanding, n_documents: int, progress: Progress) -> IntArray | None:
    """Indices among the readable rows, ascending; None = all. Counts first, so that a large file is never held in memory for a small sample."""
    n_rows = 0
    with understanding.open_rows() as (rows, _):
        for block in rows.blocks():
            progress.check()
            n_rows += len(block.numbers)
    if n_documents >= n_rows:
        return None
    return np.sort(np.random.default_rng(SAMPLE_SEED).choice(n_rows, size=n_documents, replace=False))
