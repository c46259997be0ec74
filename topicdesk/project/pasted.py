"""Corpus files that TopicDesk itself wrote when a text was pasted, as a project's source names them; a file that a researcher brought is never among them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from topicdesk.core.errors import TopicDeskError
from topicdesk.core.files import write_text

EARLIER = "pasted_earlier"  # the name in a source of the pasted files that updates have replaced


def write_pasted(path: Path, text: str) -> str:
    """Write what was pasted, whole or not at all; its SHA-256, by which it is known again. Raises OSError."""
    write_text(path, text)
    return _sha256(path)


def earlier_pasted(source: dict[str, Any], path: str) -> dict[str, Any]:
    """What a source that takes the place of this one, and lies at `path`, says of the pasted files before it."""
    noted = [{"path": name, "pasted": sha256} for name, sha256 in _noted(source) if name != path]
    return {EARLIER: noted} if noted else {}


def pasted_files(source: dict[str, Any]) -> list[Path]:
    """The files that pasting made, where they were put and as they were written; one that was changed since is the researcher's."""
    found = []
    for name, sha256 in _noted(source):
        with suppress(OSError, ValueError):
            path = Path(name)
            if path.is_absolute() and path.is_file() and _sha256(path) == sha256:
                found.append(path)
    return found


def delete_pasted(paths: Sequence[Path]) -> None:
    """Remove such files. Raises TopicDeskError where one cannot be removed."""
    try:
        for path in paths:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise TopicDeskError(f"{error.filename}: it cannot be removed ({error.strerror}).") from error


def _noted(source: dict[str, Any]) -> list[tuple[str, str]]:
    """The (path, SHA-256) pairs in a source, which may come from anywhere."""
    earlier = source.get(EARLIER)
    said = [source, *(one for one in (earlier if isinstance(earlier, list) else []) if isinstance(one, dict))]
    pairs = [(one.get("path"), one.get("pasted")) for one in said]
    return [(path, sha256) for path, sha256 in pairs if isinstance(path, str) and isinstance(sha256, str)]


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
