"""Texts become unit vectors by a local sentence-transformers model, in blocks of fixed composition."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from topicdesk.core.arrays import FloatArray
from topicdesk.core.errors import InputError
from topicdesk.core.progress import Progress

STAGE_VERSION = 2
CHARACTERS_PER_TOKEN = 32  # far above what any real text needs: cuts a megabyte of text before it is tokenised


@dataclass(frozen=True)
class EmbeddingNumerics:
    """What follows from the machine and changes an embedding's last bits: part of the cache key.

    Attributes
    ----------
    block_size : int
        Distinct texts in one block, the unit that is kept. Within a block texts are sorted by length.
    batch_tokens : int
        Tokens in one batch, padding counted: few long texts or many short ones.
    """

    precision: str
    device: str
    n_threads: int
    block_size: int = 256
    batch_tokens: int = 2048


def numerics_of_machine(device: str = "auto") -> EmbeddingNumerics:
    """Precision and device from the processor's flags and the graphics card's capability, never from a timing.

    Raises
    ------
    InputError
        Where `device` is "cuda" and there is none.
    """
    if device != "cpu" and _has_nvidia_driver():
        import torch  # seconds: only where there may be a card

        if torch.cuda.is_available():
            precision = "bfloat16" if torch.cuda.get_device_capability()[0] >= 8 else "float16"
            return EmbeddingNumerics(precision, "cuda", 0, block_size=4096, batch_tokens=32_768)
    if device == "cuda":
        raise InputError("--device cuda: PyTorch finds no CUDA graphics card here. Use --device auto, or see `topicdesk doctor`.")
    return EmbeddingNumerics("bfloat16" if _computes_bfloat16() else "float32", "cpu", psutil.cpu_count(logical=False) or 1)


class EmbeddingModel:
    """A loaded sentence-transformers folder.

    Attributes
    ----------
    n_max_tokens : int
        Texts beyond this are read only in part.
    """

    def __init__(self, folder: Path, numerics: EmbeddingNumerics) -> None:
        import torch
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self.numerics = numerics
        try:
            self._model = SentenceTransformer(
                str(folder),
                device=numerics.device,
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"dtype": getattr(torch, numerics.precision), "use_safetensors": True},
            )
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            raise InputError(f"{folder}: the embedding model cannot be loaded ({error}). Copy it again, or choose another.") from error
        self.n_max_tokens = int(self._model.max_seq_length or 512)

    def embed(self, texts: Sequence[str], progress: Progress = Progress()) -> FloatArray:  # noqa: B008 (frozen)
        """Unit vectors of one block: float32 of shape (n_texts, n_dimensions), in the order of `texts`."""
        if self.numerics.device == "cpu":
            import torch

            torch.set_num_threads(self.numerics.n_threads)  # of the thread that computes, which may be another than the one that loaded
        read = [text[: self.n_max_tokens * CHARACTERS_PER_TOKEN] for text in texts]
        lengths = self._token_counts(read)
        order = sorted(range(len(texts)), key=lambda i: (lengths[i], i))
        batches = []
        for rows in batches_by_tokens([min(lengths[i], self.n_max_tokens) for i in order], self.numerics.batch_tokens):
            progress(rows.start, len(texts))
            batch = [read[i] for i in order[rows.start : rows.stop]]
            batches.append(self._model.encode(batch, batch_size=len(batch), show_progress_bar=False, convert_to_numpy=True))
            _give_back_memory()
        vectors = np.concatenate(batches).astype(np.float32)[np.argsort(order)]
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: FloatArray = vectors / np.maximum(norms, np.float32(1e-12))
        return unit

    def count_cut(self, texts: Sequence[str], progress: Progress = Progress()) -> int:  # noqa: B008
        """How many texts have more tokens than the model reads, counted exactly."""
        n_cut = 0
        for start in range(0, len(texts), 512):
            progress(start, len(texts))
            batch = [text[: self.n_max_tokens * CHARACTERS_PER_TOKEN] for text in texts[start : start + 512]]
            n_cut += sum(length > self.n_max_tokens for length in self._token_counts(batch))
        return n_cut

    @property
    def n_own_tokens(self) -> int:
        """How many tokens of a text the model reads: those that it adds itself are left out."""
        return self.n_max_tokens - self._token_counts([""])[0]

    def token_starts(self, texts: Sequence[str]) -> list[list[int]]:
        """Where each token of each text begins, in characters.

        Raises
        ------
        InputError
            Where the model's tokenizer does not tell.
        """
        tokenizer: Any = self._model.tokenizer
        if not tokenizer.is_fast:
            raise InputError("Texts cannot be split with this embedding model: it does not tell where its tokens stand. Choose another one.")
        encoded = tokenizer(list(texts), truncation=False, padding=False, verbose=False, add_special_tokens=False, return_offsets_mapping=True)
        return [[start for start, _ in offsets] for offsets in encoded["offset_mapping"]]

    def _token_counts(self, texts: Sequence[str]) -> list[int]:
        tokenizer: Any = self._model.tokenizer
        encoded = tokenizer(list(texts), truncation=False, padding=False, verbose=False, return_attention_mask=False)["input_ids"] if texts else []
        return [len(tokens) for tokens in encoded]


def batches_by_tokens(lengths: Sequence[int], n_tokens: int) -> list[range]:
    """Ranges of texts sorted by length whose padded batch holds at most `n_tokens` tokens, one text at least.

    Parameters
    ----------
    lengths : sequence of int
        In tokens, ascending.
    """
    batches, start = [], 0
    for end, length in enumerate(lengths):
        if end > start and (end + 1 - start) * length > n_tokens:
            batches.append(range(start, end))
            start = end
    return [*batches, range(start, len(lengths))] if lengths else []


def distinct_texts(texts: Sequence[str]) -> tuple[list[str], np.ndarray[Any, np.dtype[np.int64]]]:
    """Each text once, in the order of first appearance, and where each document's text stands among them.

    Returns
    -------
    distinct : list of str
    index_of : int64 of shape (n_texts,)
    """
    place: dict[str, int] = {}
    index_of = np.fromiter((place.setdefault(text, len(place)) for text in texts), dtype=np.int64, count=len(texts))
    return list(place), index_of


def _give_back_memory() -> None:
    """What glibc keeps of batches of different lengths, 240 MiB after 256 texts, goes back in milliseconds."""
    if sys.platform == "linux" and hasattr(ctypes.CDLL(None), "malloc_trim"):
        ctypes.CDLL(None).malloc_trim(0)


def _has_nvidia_driver() -> bool:
    try:
        ctypes.CDLL("nvcuda.dll" if os.name == "nt" else "libcuda.so.1")
    except OSError:
        return False
    return True


def _computes_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 in hardware (Linux tells; elsewhere float32 is taken)."""
    if os.name != "posix" or not Path("/proc/cpuinfo").exists():
        return False
    flags = next((line for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines() if line.startswith("flags")), "")
    return not {"avx512_bf16", "amx_bf16"}.isdisjoint(flags.split())
