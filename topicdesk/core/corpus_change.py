"""What a newer file brings to a corpus: which documents are new, changed, gone or the same; it knows neither file nor project.

The rule: a document is the same by its id, where both corpora have a column of ids and none of the two says an id twice; else by its
text, the first with a text being the first with that text in the other corpus, the second the second. Where ids decide, a document
whose row has no id is told by its text too. Without ids a changed text is therefore one document gone and one new.

Where documents are analysed in passages, these rules tell the documents, and within each a passage is the same by its text.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from topicdesk.core.arrays import BoolArray, IntArray
from topicdesk.core.corpus import Corpus, Document

NOWHERE = -1
Key = tuple[str | int, str]


@dataclass(frozen=True, eq=False)
class CorpusChange:
    """From an earlier corpus to a later one.

    Attributes
    ----------
    row_of : int64 of shape (n_before,)
        Where each earlier document is in the later corpus; -1 = gone.
    is_changed : bool of shape (n_before,)
        Those that are there with another text.
    n_after : int
        How many documents the later corpus has.
    n_amended : int
        Those with the same text whose other cells differ.
    by_id : bool
        Whether ids told which is which.
    gone : tuple of str
        The ids of earlier documents that are no longer there.
    of_wholes : CorpusChange or None
        Where the rows are passages: the same of the documents, which the counts are of.
    """

    row_of: IntArray
    is_changed: BoolArray
    n_after: int
    n_amended: int
    by_id: bool
    gone: tuple[str, ...] = ()
    of_wholes: CorpusChange | None = None

    @property
    def n_new(self) -> int:
        """Documents that were not there before."""
        counted = self.of_wholes or self
        return counted.n_after - int((counted.row_of != NOWHERE).sum())

    @property
    def n_changed(self) -> int:
        """Documents whose text is another one."""
        return int((self.of_wholes or self).is_changed.sum())

    @property
    def n_gone(self) -> int:
        """Documents that are no longer there."""
        return int(((self.of_wholes or self).row_of == NOWHERE).sum())

    @property
    def n_same(self) -> int:
        """Documents whose text is what it was."""
        return len((self.of_wholes or self).row_of) - self.n_gone - self.n_changed

    @property
    def kept_row_of(self) -> IntArray:
        """As `row_of`, with -1 for changed documents too: what was found about their text no longer holds."""
        kept: IntArray = np.where(self.is_changed, NOWHERE, self.row_of)
        return kept


def compare(before: Corpus, after: Corpus) -> CorpusChange:
    """What became of each document, or of each passage."""
    wholes = _compare(before.rows, after.rows, before.fields, after.fields)
    if before.spans is None and after.spans is None:
        return wholes
    if before.spans is None or after.spans is None:  # cut otherwise than before: nothing that was found holds
        n_after = len(after.documents)
        row_of = np.full(len(before.documents), NOWHERE, dtype=np.int64)
        return CorpusChange(row_of, row_of > NOWHERE, n_after, wholes.n_amended, wholes.by_id, wholes.gone, wholes)
    places = _places([(after_row, passage.text) for after_row, passage in zip(after.spans.of.tolist(), after.documents, strict=True)])
    was_in = zip(wholes.row_of[before.spans.of].tolist(), before.documents, strict=True)
    row_of = _paired([(after_row, passage.text) for after_row, passage in was_in], places)
    return CorpusChange(row_of, np.zeros(len(row_of), dtype=np.bool_), len(after.documents), wholes.n_amended, wholes.by_id, wholes.gone, wholes)


def _compare(before: Sequence[Document], after: Sequence[Document], fields_before: Sequence[str], fields_after: Sequence[str]) -> CorpusChange:
    keys_before, keys_after = _ids(before, len(fields_before)), _ids(after, len(fields_after))
    by_id = keys_before is not None and keys_after is not None
    row_of = _paired(_keys(before, keys_before if by_id else None), _places(_keys(after, keys_after if by_id else None)))
    is_changed = np.zeros(len(before), dtype=np.bool_)
    n_amended = 0
    for row, later in enumerate(row_of.tolist()):
        if later != NOWHERE:
            was, now = before[row], after[later]
            is_changed[row] = was.text != now.text
            n_amended += was.text == now.text and (fields_before != fields_after or was.fields != now.fields)
    gone = tuple(document.id for document, later in zip(before, row_of.tolist(), strict=True) if later == NOWHERE)
    return CorpusChange(row_of, is_changed, len(after), n_amended, by_id, gone)


def _paired(keys: Sequence[Key], places: dict[Key, list[int]]) -> IntArray:
    """Where each is among the later ones; the second of those with one key is the second of them there."""
    seen: Counter[Key] = Counter()
    row_of = np.full(len(keys), NOWHERE, dtype=np.int64)
    for row, key in enumerate(keys):
        found = places.get(key, ())
        if seen[key] < len(found):
            row_of[row] = found[seen[key]]
        seen[key] += 1
    return row_of


def _ids(documents: Sequence[Document], n_columns: int) -> list[str] | None:
    """The id of each document as its row says it, "" where it says none; None where there is no column of ids, or one is there twice.

    Which column it is, follows from the cells: a document's id is one of them, or the number of its row.
    """
    for column in range(n_columns):
        if all(document.fields[column].strip() in ("", document.id) for document in documents if len(document.fields) > column):
            cells = [document.fields[column].strip() if len(document.fields) > column else "" for document in documents]
            told = [cell for cell in cells if cell]
            if 2 * len(told) > len(cells) and len(set(told)) == len(told):
                return cells
    return None


def _keys(documents: Sequence[Document], ids: list[str] | None) -> list[Key]:
    """What tells each document: its id, or its text."""
    return [("id", ids[row]) if ids is not None and ids[row] else ("text", document.text) for row, document in enumerate(documents)]


def _places(keys: list[Key]) -> dict[Key, list[int]]:
    places: defaultdict[Key, list[int]] = defaultdict(list)
    for row, key in enumerate(keys):
        places[key].append(row)
    return places
