"""Many prompts through one GGUF model at once, prompts in and answers out; it knows nothing of topics.

Sampling is greedy. What is decoded together changes the last bits of an answer, so a caller that wants the same answers
again asks with the same list.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from topicdesk.core.errors import InputError, OutOfMemory
from topicdesk.core.progress import Progress
from topicdesk.llm.batching import N_BATCH, Answer, Arrangement, Decoding, Sampling, arrangements, common_prefix
from topicdesk.llm.memory_plan import CacheType
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
        self._decoding: tuple[Any, Arrangement, Decoding] | None = None
        parameters = self._lib.llama_model_default_params()
        parameters.n_gpu_layers = n_gpu_layers
        parameters.split_mode = self._lib.LLAMA_SPLIT_MODE_NONE  # one card, the first: plans of memory are made for it
        parameters.use_extra_bufts = b"AMX_INT8 = 1" not in self._lib.llama_print_system_info()  # crashes: llama.cpp #20824
        self._take(load_file(self._lib, str(path), parameters, path, progress))
        if self._lib.llama_model_has_encoder(self._model) or not self._lib.llama_model_has_decoder(self._model):
            self.close()
            raise InputError(f"{path}: this model does not go on with a text, so it cannot name topics. Choose a chat model.")
        self.is_widened = may_widen and should_widen(self.described("general.file_type"), self.n_parameters, n_gpu_layers)
        if self.is_widened:
            self._widen(path, parameters)

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
            How many prompts are answered at once, at most.
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

    def _decoding_for(self, prompts: Sequence[Sequence[int]], sampling: Sampling, n_parallel: int, most_cells: int | None) -> Decoding:
        """A context for these prompts; the last one where it would be made alike, so that their shared prefix is not read again."""
        is_recurrent = self._lib.llama_model_is_recurrent(self._model) or self._lib.llama_model_is_hybrid(self._model)
        prefix = [] if is_recurrent else common_prefix(prompts)
        longest = max(map(len, prompts))
        at_once = 1 if is_recurrent else min(n_parallel, len(prompts), self._most_parallel or n_parallel)
        wanted = list(arrangements(longest, len(prefix), sampling.n_new_tokens, at_once, most_cells or self._most_cells))
        if not wanted and most_cells is None:  # longer than was planned for: one at a time
            wanted = list(arrangements(longest, len(prefix), sampling.n_new_tokens, 1, None))
        key = (prefix, sampling, wanted[:1])
        if self._decoding is not None and self._decoding[0] == key and self._decoding[1] in wanted:
            return self._decoding[2]
        self._end_decoding()
        for arrangement in wanted:
            decoding = Decoding.opened(self, prefix, sampling, arrangement)
            if decoding is not None:
                self._decoding = key, arrangement, decoding
                return decoding
        raise OutOfMemory(f"There is not enough memory for a prompt of {longest} tokens. Shorten the excerpts, or take a smaller model.")

    def _end_decoding(self) -> None:
        if self._decoding is not None:
            self._decoding[2].close()
            self._decoding = None

    def _widen(self, path: Path, parameters: Any) -> None:
        with widened(self._lib, path, self.n_threads) as where:
            wide = self._lib.llama_model_load_from_file(where.encode(), parameters) if where else None
        self.is_widened = bool(wide)
        if wide:
            self._lib.llama_model_free(self._model)
            self._take(wide)


def numerics_of_machine() -> dict[str, object]:
    """What of this file and this machine changes the last bits of answers; a part of what makes them repeat."""
    return {"n_batch": N_BATCH, "widens": can_widen()}
