"""A zip archive as a table: the table in it, or the texts in it; nothing is ever unpacked to the disk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.archives import members
from topicdesk.importing.opening import HEAD_BYTES, CorpusFile, CorpusStream, refuse_other_formats
from topicdesk.importing.table import Layout, Table
from topicdesk.importing.text_files import is_text, open_zipped_texts, printable_name

_TO_UNPACK = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet", ".gz", ".zip")
_TABLES = (".csv", ".tsv", ".tab", ".psv", ".json", ".jsonl", ".ndjson", ".ris", ".bib")


@dataclass(frozen=True)
class ZippedTable:
    """The table of one file in an archive; `Layout.sheets` are all that could be chosen."""

    inner: Table
    names: tuple[str, ...]

    @property
    def file(self) -> CorpusFile:
        """The archive, with the file's name in it."""
        return self.inner.file

    @property
    def layout(self) -> Layout:
        """How the file in it was understood."""
        return replace(self.inner.layout, sheet=self.inner.file.member, sheets=self.names)

    def open_rows(self) -> Any:
        """The rows of the file in it."""
        return self.inner.open_rows()


def open_zip(source: CorpusSource, file: CorpusFile) -> Table:
    """The file that `source.sheet` names, else the largest table in the archive, else its texts.

    Raises
    ------
    InputError
        Where there is neither, or where the archive is not to be trusted.
    """
    from topicdesk.importing.formats import open_here

    found = {info.filename: info for info in members(file) if PurePosixPath(info.filename).suffix.lower() in _TABLES}
    if source.sheet is not None and source.sheet not in found:
        raise InputError(f"there is no file {source.sheet!r} in the archive that can be read; there are {', '.join(found) or 'none'}.")
    if not found:
        _refuse_packed_twice([info.filename for info in members(file)])
        return open_zipped_texts(source, file)
    chosen = source.sheet or max(found, key=lambda name: found[name].file_size)
    inside = replace(file, member=chosen, head=b"")
    with CorpusStream(inside) as stream:
        inside = replace(inside, head=stream.bytes.read(HEAD_BYTES))
    if not inside.head:
        raise InputError(f"the file {chosen!r} in the archive is empty.")
    refuse_other_formats(file.path, inside.head)
    return ZippedTable(open_here(replace(source, sheet=None), inside), tuple(found))


def _refuse_packed_twice(names: list[str]) -> None:
    """Raise InputError where nothing is in the archive but what has to be unpacked first."""
    tables = [name for name in names if PurePosixPath(name).suffix.lower() in _TO_UNPACK]
    if tables and not any(map(is_text, names)):
        raise InputError(f"the archive holds {printable_name(tables[0])}, which is read only by itself; unpack the archive first, then choose that file.")
