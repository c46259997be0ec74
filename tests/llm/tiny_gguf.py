"""A GGUF file with a vocabulary of the kind that Llama 2 has and hardly any weights: to test what real small models lack."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6
N_EMBEDDING = 32
_U32, _F32, _BOOL, _STRING, _ARRAY, _I32 = 4, 6, 7, 8, 9, 5


def write_vocabulary(path: Path, words: list[str], template: str = "") -> Path:
    """Bytes, letters by way of bytes, and these words ("▁the"), the earlier the likelier; it puts a space before every text."""
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *words]
    kinds = [UNKNOWN, CONTROL, CONTROL, *[BYTE] * 256, *[NORMAL] * len(words)]
    scores = [0.0] * 259 + [-float(number) for number in range(len(words))]
    values: list[tuple[str, int, Any]] = [
        ("general.architecture", _STRING, "llama"),
        ("llama.context_length", _U32, 4096),
        ("llama.embedding_length", _U32, N_EMBEDDING),
        ("llama.block_count", _U32, 1),
        ("llama.feed_forward_length", _U32, 32),
        ("llama.attention.head_count", _U32, 1),
        ("llama.attention.layer_norm_rms_epsilon", _F32, 1e-5),
        ("tokenizer.ggml.model", _STRING, "llama"),
        ("tokenizer.ggml.tokens", _ARRAY, (_STRING, tokens)),
        ("tokenizer.ggml.scores", _ARRAY, (_F32, scores)),
        ("tokenizer.ggml.token_type", _ARRAY, (_I32, kinds)),
        ("tokenizer.ggml.bos_token_id", _U32, 1),
        ("tokenizer.ggml.eos_token_id", _U32, 2),
        ("tokenizer.ggml.unknown_token_id", _U32, 0),
        ("tokenizer.ggml.add_bos_token", _BOOL, True),
        *([("tokenizer.chat_template", _STRING, template)] if template else []),
    ]
    content = b"GGUF" + struct.pack("<IQQ", 3, 1, len(values))
    content += b"".join(_value(_STRING, name) + struct.pack("<I", kind) + _value(kind, value) for name, kind, value in values)
    content += _value(_STRING, "token_embd.weight") + struct.pack("<IQQIQ", 2, N_EMBEDDING, len(tokens), 0, 0)
    content += bytes(-len(content) % 32) + bytes(4 * N_EMBEDDING * len(tokens))
    path.write_bytes(content)
    return path


def _value(kind: int, value: Any) -> bytes:
    if kind == _STRING:
        encoded = value.encode()
        return struct.pack("<Q", len(encoded)) + encoded
    if kind == _ARRAY:
        inner, items = value
        return struct.pack("<IQ", inner, len(items)) + b"".join(_value(inner, item) for item in items)
    return struct.pack({_U32: "<I", _F32: "<f", _BOOL: "<?", _I32: "<i"}[kind], value)
