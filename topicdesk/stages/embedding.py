"""Texts become unit vectors by a local sentence-transformers model, in blocks of fixed composition."""

from __future__ import annotations

import ctypes
import itertools
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from topicdesk.core.arrays import FloatArray
from topicdesk.core.card_troubles import trouble_of
from topicdesk.core.errors import InputError
from topicdesk.core.progress import Progress
from topicdesk.stages.embedding_numerics import EmbeddingNumerics, numerics_of_machine
from topicdesk.stages.embedding_prefix import prefix_for_texts

__all__ = ["STAGE_VERSION", "EmbeddingModel", "EmbeddingNumerics", "batches_by_tokens", "distinct_texts", "numerics_of_machine"]

STAGE_VERSION = 3
CHARACTERS_PER_TOKEN = 32  # far above what any real text needs: cuts a megabyte of text before it is tokenised


class EmbeddingModel:
    """A loaded sentence-transformers folder.

    Attributes
    ----------
    n_max_tokens : int
        Texts beyond this are read only in part.
    prefix : str
        What the model wants to read before each text.
    batch_tokens : int
        Tokens in one batch: those of the numerics, halved as often as the memory was too small.
    """

    def __init__(self, folder: Path, numerics: EmbeddingNumerics) -> None:
        import torch
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self.numerics = numerics
        self.batch_tokens = numerics.batch_tokens
        try:
            self._model = SentenceTransformer(
                str(folder),
                device=numerics.device,
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"dtype": getattr(torch, numerics.precision), "use_safetensors": True},
            ).eval()
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            raise InputError(f"{folder}: the embedding model cannot be loaded ({error}). Copy it again, or choose another.") from error
        self.n_max_tokens = int(self._model.max_seq_length or 512)
        called = getattr(getattr(self._model[0].model, "config", None), "_name_or_path", "")
        self.prefix = prefix_for_texts(self._model.prompts, self._model.default_prompt_name, f"{folder.name} {called}")
        self._tokenising = threading.Lock()  # a search may come in while the next batch is made ready

    def embed(self, texts: Sequence[str], progress: Progress = Progress()) -> FloatArray:  # noqa: B008 (frozen)
        """Unit vectors of one block: float32 of shape (n_texts, n_dimensions), in the order of `texts`.

        A batch that the memory is too small for is halved, and so are all later ones: `batch_tokens` tells.
        """
        if self.numerics.device == "cpu":
            import torch

            torch.set_num_threads(self.numerics.n_threads)  # of the thread that computes, which may be another than the one that loaded
        read = [text[: self.n_max_tokens * CHARACTERS_PER_TOKEN] for text in texts]
        lengths = self._token_counts(read)
        order = sorted(range(len(texts)), key=lambda i: (lengths[i], i))
        ordered = [read[i] for i in order]
        lengths = [min(lengths[i], self.n_max_tokens) for i in order]
        parts: list[FloatArray] = []
        while (done := sum(map(len, parts))) < len(texts):
            batches = [range(done + rows.start, done + rows.stop) for rows in batches_by_tokens(lengths[done:], self.batch_tokens)]
            n_before = len(parts)
            try:
                self._embed_batches(ordered, batches, parts, progress)
            except RuntimeError as error:
                too_large = batches[len(parts) - n_before]
                if len(too_large) < 2 or not _is_out_of_memory(error):
                    raise
                self.batch_tokens //= 2
            if self.batch_tokens < self.numerics.batch_tokens:
                self._give_back_card()  # here, where the error no longer holds the tensors of the batch
        _give_back_memory(self.numerics.device)
        vectors = np.concatenate(parts).astype(np.float32)[np.argsort(order)]
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: FloatArray = vectors / np.maximum(norms, np.float32(1e-12))
        return unit

    def _embed_batches(self, texts: list[str], batches: list[range], parts: list[FloatArray], progress: Progress) -> None:
        """Append the vectors of each batch to `parts`. On a card the next batch is tokenised while one is computed; the processor does one thing."""
        with ThreadPoolExecutor(1) as pool:

            def begin(rows: range) -> Callable[[], dict[str, Any]]:
                batch = texts[rows.start : rows.stop]
                return pool.submit(self._tokenised, batch).result if self.numerics.device == "cuda" else lambda: self._tokenised(batch)

            ready = begin(batches[0])
            for rows, following in itertools.zip_longest(batches, batches[1:]):
                progress(rows.start, len(texts))
                features, ready = ready(), begin(following) if following else ready
                parts.append(self._computed(features))

    def _give_back_card(self) -> None:
        if self.numerics.device == "cuda":
            import torch

            torch.cuda.empty_cache()

    def _tokenised(self, batch: list[str]) -> dict[str, Any]:
        with self._tokenising:
            return dict(self._model.preprocess(batch, prompt=self.prefix or None))

    def _computed(self, features: dict[str, Any]) -> FloatArray:
        import torch

        with torch.inference_mode():
            there = {name: value.to(self._model.device) if isinstance(value, torch.Tensor) else value for name, value in features.items()}
            vectors = self._model(there)["sentence_embedding"][:, : self._model.truncate_dim]
            return np.asarray(vectors.float().cpu().numpy())

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
        if not texts:
            return []
        tokenizer: Any = self._model.tokenizer
        with self._tokenising:
            encoded = tokenizer([self.prefix + text for text in texts], truncation=False, padding=False, verbose=False, return_attention_mask=False)
        return [len(tokens) for tokens in encoded["input_ids"]]


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


def _is_out_of_memory(error: RuntimeError) -> bool:
    """Of the card (PyTorch's own error, or that of a library of CUDA), or of the computer."""
    trouble = trouble_of(str(error))
    return "DefaultCPUAllocator" in str(error) or (trouble is not None and trouble.kind == "out of memory")


def _give_back_memory(device: str) -> None:
    """What glibc keeps of a block goes back, 140 MiB after 256 texts; after each batch, getting it again would cost a tenth of the time."""
    if device == "cpu" and sys.platform == "linux" and hasattr(ctypes.CDLL(None), "malloc_trim"):
        ctypes.CDLL(None).malloc_trim(0)
