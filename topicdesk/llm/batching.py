"""A context of llama.cpp in which several prompts are answered at once; it knows tokens only.

The prefix that all prompts share is decoded once, put into sequence 0, and copied to each sequence; a finished prompt leaves at
once and the next enters (continuous batching).
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from topicdesk.core.errors import TopicDeskError
from topicdesk.core.progress import Progress

if TYPE_CHECKING:
    from topicdesk.llm.decoder import LanguageModel

CACHE_TYPES = {"f16": 1, "q8_0": 8}  # ggml's numbers of the types
N_BATCH = 512  # tokens a decode call: a cancel waits no longer than for these
CELL_STEP = 256  # llama.cpp counts a context in these
PENALISED_TOKENS = 64
SMALL_CONTEXT = 1024  # cells
NO_ROOM = 1  # llama_decode's return code; the context is then as it was before the call


@dataclass(frozen=True)
class Answer:
    """What the model said to the prompt number `index`: up to the first line break or end token, begun with a blank where a new word begins.

    `mean_log_probability` is over the tokens of the answer and the token that ended it.
    """

    index: int
    text: str
    n_prompt_tokens: int
    n_new_tokens: int
    mean_log_probability: float


@dataclass(frozen=True)
class Sampling:
    """How answers are drawn: greedily, up to so many tokens or, with `is_one_line`, a line break; own tokens weakened by the penalty (1 = off)."""

    n_new_tokens: int
    repetition_penalty: float
    is_one_line: bool = True


@dataclass(frozen=True)
class Arrangement:
    """How a context holds its sequences: a stream of cells for each and one for the prefix, or all cells in one (`is_unified`).

    With a stream each a token looks at no cells but its own prompt's; but prompts of unequal length are then read in several passes.
    One for all reads them in one, and needs the prefix's cells only once: better in a small context (8 short prompts at once: 4.8 s
    against 7.8), worse in a large one (8 long ones: 31 s against 26).
    """

    n_parallel: int
    n_cells: int
    is_unified: bool

    @property
    def n_streams(self) -> int:
        """How many streams of cells there are."""
        return 1 if self.is_unified else self.n_parallel + 1


def arrangements(longest: int, n_prefix: int, n_new_tokens: int, n_parallel: int, most_cells: int | None) -> Iterator[Arrangement]:
    """From the best to the most frugal that holds a prompt of `longest` tokens with its answer; nothing where none fits."""
    for n_at_once in _halved(n_parallel):
        streams = Arrangement(n_at_once, (n_at_once + 1) * _rounded(longest + n_new_tokens), is_unified=False)
        unified = Arrangement(n_at_once, _rounded(n_prefix + n_at_once * (longest - n_prefix + n_new_tokens)), is_unified=True)
        for arrangement in (unified, streams) if unified.n_cells <= SMALL_CONTEXT else (streams, unified):
            if most_cells is None or arrangement.n_cells <= most_cells:
                yield arrangement


def common_prefix(prompts: Sequence[Sequence[int]]) -> list[int]:
    """What all prompts begin with, at least one token of each left over; nothing for a single prompt."""
    shortest = min(map(len, prompts)) - 1
    if len(prompts) == 1:
        return []
    n_shared = next((i for i in range(shortest) if any(prompt[i] != prompts[0][i] for prompt in prompts)), shortest)
    return list(prompts[0][:n_shared])


@dataclass
class Prefix:
    """What all prompts begin with; once a context has read it, also what it became there, which others with as many streams take over."""

    tokens: Sequence[int]
    states: dict[int, Any] = field(default_factory=dict)  # by number of streams


@dataclass
class _Sequence:
    """A prompt that is being answered in the sequence `slot`; `pending` is what it still has to read."""

    index: int
    slot: int
    position: int
    pending: Sequence[int]
    n_worst_cells: int
    new_tokens: list[int] = field(default_factory=list)
    log_probabilities: list[float] = field(default_factory=list)


class Decoding:
    """One context and its samplers. It answers one list of prompts after the other; a new list ends what was left of the last."""

    @classmethod
    def opened(cls, model: LanguageModel, prefix: Prefix, sampling: Sampling, arrangement: Arrangement, n_threads: int) -> Self | None:
        """A context arranged like that; None where its memory is not to be had."""
        lib = model._lib
        parameters = lib.llama_context_default_params()
        parameters.n_seq_max = arrangement.n_parallel + 1
        parameters.n_ctx = arrangement.n_cells
        parameters.n_batch = parameters.n_ubatch = N_BATCH
        parameters.n_outputs_max = arrangement.n_parallel + 1
        parameters.n_threads = parameters.n_threads_batch = n_threads
        parameters.kv_unified = arrangement.is_unified
        parameters.type_k = parameters.type_v = CACHE_TYPES[model.cache_type]
        parameters.swa_full = True
        parameters.no_perf = True
        context = lib.llama_init_from_model(model._model, parameters)
        return cls(model, context, prefix, sampling, arrangement, n_threads) if context else None

    def __init__(self, model: LanguageModel, context: Any, prefix: Prefix, sampling: Sampling, arrangement: Arrangement, n_threads: int) -> None:
        self._model, self._lib, self._context, self.n_threads = model, model._lib, context, n_threads
        self._prefix, self._sampling, self._arrangement = prefix, sampling, arrangement
        self._memory = self._lib.llama_get_memory(context)
        self._batch = self._lib.llama_batch_init(N_BATCH, 0, 1)
        self._n_vocabulary = self._lib.llama_vocab_n_tokens(model._vocabulary)
        self._slots = range(1, arrangement.n_parallel + 1)
        self._samplers = {slot: self._new_sampler() for slot in self._slots}
        self._active: list[_Sequence] = []
        self._round = 0

    def close(self) -> None:
        """Give the memory back; an answer that is still waited for does not come."""
        self._round += 1
        for sampler in self._samplers.values():
            self._lib.llama_sampler_free(sampler)
        self._samplers = {}
        self._lib.llama_batch_free(self._batch)
        self._lib.llama_free(self._context)

    def answers(self, prompts: Sequence[Sequence[int]], progress: Progress) -> Iterator[Answer]:
        """Answers in the order in which they end. Raises Cancelled between two decode calls, TopicDeskError where one fails."""
        self._round += 1
        this_round = self._round
        self._begin(progress)
        waiting, n_done, may_enter = deque(range(len(prompts))), 0, True
        while waiting or self._active:
            progress.check()
            while may_enter and waiting and self._has_room(len(prompts[waiting[0]])):
                self._active.append(self._enter(waiting.popleft(), prompts))
            taken = self._fill()
            if not self._decode():
                if len(self._active) == 1:
                    raise TopicDeskError("llama.cpp has no room for a prompt that should fit.")
                newest = self._active[-1]
                self._leave(newest)
                waiting.appendleft(newest.index)
                may_enter = False  # until another is done
                continue
            for sequence, row in self._advance(taken):
                if self._take_token(sequence, row):
                    self._leave(sequence)
                    may_enter, n_done = True, n_done + 1
                    progress(n_done, len(prompts))
                    yield self._answer(sequence, len(prompts[sequence.index]))
                    if self._round != this_round:
                        raise RuntimeError("another list of prompts is being answered, or the model was closed")

    def _new_sampler(self) -> Any:
        sampler = self._lib.llama_sampler_chain_init(self._lib.llama_sampler_chain_default_params())
        if self._sampling.repetition_penalty != 1.0:
            penalties = self._lib.llama_sampler_init_penalties(self._n_vocabulary, PENALISED_TOKENS, self._sampling.repetition_penalty, 0.0, 0.0)
            self._lib.llama_sampler_chain_add(sampler, penalties)
        self._lib.llama_sampler_chain_add(sampler, self._lib.llama_sampler_init_greedy())
        return sampler

    def read_prefix(self, progress: Progress, n_threads: int = 0) -> None:
        """Read what all prompts begin with, by so many threads or its own, where no context like this has. Raises Cancelled between two decode calls."""
        tokens = self._prefix.tokens
        if not tokens or self._arrangement.n_streams in self._prefix.states:
            return
        self._lib.llama_memory_clear(self._memory, False)
        self._lib.llama_set_n_threads(self._context, self.n_threads, n_threads or self.n_threads)
        for start in range(0, len(tokens), N_BATCH):
            progress.check()
            self._batch.n_tokens = 0
            for offset, token in enumerate(tokens[start : start + N_BATCH]):
                self._add(token, start + offset, 0, start + offset == len(tokens) - 1)
            if not self._decode():
                raise TopicDeskError("llama.cpp has no room for the beginning that all prompts share.")
        self._lib.llama_set_n_threads(self._context, self.n_threads, self.n_threads)
        state = (ctypes.c_uint8 * self._lib.llama_state_seq_get_size(self._context, 0))()
        self._lib.llama_state_seq_get_data(self._context, state, len(state), 0)
        self._prefix.states[self._arrangement.n_streams] = state

    def _begin(self, progress: Progress) -> None:
        """Leave nothing but the prefix, as in a new context: where its cells lie decides the last bits of answers."""
        self._active.clear()
        self.read_prefix(progress)
        self._lib.llama_memory_clear(self._memory, False)
        state = self._prefix.states.get(self._arrangement.n_streams)
        if state is not None and not self._lib.llama_state_seq_set_data(self._context, state, len(state), 0):
            raise TopicDeskError("llama.cpp has no room for the beginning that all prompts share.")

    def _has_room(self, n_prompt_tokens: int) -> bool:
        """Whether another prompt could be read and answered to its end, whatever those before it take."""
        if len(self._active) == self._arrangement.n_parallel:
            return False
        n_taken = len(self._prefix.tokens) + sum(sequence.n_worst_cells for sequence in self._active)
        return not self._arrangement.is_unified or n_taken + self._worst_cells(n_prompt_tokens) <= self._arrangement.n_cells

    def _worst_cells(self, n_prompt_tokens: int) -> int:
        return n_prompt_tokens - len(self._prefix.tokens) + self._sampling.n_new_tokens

    def _enter(self, index: int, prompts: Sequence[Sequence[int]]) -> _Sequence:
        slot = min(set(self._slots) - {sequence.slot for sequence in self._active})
        n_prefix = len(self._prefix.tokens)
        if n_prefix:
            self._lib.llama_memory_seq_cp(self._memory, 0, slot, -1, -1)
        self._lib.llama_sampler_reset(self._samplers[slot])
        return _Sequence(index, slot, n_prefix, prompts[index][n_prefix:], self._worst_cells(len(prompts[index])))

    def _leave(self, sequence: _Sequence) -> None:
        self._active.remove(sequence)
        self._lib.llama_memory_seq_rm(self._memory, sequence.slot, -1, -1)

    def _fill(self) -> list[tuple[_Sequence, int, int]]:
        """Put what each sequence waits for into the batch, as far as it has room: (sequence, number of tokens, row of its last or -1)."""
        self._batch.n_tokens = 0
        taken = []
        for sequence in self._active:
            tokens = sequence.pending[: N_BATCH - self._batch.n_tokens]
            is_whole = len(tokens) == len(sequence.pending)
            for offset, token in enumerate(tokens):
                self._add(token, sequence.position + offset, sequence.slot, is_whole and offset == len(tokens) - 1)
            taken.append((sequence, len(tokens), self._batch.n_tokens - 1 if is_whole else -1))
        return taken

    def _add(self, token: int, position: int, slot: int, wants_logits: bool) -> None:
        row = self._batch.n_tokens
        self._batch.token[row], self._batch.pos[row] = token, position
        self._batch.n_seq_id[row], self._batch.seq_id[row][0] = 1, slot
        self._batch.logits[row] = wants_logits
        self._batch.n_tokens = row + 1

    def _decode(self) -> bool:
        """Decode the batch; False where there is no room for it, and nothing was changed."""
        code = self._lib.llama_decode(self._context, self._batch)
        if code not in (0, NO_ROOM):
            raise TopicDeskError(f"llama.cpp could not decode {self._batch.n_tokens} tokens (code {code}).")
        return bool(code == 0)

    def _advance(self, taken: Sequence[tuple[_Sequence, int, int]]) -> list[tuple[_Sequence, int]]:
        """Take note of what was read: the sequences that have read all, with the row of their last token."""
        for sequence, n_tokens, _ in taken:
            sequence.position += n_tokens
            sequence.pending = sequence.pending[n_tokens:]
        return [(sequence, row) for sequence, _, row in taken if row >= 0]

    def _take_token(self, sequence: _Sequence, row: int) -> bool:
        """Sample the next token of a sequence; True where its answer is complete."""
        token = self._lib.llama_sampler_sample(self._samplers[sequence.slot], self._context, row)
        logits = np.ctypeslib.as_array(self._lib.llama_get_logits_ith(self._context, row), (self._n_vocabulary,))
        highest = logits.max()
        sequence.log_probabilities.append(float(logits[token] - highest - np.log(np.exp(logits - highest).sum())))
        if self._lib.llama_vocab_is_eog(self._model._vocabulary, token):
            return True
        sequence.new_tokens.append(token)
        sequence.pending = [token]
        is_long = len(sequence.new_tokens) >= self._sampling.n_new_tokens
        return is_long or (self._sampling.is_one_line and "\n" in self._model.text_of(sequence.new_tokens).lstrip())

    def _answer(self, sequence: _Sequence, n_prompt_tokens: int) -> Answer:
        said = self._model.text_of(sequence.new_tokens).rstrip("\ufffd")  # a character may have been cut in its bytes
        lines = said.strip().splitlines()
        line = " " * said[:1].isspace() + lines[0].rstrip() if lines else ""
        text = line if self._sampling.is_one_line else said.strip()
        mean = sum(sequence.log_probabilities) / len(sequence.log_probabilities)
        return Answer(sequence.index, text, n_prompt_tokens, len(sequence.new_tokens), mean)


def _halved(number: int) -> Iterator[int]:
    while number > 0:
        yield number
        number //= 2


def _rounded(n_cells: int) -> int:
    return -(-n_cells // CELL_STEP) * CELL_STEP
