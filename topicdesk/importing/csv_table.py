"""A CSV as a table: its encoding, dialect, header and the shape of its cells are found in its beginning."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.cell_shapes import table_shape
from topicdesk.importing.csv_reader import CsvRows
from topicdesk.importing.dialect import Dialect, guess_dialect, records
from topicdesk.importing.header import Head, find_head
from topicdesk.importing.mending import Mender
from topicdesk.importing.opening import CorpusFile, CorpusStream
from topicdesk.importing.table import Layout
from topicdesk.importing.text_encoding import MENDED_CONTROLS, chosen_encoding, decode_sample, guess_encoding, is_binary
from topicdesk.importing.text_lines import TextLines

_SAMPLES = (1 << 20, 1 << 24)
_DIALECT_CHARACTERS = 1 << 18
_FEWEST_ROWS = 5
_MOST_ROWS = 1000
_PROBES, _PROBE_BYTES = 8, 1 << 16
_DELIMITER_WORDS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "space": " ", "none": ""}
_QUOTE_WORDS = {"none": "", "double": '"', "single": "'"}


@dataclass(frozen=True)
class CsvTable:
    """A CSV that has been understood.

    Attributes
    ----------
    mend_controls : bool
        Whether the text holds control characters that were quotation marks and dashes of Windows-1252.
    n_lines_above : int
        Lines that are passed over before anything is parsed: those that the researcher said, or Excel's "sep=;".
    """

    file: CorpusFile
    encoding: str
    mend_controls: bool
    dialect: Dialect
    n_lines_above: int
    head: Head
    mender: Mender | None = None

    @property
    def layout(self) -> Layout:
        """How it was understood."""
        return Layout(
            self.file.format("csv"), self.head.names, self.encoding, self.dialect.delimiter, self.dialect.quote,
            header=self.head.n_header > 0, n_above=self.n_lines_above + self.head.n_above,
        )  # fmt: skip

    @contextmanager
    def open_rows(self) -> Iterator[tuple[CsvRows, Callable[[], int]]]:
        """Its rows, and how far on disk the reading is."""
        with CorpusStream(self.file) as stream:
            yield self.rows(TextLines(stream.bytes, self.encoding, self.mend_controls)), lambda: stream.position

    def rows(self, lines: Iterable[str]) -> CsvRows:
        """A reader of the data rows in `lines`."""
        head = self.head
        return CsvRows(lines, self.dialect, len(head.names), head.n_above, head.n_header, self.mender, self.n_lines_above)


def open_csv(source: CorpusSource, file: CorpusFile) -> CsvTable:
    """Look at the beginning of a CSV and decide how to read it; what `source` says is not guessed.

    Raises
    ------
    InputError
        Where the file is no table of texts, or has no rows.
    """
    delimiter, quote = _chosen(source.delimiter, _DELIMITER_WORDS, "delimiter"), _chosen(source.quote, _QUOTE_WORDS, "quote")
    for size in _SAMPLES:
        sample = _read_sample(file, size)
        encoding = chosen_encoding(source.encoding) or guess_encoding(sample + _probes(file, sample))
        if source.encoding is None and is_binary(sample, encoding):
            raise InputError("this is a binary file, not a CSV; choose a CSV file, or save it as one.")
        cut = len(sample) == size
        text = decode_sample(sample, encoding)
        if not text.strip():
            raise InputError("the file is empty but for white space; choose one with a header and at least one row.")
        mend_controls = not text.isascii() and re.search("[\x80-\x9f]", text) is not None
        lines = _lines(text.translate(MENDED_CONTROLS) if mend_controls else text, cut)
        n_above, marked = _separator_line(lines)
        n_above = source.skip if source.skip is not None else n_above
        below = lines[n_above:]
        is_part = cut or len("".join(below)) > _DIALECT_CHARACTERS
        dialect = guess_dialect(_first(below), is_part, delimiter if delimiter is not None else marked, quote)
        rows = records(below, dialect, cut)
        if not cut or len(rows) > _FEWEST_ROWS:
            break
    if not rows:
        raise InputError("no row can be read; check delimiter and quote." if n_above < len(lines) else f"the file has no more than {n_above:,} lines.")
    head = find_head(rows[: _MOST_ROWS + 1], source.header, look_above=source.skip is None)
    return _with_mender(CsvTable(file, encoding, mend_controls, dialect, n_above, head), lines, len(rows))


def _with_mender(table: CsvTable, lines: list[str], n_rows: int) -> CsvTable:
    """The table with what its readable rows tell about the others."""
    reader = table.rows(iter(lines))
    sample = list(islice(reader, _MOST_ROWS))
    if not sample and table.head.n_header and n_rows <= table.head.n_above + table.head.n_header:
        raise InputError("the file has only a header; it needs at least one row of texts under it.")
    if not sample:
        raise no_readable_row(reader.unreadable)
    mender = Mender(table.dialect, len(table.head.names), table_shape(sample))
    return CsvTable(table.file, table.encoding, table.mend_controls, table.dialect, table.n_lines_above, table.head, mender)


def no_readable_row(unreadable: list[tuple[int, str]]) -> InputError:
    """The error for a file of which nothing could be read, with the first reason."""
    first = f" {unreadable[0][1]}" if unreadable else ""
    return InputError(f"no row can be read; check delimiter and quote.{first}")


def _chosen(given: str | None, words: dict[str, str], what: str) -> str | None:
    if given is None or given == "":
        return given
    character = words.get(given.lower(), given)
    if len(character) > 1 or character in ("\r", "\n"):
        raise InputError(f"the {what} {given!r} is not one character; give one character, or one of {', '.join(words)}.")
    return character


def _read_sample(file: CorpusFile, size: int) -> bytes:
    with CorpusStream(file) as stream:
        return stream.bytes.read(size)


def _probes(file: CorpusFile, sample: bytes) -> bytes:
    """Bytes from all over a large file: its first umlaut may come after the sample. Only whole lines, and only of plain files."""
    if file.is_gzip or file.member or file.n_bytes <= len(sample) or not sample.isascii():
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
