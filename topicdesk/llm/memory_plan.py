"""How a language model is put into the memory there is: a pure function of its header, free memory and what is wanted at once.

It reads no file, asks no card and loads nothing. The amounts are arithmetic: weights and the memory of context follow exactly
from the header (llama.cpp's own report agrees to the byte), working memory from its width (llama.cpp reported 121.5 MiB for
Llama-2-13B, 13.8 for the starter, here 124 and 13.9), what a CUDA context takes is a fixed allowance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from topicdesk.core.language_file import LanguageFile

CacheType = Literal["f16", "q8_0"]
BYTES_OF_CACHE_TYPE: dict[CacheType, float] = {"f16": 2.0, "q8_0": 34 / 32}
MIB = 1 << 20
N_BATCH = 512  # tokens that are computed together
CELLS_ROUNDED_TO = 256  # llama.cpp does
CUDA_CONTEXT_BYTES = 450 * MIB  # context, kernels, cuBLAS workspace
SPARE_CARD_BYTES = 200 * MIB  # what llama.cpp takes for intermediate numbers while it computes
LEAST_SHARE_ON_CARD = 0.25
STEP = 0.9


@dataclass(frozen=True)
class Wanted:
    """What is to be decoded: at most `n_parallel` prompts at once, each of `n_own_tokens` after `n_shared_tokens` that all begin with.

    The answer's tokens are among the own ones.
    """

    n_parallel: int
    n_shared_tokens: int
    n_own_tokens: int


@dataclass(frozen=True)
class Part:
    """One row of the table of where the memory goes."""

    what: str
    is_on_card: bool
    n_bytes: int


@dataclass(frozen=True)
class MemoryPlan:
    """How to load and how to decode.

    Attributes
    ----------
    n_gpu_layers : int
        0: all on the processor; the model's layers and one more: all on the card.
    n_ctx : int
        Tokens that the context holds in all.
    parts : tuple of Part
    """

    n_gpu_layers: int
    n_ctx: int
    n_parallel: int
    cache_type: CacheType
    parts: tuple[Part, ...] = ()

    @property
    def card_bytes(self) -> int:
        """What it takes on the graphics card."""
        return sum(part.n_bytes for part in self.parts if part.is_on_card)

    @property
    def memory_bytes(self) -> int:
        """What it takes in main memory."""
        return sum(part.n_bytes for part in self.parts if not part.is_on_card)


def plan_memory(file: LanguageFile, free_card_bytes: int, free_memory_bytes: int, wanted: Wanted) -> MemoryPlan | None:
    """The best plan that fits; None where not even one prompt on the processor does."""
    return next(plans(file, free_card_bytes, free_memory_bytes, wanted), None)


def plans(file: LanguageFile, free_card_bytes: int, free_memory_bytes: int, wanted: Wanted, n_gpu_layers: int | None = None) -> Iterator[MemoryPlan]:
    """All plans that fit, the best first: what to try next where one fails although it should fit.

    Parameters
    ----------
    n_gpu_layers : int or None
        Exactly so many layers on the card; None for as many as fit.

    Notes
    -----
    The whole model on the card before anything else, then most layers on it, then none. At each: a stream of context for each
    prompt before one that all share (answers then depend less on their neighbours), 16-bit numbers in it before 8-bit ones,
    many prompts at once before few.
    """
    for n_layers in _layer_counts(file, free_card_bytes, wanted) if n_gpu_layers is None else [n_gpu_layers]:
        for arranged in _arrangements(file, wanted):
            plan = _filled(file, replace(arranged, n_gpu_layers=n_layers))
            if (not n_layers or plan.card_bytes <= free_card_bytes) and plan.memory_bytes <= free_memory_bytes:
                yield plan


def cheaper_plans(found: Iterable[MemoryPlan], failed: MemoryPlan) -> Iterator[MemoryPlan]:
    """What is worth a try after `failed` did not fit: each takes a good deal less of the card than the one before."""
    card_bytes, memory_bytes = failed.card_bytes, failed.memory_bytes
    for plan in found:
        is_cheaper = plan.card_bytes <= STEP * card_bytes if card_bytes else plan.memory_bytes <= STEP * memory_bytes
        if is_cheaper:
            yield plan
            card_bytes, memory_bytes = plan.card_bytes, plan.memory_bytes


def _layer_counts(file: LanguageFile, free_card_bytes: int, wanted: Wanted) -> list[int]:
    """All layers with the output; then as many as fit, and halves of that; then none.

    A few layers on the card gain less than the copying to and fro and its memory cost: below a quarter of them none is put there,
    since at best a quarter of the time could be saved.
    """
    everything = file.n_layers + 1
    if free_card_bytes <= 0:
        return [0]
    frugal = next(_arrangements(file, replace(wanted, n_parallel=min(wanted.n_parallel, 4))))
    fitting = [n for n in range(file.n_layers, 0, -1) if _filled(file, replace(frugal, n_gpu_layers=n)).card_bytes <= free_card_bytes]
    least = max(1, round(LEAST_SHARE_ON_CARD * file.n_layers))
    most = fitting[0] if fitting else 0
    counts = [everything, *(n for n in (most, most * 3 // 4, most // 2) if n >= least), 0]
    return list(dict.fromkeys(counts))


def _arrangements(file: LanguageFile, wanted: Wanted) -> Iterator[MemoryPlan]:
    n_parallel = 1 if file.is_recurrent else wanted.n_parallel
    while n_parallel >= 1:
        longest = wanted.n_shared_tokens + wanted.n_own_tokens
        streams = (n_parallel + 1) * _rounded(longest)
        shared = _rounded(wanted.n_shared_tokens + n_parallel * wanted.n_own_tokens)
        yield MemoryPlan(0, streams, n_parallel, "f16")
        if shared < streams:
            yield MemoryPlan(0, shared, n_parallel, "f16")
        yield MemoryPlan(0, min(shared, streams), n_parallel, "q8_0")
        n_parallel //= 2


def _filled(file: LanguageFile, plan: MemoryPlan) -> MemoryPlan:
    """The plan with its table. The last layers go to the card first, as llama.cpp does it."""
    on_card = min(plan.n_gpu_layers, file.n_layers)
    in_memory = file.n_layers - on_card
    per_token = BYTES_OF_CACHE_TYPE[plan.cache_type] * plan.n_ctx
    has_output = plan.n_gpu_layers > file.n_layers
    working = N_BATCH * 4 * (2 * file.n_feed_forward + 7 * file.n_embedding) + 4 * file.n_vocabulary * (plan.n_parallel + 1)
    parts = [
        Part("weights", True, sum(file.layer_bytes[in_memory:]) + (file.output_bytes if has_output else 0)),
        Part("context", True, round(per_token * sum(file.cache_elements[in_memory:]))),
        Part("working memory", True, working if on_card else 0),
        Part("CUDA", True, CUDA_CONTEXT_BYTES + SPARE_CARD_BYTES if on_card else 0),
        Part("weights", False, sum(file.layer_bytes[:in_memory]) + file.input_bytes + (0 if has_output or file.is_tied else file.output_bytes)),
        Part("context", False, round(per_token * sum(file.cache_elements[:in_memory]))),
        Part("working memory", False, working),
    ]
    return replace(plan, parts=tuple(part for part in parts if part.n_bytes))


def _rounded(n_tokens: int) -> int:
    return -(-n_tokens // CELLS_ROUNDED_TO) * CELLS_ROUNDED_TO
