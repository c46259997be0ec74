"""The header of a GGUF file, read in plain Python with strict bounds before any native code sees it; it knows nothing of models.

Headers of GGUF files are hostile input: the native parser had heap overflows again and again (CVE-2024-21802, CVE-2024-23605,
CVE-2025-53630, CVE-2026-27940, CVE-2026-33298). So every count, size, type and offset is checked here against the file first.
The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

MAGIC = b"GGUF"
VERSIONS = (2, 3)
FIRST_PIECE = 16 << 20
LARGEST_HEADER = 64 << 20  # the largest of today have 15 MiB; also what keeps a hostile one from taking long
MOST_TENSORS = 100_000
MOST_VALUES = 10_000
MOST_ITEMS = 4 << 20  # of a list of strings: the largest vocabularies have some 260,000 tokens and 500,000 merges
LONGEST_KEY = 65_535
LONGEST_TENSOR_NAME = 63
MOST_DIMENSIONS = 4
LARGEST_ALIGNMENT = 1 << 20
STRING, ARRAY = 8, 9
SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
UINT32, INT32, FLOAT32 = 4, 5, 6
# By ggml's number of the type: its name, elements in a block, bytes of a block.
TENSOR_TYPES: dict[int, tuple[str, int, int]] = {
    0: ("F32", 1, 4), 1: ("F16", 1, 2), 2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20), 6: ("Q5_0", 32, 22), 7: ("Q5_1", 32, 24), 8: ("Q8_0", 32, 34),
    10: ("Q2_K", 256, 84), 11: ("Q3_K", 256, 110), 12: ("Q4_K", 256, 144), 13: ("Q5_K", 256, 176), 14: ("Q6_K", 256, 210), 16: ("IQ2_XXS", 256, 66),
    17: ("IQ2_XS", 256, 74), 18: ("IQ3_XXS", 256, 98), 19: ("IQ1_S", 256, 50), 20: ("IQ4_NL", 32, 18), 21: ("IQ3_S", 256, 110), 22: ("IQ2_S", 256, 82),
    23: ("IQ4_XS", 256, 136), 24: ("I8", 1, 1), 25: ("I16", 1, 2), 26: ("I32", 1, 4), 29: ("IQ1_M", 256, 56), 30: ("BF16", 1, 2),
    34: ("TQ1_0", 256, 54), 35: ("TQ2_0", 256, 66), 39: ("MXFP4", 32, 17), 40: ("NVFP4", 64, 36), 41: ("Q1_0", 128, 18), 42: ("Q2_0", 64, 18),
}  # fmt: skip


class Malformed(ValueError):
    """The bytes are not a GGUF header as it should be; the message says why, in words that go after the file's name."""


@dataclass(frozen=True)
class Array:
    """An array of numbers in a header: ggml's number of its items' type, how many, and their bytes."""

    item_type: int
    n_items: int
    content: bytes

    def items(self) -> tuple[Any, ...]:
        """The numbers."""
        return struct.unpack(f"<{self.n_items}{SCALARS[self.item_type]}", self.content)


@dataclass(frozen=True)
class Tensor:
    """One tensor as the header describes it; `shape` has the fastest dimension first, `offset` counts from the data's begin."""

    name: str
    shape: tuple[int, ...]
    type_name: str
    n_elements: int
    n_bytes: int
    offset: int


@dataclass(frozen=True)
class GgufHeader:
    """A header that is as it should be.

    Attributes
    ----------
    values : dict
        By key: int, float, bool, bytes (a string), list of bytes (strings) or `Array`.
    types : dict of str to int
        The number of each value's type, for an array that of its items.
    data_begins, n_bytes_wanted : int
        Where the tensors' data begin, and how long the whole file has to be at least.
    """

    version: int
    values: dict[str, Any]
    types: dict[str, int]
    tensors: tuple[Tensor, ...]
    data_begins: int
    n_bytes_wanted: int


def read_header(path: Path) -> GgufHeader:
    """The header of the file.

    Raises
    ------
    Malformed
        Where it is not as it should be, or the file is shorter than its tensors.
    OSError
    """
    n_file_bytes = path.stat().st_size

    def begin_of_file(n_bytes: int) -> bytes:
        with path.open("rb") as stream:
            return stream.read(n_bytes)

    return parse_growing(begin_of_file, n_file_bytes)


def parse_growing(begin_of_file: Callable[[int], bytes], n_file_bytes: int) -> GgufHeader:
    """The header of a file of `n_file_bytes`, of which `begin_of_file` gives as many bytes as are wanted. Raises Malformed."""
    n_read = FIRST_PIECE
    while True:
        try:
            return parse_header(begin_of_file(min(n_read, n_file_bytes)), n_file_bytes)
        except _BeyondPiece as error:
            if n_read >= LARGEST_HEADER:
                raise _damaged(f"its header is longer than {LARGEST_HEADER >> 20} MiB") from error
            n_read *= 4


def parse_header(piece: bytes, n_file_bytes: int) -> GgufHeader:
    """The header at the begin of `piece`, which is the begin of a file of `n_file_bytes`. Raises Malformed."""
    reader = _Reader(piece, n_file_bytes)
    if piece[:4] != MAGIC:
        raise Malformed(f"is not a GGUF file (it begins with {piece[:4]!r}). Copy it again, or choose another.")
    reader.at = 4
    version = reader.number("I")
    if version not in VERSIONS:
        swapped = int.from_bytes(version.to_bytes(4, "little"), "big") in VERSIONS
        raise Malformed(
            "was written for another kind of processor (big-endian)." if swapped else f"has version {version} of the format; 2 and 3 are understood."
        )
    n_tensors, n_values = reader.number("Q"), reader.number("Q")
    reader.limit(n_tensors, MOST_TENSORS, 24, "tensors")
    reader.limit(n_values, MOST_VALUES, 13, "values")
    values, types = _read_values(reader, n_values)
    alignment = values.get("general.alignment", 32)
    if (
        types.get("general.alignment", UINT32) != UINT32
        or not isinstance(alignment, int)
        or not 0 < alignment <= LARGEST_ALIGNMENT
        or alignment & (alignment - 1)
    ):
        raise _damaged(f"its alignment is {alignment!r}")
    tensors = _read_tensors(reader, n_tensors, alignment)
    data_begins = -(-reader.at // alignment) * alignment
    n_bytes_wanted = max((data_begins + tensor.offset + tensor.n_bytes for tensor in tensors), default=reader.at)
    if n_bytes_wanted > n_file_bytes:
        raise Malformed(f"is incomplete: {in_gigabytes(n_file_bytes)} of {in_gigabytes(n_bytes_wanted)} GB. Copy it again.")
    return GgufHeader(version, values, types, tensors, data_begins, n_bytes_wanted)


def in_gigabytes(n_bytes: int) -> str:
    """Decimal gigabytes as file managers show them: "7.9", "0.098"."""
    return f"{n_bytes / 1e9:.1f}" if n_bytes >= 1e9 else f"{n_bytes / 1e9:.3f}"


class _BeyondPiece(Exception):
    """The header goes on beyond the bytes at hand."""


class _Reader:
    """Takes things from bytes one after another, never beyond their end."""

    def __init__(self, piece: bytes, n_file_bytes: int) -> None:
        self.piece, self.n_file_bytes, self.at = piece, n_file_bytes, 0

    def take(self, n_bytes: int) -> bytes:
        end = self.at + n_bytes
        if end > len(self.piece):
            self._refuse(end)
        taken = self.piece[self.at : end]
        self.at = end
        return taken

    def number(self, kind: str) -> Any:
        (value,) = struct.unpack("<" + kind, self.take(struct.calcsize("<" + kind)))
        return value

    def string(self, longest: int | None = None) -> bytes:
        n_bytes = self.number("Q")
        if longest is not None and n_bytes > longest:
            raise _damaged(f"a name in its header has {n_bytes:,} bytes")
        return self.take(n_bytes)

    def strings(self, n_items: int) -> list[bytes]:
        """Many strings: the one loop of this file that has to be quick."""
        piece, at, end, found = self.piece, self.at, len(self.piece), []
        for _ in range(n_items):
            begin = at + 8
            at = begin + int.from_bytes(piece[at:begin], "little")
            if at > end:
                self._refuse(at)
            found.append(piece[begin:at])
        self.at = at
        return found

    def limit(self, count: int, most: int, least_bytes: int, what: str) -> None:
        """Refuse a count that is beyond reason, or beyond what the file has room for."""
        if count > most or count * least_bytes > self.n_file_bytes - self.at:
            raise _damaged(f"it claims to hold {count:,} {what}")

    def _refuse(self, end: int) -> NoReturn:
        if end > self.n_file_bytes:
            raise Malformed(f"is incomplete: its header goes on beyond the end of the file, after {in_gigabytes(self.n_file_bytes)} GB. Copy it again.")
        raise _BeyondPiece


def _damaged(reason: str) -> Malformed:
    return Malformed(f"is damaged: {reason}. Copy it again.")


def _read_values(reader: _Reader, n_values: int) -> tuple[dict[str, Any], dict[str, int]]:
    values: dict[str, Any] = {}
    types: dict[str, int] = {}
    for _ in range(n_values):
        key = _name(reader.string(LONGEST_KEY), "key")
        if key in values:
            raise _damaged(f"the key {key!r} stands in it twice")
        kind = reader.number("I")
        values[key], types[key] = _read_array(reader, key) if kind == ARRAY else (_read_value(reader, kind, key), kind)
    return values, types


def _read_value(reader: _Reader, kind: int, key: str) -> Any:
    if kind == STRING:
        return reader.string()
    if kind not in SCALARS:
        raise _damaged(f"the value {key!r} is of the unknown type {kind}")
    if kind == 7 and reader.piece[reader.at : reader.at + 1] > b"\x01":
        raise _damaged(f"the value {key!r} is neither true nor false")
    return reader.number(SCALARS[kind])


def _read_array(reader: _Reader, key: str) -> tuple[Array | list[bytes], int]:
    kind, n_items = reader.number("I"), reader.number("Q")
    if kind == STRING:
        reader.limit(n_items, MOST_ITEMS, 8, f"strings under {key!r}")
        return reader.strings(n_items), kind
    if kind not in SCALARS:
        raise _damaged(f"the list {key!r} is of the unknown type {kind}")
    size = struct.calcsize("<" + SCALARS[kind])
    reader.limit(n_items, LARGEST_HEADER // size, size, f"numbers under {key!r}")
    return Array(kind, n_items, reader.take(n_items * size)), kind


def _read_tensors(reader: _Reader, n_tensors: int, alignment: int) -> tuple[Tensor, ...]:
    tensors: list[Tensor] = []
    names: set[str] = set()
    ends = 0
    for _ in range(n_tensors):
        tensor = _read_tensor(reader)
        if tensor.name in names:
            raise _damaged(f"the tensor {tensor.name!r} stands in it twice")
        if tensor.offset != ends:
            raise _damaged(f"the tensor {tensor.name!r} begins at {tensor.offset:,} instead of {ends:,}")
        names.add(tensor.name)
        ends = -(-(ends + tensor.n_bytes) // alignment) * alignment
        tensors.append(tensor)
    return tuple(tensors)


def _read_tensor(reader: _Reader) -> Tensor:
    name = _name(reader.string(LONGEST_TENSOR_NAME), "tensor name")
    n_dimensions = reader.number("I")
    if not 1 <= n_dimensions <= MOST_DIMENSIONS:
        raise _damaged(f"the tensor {name!r} has {n_dimensions} dimensions")
    shape = tuple(reader.number("Q") for _ in range(n_dimensions))
    kind, offset = reader.number("I"), reader.number("Q")
    if kind not in TENSOR_TYPES:
        raise _damaged(f"the tensor {name!r} is of the unknown type {kind}")
    type_name, per_block, block_bytes = TENSOR_TYPES[kind]
    n_elements = 1
    for size in shape:
        n_elements *= size
    if min(shape) < 1 or n_elements >= 1 << 62 or shape[0] % per_block:
        raise _damaged(f"the tensor {name!r} has the impossible shape {' x '.join(map(str, shape))}")
    return Tensor(name, shape, type_name, n_elements, n_elements // per_block * block_bytes, offset)


def _name(raw: bytes, what: str) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if not text or not text.isprintable():
        raise _damaged(f"a {what} in its header is not readable")
    return text
