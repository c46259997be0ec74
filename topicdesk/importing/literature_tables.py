"""RIS and BibTeX as tables: each reference a row, its text the title and the abstract; read by rispy and bibtexparser, one entry at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.latex_text import plain_text
from topicdesk.importing.opening import CorpusFile, CorpusStream
from topicdesk.importing.table import Layout, Rows
from topicdesk.importing.text_encoding import chosen_encoding, decode_sample, guess_encoding
from topicdesk.importing.text_lines import TextLines

COLUMNS = ("id", "title", "text", "abstract", "authors", "year", "journal", "keywords", "type", "doi", "url")
_RIS_TYPE = r"\s*TY(  -| -\s+[A-Z]{3})"
_RIS = re.compile(r"\ufeff?(\s*(Provider|Database|Content):[^\n]*\n)*" + _RIS_TYPE)
_RIS_LINE = re.compile(r"^[ \t]*([A-Z][A-Z0-9])[ \t]{1,2}-(?=\s|\Z)", re.MULTILINE)
_RIS_DATE = re.compile(r"(\d{4}(?:/\d{1,2}){0,2}+)/.*")
_BIBTEX = re.compile(r"\ufeff?(\s*%[^\n]*\n)*\s*@\w+\s*[{(]")
_NO_ENTRY = re.compile(r"@(comment|preamble|string)\b", re.IGNORECASE)
_LONGEST_ENTRY = 1 << 22
_N_SAMPLE = 50

_RIS_FIELDS = {
    "id": ("id", "accession_number"), "title": ("title", "primary_title", "short_title"), "abstract": ("abstract", "notes_abstract"),
    "authors": ("authors", "first_authors"), "year": ("year", "publication_year", "date"), "journal": ("journal_name", "secondary_title", "alternate_title1"),
    "keywords": ("keywords",), "type": ("type_of_reference",), "doi": ("doi",), "url": ("urls", "url"),
}  # fmt: skip
_BIBTEX_FIELDS = {
    "id": ("ID",), "title": ("title",), "abstract": ("abstract",), "authors": ("author", "editor"), "year": ("year", "date"),
    "journal": ("journal", "journaltitle", "booktitle"), "keywords": ("keywords",), "type": ("ENTRYTYPE",), "doi": ("doi",), "url": ("url",),
}  # fmt: skip


def recognises_ris(file: CorpusFile) -> bool:
    """Whether the file begins with a reference in RIS; what databases write above the first is passed over."""
    beginning = _beginning(file)
    return _RIS.match(beginning) is not None or (_suffix(file) == ".ris" and re.search("^" + _RIS_TYPE, beginning, re.MULTILINE) is not None)


def recognises_bibtex(file: CorpusFile) -> bool:
    """Whether the file begins with an entry of BibTeX, comments aside."""
    beginning = _beginning(file)
    return _BIBTEX.match(beginning) is not None or (_suffix(file) == ".bib" and re.search(r"^\s*@\w+\s*[{(]", beginning, re.MULTILINE) is not None)


class LiteratureRows(Rows):
    """References as rows; entries that cannot be parsed are listed. Attributes are those of `Rows`."""

    def __init__(self, entries: Iterator[str], parse: Callable[[str], Mapping[str, Any]], fields: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__()
        self._entries, self._parse, self._fields = entries, parse, fields

    def __iter__(self) -> Iterator[list[str]]:
        """One row a reference."""
        for entry in self._entries:
            self.number += 1
            try:
                values = self._parse(entry)
            except ValueError as error:
                first = " ".join(entry.split())[:60]
                self.unreadable.append((self.number, f"Row {self.number:,} cannot be read ({error}); it begins {first!r}."))
                continue
            yield _cells(values, self._fields)


@dataclass(frozen=True)
class LiteratureTable:
    """A file of references that has been understood."""

    file: CorpusFile
    encoding: str
    is_ris: bool

    @property
    def layout(self) -> Layout:
        """How it was understood."""
        return Layout(self.file.format("ris" if self.is_ris else "bibtex"), COLUMNS, self.encoding, n_sample=_N_SAMPLE)

    @contextmanager
    def open_rows(self) -> Iterator[tuple[LiteratureRows, Callable[[], int]]]:
        """All references in their order."""
        parse, fields = (_parse_ris, _RIS_FIELDS) if self.is_ris else (_parse_bibtex, _BIBTEX_FIELDS)
        with CorpusStream(self.file) as stream:
            lines = TextLines(stream.bytes, self.encoding)
            entries = _entries(iter(lines), re.compile(_RIS_TYPE) if self.is_ris else re.compile(r"\s*@\w+\s*[{(]"))
            kept = entries if self.is_ris else (entry for entry in entries if not _NO_ENTRY.match(entry.lstrip()))
            yield LiteratureRows(kept, parse, fields), lambda: stream.position


def open_ris(source: CorpusSource, file: CorpusFile) -> LiteratureTable:
    """Raises InputError for an encoding that is none."""
    return LiteratureTable(file, chosen_encoding(source.encoding) or guess_encoding(file.head), is_ris=True)


def open_bibtex(source: CorpusSource, file: CorpusFile) -> LiteratureTable:
    """Raises InputError for an encoding that is none."""
    return LiteratureTable(file, chosen_encoding(source.encoding) or guess_encoding(file.head), is_ris=False)


def _beginning(file: CorpusFile) -> str:
    return decode_sample(file.head[:4096], guess_encoding(file.head[:4096]))


def _suffix(file: CorpusFile) -> str:
    return PurePosixPath((file.member or file.path.name).lower().removesuffix(".gz")).suffix


def _entries(lines: Iterator[str], begins: re.Pattern[str]) -> Iterator[str]:
    """The lines of each entry as one text; what stands before the first is no entry."""
    entry: list[str] = []
    n_characters = 0
    for line in lines:
        if begins.match(line):
            if entry:
                yield "".join(entry)
            entry, n_characters = [], 0
        elif not entry:
            continue
        entry.append(line)
        n_characters += len(line)
        if n_characters > _LONGEST_ENTRY:
            raise InputError(f"an entry is longer than {_LONGEST_ENTRY:,} characters; check the file.")
    if entry:
        yield "".join(entry)


def _parse_ris(entry: str) -> Mapping[str, Any]:
    import rispy

    if not entry.startswith("TY  -"):
        entry = _RIS_LINE.sub(r"\1  -", entry.lstrip())
    if not re.search(r"^ER  -", entry, re.MULTILINE):
        entry = entry.rstrip() + "\nER  - \n"
    try:
        found = rispy.loads(entry, skip_unknown_tags=False)
    except Exception as error:  # rispy raises many kinds, and an entry that is broken must not end the others
        raise ValueError(str(error).splitlines()[0] if str(error) else "no RIS") from error
    if len(found) != 1:
        raise ValueError("no RIS")
    return {key: _RIS_DATE.sub(r"\1", value) if key in _RIS_FIELDS["year"] and isinstance(value, str) else value for key, value in found[0].items()}


def _parse_bibtex(entry: str) -> Mapping[str, Any]:
    import logging

    from bibtexparser.entrypoint import parse_string

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it complains of is listed with its row
    library = parse_string(entry)
    if len(library.entries) != 1 or library.failed_blocks:
        raise ValueError("a brace or quotation mark is not closed, or a field comes twice")
    found = library.entries[0]
    return {"ID": found.key, "ENTRYTYPE": found.entry_type, **{field.key.lower(): plain_text(str(field.value)) for field in found.fields}}


def _cells(values: Mapping[str, Any], fields: Mapping[str, tuple[str, ...]]) -> list[str]:
    cells = {name: next((cell for key in keys if (cell := _cell(values.get(key)))), "") for name, keys in fields.items()}
    cells["text"] = "\n".join(part for part in (cells["title"], cells["abstract"]) if part)
    return [cells[name] for name in COLUMNS]


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(_cell, value))
    return "" if value is None else " ".join(str(value).split())
