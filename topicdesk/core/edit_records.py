"""The log of edits for others to read: log.csv with everything, log.md to print; what was undone stands in both, named as such."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from topicdesk.core.corpus import Corpus
from topicdesk.core.edit_log import EditLog
from topicdesk.core.edit_words import what_was_done, when_it_was
from topicdesk.core.edited_analysis import EditedAnalysis
from topicdesk.core.edits import Edit
from topicdesk.core.files import write_text
from topicdesk.core.tables import write_csv
from topicdesk.core.text_update import TextUpdate

COLUMNS = ("number", "when", "what", "from", "to", "why", "state", "n_documents", "documents", "topics")
SHOWN = ("number", "when", "what", "from", "to", "why", "state")


def write_log_csv(path: Path, log: EditLog, edited: EditedAnalysis, corpus: Corpus) -> None:
    """One row an edit, oldest first; `documents` are ids, `topics` stable ids, times are UTC.

    An update of the texts has a row without a number; its `documents` are those that are gone.
    """
    write_csv(path, COLUMNS, _rows(log, edited, corpus))


def write_log_markdown(path: Path, log: EditLog, edited: EditedAnalysis, corpus: Corpus) -> None:
    """The same as a table to read, without the documents' ids."""
    lines = ["# History of edits", "", f"Of {len(corpus.documents):,} {corpus.unit}s. Times are UTC.", ""]
    lines += [f"| {' | '.join(SHOWN)} |", f"|{'---|' * len(SHOWN)}"]
    lines += [f"| {' | '.join(_cell(value) for value in row[: len(SHOWN)])} |" for row in _rows(log, edited, corpus)]
    write_text(path, "\n".join(lines) + "\n")


def state_of(edit: Edit, edited: EditedAnalysis) -> str:
    """Either "done", "undone" or "withdrawn", or why it does not hold in this analysis."""
    reason = edited.not_carried.get(edit.sequence, "")
    return reason if edit.state == "done" and reason else edit.state


def _rows(log: EditLog, edited: EditedAnalysis, corpus: Corpus) -> Iterator[tuple[object, ...]]:
    updates = list(log.updates)
    for edit in log.edits:
        while updates and updates[0].made < edit.made:
            yield _update_row(updates.pop(0))
        rows = [] if edit.moves is None else edit.moves.rows.tolist()
        yield (
            edit.sequence, when_it_was(edit), what_was_done(edit), edit.before, edit.after, edit.why, state_of(edit, edited),
            edit.n_moved, ", ".join(corpus.documents[row].id for row in rows), ", ".join(edit.topics),
        )  # fmt: skip

    yield from map(_update_row, updates)


def _update_row(update: TextUpdate) -> tuple[object, ...]:
    return "", update.made[:19].replace("T", " "), "Texts updated", "", update.words, "", "done", update.n_gone, ", ".join(update.gone), ""


def _cell(value: object) -> str:
    """A value in one line of a Markdown table, with nothing in it that Markdown or HTML would read."""
    return re.sub(r"([\\`*_{}\[\]<>|#])", r"\\\1", " ".join(str(value).split()))
