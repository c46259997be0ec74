"""Several contexts of one small model that answer one list of prompts, each with threads of its own; it knows tokens only.

The threads of one context wait for each other some ten times in every layer. In a small model they wait as long as they compute,
and beside another busy program far longer. Contexts wait for nobody: 54 short prompts took two cores 4.8 s instead of 6.3, and
7.6 instead of 9.4 beside one busy process. (Threads that spin while they wait took 4.2, but 25 beside a busy process.)
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator, Sequence
from queue import SimpleQueue

from topicdesk.core.progress import Progress
from topicdesk.llm.batching import Answer, Decoding

MOST_PARAMETERS = 500_000_000  # of larger models each context would read all weights for too few tokens
MOST_CONTEXTS = 4

_Heard = SimpleQueue[Answer | BaseException | None]


def n_contexts_for(n_parameters: int, n_gpu_layers: int, n_threads: int) -> int:
    """How many contexts share the threads: several for a small model on the processor."""
    return min(n_threads, MOST_CONTEXTS) if n_parameters <= MOST_PARAMETERS and n_gpu_layers == 0 else 1


class SideBySide:
    """Contexts that are arranged alike. They answer one list of prompts after the other; a new list ends what was left of the last."""

    def __init__(self, decodings: Sequence[Decoding]) -> None:
        self._decodings = decodings
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def close(self) -> None:
        """Give the memory back; an answer that is still waited for does not come."""
        self._give_up()
        for decoding in self._decodings:
            decoding.close()

    def answers(self, prompts: Sequence[Sequence[int]], progress: Progress) -> Iterator[Answer]:
        """Answers as they are ready. Which context answers a prompt follows from its place in the list.

        Raises Cancelled between two decode calls, TopicDeskError where one fails.
        """
        if len(self._decodings) == 1:
            yield from self._decodings[0].answers(prompts, progress)
            return
        self._give_up()
        self._decodings[0].read_prefix(progress, sum(decoding.n_threads for decoding in self._decodings))  # once, before the others take it over
        stop = self._stop = threading.Event()
        said = self._begin(prompts, Progress(is_cancelled=lambda: stop.is_set() or progress.is_cancelled()))
        n_done, n_at_work = 0, len(self._decodings)
        try:
            while n_at_work:
                heard = said.get()
                if heard is None:
                    n_at_work -= 1
                    continue
                if isinstance(heard, BaseException):
                    raise heard
                n_done += 1
                progress(n_done, len(prompts))
                yield heard
                if self._stop is not stop:
                    raise RuntimeError("another list of prompts is being answered, or the model was closed")
        finally:
            if self._stop is stop:
                self._give_up()

    def _begin(self, prompts: Sequence[Sequence[int]], progress: Progress) -> _Heard:
        """Where the answers of all contexts arrive as they are ready, and None from each that has no more."""
        heard: _Heard = SimpleQueue()

        def work(decoding: Decoding, share: range) -> None:
            try:
                for answer in decoding.answers([prompts[place] for place in share], progress):
                    heard.put(dataclasses.replace(answer, index=share[answer.index]))
                heard.put(None)
            except BaseException as error:
                heard.put(error)

        n_contexts = len(self._decodings)
        shares = [range(first, len(prompts), n_contexts) for first in range(n_contexts)]
        self._threads = [threading.Thread(target=work, args=pair, daemon=True) for pair in zip(self._decodings, shares, strict=True)]
        for thread in self._threads:
            thread.start()
        return heard

    def _give_up(self) -> None:
        """End what is left of the last list."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._threads, self._stop = [], threading.Event()
