"""The engine process: requests in by standard input, events out by standard output, one run at a time."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from topicdesk.core import events
from topicdesk.core.awake import staying_awake
from topicdesk.core.engine_protocol import decode_request, encode_event
from topicdesk.core.errors import Cancelled, StageFailed, TopicDeskError
from topicdesk.core.offline import stay_offline
from topicdesk.core.requests import (
    BertopicRequest,
    CancelRequest,
    CompareRequest,
    DescribeRequest,
    ForecastRequest,
    PromptRequest,
    QuitRequest,
    ReclusterRequest,
    RelabelRequest,
    Request,
    RunRequest,
    SearchRequest,
    SplitRequest,
    SuggestRequest,
    TryModelRequest,
)

if TYPE_CHECKING:
    from topicdesk.engine.workshop import Workshop


NICENESS = 10
REPLACEABLE = (CompareRequest, ReclusterRequest, ForecastRequest, SearchRequest, PromptRequest, DescribeRequest, SuggestRequest, SplitRequest)
Small = TypeVar("Small", SearchRequest, PromptRequest, DescribeRequest)


def serve(warm: bool = True) -> int:
    """Serve requests until the end of standard input or a QuitRequest. Returns the exit code of the process.

    With `warm` it serves a window: slow libraries are loaded before the first request, and the window comes first wherever
    both want a processor. A single run loads them itself, at full priority.
    """
    started = time.perf_counter()
    stay_offline()
    os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")  # as the driver's library counts them, which plans of memory ask
    os.environ.setdefault("GGML_NO_BACKTRACE", "1")  # else an abort of llama.cpp starts a debugger first
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # spinning threads starve whatever else runs
    _die_with_parent()
    if warm:
        _make_way()
    source, sink = _private_streams()
    speaker = _Speaker(sink)
    inbox = _Inbox()
    threading.Thread(target=_listen, args=(source, inbox), daemon=True).start()
    from topicdesk.engine.workshop import Workshop

    workshop = Workshop()
    if warm:
        workshop.warm_up()
    speaker.say(events.EngineReady(time.perf_counter() - started, workshop.numerics("auto").device, workshop.versions))
    while True:
        request = inbox.next()
        if isinstance(request, QuitRequest):
            return 0
        speaker.run += isinstance(request, RunRequest)
        _serve_one(request, workshop, speaker, inbox)


@dataclass
class _Speaker:
    """Writes events, numbered within each run."""

    sink: IO[bytes]
    run: int = 0
    _sequence: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def say(self, event: events.Event) -> None:
        with self._lock:
            self._sequence = 0 if isinstance(event, events.RunStarted) else self._sequence + 1
            try:
                self.sink.write(encode_event(event, self.run, self._sequence))
                self.sink.flush()
            except OSError:  # nobody listens any more
                os._exit(0)


class _Inbox:
    """Requests in their order; a cancel concerns all that came before it; a newer recluster or forecast replaces one that waits.

    `put_off` are those that came during a run and wait for its end.
    """

    def __init__(self) -> None:
        self._waiting: queue.Queue[tuple[int, Request]] = queue.Queue()
        self._n_come = 0
        self._cancelled_up_to = 0
        self._current = 0
        self.put_off: list[Request] = []

    def put(self, request: Request) -> None:
        if isinstance(request, CancelRequest | QuitRequest):
            self._cancelled_up_to = self._n_come
        if not isinstance(request, CancelRequest):
            self._n_come += 1
            self._waiting.put((self._n_come, request))

    def next(self) -> Request:
        while self.put_off:
            if not self._is_replaced(request := self.put_off.pop()):
                self.put(request)
        self._current, request = self._waiting.get()
        while isinstance(request, REPLACEABLE) and self._is_replaced(request):
            self._current, request = self._waiting.get()
        return request

    def next_of(self, kind: type[Small]) -> Small | None:
        """The newest request of a kind that waits, taken out of its turn; older ones are forgotten."""
        with self._waiting.mutex:
            found = [item for item in self._waiting.queue if isinstance(item[1], kind)]
            for item in found:
                self._waiting.queue.remove(item)
        newest = found[-1][1] if found else None
        return newest if isinstance(newest, kind) else None

    def is_cancelled(self) -> bool:
        return self._current <= self._cancelled_up_to

    def is_overtaken(self) -> bool:
        """Whether a small request should make way: a cancel, or anything newer."""
        return self.is_cancelled() or not self._waiting.empty()

    def _is_replaced(self, request: Request) -> bool:
        with self._waiting.mutex:
            return any(type(newer) is type(request) for _, newer in self._waiting.queue)


def _listen(source: IO[bytes], inbox: _Inbox) -> None:
    """Requests from standard input. Its end means that nobody is there any more: what is finished is committed, so just end."""
    for line in source:
        with contextlib.suppress(ValueError):
            inbox.put(decode_request(line))
    os._exit(0)


def _serve_one(request: Request, workshop: Workshop, speaker: _Speaker, inbox: _Inbox) -> None:
    if isinstance(request, RunRequest):
        _run(request, workshop, speaker, inbox)
        return
    from topicdesk.engine.small_requests import forecast, recluster

    try:
        if isinstance(request, ForecastRequest):
            speaker.say(forecast(request, workshop, inbox.is_overtaken))
        elif isinstance(request, ReclusterRequest):
            speaker.say(recluster(request, workshop))
        elif isinstance(request, SearchRequest):
            _search(request, workshop, speaker)
        elif isinstance(request, TryModelRequest):
            from topicdesk.engine.model_trial import try_model

            speaker.say(try_model(request, workshop, inbox.is_cancelled))
        elif isinstance(request, PromptRequest):
            _fill_prompt(request, workshop, speaker)
        elif isinstance(request, BertopicRequest):
            from topicdesk.engine.bertopic_export import export_bertopic

            speaker.say(export_bertopic(request, workshop))
        else:
            speaker.say(_edit(request, workshop, speaker, inbox))
    except Cancelled:
        pass
    except Exception as error:
        _complain(request, error, speaker)


def _edit(request: Request, workshop: Workshop, speaker: _Speaker, inbox: _Inbox) -> events.Event:
    """Answer what an edit asks, or an update."""
    if isinstance(request, CompareRequest):
        from topicdesk.engine.updating import compared

        return compared(request, workshop, inbox.is_overtaken)
    if isinstance(request, RelabelRequest):
        from topicdesk.engine.relabelling import relabel

        return relabel(request, workshop, speaker.say, _answering_between(workshop, speaker, inbox))
    from topicdesk.engine import edit_requests

    if isinstance(request, SuggestRequest):
        return edit_requests.suggest(request, workshop, inbox.is_overtaken)
    if isinstance(request, SplitRequest):
        return edit_requests.split(request, workshop)
    assert isinstance(request, DescribeRequest)
    return edit_requests.describe(request, workshop)


def _complain(request: Request, error: Exception, speaker: _Speaker) -> None:
    reason = str(error) if isinstance(error, TopicDeskError) else f"An error of TopicDesk itself ({type(error).__name__})."
    speaker.say(events.RequestFailed(type(request).__name__, reason))


def _search(request: SearchRequest, workshop: Workshop, speaker: _Speaker, is_running: bool = False) -> None:
    """Answer a search; a run that is under way knows nothing of what goes wrong in it."""
    from topicdesk.engine.search import search

    try:
        speaker.say(search(request, workshop, is_running))
    except Exception as error:
        _complain(request, error, speaker)


def _fill_prompt(request: PromptRequest, workshop: Workshop, speaker: _Speaker) -> None:
    """Answer what a prompt would be; as with a search, a run knows nothing of it."""
    from topicdesk.engine.prompts import fill_prompt

    try:
        speaker.say(fill_prompt(request, workshop))
    except Exception as error:
        _complain(request, error, speaker)


def _describe(request: DescribeRequest, workshop: Workshop, speaker: _Speaker) -> bool:
    """Find the words of edited topics beside a run; whether that could be done at once."""
    from topicdesk.engine.edit_requests import describe_beside_run

    try:
        described = describe_beside_run(request, workshop)
    except Exception as error:
        _complain(request, error, speaker)
        return True
    if described is not None:
        speaker.say(described)
    return described is not None


def _answering_between(workshop: Workshop, speaker: _Speaker, inbox: _Inbox) -> Callable[[], bool]:
    """Whether to stop; asked between batches and decode calls, where a search, a prompt or what an edit asks can be answered too."""

    def is_cancelled() -> bool:
        if not inbox.is_cancelled() and (wanted := inbox.next_of(SearchRequest)) is not None:
            _search(wanted, workshop, speaker, is_running=True)
        if not inbox.is_cancelled() and (asked := inbox.next_of(PromptRequest)) is not None:
            _fill_prompt(asked, workshop, speaker)
        if not inbox.is_cancelled() and (touched := inbox.next_of(DescribeRequest)) is not None and not _describe(touched, workshop, speaker):
            inbox.put_off = [touched]
        return inbox.is_cancelled()

    return is_cancelled


def _run(request: RunRequest, workshop: Workshop, speaker: _Speaker, inbox: _Inbox) -> None:
    """One run with its one last word."""
    from topicdesk.engine.memory import MemoryWatch
    from topicdesk.engine.outputs import write_summary
    from topicdesk.engine.pipeline import run_pipeline

    stage = "import"

    def emit(event: events.Event) -> None:
        nonlocal stage
        stage = event.stage if isinstance(event, events.StageStarted) else stage
        speaker.say(event)

    speaker.say(events.RunStarted(request.project))
    last: events.Event
    try:
        with MemoryWatch() as memory, staying_awake():
            finished = run_pipeline(request, workshop, emit, _answering_between(workshop, speaker, inbox))
            memory.sample()
        summary = finished.summary | {"peak_memory_mib": memory.peak_mib}
        if request.out_folder is not None:
            write_summary(Path(request.out_folder), summary)
        last = events.RunFinished(finished.analysis_id, summary, finished.outputs)
    except Cancelled as error:
        last = events.RunCancelled(stage, str(error))
    except StageFailed as error:
        last = events.RunFailed(error.stage, str(error), error.exit_code, "Run again: what was finished is kept.", _where(error.__cause__ or error))
    except TopicDeskError as error:
        last = events.RunFailed(stage, str(error), error.exit_code)
    except Exception as error:
        last = events.RunFailed(
            stage, f"An error of TopicDesk itself ({type(error).__name__}).", 3, "Please report it; what was finished is kept.", _where(error)
        )
    speaker.say(last)


def _where(error: BaseException) -> str:
    """File, line and function of each step of a traceback, without messages: they may quote documents."""
    steps = traceback.extract_tb(error.__traceback__)
    return type(error).__name__ + "".join(f"\n  {step.filename}:{step.lineno} {step.name}" for step in steps)


def _private_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Duplicates of descriptors 0 and 1; 0 then is empty and 1 is stderr, so that no library can spoil the stream."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return source, sink


def _make_way() -> None:
    """Lower the priority of this process and all that it starts; before any thread is there, because on Linux each has its own."""
    if os.name == "nt":
        import psutil

        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        os.nice(NICENESS)


def _die_with_parent() -> None:
    """On Linux the kernel ends this process with the one that started it; elsewhere the end of standard input does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal reaches both; the parent turns it into a cancel
    if sys.platform == "linux":
        import ctypes

        set_parent_death_signal: Any = ctypes.CDLL(None).prctl
        set_parent_death_signal(1, signal.SIGKILL)
