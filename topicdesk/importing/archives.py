"""Zip archives, looked at before anything in them is unpacked: sizes, passwords and names that lead out are judged from the directory."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import PurePosixPath

from topicdesk.core.errors import InputError
from topicdesk.importing.opening import BOMB_RATIO, CorpusFile

ZIP_MAGIC = b"PK\x03\x04"
BOMB_BYTES = 256 << 20
_ENCRYPTED = 0x1
_MOST_MEMBERS = 1_000_000
_OFFICE_BEGINS = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"customXml/", b"xl/", b"word/", b"mimetype")
_NOISE = ("__MACOSX/",)


def is_zip(file: CorpusFile) -> bool:
    """Whether this is a zip archive, an office document among them."""
    return file.head.startswith(ZIP_MAGIC) and not file.member


def is_office(file: CorpusFile) -> bool:
    """Whether the first name in a zip archive is one with which office documents begin: one that lies in an archive is no such document."""
    return file.head[30:].startswith(_OFFICE_BEGINS)


def members(file: CorpusFile) -> list[zipfile.ZipInfo]:
    """The files in an archive that people put there, in its order; nothing is unpacked.

    Raises
    ------
    InputError
        Where it is damaged, protected, holds names that lead out of it, or unpacks to far too much.
    """
    try:
        with zipfile.ZipFile(file.path) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise InputError(f"the archive is damaged or incomplete ({error}); copy it again.") from error
    if len(found) > _MOST_MEMBERS:
        raise InputError(f"the archive holds {len(found):,} files; that is more than can be read.")
    kept = [info for info in found if not info.is_dir() and not _is_noise(info.filename)]
    for info in found:
        if info.flag_bits & _ENCRYPTED:
            raise InputError("the archive is protected by a password; unpack it, then choose the file in it.")
        if leads_out(info.filename):
            raise InputError(f"the archive holds a name that leads out of it ({info.filename!r}); unpack it yourself if you trust it.")
    refuse_bomb(file.n_bytes, kept)
    return kept


def refuse_bomb(n_packed: int, found: Sequence[zipfile.ZipInfo]) -> None:
    """Raise InputError where the sizes in the directory say that little unpacks to far too much."""
    total = sum(info.file_size for info in found)
    if total > BOMB_BYTES and total > BOMB_RATIO * max(1, n_packed):
        raise InputError(f"the archive unpacks to far too much ({total >> 20:,} MiB from {n_packed >> 10:,} KiB); unpack it yourself if you trust it.")


def leads_out(name: str) -> bool:
    """Whether a name in an archive is absolute or climbs above it; Windows reads backslashes and drives too."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in path.parts[0]


def _is_noise(name: str) -> bool:
    return name.startswith(_NOISE) or PurePosixPath(name).name.startswith(".")
