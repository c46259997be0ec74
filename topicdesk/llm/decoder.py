"""Many prompts through one GGUF model at once, prompts in and answers out; it knows nothing of topics.

Sampling is greedy. What is decoded together changes the last bits of an answer, so a caller that wants the same answers
again asks with the same list.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from topicdesk.core.errors import InputError, OutOfMemory
from topicdesk.core.language_file import read_language_file
from topicdesk.core.progress import Progress
from topicdesk.llm.batching import N_BATCH, SMALL_CONTEXT, Answer, Arrangement, Decoding, Prefix, Sampling, arrangements, common_prefix
from topicdesk.llm.memory_plan import CacheType
from topicdesk.llm.side_by_side import MOST_CONTEXTS, SideBySide, n_contexts_for
from topicdesk.llm.vocabulary import Vocabulary, load_file, load_library
from topicdesk.llm.wide_weights import can_widen, should_widen, widened

__all__ = ["Answer", "LanguageModel", "numerics_of_machine"]


class LanguageModel(Vocabulary):
    """A loaded GGUF file. Use it as a context manager: its memory is native.

    Attributes
    ----------
    n_threads : int
    cache_type : str
        The numbers of the context: "f16" or "q8_0".
    is_widened : bool
        Whether its weights are held in 16 bits, because this processor multiplies the file's own kind slowly.

    Parameters
    ----------
    n_gpu_layers : int
        How many layers lie on the graphics card; more than there are: the output too.
    most_parallel, most_cells : int or None
        What a plan of memory allows: prompts at once, and tokens that the context holds in all.
    progress : Progress
        A cancel ends the loading.

    Raises
    ------
    InputError
        Where the file cannot be loaded, or is not a model that goes on with a text.
    Cancelled
    """

    def __init__(
        self,
        path: Path,
        n_gpu_layers: int = 0,
        n_threads: int | None = None,
        may_widen: bool = True,
        cache_type: CacheType = "f16",
        most_parallel: int | None = None,
        most_cells: int | None = None,
        progress: Progress = Progress(),  # noqa: B008
    ) -> None:
        self._lib = load_library()
        self.cache_type, self._most_parallel, self._most_cells = cache_type, most_parallel, most_cells
        self.n_threads = n_threads or os.cpu_count() or 1
        self._decoding: tuple[Any, Arrangement, SideBySide] | None = None
        self._prefix = Prefix([])
        parameters = self._lib.llama_model_default_params()
        parameters.n_gpu_layers = n_gpu_layers
        parameters.split_mode = self._lib.LLAMA_SPLIT_MODE_NONE  # one card, the first: plans of memory are made for it
        parameters.use_extra_bufts = b"AMX_INT8 = 1" not in self._lib.llama_print_system_info()  # crashes: llama.cpp #20824
        described = read_language_file(path)
        wants_wide = may_widen and should_widen(described.quantisation, described.n_parameters, n_gpu_layers)
        self.is_widened = wants_wide and self._load_widened(path, parameters, progress)
        self._n_contexts = n_contexts_for(described.n_parameters, n_gpu_layers, self.n_threads)
        if not self.is_widened:
            self._take(load_file(self._lib, str(path), parameters, path, progress))
        if self._lib.llama_model_has_encoder(self._model) or not self._lib.llama_model_has_decoder(self._model):
            self.close()
            raise InputError(f"{path}: this model does not go on with a text, so it cannot name topics. Choose a chat model.")

    def close(self) -> None:
        """Give the memory back."""
        self._end_decoding()
        super().close()

    def answer(
        self,
        prompts: Sequence[Sequence[int]],
        n_new_tokens: int,
        repetition_penalty: float = 1.0,
        n_parallel: int = 8,
        progress: Progress = Progress(),  # noqa: B008
        most_cells: int | None = None,
        is_one_line: bool = True,
    ) -> Iterator[Answer]:
        """Answers as they are ready, greedily decoded, each up to a line break, an end token or `n_new_tokens`.

        Parameters
        ----------
        prompts : sequence of token lists
            None may be empty; each with its answer must fit into `n_context`.
        repetition_penalty : float
            Weakens the last 64 tokens of the answer itself; 1 = off.
        n_parallel : int
            How many prompts are answered at once, at most; by each of several contexts, where the processor works for a small model.
        most_cells : int or None
            How many tokens the context may hold in all; None for as many as it takes.
        is_one_line : bool
            Whether a line break ends an answer.

        Raises
        ------
        OutOfMemory
            Where memory for the context is lacking.
        TopicDeskError
            Where decoding fails.
        Cancelled
            Between two decode calls.
        """
        if prompts:
            decoding = self._decoding_for(prompts, Sampling(n_new_tokens, repetition_penalty, is_one_line), n_parallel, most_cells)
            yield from decoding.answers(prompts, progress)

    def _decoding_for(self, prompts: Sequence[Sequence[int]], sampling: Sampling, n_parallel: int, most_cells: int | None) -> SideBySide:
        """Contexts for these prompts; the last ones where they would be made alike."""
        is_recurrent = self._lib.llama_model_is_recurrent(self._model) or self._lib.llama_model_is_hybrid(self._model)
        prefix = [] if is_recurrent else common_prefix(prompts)
        longest = max(map(len, prompts))
        n_contexts = min(self._n_contexts, len(prompts), n_parallel)
        at_once = 1 if is_recurrent else min(n_parallel, self._most_parallel or n_parallel, -(-len(prompts) // n_contexts))
        most_cells_each = limit // n_contexts if (limit := most_cells or self._most_cells) else None
        wanted = list(arrangements(longest, len(prefix), sampling.n_new_tokens, at_once, most_cells_each))
        if not wanted and most_cells is None:  # longer than was planned for: one at a time
            n_contexts, wanted = 1, list(arrangements(longest, len(prefix), sampling.n_new_tokens, 1, None))
        key = (prefix, sampling, wanted[:1], n_contexts)
        if self._decoding is not None and self._decoding[0] == key and self._decoding[1] in wanted:
            return self._decoding[2]
        self._end_decoding()
        if self._prefix.tokens != prefix:
            self._prefix = Prefix(prefix)
        for arrangement in wanted:
            decoding = self._opened(sampling, arrangement, n_contexts)
            if decoding is not None:
                self._decoding = key, arrangement, decoding
                return decoding
        raise OutOfMemory(f"There is not enough memory for a prompt of {longest} tokens. Shorten the excerpts, or take a smaller model.")

    def _opened(self, sampling: Sampling, arrangement: Arrangement, n_contexts: int) -> SideBySide | None:
        """Contexts arranged like that, which share the threads; None where their memory is not to be had."""
        opened: list[Decoding] = []
        for _ in range(n_contexts):
            decoding = Decoding.opened(self, self._prefix, sampling, arrangement, self.n_threads // n_contexts)
            if decoding is None:
                SideBySide(opened).close()
                return None
            opened.append(decoding)
        return SideBySide(opened)

    def _end_decoding(self) -> None:
        if self._decoding is not None:
            self._decoding[2].close()
            self._decoding = None

    def _load_widened(self, path: Path, parameters: Any, progress: Progress) -> bool:
        """Whether that went well; if not, the file is loaded as it is."""
        with widened(self._lib, path, self.n_threads) as where, contextlib.suppress(InputError):
            if where is not None:
                self._take(load_file(self._lib, where, parameters, path, progress))
                return True
        return False


def numerics_of_machine() -> dict[str, object]:
    """What of this file and this machine changes the last bits of answers; a part of what makes them repeat."""
    return {"n_batch": N_BATCH, "small_context": SMALL_CONTEXT, "most_contexts": MOST_CONTEXTS, "widens": can_widen()}
