"""What lies in a compound file, the container of Office 97 to 2003 and of protected documents: enough of it to say what to do with it."""

from __future__ import annotations

import struct

from topicdesk.core.errors import InputError
from topicdesk.importing.opening import CorpusFile

COMPOUND_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DIRECTORY_BYTES = 1 << 13


def refuse_documents(file: CorpusFile) -> None:
    """Raise InputError where a compound file is no workbook but a document, a presentation, or something protected by a password."""
    if not file.head.startswith(COMPOUND_MAGIC):
        return
    ending = file.path.suffix.lower()
    directory = _directory(file)
    if _holds(directory, "EncryptedPackage"):
        what = {".docx": "the document", ".pptx": "the presentation"}.get(ending, "the workbook")
        raise InputError(f"{what} is protected by a password; open it, save it without one, and choose that file.")
    if _holds(directory, "WordDocument") or ending in (".doc", ".dot", ".docx"):
        raise InputError("this is a document in the format of Word 97 to 2003; open it and save it as .docx.")
    if _holds(directory, "PowerPoint Document"):
        raise InputError("this is a presentation, not a table of texts; save its texts as .docx or .txt.")


def _holds(directory: bytes, name: str) -> bool:
    return f"{name}\0".encode("utf-16-le") in directory


def _directory(file: CorpusFile) -> bytes:
    """The sectors in which the names of its streams begin; they may stand at its end."""
    try:
        shift, first = struct.unpack_from("<H", file.head, 30)[0], struct.unpack_from("<I", file.head, 48)[0]
        with file.path.open("rb") as stream:
            stream.seek((first + 1) << min(shift, 12))
            return stream.read(_DIRECTORY_BYTES)
    except (OSError, struct.error):
        return b""
