"""Writing files so that each is whole or absent."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO


def write_whole(path: Path, write: Callable[[IO[bytes]], None]) -> None:
    """Let `write` fill a temporary file in the same folder, sync it, and put it in the place of `path` in one step.

    Raises OSError where the folder cannot be written; `path` is then as it was.
    """
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_text(path: Path, content: str) -> None:
    """`content` as UTF-8 with its line ends as they are, whole or not at all."""
    write_whole(path, lambda stream: _write(stream, content.encode("utf-8", "surrogatepass")))


def _write(stream: IO[bytes], content: bytes) -> None:
    stream.write(content)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
