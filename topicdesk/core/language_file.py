"""What a GGUF file says of the language model in it, from its checked header alone; it loads nothing and plans no memory.

It lies in `core`, not in `llm`: `models check` in the terminal, the engine's loader and the child process that the window asks
for its shelf all need it, and it is standard library only.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from topicdesk.core.errors import InputError
from topicdesk.core.gguf import Array, GgufHeader, Malformed, read_header
from topicdesk.core.gguf_vocabulary import check_vocabulary

MOST_LAYERS, MOST_EXPERTS, MOST_HEADS = 512, 1024, 4096
LARGEST_WIDTH = 1 << 20
LONGEST_CONTEXT = 1 << 31
ROPE_SCALINGS = (b"none", b"linear", b"yarn", b"longrope")
# What is stored as GGUF too and answers no prompt: embedding models, encoders, pictures, sound, drafts, diffusion models.
_OTHERS = (
    "bert modern-bert nomic-bert nomic-bert-moe neo-bert jina-bert-v2 jina-bert-v3 eurobert gemma-embedding llama-embed pangu-embedded t5 t5encoder clip "
    "wavtokenizer-dec qwen3tts pockettts eagle3 dflash gemma4-assistant dream llada llada-moe rnd1"
)
OTHER_ARCHITECTURES = frozenset(_OTHERS.split())
_QUANTISATIONS = (
    "F32 F16 Q4_0 Q4_1 ? ? ? Q8_0 Q5_0 Q5_1 Q2_K Q3_K_S Q3_K_M Q3_K_L Q4_K_S Q4_K_M Q5_K_S Q5_K_M Q6_K IQ2_XXS IQ2_XS Q2_K_S IQ3_XS IQ3_XXS IQ1_S IQ4_NL "
    "IQ3_S IQ3_M IQ2_S IQ2_M IQ4_XS IQ1_M BF16 ? ? ? TQ1_0 TQ2_0 MXFP4 NVFP4 Q1_0 Q2_0"
)
FILE_TYPES = dict(enumerate(_QUANTISATIONS.split()))  # by general.file_type


@dataclass(frozen=True)
class LanguageFile:
    """A GGUF file whose header is as a chat model's should be.

    Attributes
    ----------
    n_bytes : int
        Of the file.
    quantisation : str
        As people name it ("Q4_K_M").
    n_context : int
        The longest context it was trained for, in tokens.
    template : str
        The chat template in it, as it stands; empty where there is none. It is foreign code: shown and compared, never run here.
    layer_bytes : tuple of int
        Weights of each layer.
    output_bytes, input_bytes : int
        Weights after the last layer, and of the table that turns tokens into vectors (which stays in main memory).
    cache_elements : tuple of int
        Numbers that each layer keeps for one token of context (keys and values).
    is_tied : bool
        Whether the output has no weights of its own: on a card it then uses a copy of the input's.
    is_recurrent : bool
        Whether some layers keep a state instead of each token: such a model is asked one prompt at a time.
    """

    n_bytes: int
    architecture: str
    title: str
    licence: str
    quantisation: str
    n_parameters: int
    n_context: int
    n_vocabulary: int
    n_embedding: int
    n_feed_forward: int
    n_heads: int
    template: str
    layer_bytes: tuple[int, ...]
    output_bytes: int
    input_bytes: int
    cache_elements: tuple[int, ...]
    is_tied: bool
    is_recurrent: bool

    @property
    def n_layers(self) -> int:
        """How many layers can be given to a graphics card."""
        return len(self.layer_bytes)


def read_language_file(path: Path) -> LanguageFile:
    """What the file says of itself; remembered until it changes.

    Raises
    ------
    InputError
        Where it is no GGUF file, incomplete, damaged, or not a chat model: in one sentence that begins with the path.
    """
    try:
        state = path.stat()
        return _read(path, state.st_size, state.st_mtime_ns)
    except Malformed as error:
        raise InputError(f"{path} {error}") from error
    except OSError as error:
        raise InputError(f"{path}: the model cannot be read ({error.strerror}).") from error


def language_file_of(header: GgufHeader, n_bytes: int) -> LanguageFile:
    """What a header says of the language model. Raises Malformed where llama.cpp could not load it, or would stop over it."""
    values = header.values
    architecture = _text(header, "general.architecture")
    kind = _text(header, "general.type") or "model"
    if architecture in OTHER_ARCHITECTURES or kind != "model":
        raise Malformed(f"is not a chat model (it is: {architecture if kind == 'model' else kind}). Choose another file for the labels.")
    if (n_parts := values.get("split.count", 0)) and n_parts != 1:
        raise Malformed(f"is one of {n_parts} parts. Join them into one file first: llama-gguf-split --merge.")
    if not header.tensors:
        raise Malformed("holds no weights, only a vocabulary. Choose another file.")
    shape = _Shape(header, architecture)
    n_layers = shape.whole("block_count", 1, MOST_LAYERS)
    n_embedding = shape.whole("embedding_length", 1, LARGEST_WIDTH)
    _check_numbers(shape)
    n_vocabulary = check_vocabulary(header)
    by_layer, beside = [0] * n_layers, 0
    for tensor in header.tensors:
        number = tensor.name.split(".")[1] if tensor.name.startswith("blk.") and tensor.name.count(".") > 1 else ""
        if number.isdecimal() and int(number[:9]) < n_layers:
            by_layer[int(number)] += tensor.n_bytes
        elif tensor.name != "token_embd.weight":
            beside += tensor.n_bytes
    sizes = {tensor.name: tensor.n_bytes for tensor in header.tensors}
    input_bytes = sizes.get("token_embd.weight", 0)
    return LanguageFile(
        n_bytes, architecture, _text(header, "general.name"), _text(header, "general.license"), _quantisation(header),
        sum(tensor.n_elements for tensor in header.tensors), shape.whole("context_length", 1, LONGEST_CONTEXT), n_vocabulary, n_embedding,
        max(shape.per_layer("feed_forward_length", n_layers, LARGEST_WIDTH, [4 * n_embedding] * n_layers)),
        max(shape.per_layer("attention.head_count", n_layers, MOST_HEADS, [0] * n_layers)),
        _text(header, "tokenizer.chat_template"), tuple(by_layer),
        beside + (0 if "output.weight" in sizes else input_bytes), input_bytes, _cache_elements(shape, n_layers, n_embedding),
        "output.weight" not in sizes,
        any(key.startswith((f"{architecture}.ssm.", f"{architecture}.wkv", f"{architecture}.shortconv")) for key in values),
    )  # fmt: skip


@functools.lru_cache(maxsize=64)
def _read(path: Path, n_bytes: int, changed: int) -> LanguageFile:
    return language_file_of(read_header(path), n_bytes)


class _Shape:
    """The numbers of one architecture in a header, each within bounds."""

    def __init__(self, header: GgufHeader, architecture: str) -> None:
        self.header, self._prefix = header, architecture

    def get(self, name: str) -> Any:
        return self.header.values.get(f"{self._prefix}.{name}")

    def whole(self, name: str, least: int, most: int, absent: int | None = None) -> int:
        value = self.get(name)
        if value is None and absent is not None:
            return absent
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise Malformed(f"is damaged: {self._prefix}.{name} is {_shown(value)}. Copy it again.")
        return value

    def per_layer(self, name: str, n_layers: int, most: int, absent: list[int]) -> list[int]:
        """A number for each layer: one for all, or a list."""
        value = self.get(name)
        if not isinstance(value, Array):
            return absent if value is None else [self.whole(name, 0, most)] * n_layers
        numbers = value.items() if value.n_items == n_layers else ()
        if not numbers or not all(isinstance(number, int) and 0 <= number <= most for number in numbers):
            raise Malformed(f"is damaged: {self._prefix}.{name} does not fit its {n_layers} layers. Copy it again.")
        return list(numbers)


def _check_numbers(shape: _Shape) -> None:
    """What llama.cpp asserts, or divides by, beyond the counts themselves."""
    for name in ("attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon", "rope.freq_base", "rope.scaling.factor"):
        value = shape.get(name)
        if value is not None and not (isinstance(value, float) and math.isfinite(value) and 0 <= value < 1e12):
            raise Malformed(f"is damaged: {name} is {_shown(value)}. Copy it again.")
    scaling = shape.get("rope.scaling.type")
    if scaling is not None and scaling not in ROPE_SCALINGS:
        raise Malformed(f"is damaged: rope.scaling.type is {_shown(scaling)}. Copy it again.")
    n_layers = shape.whole("block_count", 1, MOST_LAYERS)
    shape.whole("nextn_predict_layers", 0, n_layers, 0)
    n_experts = shape.whole("expert_count", 0, MOST_EXPERTS, 0)
    used = shape.per_layer("expert_used_count", n_layers, MOST_EXPERTS, [0] * n_layers)
    n_groups = shape.whole("expert_group_count", 0, MOST_EXPERTS, 0)
    n_used_groups = shape.whole("expert_group_used_count", 0, MOST_EXPERTS, 0)
    fits = 0 < max(used) <= n_experts and n_groups < n_experts if n_experts else not max(used) and not n_groups
    if not fits or (n_groups > 1 and (n_experts % n_groups or not 0 < n_used_groups < n_groups)):
        raise Malformed(f"is damaged: of {n_experts} experts it uses {max(used)}, in {n_groups} groups. Copy it again.")


def _cache_elements(shape: _Shape, n_layers: int, n_embedding: int) -> tuple[int, ...]:
    heads = shape.per_layer("attention.head_count", n_layers, MOST_HEADS, [0] * n_layers)
    cached_heads = shape.per_layer("attention.head_count_kv", n_layers, MOST_HEADS, heads)
    width = n_embedding // max(*heads, 1)
    lengths = [shape.whole(f"attention.{name}_length", 1, LARGEST_WIDTH, max(width, 1)) for name in ("key", "value")]
    rotated = shape.whole("rope.dimension_count", 0, LARGEST_WIDTH, lengths[0])
    if rotated > max(lengths[0], n_embedding) or rotated % 2:
        raise Malformed(f"is damaged: rope.dimension_count is {rotated}. Copy it again.")
    return tuple(n * sum(lengths) for n in cached_heads)


def _quantisation(header: GgufHeader) -> str:
    """As the file names it, else the type of most of its bytes."""
    named = FILE_TYPES.get(header.values.get("general.file_type", -1) if header.types.get("general.file_type") == 4 else -1, "?")
    if named != "?":
        return named
    by_type: dict[str, int] = {}
    for tensor in header.tensors:
        by_type[tensor.type_name] = by_type.get(tensor.type_name, 0) + tensor.n_bytes
    return max(by_type, key=lambda name: by_type[name])


def _text(header: GgufHeader, key: str) -> str:
    value = header.values.get(key, b"")
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _shown(value: Any) -> str:
    return "lacking" if value is None else "a list" if isinstance(value, Array | list) else repr(value)[:40]
