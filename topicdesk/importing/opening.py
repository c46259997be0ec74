"""Opening a foreign file safely: what is no text file is refused in one sentence, gzip is read through, nothing blocks or explodes."""

from __future__ import annotations

import io
import stat
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from topicdesk.core.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

GZIP_MAGIC = b"\x1f\x8b"
BOMB_BYTES = 256 << 20
BOMB_RATIO = 100
_BLOCK = 1 << 20

_SAVE_AS_CSV = "open it in the program that made it and save it as CSV"
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Office file", "save it as CSV"),
    (b"PAR1", "a Parquet file", "save it as CSV"),
    (b"ARROW1", "an Arrow file", "save it as CSV"),
    (b"\x89PNG", "a picture (PNG)", "choose a CSV file"),
    (b"\xff\xd8\xff", "a picture (JPEG)", "choose a CSV file"),
    (b"GIF8", "a picture (GIF)", "choose a CSV file"),
    (b"%PDF", "a PDF document", "TopicDesk reads CSV"),
    (b"SQLite format 3\x00", "a database (SQLite)", "export the table as CSV"),
    (b"BZh", "compressed with bzip2", "unpack it first"),
    (b"\xfd7zXZ\x00", "compressed with xz", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstandard", "unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive", "unpack it first"),
    (b"\x7fELF", "a program", "choose a CSV file"),
    (b"\x89HDF", "an HDF5 file", "save it as CSV"),
    (b"\x93NUMPY", "a numpy array", "save it as CSV"),
    (b"{\\rtf", "a word processor's document (RTF)", _SAVE_AS_CSV),
    (b"GGUF", "a language model (GGUF)", "choose a CSV file"),
)


@dataclass(frozen=True)
class CorpusFile:
    """A regular file that could be opened.

    Attributes
    ----------
    n_bytes : int
        Its size on disk, compressed where it is.
    """

    path: Path
    n_bytes: int
    is_gzip: bool

    def format(self, name: str) -> str:
        """What `preview` calls it: "csv" or "csv.gz"; the delimiter says more than the name's ending."""
        return f"{name}.gz" if self.is_gzip else name


def check_file(name: str) -> CorpusFile:
    """The file at `name`, looked at without blocking on pipes or devices.

    Raises
    ------
    InputError
        Where it is absent, no regular file, not permitted, empty, or of another format; one sentence says which.
    """
    try:
        path = Path(name).expanduser()
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise InputError(f"{name}: this is a folder; choose the CSV file in it.")
        if not stat.S_ISREG(status.st_mode):
            raise InputError(f"{name}: this is a device or a pipe, not a file; save its contents as a CSV file first.")
        with path.open("rb") as stream:
            head = stream.read(1 << 16)
    except (OSError, ValueError, RuntimeError) as error:
        raise _unopened(name, error) from error
    if not head:
        raise InputError(f"{name}: the file is empty; choose one with a header and at least one row.")
    _refuse_other_formats(path, head)
    return CorpusFile(path, status.st_size, head.startswith(GZIP_MAGIC))


def _unopened(name: str, error: Exception) -> InputError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return InputError(f"{name}: there is no such file; check the name and the folder.")
    if isinstance(error, PermissionError):
        return InputError(f"{name}: you have no permission to read this file; ask its owner or copy it to a folder of your own.")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return InputError(f"{name}: the file cannot be opened ({reason}); check the name.")


def _refuse_other_formats(path: Path, head: bytes) -> None:
    if head.startswith(b"PK\x03\x04"):
        if b"xl/" in head or path.suffix.lower().startswith(".xls"):
            raise InputError(f"{path}: this is an Excel file; save it as CSV.")
        if b"opendocument" in head[:200]:
            raise InputError(f"{path}: this is an OpenDocument file; save it as CSV.")
        raise InputError(f"{path}: this is a zip archive; unpack it and choose the CSV file in it.")
    for magic, what, advice in _SIGNATURES:
        if head.startswith(magic):
            raise InputError(f"{path}: this is {what}, not a CSV; {advice}.")
    if head[257:262] == b"ustar":
        raise InputError(f"{path}: this is a tar archive; unpack it and choose the CSV file in it.")
    if head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html")):
        raise InputError(f"{path}: this is a web page, not a CSV; perhaps a download page was saved instead of the file.")


class CorpusStream:
    """The unpacked bytes of a corpus file, and how far on disk the reading is.

    Closes with the `with` statement. Reading raises InputError where a gzip file is damaged or a bomb.
    """

    def __init__(self, file: CorpusFile) -> None:
        try:
            self._raw: IO[bytes] = file.path.open("rb", buffering=_BLOCK if file.is_gzip else 0)
        except OSError as error:
            raise _unopened(str(file.path), error) from error
        guarded: io.RawIOBase = _Gunzipped(file, self._raw) if file.is_gzip else self._raw  # type: ignore[assignment]
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


class _Gunzipped(io.RawIOBase):
    """Unpacks gzip and stops where little unpacks to far too much."""

    def __init__(self, file: CorpusFile, raw: IO[bytes]) -> None:
        import gzip

        self._file, self._raw = file, raw
        self._gzip = gzip.GzipFile(fileobj=raw)
        self._n_out = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        try:
            piece = self._gzip.read(len(view))
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(f"{self._file.path}: the compressed file is damaged or incomplete; copy it again.") from error
        self._n_out += len(piece)
        if self._n_out > BOMB_BYTES and self._n_out > BOMB_RATIO * max(1, self._raw.tell()):
            size = f"{self._n_out >> 20:,} MiB from {max(1, self._raw.tell() >> 10):,} KiB"
            raise InputError(f"{self._file.path}: the compressed file unpacks to far too much ({size}); unpack it yourself if you trust it.")
        view[: len(piece)] = piece
        return len(piece)
