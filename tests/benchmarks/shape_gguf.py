"""Writes a GGUF file of any named shape and quantisation with random weights, so that speed and memory can be measured without the real file.

    python -m tests.benchmarks.shape_gguf llama-2-13b Q4_K_M OUT.gguf [--header-only]

Header-only files are as long as the real one and take no room on the disk (a hole): good for the memory plan and for loading, not for speed.
"""

from __future__ import annotations

import argparse
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

ALIGNMENT = 32
POOL_BLOCKS = 4096  # random blocks of a type, written again and again: random enough for speed
UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
FORMATS = {UINT32: "I", INT32: "i", FLOAT32: "f", BOOL: "?"}
NUMBER_OF_FILE_TYPE = {"F32": 0, "F16": 1, "Q4_0": 2, "Q4_1": 3, "Q8_0": 7, "Q4_K_M": 15, "Q6_K": 18}
# ggml's number of the type, elements in a block, bytes of a block
TENSOR_TYPES = {
    "F32": (0, 1, 4),
    "F16": (1, 1, 2),
    "Q4_0": (2, 32, 18),
    "Q4_1": (3, 32, 20),
    "Q8_0": (8, 32, 34),
    "Q4_K": (12, 256, 144),
    "Q6_K": (14, 256, 210),
}
LLAMA_2_TEMPLATE = (
    "{% for message in messages %}{% if message['role'] == 'system' %}<<SYS>>{{ message['content'] }}<</SYS>>"
    "{% else %}[INST] {{ message['content'] }} [/INST]{% endif %}{% endfor %}"
)


@dataclass(frozen=True)
class Shape:
    """The published numbers of a model of Llama's architecture."""

    n_layers: int
    n_embedding: int
    n_feed_forward: int
    n_heads: int
    n_cached_heads: int
    n_context: int
    n_vocabulary: int
    is_tied: bool = False


SHAPES = {
    "tiny": Shape(2, 256, 512, 4, 2, 2048, 1024),
    "smollm2-135m": Shape(30, 576, 1536, 9, 3, 8192, 49152, is_tied=True),
    "llama-2-7b": Shape(32, 4096, 11008, 32, 32, 4096, 32000),
    "llama-2-13b": Shape(40, 5120, 13824, 40, 40, 4096, 32000),
    "llama-3-8b": Shape(32, 4096, 14336, 32, 8, 8192, 128256),
    "mistral-7b": Shape(32, 4096, 14336, 32, 8, 32768, 32000),
}

Value = tuple[int, Any]  # a type's number and the value; for a list (ARRAY, (type of the items, items))


def write_gguf(path: Path, shape: Shape, quantisation: str, with_weights: bool = True, seed: int = 0) -> Path:
    """Write the file; without weights it is as long, and holds a hole."""
    tensors = list(tensors_of(shape, quantisation))
    with path.open("wb") as stream:
        stream.write(encode_header(values_of(shape, quantisation), tensors))
        generator = np.random.default_rng(seed)
        pools = {kind: _random_blocks(kind, generator) for kind in {kind for _, _, kind in tensors}} if with_weights else {}
        for _, dimensions, kind in tensors:
            stream.seek(-stream.tell() % ALIGNMENT, 1)
            n_bytes = bytes_of(dimensions, kind)
            if with_weights:
                _write_repeated(stream, pools[kind], n_bytes)
            else:
                stream.seek(n_bytes, 1)
        stream.truncate(stream.tell())
    return path


def tensors_of(shape: Shape, quantisation: str) -> Iterator[tuple[str, tuple[int, ...], str]]:
    """Name, shape (fastest dimension first) and type of each tensor, in the order of llama.cpp's converter."""
    many, few = {"Q4_K_M": ("Q4_K", "Q6_K")}.get(quantisation, (quantisation, quantisation))
    width, cached = shape.n_embedding, shape.n_embedding // shape.n_heads * shape.n_cached_heads
    yield "token_embd.weight", (width, shape.n_vocabulary), few if shape.is_tied else many
    for layer in range(shape.n_layers):
        eighth = shape.n_layers // 8
        better = few if layer < eighth or layer >= 7 * shape.n_layers // 8 or (layer - eighth) % 3 == 2 else many  # llama.cpp: use_more_bits
        of_layer = {
            "attn_norm": ((width,), "F32"), "ffn_down": ((shape.n_feed_forward, width), better), "ffn_gate": ((width, shape.n_feed_forward), many),
            "ffn_up": ((width, shape.n_feed_forward), many), "ffn_norm": ((width,), "F32"), "attn_k": ((width, cached), many),
            "attn_output": ((width, width), many), "attn_q": ((width, width), many), "attn_v": ((width, cached), better),
        }  # fmt: skip
        yield from ((f"blk.{layer}.{name}.weight", dimensions, kind) for name, (dimensions, kind) in of_layer.items())
    yield "output_norm.weight", (width,), "F32"
    if not shape.is_tied:
        yield "output.weight", (width, shape.n_vocabulary), few


def values_of(shape: Shape, quantisation: str) -> dict[str, Value]:
    """The keys of the header, a SentencePiece vocabulary of bytes, characters and made-up words among them."""
    tokens = [b"<unk>", b"<s>", b"</s>", *(b"<0x%02X>" % byte for byte in range(256))]
    tokens += [b"\xe2\x96\x81", *(bytes([character]) for character in range(33, 127))]
    tokens += [b"\xe2\x96\x81w%d" % number for number in range(shape.n_vocabulary - len(tokens))]
    kinds = [2, 3, 3] + [6] * 256 + [1] * (shape.n_vocabulary - 259)
    return {
        "general.architecture": (STRING, b"llama"), "general.name": (STRING, b"random weights"), "general.license": (STRING, b"cc0-1.0"),
        "general.file_type": (UINT32, NUMBER_OF_FILE_TYPE[quantisation]), "general.quantization_version": (UINT32, 2),
        "llama.block_count": (UINT32, shape.n_layers), "llama.context_length": (UINT32, shape.n_context), "llama.embedding_length": (UINT32, shape.n_embedding),
        "llama.feed_forward_length": (UINT32, shape.n_feed_forward), "llama.attention.head_count": (UINT32, shape.n_heads),
        "llama.attention.head_count_kv": (UINT32, shape.n_cached_heads), "llama.attention.layer_norm_rms_epsilon": (FLOAT32, 1e-5),
        "llama.rope.dimension_count": (UINT32, shape.n_embedding // shape.n_heads), "llama.vocab_size": (UINT32, shape.n_vocabulary),
        "tokenizer.ggml.model": (STRING, b"llama"), "tokenizer.ggml.tokens": (ARRAY, (STRING, tokens)),
        "tokenizer.ggml.scores": (ARRAY, (FLOAT32, [-float(number) for number in range(len(tokens))])), "tokenizer.ggml.token_type": (ARRAY, (INT32, kinds)),
        "tokenizer.ggml.bos_token_id": (UINT32, 1), "tokenizer.ggml.eos_token_id": (UINT32, 2), "tokenizer.ggml.unknown_token_id": (UINT32, 0),
        "tokenizer.chat_template": (STRING, LLAMA_2_TEMPLATE.encode()),
    }  # fmt: skip


def encode_header(values: dict[str, Value], tensors: Sequence[tuple[str, tuple[int, ...], str]], version: int = 3) -> bytes:
    """The bytes of a header; what is wrong in the arguments is wrong in them too, so that tests can make damaged ones."""
    pieces = [b"GGUF", struct.pack("<IQQ", version, len(tensors), len(values))]
    for key, (kind, value) in values.items():
        pieces += [_string(key.encode()), struct.pack("<I", kind), _encode_value(kind, value)]
    alignment = int(values.get("general.alignment", (UINT32, ALIGNMENT))[1]) or 1
    offset = 0
    for name, dimensions, type_name in tensors:
        number, _, _ = TENSOR_TYPES[type_name]
        pieces += [_string(name.encode()), struct.pack(f"<I{len(dimensions)}QIQ", len(dimensions), *dimensions, number, offset)]
        offset += -(-bytes_of(dimensions, type_name) // alignment) * alignment
    return b"".join(pieces)


def bytes_of(dimensions: Sequence[int], type_name: str) -> int:
    """How many bytes a tensor takes."""
    _, per_block, block_bytes = TENSOR_TYPES[type_name]
    return int(np.prod(dimensions, dtype=np.int64)) // per_block * block_bytes


def _encode_value(kind: int, value: Any) -> bytes:
    if kind == STRING:
        return _string(value)
    if kind != ARRAY:
        return struct.pack("<" + FORMATS[kind], value)
    item_kind, items = value
    encoded = b"".join(map(_string, items)) if item_kind == STRING else struct.pack(f"<{len(items)}{FORMATS[item_kind]}", *items)
    return struct.pack("<IQ", item_kind, len(items)) + encoded


def _string(content: bytes) -> bytes:
    return struct.pack("<Q", len(content)) + content


def _random_blocks(kind: str, generator: np.random.Generator, spread: float = 0.02) -> bytes:
    """Blocks of a type whose numbers lie about zero with about this spread: random bytes alone would be infinite here and there."""
    _, _, block_bytes = TENSOR_TYPES[kind]
    if kind in ("F32", "F16"):
        numbers = generator.normal(0, spread, POOL_BLOCKS * 64).astype(np.float32 if kind == "F32" else np.float16)
        return np.abs(numbers).tobytes() if kind == "F32" else numbers.tobytes()  # F32 are the norms: positive
    blocks = generator.integers(0, 256, (POOL_BLOCKS, block_bytes), dtype=np.uint8)

    def put(place: int, value: float) -> None:
        blocks[:, place : place + 2] = np.frombuffer(np.float16(value).tobytes(), dtype=np.uint8)

    if kind == "Q4_K":  # d, dmin, 6-bit scales and minima, 4-bit numbers
        put(0, spread / (32 * 4.6))
        put(2, 7.5 * spread / (32 * 4.6))
    elif kind == "Q6_K":  # ..., 8-bit scales, d
        put(208, spread / (74 * 18.5))
    else:
        put(0, spread / (74 if kind == "Q8_0" else 4.6))
        if kind == "Q4_1":
            put(2, -7.5 * spread / 4.6)
    return blocks.tobytes()


def _write_repeated(stream: IO[bytes], pool: bytes, n_bytes: int) -> None:
    whole = pool * max(1, (8 << 20) // len(pool))
    for _ in range(n_bytes // len(whole)):
        stream.write(whole)
    stream.write(whole[: n_bytes % len(whole)])


def main() -> None:
    """The command above."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("quantisation", choices=NUMBER_OF_FILE_TYPE)
    parser.add_argument("path", type=Path)
    parser.add_argument("--header-only", action="store_true")
    chosen = parser.parse_args()
    write_gguf(chosen.path, SHAPES[chosen.shape], chosen.quantisation, not chosen.header_only)
    print(f"{chosen.path}: {chosen.path.stat().st_size / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
