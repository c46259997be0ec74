"""Opening a foreign file safely: what is no text file is refused in one sentence, gzip is read through, nothing blocks or explodes."""

from __future__ import annotations

import io
import stat
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING
from zipfile import BadZipFile

from topicdesk.core.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

GZIP_MAGIC = b"\x1f\x8b"
HEAD_BYTES = 1 << 16
BOMB_BYTES = 16 << 20  # a bomb of short rows must not become millions of documents first; real text packs a tenth or so
BOMB_RATIO = 100
_BLOCK = 1 << 20

_OTHER_FORMATS = "TopicDesk reads CSV, Excel, Parquet, JSON, RIS, BibTeX, and folders of texts"
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"ARROW1", "an Arrow file", "save it as Parquet or CSV"),
    (b"\x89PNG", "a picture (PNG)", "choose a table of texts"),
    (b"\xff\xd8\xff", "a picture (JPEG)", "choose a table of texts"),
    (b"GIF8", "a picture (GIF)", "choose a table of texts"),
    (b"%PDF", "a PDF document", _OTHER_FORMATS),
    (b"SQLite format 3\x00", "a database (SQLite)", "export the table as CSV"),
    (b"BZh", "compressed with bzip2", "unpack it first"),
    (b"\xfd7zXZ\x00", "compressed with xz", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstandard", "unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive", "unpack it first"),
    (b"\x7fELF", "a program", "choose a table of texts"),
    (b"\x89HDF", "an HDF5 file", "save it as CSV"),
    (b"\x93NUMPY", "a numpy array", "save it as CSV"),
    (b"{\\rtf", "a word processor's document (RTF)", "save it as .docx or .txt"),
    (b"GGUF", "a language model (GGUF)", "choose a table of texts"),
)
_NOT_IN_GZIP = (
    (b"PK\x03\x04", "a workbook, a document or a zip archive"),
    (b"\xd0\xcf\x11\xe0", "a workbook or a document"),
    (b"PAR1", "a Parquet file"),
    (GZIP_MAGIC, "a gzip file"),
)


@dataclass(frozen=True)
class CorpusFile:
    """A regular file that could be opened, a file inside a zip archive, or a folder.

    Attributes
    ----------
    n_bytes : int
        Its size on disk, compressed where it is; that of the archive for a file in one.
    head : bytes
        Its first bytes, unpacked; empty for a folder.
    member : str
        The name inside the archive; "" for a file of its own.
    """

    path: Path
    n_bytes: int
    head: bytes = b""
    is_gzip: bool = False
    is_folder: bool = False
    member: str = ""

    def format(self, name: str) -> str:
        """What `preview` calls it: "csv", "csv.gz" or "csv.zip"; what is inside says more than the name's ending."""
        return f"{name}.gz" if self.is_gzip else f"{name}.zip" if self.member else name


def check_file(name: str) -> CorpusFile:
    """The file or folder at `name`, looked at without blocking on pipes or devices.

    Raises
    ------
    InputError
        Where it is absent, not regular, not permitted, empty, or of a format that nothing here reads; one sentence says which.
    """
    try:
        path = Path(name).expanduser()
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            return CorpusFile(path, 0, is_folder=True)
        if not stat.S_ISREG(status.st_mode):
            raise InputError(f"{name}: this is a device or a pipe, not a file; save its contents as a file first.")
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except (OSError, ValueError, RuntimeError) as error:
        raise _unopened(name, error) from error
    if not head:
        raise InputError(f"{name}: the file is empty; choose one with a header and at least one row.")
    file = CorpusFile(path, status.st_size, head, is_gzip=head.startswith(GZIP_MAGIC))
    if file.is_gzip:
        with CorpusStream(file) as unpacked:
            file = replace(file, head=unpacked.bytes.read(HEAD_BYTES))
        if inside := next((what for magic, what in _NOT_IN_GZIP if file.head.startswith(magic)), None):
            raise InputError(f"{name}: this is {inside} packed with gzip; unpack it first, then choose the file that comes out.")
    refuse_other_formats(path, file.head)
    return file


def state_of(path: Path) -> tuple[int, int]:
    """Size and time of the last change, by which an unchanged file is known; of a folder those of all files in it. Raises OSError."""
    status = path.stat()
    if not stat.S_ISDIR(status.st_mode):
        return status.st_size, status.st_mtime_ns
    states = [found.lstat() for found in path.rglob("*")]
    return sum(state.st_size for state in states), max((state.st_mtime_ns for state in states), default=status.st_mtime_ns)


def _unopened(name: str, error: Exception) -> InputError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return InputError(f"{name}: there is no such file; check the name and the folder.")
    if isinstance(error, PermissionError):
        return InputError(f"{name}: you have no permission to read this file; ask its owner or copy it to a folder of your own.")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return InputError(f"{name}: the file cannot be opened ({reason}); check the name.")


def refuse_other_formats(path: Path, head: bytes) -> None:
    """Raise InputError for what is known to be no table of texts."""
    for magic, what, advice in _SIGNATURES:
        if head.startswith(magic):
            raise InputError(f"{path}: this is {what}, not a table of texts; {advice}.")
    if head[257:262] == b"ustar":
        raise InputError(f"{path}: this is a tar archive; unpack it and choose the file or folder in it.")
    if head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html")):
        raise InputError(f"{path}: this is a web page, not a table of texts; perhaps a download page was saved instead of the file.")


class CorpusStream:
    """The unpacked bytes of a corpus file, and how far on disk the reading is.

    Closes with the `with` statement. Reading raises InputError where a gzip file is damaged or a bomb.
    """

    def __init__(self, file: CorpusFile) -> None:
        try:
            self._raw: IO[bytes] = file.path.open("rb", buffering=_BLOCK if file.is_gzip or file.member else 0)
        except OSError as error:
            raise _unopened(str(file.path), error) from error
        guarded: io.RawIOBase = self._raw  # type: ignore[assignment]
        if file.is_gzip or file.member:
            guarded = _Unpacked(file, self._raw)
        self.bytes = io.BufferedReader(guarded, _BLOCK)

    @property
    def position(self) -> int:
        """Bytes of the file on disk that were taken so far."""
        return self._raw.tell()

    def __enter__(self) -> CorpusStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.bytes.close()
        self._raw.close()


class _Unpacked(io.RawIOBase):
    """Unpacks gzip, or one file of a zip archive, and stops where little unpacks to far too much."""

    def __init__(self, file: CorpusFile, raw: IO[bytes]) -> None:
        import gzip
        import zipfile

        self._file, self._raw = file, raw
        self._unpacked: IO[bytes]
        if file.member:
            self._unpacked = zipfile.ZipFile(raw).open(file.member)  # noqa: SIM115  # closed with `raw`
        else:
            self._unpacked = gzip.GzipFile(fileobj=raw)  # type: ignore[assignment]
        self._n_out = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        try:
            piece = self._unpacked.read(len(view))
        except (OSError, EOFError, zlib.error, BadZipFile, NotImplementedError) as error:
            raise InputError(f"{self._file.path}: the compressed file is damaged or incomplete; copy it again.") from error
        self._n_out += len(piece)
        if self._n_out > BOMB_BYTES and self._n_out > BOMB_RATIO * max(1, self._raw.tell()):
            size = f"{self._n_out >> 20:,} MiB from {max(1, self._raw.tell() >> 10):,} KiB"
            raise InputError(f"{self._file.path}: the compressed file unpacks to far too much ({size}); unpack it yourself if you trust it.")
        view[: len(piece)] = piece
        return len(piece)
