"""How a corpus file is to be understood: encoding, dialect, header, columns and roles; the preview and the reading share this."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.columns import ColumnFacts, Role, column_facts, guess_roles
from topicdesk.importing.csv_reader import CsvRows, text_lines
from topicdesk.importing.dialect import Dialect, guess_dialect, records
from topicdesk.importing.header import find_head
from topicdesk.importing.opening import CorpusFile, CorpusStream, check_file
from topicdesk.importing.text_encoding import MENDED_CONTROLS, canonical_name, decode_sample, guess_encoding, is_binary

_SAMPLES = (1 << 20, 1 << 24)
_DIALECT_CHARACTERS = 1 << 18
_FEWEST_ROWS = 5
_MOST_ROWS = 1000
_PROBES, _PROBE_BYTES = 8, 1 << 16
_DELIMITER_WORDS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "space": " ", "none": ""}
_QUOTE_WORDS = {"none": "", "double": '"', "single": "'"}


@dataclass(frozen=True)
class Understanding:
    """Everything that has to be known before the first row is read.

    Attributes
    ----------
    mend_controls : bool
        Whether the text holds control characters that were quotation marks and dashes of Windows-1252.
    n_above : int
        Rows above the header that are left out.
    columns : tuple of ColumnFacts
        From a sample of the file's beginning; their names are unique.
    roles : dict of role to column index
        Given or guessed; a role that no column plays is absent.
    guessed : frozenset of role
        Those of `roles` that nobody gave.
    """

    file: CorpusFile
    encoding: str
    mend_controls: bool
    dialect: Dialect
    header: bool
    n_above: int
    columns: tuple[ColumnFacts, ...]
    roles: dict[Role, int]
    guessed: frozenset[Role]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, unique."""
        return tuple(column.name for column in self.columns)

    @contextmanager
    def open_rows(self) -> Iterator[tuple[CsvRows, CorpusStream]]:
        """The file's data rows, and the stream that tells how far they are read. Raises InputError, with the file's name."""
        with CorpusStream(self.file) as stream, _named(self.file):
            yield self.rows(text_lines(stream.bytes, self.encoding, self.mend_controls)), stream

    def rows(self, lines: Iterator[str]) -> CsvRows:
        """A reader of the data rows in `lines`."""
        return CsvRows(lines, self.dialect, len(self.columns), self.n_above, self.header)


def understand(source: CorpusSource) -> Understanding:
    """Look at the beginning of a file and decide how to read it; what `source` says is not guessed.

    Raises
    ------
    InputError
        Where the file is no table of texts, has no rows, or where `source` names what is not there.
    """
    file = check_file(source.path)
    with _named(file):
        delimiter, quote = _chosen(source.delimiter, _DELIMITER_WORDS, "delimiter"), _chosen(source.quote, _QUOTE_WORDS, "quote")
        for size in _SAMPLES:
            sample = _read_sample(file, size)
            encoding = _chosen_encoding(source.encoding) or guess_encoding(sample + _probes(file, sample))
            if source.encoding is None and is_binary(sample, encoding):
                raise InputError("this is a binary file, not a CSV; choose a CSV file, or save it as one.")
            cut = len(sample) == size
            text = decode_sample(sample, encoding)
            if not text.strip():
                raise InputError("the file is empty but for white space; choose one with a header and at least one row.")
            mend_controls = not text.isascii() and re.search("[\x80-\x9f]", text) is not None
            lines = _lines(text.translate(MENDED_CONTROLS) if mend_controls else text, cut)
            n_above, marked = _separator_line(lines)
            dialect = guess_dialect(
                _first(lines[n_above:]), cut or len("".join(lines)) > _DIALECT_CHARACTERS, delimiter if delimiter is not None else marked, quote
            )
            rows = records(lines[n_above:], dialect, cut)
            if not cut or len(rows) > _FEWEST_ROWS:
                break
        if not rows:
            raise InputError("no row can be read; check delimiter and quote.")
        return _with_columns(source, Understanding(file, encoding, mend_controls, dialect, True, n_above, (), {}, frozenset()), lines, rows)


def _with_columns(source: CorpusSource, layout: Understanding, lines: list[str], rows: list[list[str]]) -> Understanding:
    head = find_head(rows[: _MOST_ROWS + 1])
    nameless = tuple(ColumnFacts(name, "empty") for name in head.names)
    layout = replace(layout, header=head.header, n_above=layout.n_above + head.n_above, columns=nameless)
    reader = layout.rows(iter(lines))
    sample = list(islice(reader, _MOST_ROWS))
    if not sample and head.header and len(rows) <= head.n_above + 1:
        raise InputError("the file has only a header; it needs at least one row of texts under it.")
    if not sample:
        raise no_readable_row(reader)
    columns = tuple(column_facts(name, [row[i] for row in sample]) for i, name in enumerate(head.names))
    given = _given_roles(source, head.names)
    roles = guess_roles(columns, given)
    return replace(layout, columns=columns, roles=roles, guessed=frozenset(role for role in roles if role not in given))


def no_readable_row(rows: CsvRows) -> InputError:
    """The error for a file of which nothing could be read, with the first reason."""
    first = f" {rows.unreadable[0][1]}" if rows.unreadable else ""
    return InputError(f"no row can be read; check delimiter and quote.{first}")


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


def _chosen(given: str | None, words: dict[str, str], what: str) -> str | None:
    if given is None or given == "":
        return given
    character = words.get(given.lower(), given)
    if len(character) > 1 or character in ("\r", "\n"):
        raise InputError(f"the {what} {given!r} is not one character; give one character, or one of {', '.join(words)}.")
    return character


def _chosen_encoding(given: str | None) -> str | None:
    if not given:
        return None
    name = canonical_name(given)
    if name is None:
        raise InputError(f"there is no encoding {given!r}; usual ones are utf-8, utf-16, windows-1252, windows-1251, shift_jis.")
    return name


def _read_sample(file: CorpusFile, size: int) -> bytes:
    with CorpusStream(file) as stream:
        return stream.bytes.read(size)


def _probes(file: CorpusFile, sample: bytes) -> bytes:
    """Bytes from all over a large file: its first umlaut may come after the sample. Only whole lines, and only of plain files."""
    if file.is_gzip or file.n_bytes <= len(sample) or not sample.isascii():
        return b""
    pieces = []
    with CorpusStream(file) as stream:
        for number in range(1, _PROBES + 1):
            stream.bytes.seek(number * (file.n_bytes - _PROBE_BYTES) // _PROBES)
            pieces.append(b"\n".join(stream.bytes.read(_PROBE_BYTES).split(b"\n")[1:-1]))
    return b"\n".join(pieces)


def _lines(text: str, cut: bool) -> list[str]:
    lines = [line.replace("\0", "") for line in io.StringIO(text, newline="")]
    return lines[:-1] if cut and len(lines) > 1 else lines


def _first(lines: list[str]) -> list[str]:
    """Lines for the guess of the dialect: enough to see a pattern, few enough to try all candidates at once."""
    n_characters = 0
    for number, line in enumerate(lines):
        n_characters += len(line)
        if n_characters > _DIALECT_CHARACTERS and number > 20:
            return lines[:number]
    return lines


def _separator_line(lines: list[str]) -> tuple[int, str | None]:
    """Excel's own first line "sep=;": how many lines it takes, and the delimiter."""
    first = lines[0].strip('\r\n "') if lines else ""
    if first.lower().startswith("sep=") and len(first) == 5:
        return 1, first[4]
    return 0, None


@contextmanager
def _named(file: CorpusFile) -> Iterator[None]:
    """Put the file's name before what is wrong with it."""
    try:
        yield
    except InputError as error:
        if str(error).startswith(str(file.path)):
            raise
        raise InputError(f"{file.path}: {error}") from error
