"""Many prompts through one GGUF model at once, on llama.cpp's own batching; it knows nothing of topics.

The prefix that all prompts share is decoded once and copied to each sequence; a finished prompt leaves at once and the next
enters (continuous batching). Sampling is greedy. What is decoded together changes the last bits of an answer, so a caller
that wants the same answers again asks with the same list.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from topicdesk.core.errors import InputError, TopicDeskError
from topicdesk.core.progress import Progress

N_BATCH = 2048
PENALISED_TOKENS = 64


@dataclass(frozen=True)
class Answer:
    """What the model said to the prompt number `index`: up to the first line break or end token."""

    index: int
    text: str
    n_prompt_tokens: int
    n_new_tokens: int
    mean_log_probability: float


@dataclass
class _Sequence:
    """A prompt that is being answered in the sequence `slot`."""

    index: int
    slot: int
    sampler: Any
    position: int
    pending: list[int]
    new_tokens: list[int]
    log_probability: float = 0.0
    row: int = -1


class LanguageModel:
    """A loaded GGUF file. Use it as a context manager: its memory is native.

    Attributes
    ----------
    n_parameters : int
    chat_template : str
        The template in the file; empty where there is none.
    n_context : int
        The longest context the model was trained for, in tokens.

    Raises
    ------
    InputError
        Where the file cannot be loaded.
    """

    def __init__(self, path: Path, n_gpu_layers: int = 0, n_threads: int | None = None) -> None:
        import llama_cpp

        self._lib = llama_cpp
        self._quiet = llama_cpp.llama_log_callback(_say_nothing)
        llama_cpp.llama_log_set(self._quiet, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        parameters = llama_cpp.llama_model_default_params()
        parameters.n_gpu_layers = n_gpu_layers
        parameters.use_extra_bufts = b"AMX_INT8 = 1" not in llama_cpp.llama_print_system_info()  # crashes: llama.cpp #20824
        self._model = llama_cpp.llama_model_load_from_file(str(path).encode(), parameters)
        if not self._model:
            raise InputError(f"{path}: the language model cannot be loaded. Copy it again, or choose another.")
        self.n_threads = n_threads or os.cpu_count() or 1
        self._vocab = llama_cpp.llama_model_get_vocab(self._model)
        self.n_parameters = int(llama_cpp.llama_model_n_params(self._model))
        self.n_context = int(llama_cpp.llama_model_n_ctx_train(self._model))
        template = llama_cpp.llama_model_chat_template(self._model, None)
        self.chat_template = template.decode("utf-8", "replace") if template else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the memory back."""
        if self._model:
            self._lib.llama_model_free(self._model)
            self._model = None

    @property
    def begin_tokens(self) -> list[int]:
        """The token that begins every text for this model, if it wants one."""
        return [self._lib.llama_vocab_bos(self._vocab)] if self._lib.llama_vocab_get_add_bos(self._vocab) else []

    def tokenize(self, text: str, special: bool) -> list[int]:
        """Tokens of a piece of text, none added. With `special` markers like "</s>" become control tokens, else plain text."""
        encoded = text.encode("utf-8", "replace")
        room = len(encoded) + 8
        tokens = (self._lib.llama_token * room)()
        n_tokens = self._lib.llama_tokenize(self._vocab, encoded, len(encoded), tokens, room, False, special)
        return list(tokens[: max(n_tokens, 0)])

    def text_of(self, tokens: Sequence[int]) -> str:
        """The text of tokens; control tokens are left out."""
        pieces = []
        buffer = ctypes.create_string_buffer(256)
        for token in tokens:
            n_bytes = self._lib.llama_token_to_piece(self._vocab, token, buffer, 256, 0, False)
            pieces.append(buffer.raw[: max(n_bytes, 0)])
        return b"".join(pieces).decode("utf-8", "replace")

    def apply_chat_template(self, messages: Sequence[tuple[str, str]]) -> str | None:
        """(role, content) pairs in this model's known template, ready for the answer; None where the template is not known."""
        if not self.chat_template:
            return None
        encoded = [(role.encode(), content.encode("utf-8", "replace")) for role, content in messages]
        chat = (self._lib.llama_chat_message * len(encoded))(*(self._lib.llama_chat_message(role, content) for role, content in encoded))
        room = 2 * sum(len(content) for _, content in encoded) + 4096
        buffer = ctypes.create_string_buffer(room)
        n_bytes = self._lib.llama_chat_apply_template(self.chat_template.encode(), chat, len(encoded), True, buffer, room)
        return buffer.raw[:n_bytes].decode("utf-8", "replace") if 0 < n_bytes <= room else None

    def answer(
        self,
        prompts: Sequence[Sequence[int]],
        n_new_tokens: int,
        repetition_penalty: float = 1.0,
        n_parallel: int = 8,
        progress: Progress = Progress(),  # noqa: B008
    ) -> Iterator[Answer]:
        """Answers as they are ready, greedily decoded, each up to a line break, an end token or `n_new_tokens`.

        Parameters
        ----------
        prompts : sequence of token lists
            None may be empty; each with its answer must fit into `n_context`.
        repetition_penalty : float
            Weakens the last 64 tokens of the answer itself; 1 = off.

        Raises
        ------
        TopicDeskError
            Where memory for the context is lacking, or decoding fails.
        Cancelled
            Between two decode calls.
        """
        if not prompts:
            return
        with _Decoder(self, prompts, n_new_tokens, repetition_penalty, min(n_parallel, len(prompts))) as decoder:
            yield from decoder.run(progress)


class _Decoder:
    """One context of llama.cpp while a list of prompts is answered. Sequence 0 holds the shared prefix."""

    def __init__(self, model: LanguageModel, prompts: Sequence[Sequence[int]], n_new_tokens: int, penalty: float, n_parallel: int) -> None:
        self._lib, self._model = model._lib, model
        self._prompts, self._n_new_tokens, self._penalty = prompts, n_new_tokens, penalty
        self._prefix = _common_prefix(prompts)
        cells = -(-(max(map(len, prompts)) + n_new_tokens) // 256) * 256
        parameters = self._lib.llama_context_default_params()
        parameters.n_seq_max = n_parallel + 1
        parameters.n_ctx = cells * (n_parallel + 1)
        parameters.n_batch, parameters.n_ubatch = N_BATCH, 512
        parameters.n_outputs_max = n_parallel + 1
        parameters.n_threads = parameters.n_threads_batch = model.n_threads
        parameters.kv_unified = False  # a stream a sequence: the same tokens whatever the arrangement (facts: llama.cpp)
        parameters.swa_full = True
        parameters.no_perf = True
        self._context = self._lib.llama_init_from_model(model._model, parameters)
        if not self._context:
            raise TopicDeskError(f"There is not enough memory for {n_parallel} prompts of {cells} tokens at once.")
        self._memory = self._lib.llama_get_memory(self._context)
        self._batch = self._lib.llama_batch_init(N_BATCH, 0, 1)
        self._n_vocab = self._lib.llama_vocab_n_tokens(model._vocab)
        self._free_slots = list(range(n_parallel, 0, -1))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lib.llama_batch_free(self._batch)
        self._lib.llama_free(self._context)

    def run(self, progress: Progress) -> Iterator[Answer]:
        """Answers in the order in which they end."""
        self._decode_prefix(progress)
        waiting, active, n_done = list(range(len(self._prompts)))[::-1], list[_Sequence](), 0
        while waiting or active:
            progress.check()
            while waiting and self._free_slots:
                active.append(self._enter(waiting.pop()))
            self._decode(self._fill(active))
            for sequence in [s for s in active if s.row >= 0]:
                if self._take_token(sequence):
                    active.remove(sequence)
                    n_done += 1
                    progress(n_done, len(self._prompts))
                    yield self._leave(sequence)

    def _decode_prefix(self, progress: Progress) -> None:
        for start in range(0, len(self._prefix), N_BATCH):
            progress.check()
            self._batch.n_tokens = 0
            for offset, token in enumerate(self._prefix[start : start + N_BATCH]):
                self._add(token, start + offset, 0, start + offset == len(self._prefix) - 1)
            self._decode(self._batch.n_tokens)

    def _enter(self, index: int) -> _Sequence:
        slot = self._free_slots.pop()
        self._lib.llama_memory_seq_rm(self._memory, slot, -1, -1)
        if self._prefix:
            self._lib.llama_memory_seq_cp(self._memory, 0, slot, -1, -1)
        sampler = self._lib.llama_sampler_chain_init(self._lib.llama_sampler_chain_default_params())
        if self._penalty != 1.0:
            self._lib.llama_sampler_chain_add(sampler, self._lib.llama_sampler_init_penalties(self._n_vocab, PENALISED_TOKENS, self._penalty, 0.0, 0.0))
        self._lib.llama_sampler_chain_add(sampler, self._lib.llama_sampler_init_greedy())
        return _Sequence(index, slot, sampler, len(self._prefix), list(self._prompts[index][len(self._prefix) :]), [])

    def _fill(self, active: Sequence[_Sequence]) -> int:
        """Put what each sequence waits for into the batch, as far as it has room; a long prompt goes in several batches."""
        self._batch.n_tokens = 0
        for sequence in active:
            sequence.row = -1
            taken = sequence.pending[: N_BATCH - self._batch.n_tokens]
            for offset, token in enumerate(taken):
                is_last = offset == len(sequence.pending) - 1
                self._add(token, sequence.position + offset, sequence.slot, is_last)
                if is_last:
                    sequence.row = self._batch.n_tokens - 1
            sequence.position += len(taken)
            sequence.pending = sequence.pending[len(taken) :]
        return int(self._batch.n_tokens)

    def _add(self, token: int, position: int, slot: int, wants_logits: bool) -> None:
        row = self._batch.n_tokens
        self._batch.token[row], self._batch.pos[row] = token, position
        self._batch.n_seq_id[row], self._batch.seq_id[row][0] = 1, slot
        self._batch.logits[row] = wants_logits
        self._batch.n_tokens = row + 1

    def _decode(self, n_tokens: int) -> None:
        code = self._lib.llama_decode(self._context, self._batch)
        if code:
            raise TopicDeskError(f"llama.cpp could not decode {n_tokens} tokens (code {code}).")

    def _take_token(self, sequence: _Sequence) -> bool:
        """Sample the next token of a sequence; True where its answer is complete."""
        token = self._lib.llama_sampler_sample(sequence.sampler, self._context, sequence.row)
        logits = np.ctypeslib.as_array(self._lib.llama_get_logits_ith(self._context, sequence.row), (self._n_vocab,))
        sequence.log_probability += float(logits[token] - logits.max() - np.log(np.exp(logits - logits.max()).sum()))
        if self._lib.llama_vocab_is_eog(self._model._vocab, token):
            return True
        sequence.new_tokens.append(token)
        sequence.pending = [token]
        text = self._model.text_of(sequence.new_tokens)
        return len(sequence.new_tokens) >= self._n_new_tokens or "\n" in text.lstrip()

    def _leave(self, sequence: _Sequence) -> Answer:
        self._lib.llama_sampler_free(sequence.sampler)
        self._lib.llama_memory_seq_rm(self._memory, sequence.slot, -1, -1)
        self._free_slots.append(sequence.slot)
        lines = self._model.text_of(sequence.new_tokens).strip().splitlines()
        n_sampled = max(len(sequence.new_tokens), 1)
        n_prompt_tokens = len(self._prompts[sequence.index])
        return Answer(sequence.index, lines[0] if lines else "", n_prompt_tokens, len(sequence.new_tokens), sequence.log_probability / n_sampled)


def _common_prefix(prompts: Sequence[Sequence[int]]) -> list[int]:
    """What all prompts begin with, at least one token of each left over; nothing for a single prompt."""
    shortest = min(map(len, prompts)) - 1
    if len(prompts) == 1:
        return []
    n_shared = next((i for i in range(shortest) if any(prompt[i] != prompts[0][i] for prompt in prompts)), shortest)
    return list(prompts[0][:n_shared])


def _say_nothing(level: int, text: bytes, user_data: object) -> None:
    """llama.cpp's log goes nowhere: it may quote what it reads. Errors come back as return codes."""
