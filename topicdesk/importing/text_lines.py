"""The text of a file, in physical lines or in blocks, as its reader likes; it knows nothing of cells."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import IO

from topicdesk.core.errors import InputError
from topicdesk.importing.dialect import MAX_CELL
from topicdesk.importing.text_encoding import MENDED_CONTROLS, error_handler

_BLOCK = 1 << 18  # small enough that a block, and what is made of it, stays in the processor's cache


class TextLines:
    """Physical lines with their ends (LF, CR LF or CR), without a byte order mark and without NUL characters.

    NUL stands for no text, and cuts a text short in every library written in C. With `mend_controls`, the control characters U+0080
    to U+009F become the quotation marks and dashes of Windows-1252 that they were before a wrong conversion.

    Attributes
    ----------
    n_cut : int
        How many blocks were cut into lines so far.
    """

    def __init__(self, stream: IO[bytes], encoding: str, mend_controls: bool = False) -> None:
        self.n_cut = 0
        self._blocks = _blocks(stream, encoding, mend_controls)
        self._lines: Iterator[str] = iter(())
        self._begun = ""  # it may go on, and CR may be followed by LF
        self._is_last = False

    def __iter__(self) -> Iterator[str]:
        """Each line that nobody has taken yet. Raises InputError for one beyond `MAX_CELL` characters: such a file is no CSV, and a line is held in memory."""
        while True:
            lines = self._lines
            yield from lines
            if lines is self._lines:  # nothing was given back
                if self._is_last and not self._begun:
                    return
                self._cut(self._begun + self._next())

    def take_block(self) -> tuple[str, bool]:
        """All that was read and not taken yet, and a block more; and whether nothing comes after it."""
        text = "".join(self._lines) + self._begun
        self._begun = ""
        return text + self._next(), self._is_last

    def give_back(self, text: str) -> None:
        """Take back the end of a block, which comes next, as the beginning of another block."""
        self._begun = text

    def give_back_as_lines(self, text: str) -> None:
        """Take back a block, which comes next, line by line."""
        self._cut(text)

    def _cut(self, text: str) -> None:
        lines = io.StringIO(text, newline="").readlines()
        self._begun = lines.pop() if lines and not self._is_last else ""
        self._lines = iter(lines)
        self.n_cut += 1
        if len(self._begun) >= MAX_CELL:
            raise InputError(f"A line is longer than {MAX_CELL:,} characters; this is hardly a CSV. Check the file, or its encoding.")

    def _next(self) -> str:
        self._is_last = (block := next(filter(None, self._blocks), None)) is None
        return block or ""


def _blocks(stream: IO[bytes], encoding: str, mend_controls: bool) -> Iterator[str]:
    """The file's text, piece by piece."""
    decoder = codecs.getincrementaldecoder(encoding)(error_handler(encoding))
    is_last, is_first = False, True
    while not is_last:
        block = stream.read(_BLOCK)
        is_last = not block
        text = decoder.decode(block, final=is_last)
        if is_first and text:
            is_first, text = False, text.removeprefix("\ufeff")
        if mend_controls and not text.isascii():
            text = text.translate(MENDED_CONTROLS)
        yield text.replace("\0", "") if "\0" in text else text
