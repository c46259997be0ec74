"""The values of a JSON file, streamed one after the other; a broken one is told and costs itself alone. It knows nothing of columns."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from topicdesk.core.errors import InputError
from topicdesk.importing.opening import CorpusStream

SPACE = " \t\r\n"
_BLOCK = 1 << 18
_LONGEST = 1 << 26
_PATIENCE = 1 << 20
_CUT_WITHIN = 16
_LOOK_AROUND = 200
_PIECE = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|["{}\[\]]', re.DOTALL)
_ENDS_IN_NEXT = re.compile(r'[}\],]\s*(\{)\s*"\Z')

_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True)
class BrokenRecord:
    """A record that is no JSON; `reason` follows "Row 7"."""

    reason: str


def records_of(stream: CorpusStream, encoding: str, is_lines: bool) -> Iterator[Any]:
    """Each value, whether line ends or an array's commas stand between them. Raises InputError for one that never ends."""
    text, place, is_last = "", 0, False
    reader = codecs.getreader(encoding)(stream.bytes, "replace")
    while True:
        while place < len(text) and text[place] in SPACE + ",\ufeff" + ("" if is_lines else "[]"):
            place += 1
        if place < len(text) and (found := _record(text, place, is_lines, is_last)) is not None:
            value, place = found
            yield value
            continue
        if is_last:
            return
        if len(text) - place > _LONGEST:
            raise InputError(f"a record is longer than {_LONGEST >> 20:,} million characters, or never ends; check the file.")
        block = reader.read(max(_BLOCK, len(text) - place))
        is_last = not block
        text, place = text[place:] + block, 0


def _record(text: str, place: int, is_lines: bool, is_last: bool) -> tuple[Any, int] | None:
    """The value at `place`, and where what follows it begins; None where more has to be read first."""
    try:
        value, end = _DECODER.raw_decode(text, place)
    except (json.JSONDecodeError, RecursionError) as error:
        if _may_go_on(error, text) and not is_last:
            return None
        after = _line_end(text, place) if is_lines else None
        after = after or _after_broken(text, place, is_last)
        return (BrokenRecord(_reason(error)), after) if after is not None else None
    return (value, end) if end < len(text) or is_last else None  # a number at the end of what was read may go on


def _may_go_on(error: Exception, text: str) -> bool:
    """Whether a record may be broken only because no more of it was read yet."""
    return isinstance(error, json.JSONDecodeError) and (error.msg.startswith("Unterminated") or error.pos >= len(text) - _CUT_WITHIN)


def _line_end(text: str, place: int) -> int | None:
    """Where the line of a record on a line of its own ends."""
    end = text.find("\n", place)
    return end + 1 if end >= 0 and text[place:end].strip() != "{" else None


def _after_broken(text: str, place: int, is_last: bool) -> int | None:
    """Where what follows the broken record at `place` begins; None where that has not been read yet.

    It ends where its brackets are closed. Where a bracket or a quotation mark is missing, the next record begins where no object can
    stand, or in what is then taken for a text and ends like `}, {"`; at last with the first object of a list that is never closed.
    """
    is_open: list[str] = []
    in_list: int | None = None
    for piece in _PIECE.finditer(text, place):
        found, start = piece.group(), piece.start()
        before = text[max(place, start - _LOOK_AROUND) : start].rstrip(SPACE)[-1:]
        if found == '"':
            break
        if found in "]}":
            del is_open[-1:]
            if not is_open:
                return piece.end()
        elif found in "[{":
            if start > place and (not is_open or (is_open[-1] == found == "{" and before != ":")):
                return start
            in_list = start if in_list is None and (before, found) == (",", "{") else in_list
            is_open.append(found)
        elif (begun := _next_in_text(piece)) is not None:
            return begun
        elif not is_open and before == "," and text[piece.end() : piece.end() + _LOOK_AROUND].lstrip(SPACE)[:1] in (",", "]"):
            return start
    if is_last:
        return in_list or len(text)
    return in_list if len(text) - place > _PATIENCE else None


def _next_in_text(piece: re.Match[str]) -> int | None:
    """Where the next record begins in what is taken for a text because a quotation mark is missing before it."""
    ending = piece.group()[-_LOOK_AROUND:]
    begun = _ENDS_IN_NEXT.search(ending)
    return None if begun is None else piece.end() - len(ending) + begun.start(1)


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"is no JSON ({error.msg}); perhaps the file was cut off here, or a comma or quotation mark is missing."
    return "is nested too deeply to be read."
