"""A folder or a zip archive of .txt, .md and .docx files as a table: each file a row, its name the title."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.archives import is_office, is_zip, members
from topicdesk.importing.docx import docx_text
from topicdesk.importing.opening import CorpusFile
from topicdesk.importing.table import Layout, Rows
from topicdesk.importing.text_encoding import chosen_encoding, decode_sample, guess_encoding, is_binary

SUFFIXES = (".txt", ".text", ".md", ".markdown", ".docx")
COLUMNS = ("title", "text")
OTHER = "is no .txt, .md or .docx, and is left aside"
_MOST_BYTES = 1 << 26
_MOST_FILES = 1_000_000


class TextFileRows(Rows):
    """Files as rows; those that cannot be read are listed. Attributes are those of `Rows`."""

    def __init__(self, files: list[tuple[str, str]], read: Callable[[str], bytes], encoding: str | None) -> None:
        super().__init__()
        self._files, self._read, self._encoding = files, read, encoding

    def __iter__(self) -> Iterator[list[str]]:
        """One row a file; "Row 3 (interview 3.docx) ..." names what cannot be read."""
        for name, trouble in self._files:
            self.number += 1
            try:
                if trouble:
                    raise InputError(trouble)
                text = _text(name, self._read(name), self._encoding)
            except (InputError, OSError, zipfile.BadZipFile, EOFError, NotImplementedError) as error:
                reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
                self.unreadable.append((self.number, f"Row {self.number:,} ({printable_name(name)}) {reason.rstrip('.')}."))
                continue
            yield [str(PurePosixPath(name).with_suffix("")), text]


@dataclass(frozen=True)
class TextFilesTable:
    """Files that have been found, none read yet.

    Attributes
    ----------
    files : tuple of (str, str)
        Names, in their order, and why one is not read; "" for those that are.
    """

    file: CorpusFile
    files: tuple[tuple[str, str], ...]
    encoding: str | None

    @property
    def layout(self) -> Layout:
        """How they were understood."""
        return Layout("texts" if self.file.is_folder else "texts.zip", COLUMNS, self.encoding or "utf-8", header=False)

    @contextmanager
    def open_rows(self) -> Iterator[tuple[TextFileRows, Callable[[], int]]]:
        """All files in their order."""
        if self.file.is_folder:
            yield TextFileRows(list(self.files), lambda name: _bytes_of(self.file.path / name), self.encoding), lambda: 0
            return
        with zipfile.ZipFile(self.file.path) as archive:
            yield TextFileRows(list(self.files), lambda name: _limited(archive.open(name)), self.encoding), lambda: 0


def open_folder(source: CorpusSource, file: CorpusFile) -> TextFilesTable:
    """The texts in a folder and the folders in it. Hidden files are passed over, links are not followed.

    Raises
    ------
    InputError
        Where there is no text in it.
    """
    found: list[tuple[str, str]] = []
    others: list[str] = []
    try:
        for path in _files_below(file.path):
            name = path.relative_to(file.path).as_posix()
            mode = path.lstat().st_mode
            if path.suffix.lower() not in SUFFIXES:
                others.append(name)
                found.append((name, OTHER))
            elif stat.S_ISLNK(mode):
                found.append((name, "is a link to another place, and is not followed"))
            elif not stat.S_ISREG(mode):
                found.append((name, "is no file"))
            else:
                found.append((name, ""))
            if len(found) > _MOST_FILES:
                raise InputError(f"the folder holds more than {_MOST_FILES:,} texts.")
    except OSError as error:
        raise InputError(f"the folder cannot be read ({error.strerror}); check its permissions.") from error
    return _table(source, file, found, others)


def open_zipped_texts(source: CorpusSource, file: CorpusFile) -> TextFilesTable:
    """The texts in an archive. Raises InputError where there is none, or where the archive is not to be trusted."""
    names = [info.filename for info in members(file)]
    return _table(source, file, [(name, "" if is_text(name) else OTHER) for name in names], [name for name in names if not is_text(name)])


def open_document(source: CorpusSource, file: CorpusFile) -> TextFilesTable:
    """One .docx on its own: a folder of one text."""
    inside = CorpusFile(file.path.parent, file.n_bytes, is_folder=True)
    return TextFilesTable(inside, ((file.path.name, ""),), chosen_encoding(source.encoding))


def recognises_document(file: CorpusFile) -> bool:
    """Whether this is a single word processor's document."""
    return is_zip(file) and (file.path.suffix.lower() == ".docx" or (is_office(file) and b"word/" in file.head))


def is_text(name: str) -> bool:
    """Whether a file of this name is read as a text."""
    return PurePosixPath(name).suffix.lower() in SUFFIXES


def printable_name(name: str) -> str:
    """A file's name on one line, whatever it holds."""
    return " ".join("".join(character if character.isprintable() else " " for character in name).split())


def _table(source: CorpusSource, file: CorpusFile, found: list[tuple[str, str]], others: list[str]) -> TextFilesTable:
    if len(found) == len(others):
        what = ", ".join(sorted({PurePosixPath(name).suffix.lower() or "files without an ending" for name in others})[:6])
        has = f"only {what}" if others else "nothing"
        raise InputError(f"there is no text in it, {has}; it needs .txt, .md or .docx files. A table among its files is opened by itself.")
    found.sort(key=lambda item: [int(part) if part.isdecimal() else part.casefold() for part in re.split(r"(\d+)", item[0])])
    encoding = chosen_encoding(source.encoding)
    return TextFilesTable(file, tuple(found), encoding)


def _files_below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files_below(path)
        elif not path.is_dir():
            yield path


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as stream:
        return _limited(stream)


def _limited(stream: IO[bytes]) -> bytes:
    with stream:
        content = stream.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise InputError(f"is longer than {_MOST_BYTES >> 20} MiB; that is hardly one text")
    return content


def _text(name: str, content: bytes, encoding: str | None) -> str:
    if name.lower().endswith(".docx"):
        return docx_text(content)
    found = encoding or guess_encoding(content)
    if encoding is None and is_binary(content, found):
        raise InputError("is no text, but a binary file")
    return decode_sample(content, found).replace("\0", "").replace("\r\n", "\n")
