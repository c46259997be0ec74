"""How a corpus file is to be understood: its table, what each column holds and which role it plays; the preview and the reading share this."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.columns import ColumnFacts, Role, column_facts, guess_roles
from topicdesk.importing.csv_table import no_readable_row
from topicdesk.importing.formats import open_table
from topicdesk.importing.opening import CorpusFile, check_file
from topicdesk.importing.table import Layout, Rows, Table

_ENOUGH_CHARACTERS = 1 << 24
_FEWEST_ROWS = 20


@dataclass(frozen=True)
class Understanding:
    """Everything that has to be known before the first row is read.

    Attributes
    ----------
    columns : tuple of ColumnFacts
        From a sample of the file's beginning; their names are unique.
    roles : dict of role to column index
        Given or guessed; a role that no column plays is absent.
    guessed : frozenset of role
        Those of `roles` that nobody gave.
    text_columns : tuple of int
        The columns whose cells make the text, in the order in which they are joined; the wordiest of them plays the role of the text.
    """

    table: Table
    columns: tuple[ColumnFacts, ...]
    roles: dict[Role, int]
    guessed: frozenset[Role]
    text_columns: tuple[int, ...]

    @property
    def layout(self) -> Layout:
        """How the file was understood."""
        return self.table.layout

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, unique."""
        return self.table.layout.names

    @contextmanager
    def open_rows(self) -> Iterator[tuple[Rows, Callable[[], int]]]:
        """The file's data rows, and a function that says how many of its bytes are read. Raises InputError, with the file's name."""
        with _named(self.table.file), self.table.open_rows() as opened:
            yield opened


def understand(source: CorpusSource, is_beginning: bool = False) -> Understanding:
    """Look at the beginning of a file and decide how to read it; what `source` says is not guessed.

    Parameters
    ----------
    is_beginning : bool
        Whether the first rows are all that is wanted; the layout says where the table then has no more.

    Raises
    ------
    InputError
        Where the file is no table of texts, has no rows, or where `source` names what is not there.
    """
    file = check_file(source.path)
    with _named(file):
        table = open_table(source, file, is_beginning)
        with table.open_rows() as (rows, _):
            sample = _sample(rows, table.layout.n_sample)
            if not sample:
                raise no_readable_row(rows.unreadable)
        names = table.layout.names
        columns = tuple(column_facts(name, [row[i] for row in sample]) for i, name in enumerate(names))
        given = _given_roles(source, names)
        named = [given.get("text"), *(find_column(name, names, "text") for name in source.joined)]
        text_columns = list(dict.fromkeys(index for index in named if index is not None))
        if text_columns:
            given["text"] = max(text_columns, key=lambda index: (index != given.get("title"), columns[index].mean_words))
        roles = guess_roles(columns, given)
        if not text_columns and "text" in roles:
            text_columns = [roles["text"]]
        return Understanding(table, columns, roles, frozenset(role for role in roles if role not in given), tuple(text_columns))


def _sample(rows: Iterable[list[str]], n_rows: int) -> list[list[str]]:
    """The first rows; fewer where they are long, because looking at them must not take longer than a preview may."""
    sample: list[list[str]] = []
    n_characters = 0
    for row in islice(rows, n_rows):
        sample.append(row)
        n_characters += sum(map(len, row))
        if n_characters > _ENOUGH_CHARACTERS and len(sample) >= _FEWEST_ROWS:
            break
    return sample


def find_column(name: str, names: tuple[str, ...], role: str) -> int:
    """The index of the column called `name`; letter case and outer white space may differ where that is no question.

    Raises
    ------
    InputError
        Where there is none; it lists the columns there are.
    """
    if name in names:
        return names.index(name)
    alike = [i for i, known in enumerate(names) if known.casefold() == " ".join(name.split()).casefold()]
    if len(alike) == 1:
        return alike[0]
    raise InputError(f"there is no column {name!r} for the {role}; the columns are {', '.join(names)}.")


def _given_roles(source: CorpusSource, names: tuple[str, ...]) -> dict[Role, int | None]:
    given: dict[Role, str | None] = {"text": source.text, "title": source.title, "date": source.date, "id": source.id, "class": source.group}
    return {role: find_column(name, names, role) if name else None for role, name in given.items() if name is not None}


@contextmanager
def _named(file: CorpusFile) -> Iterator[None]:
    """Put the file's name before what is wrong with it."""
    try:
        yield
    except InputError as error:
        if str(error).startswith(str(file.path)):
            raise
        raise InputError(f"{file.path}: {error}") from error
