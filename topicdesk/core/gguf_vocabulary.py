"""The vocabulary in a GGUF header: refused where llama.cpp would stop the process over it. It knows nothing of weights.

llama.cpp (of `build/constraints.txt`) asserts that tokens differ, throws through its C interface where a byte token is lacking
or misshapen, and reads precompiled character maps of embedding tokenizers without a look at their bounds.
"""

from __future__ import annotations

import re
from typing import Any

from topicdesk.core.gguf import FLOAT32, INT32, STRING, Array, GgufHeader, Malformed

TOKENIZERS = ("llama", "gpt2", "gemma4", "plamo2", "rwkv")
BYTE_TOKEN, LAST_TOKEN_TYPE = 6, 6
LONGEST_TOKEN = 16_384
LONGEST_TEMPLATE = 1 << 20
_IS_BYTE = re.compile(rb"<0x[0-9A-F]{2}>")


def check_vocabulary(header: GgufHeader) -> int:
    """How many tokens the vocabulary has.

    Raises
    ------
    Malformed
        Where it is lacking, or not as it should be.
    """
    tokenizer = header.values.get("tokenizer.ggml.model")
    if tokenizer not in [name.encode() for name in TOKENIZERS]:
        shown = tokenizer.decode("utf-8", "replace") if isinstance(tokenizer, bytes) else "none"
        raise Malformed(f"has a vocabulary that is not a chat model's (kind: {shown}). Choose a chat model.")
    tokens = _list(header, "tokens", STRING, None)
    if not 0 < len(tokens) < 1 << 22:
        raise _wrong(f"it has {len(tokens):,} tokens")
    tokens = [token.partition(b"\0")[0] if b"\0" in token else token for token in tokens]  # llama.cpp reads them as C does
    named = {token or b"[EMPTY_%d]" % number for number, token in enumerate(tokens)}
    if len(named) != len(tokens):
        raise _wrong(f"{len(tokens) - len(named):,} of its tokens stand in it twice")
    if max(map(len, tokens)) > LONGEST_TOKEN:
        raise _wrong("a token is longer than any text")
    scores = header.types.get("tokenizer.ggml.scores", FLOAT32)
    if scores not in (INT32, FLOAT32):
        raise _wrong("its scores are no numbers")
    _list(header, "scores", scores, len(tokens))
    _check_types(header, tokens)
    if tokenizer in (b"gpt2", b"gemma4"):
        if not (merges := _list(header, "merges", STRING, None)):
            raise _wrong("it has no merges")
        if min(map(len, merges)) < 1:
            raise _wrong("a merge is empty")
    if tokenizer == b"llama":
        _check_bytes(named)
    _check_template(header)
    return len(tokens)


def _list(header: GgufHeader, name: str, item_type: int, n_least: int | None) -> Any:
    """The list under a tokenizer's key, empty where it is absent; refused where it is of another type or too short."""
    key = f"tokenizer.ggml.{name}"
    found = header.values.get(key, [])
    is_list = isinstance(found, Array | list)
    if not is_list or (key in header.values and header.types[key] != item_type):
        raise _wrong(f"its {name} are of the wrong type")
    if n_least is not None and key in header.values and found.n_items < n_least:
        raise _wrong(f"it has {found.n_items:,} {name} for {n_least:,} tokens")
    return found


def _check_types(header: GgufHeader, tokens: list[bytes]) -> None:
    kinds = _list(header, "token_type", INT32, len(tokens))
    for number, kind in enumerate(kinds.items()[: len(tokens)] if kinds else ()):
        if not 0 <= kind <= LAST_TOKEN_TYPE:
            raise _wrong(f"token {number:,} is of the unknown type {kind}")
        if kind == BYTE_TOKEN and not _IS_BYTE.fullmatch(tokens[number]):
            raise _wrong(f"token {number:,} should stand for a byte and does not")


def _check_bytes(tokens: set[bytes]) -> None:
    """A SentencePiece vocabulary falls back on bytes: each has to be there."""
    lacking = [byte for byte in range(256) if b"<0x%02X>" % byte not in tokens and bytes([byte]) not in tokens]
    if lacking:
        raise _wrong(f"{len(lacking)} of the 256 byte tokens are lacking")


def _check_template(header: GgufHeader) -> None:
    template = header.values.get("tokenizer.chat_template", b"")
    if isinstance(template, bytes) and len(template) > LONGEST_TEMPLATE:
        raise _wrong("its chat template is longer than 1 MiB")


def _wrong(reason: str) -> Malformed:
    return Malformed(f"is damaged: its vocabulary is not as it should be ({reason}). Copy it again.")
