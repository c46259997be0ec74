"""The engine as the window sees it: a child process, requests in, events out; it starts, cancels, kills and restarts it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from topicdesk.core import events
from topicdesk.core.engine_protocol import EventReader, death_of_engine, encode_request, engine_command
from topicdesk.core.events import LAST_WORDS, Event, RunCancelled
from topicdesk.core.offline import OFFLINE_ENVIRONMENT
from topicdesk.core.requests import CancelRequest, QuitRequest, Request, RunRequest

CANCEL_MILLISECONDS = 2000
QUIT_MILLISECONDS = 1000
STDERR_TAIL_BYTES = 64 * 1024
MAX_DEATHS_AT_START = 2


class EngineProcess(QObject):
    """One engine process after another; whoever listens sees each run end with exactly one last word.

    Attributes
    ----------
    state : str
        "starting", "ready", "busy" (a run is on) or "dead" (it died twice at its start, or cannot be started).
    stderr_tail : str
        The end of what the process wrote to stderr, at most 64 KiB.

    Signals
    -------
    event_came : (Event)
        What the engine said, or the last word that the window makes for it.
    state_changed : (str)
    """

    event_came = Signal(object)
    state_changed = Signal(str)

    def __init__(self, command: list[str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = "dead"
        self.stderr_tail = ""
        self._command = command or engine_command()
        self._process: QProcess | None = None
        self._reader = EventReader()
        self._stage = ""
        self._is_running = False
        self._was_killed = False
        self._is_shut_down = False
        self._n_deaths_at_start = 0
        self._patience = QTimer(self, singleShot=True, interval=CANCEL_MILLISECONDS)
        self._patience.timeout.connect(self._kill_after_cancel)

    def process_id(self) -> int:
        """The process's number; 0 where there is none."""
        return self._process.processId() if self._process is not None else 0

    def start(self) -> None:
        """Start the process unless it is there; requests may be sent at once, it reads them when it is ready."""
        if self._process is not None or self._is_shut_down:
            return
        self._reader, self.stderr_tail, self._was_killed = EventReader(), "", False
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        for name, value in OFFLINE_ENVIRONMENT.items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read_events)
        process.readyReadStandardError.connect(self._read_stderr)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._process = process
        self._set_state("starting")
        process.start(self._command[0], self._command[1:])

    def send(self, request: Request) -> None:
        """Ask the engine for something; starts it where it is not there."""
        if isinstance(request, RunRequest):
            self._is_running, self._stage = True, "import"
        self.start()
        if self._process is None:  # it could not be started, and said so
            return
        if isinstance(request, RunRequest) and self.state == "ready":
            self._set_state("busy")
        self._process.write(encode_request(request))

    def cancel(self) -> None:
        """Ask the run to stop; a process that has not stopped after 2 s is killed: what it finished is in the project."""
        if self._is_running and not self._patience.isActive():
            self.send(CancelRequest())
            self._patience.start()

    def shut_down(self) -> None:
        """End the process for good: a request, 1 s, then by force. Its last words are no longer told."""
        self._is_shut_down = True
        self._patience.stop()
        process, self._process, self._is_running = self._process, None, False
        if process is None:
            return
        process.blockSignals(True)
        if process.state() != QProcess.ProcessState.NotRunning:
            process.write(encode_request(QuitRequest()))
            process.closeWriteChannel()
            if not process.waitForFinished(QUIT_MILLISECONDS):
                process.kill()
                process.waitForFinished(QUIT_MILLISECONDS)
        process.deleteLater()
        self._set_state("dead")

    def _set_state(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _read_events(self) -> None:
        if self._process is not None:
            for event in self._reader.feed(bytes(self._process.readAllStandardOutput().data())):
                self._take(event)

    def _take(self, event: Event) -> None:
        if isinstance(event, events.EngineReady):
            self._n_deaths_at_start = 0
            self._set_state("busy" if self._is_running else "ready")
        elif isinstance(event, events.StageStarted):
            self._stage = event.stage
        elif isinstance(event, LAST_WORDS):
            if not self._is_running:
                return
            self._end_run()
            self._set_state("ready")
        self.event_came.emit(event)

    def _end_run(self) -> None:
        self._is_running = False
        self._patience.stop()

    def _read_stderr(self) -> None:
        if self._process is not None:
            piece = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
            self.stderr_tail = (self.stderr_tail + piece)[-STDERR_TAIL_BYTES:]

    def _kill_after_cancel(self) -> None:
        if self._process is not None:
            self._was_killed = True
            self._process.kill()

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            self.stderr_tail = f"{self._command[0]}: {self._process.errorString()}"
            self._n_deaths_at_start = MAX_DEATHS_AT_START
            self._bury(1)

    def _on_finished(self, exit_code: int, status: QProcess.ExitStatus) -> None:
        self._read_events()
        self._read_stderr()
        if self.state == "starting":
            self._n_deaths_at_start += 1
        self._bury(-exit_code if status == QProcess.ExitStatus.CrashExit else exit_code)

    def _bury(self, exit_code: int) -> None:
        """Say the last word for a process that is gone, and start the next one."""
        was_running, was_killed, stage, tail = self._is_running, self._was_killed, self._stage, self.stderr_tail
        self._end_run()
        if self._process is not None:
            self._process.deleteLater()
            self._process = None
        self._set_state("dead")
        if self._n_deaths_at_start < MAX_DEATHS_AT_START:
            self.start()
        if was_running and was_killed:
            self.event_came.emit(RunCancelled(stage, "Everything that was finished is kept."))
        elif was_running:
            self.event_came.emit(death_of_engine(stage, exit_code, tail))
