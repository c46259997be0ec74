"""The beginning of a large .xlsx as a small one: for a preview, which must not wait until a million rows are parsed; it reads no cell itself."""

from __future__ import annotations

import io
import re
import zipfile
from typing import IO

from topicdesk.importing.opening import CorpusFile

SMALL_BYTES = 4 << 20  # unpacked: parsed in an instant
_PIECE = 1 << 18
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_TEXTS = re.compile(r"xl/sharedStrings\.xml", re.IGNORECASE)
_NEEDED = re.compile(r"(?:\[Content_Types\]\.xml|_rels/.*|xl/(?:workbook|styles)\.xml|xl/_rels/.*)", re.IGNORECASE)
_SHEET_DATA = re.compile(rb"<((?:\w+:)?)sheetData\b")
_TEXT_LIST = re.compile(rb"<((?:\w+:)?)sst\b")
_SHARED = re.compile(rb"""\bt\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v\b[^>]*>\s*(\d+)""")


def first_rows(file: CorpusFile, n_rows: int) -> io.BytesIO | None:
    """A workbook of the first rows of each sheet, and of the texts that they show; None where the whole one is small or not made as usual."""
    with zipfile.ZipFile(file.path) as archive:
        sheets = [info for info in archive.infolist() if _SHEET.fullmatch(info.filename)]
        texts = [info for info in archive.infolist() if _TEXTS.fullmatch(info.filename)]
        if not sheets or sum(info.file_size for info in (*sheets, *texts)) <= SMALL_BYTES:
            return None
        parts: dict[str, bytes] = {}
        n_texts = 0
        for info in sheets:
            with archive.open(info) as stream:
                part = _until(stream, _SHEET_DATA, b"row", n_rows, (b"sheetData", b"worksheet"))
            if part is None:
                return None
            parts[info.filename] = part
            n_texts = max(n_texts, 1 + max(map(int, _SHARED.findall(part)), default=-1))
        for info in texts:
            with archive.open(info) as stream:
                part = _until(stream, _TEXT_LIST, b"si", n_texts, (b"sst",))
            if part is None:
                return None
            parts[info.filename] = part
        parts |= {info.filename: archive.read(info) for info in archive.infolist() if _NEEDED.fullmatch(info.filename)}
    small = io.BytesIO()
    with zipfile.ZipFile(small, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    small.seek(0)
    return small


def _until(stream: IO[bytes], opening: re.Pattern[bytes], element: bytes, n_elements: int, to_close: tuple[bytes, ...]) -> bytes | None:
    """The beginning of an XML file with so many elements, closed behind the last of them, or the whole file. None where it does not open as expected."""
    read = stream.read(_PIECE)
    found = opening.search(read)
    if found is None:
        return None
    prefix = found[1]
    ends = re.compile(rb"</%b%b\s*>|<%b%b(?:\s[^>]*)?/>" % (prefix, element, prefix, element))
    pieces: list[bytes] = []
    n_seen, carried = 0, b""
    while read:
        window = carried + read
        last = 0
        for end in ends.finditer(window):
            n_seen, last = n_seen + 1, end.end()
            if n_seen >= n_elements:
                return b"".join((*pieces, window[:last], *(b"</%b%b>" % (prefix, name) for name in to_close)))
        keep = max(last, window.rfind(b"<"))
        pieces.append(window[:keep])
        carried = window[keep:]
        read = stream.read(_PIECE)
    return b"".join((*pieces, carried))
