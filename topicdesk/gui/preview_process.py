"""What import understands of a file, asked of a light child process: the window itself parses no foreign file."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from PySide6.QtCore import QObject, QProcess, Signal

from topicdesk.core.requests import CorpusSource

N_ROWS = 50
PREFIX = "topicdesk: "
OPTIONS = {
    "text": "--text",
    "title": "--title",
    "id": "--id",
    "date": "--date",
    "group": "--class",
    "encoding": "--encoding",
    "delimiter": "--delimiter",
    "quote": "--quote",
    "skip": "--skip-lines",
    "sheet": "--sheet",
    "min_words": "--min-words",
    "split": "--split",
}


def preview_command(source: CorpusSource) -> list[str]:
    """The command that describes this source; a correction of None is left to the guess."""
    command = [sys.executable, "-P", "-m", "topicdesk", "preview", source.path, "--json", "--excerpts", "--rows", str(N_ROWS)]
    for field, option in OPTIONS.items():
        if (value := getattr(source, field)) is not None:
            command.append(f"{option}={value}")
    command += [f"--text={column}" for column in source.joined]
    command += [f"--without-speaker={name}" for name in source.without_speakers]
    command += [f"--clean={','.join(source.clean)}"] if source.clean else []
    command += ["--drop-duplicates"] if source.drop_duplicates else []
    if source.header is not None:
        command.append(f"--header={'yes' if source.header else 'no'}")
    return command


class PreviewProcess(QObject):
    """One child process per question; a newer question replaces an older one, whose answer is dropped.

    Signals
    -------
    finished : (bytes)
        All of stdout of a process that ended with 0.
    failed : (str)
        One sentence: the last line of stderr.
    """

    finished = Signal(bytes)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None

    def ask(self, command: Sequence[str]) -> None:
        """Start `command`; what ran before is ended and its answer dropped."""
        self.stop()
        process = self._process = QProcess(self)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        process.start(command[0], list(command[1:]))

    def stop(self) -> None:
        """End the process, if one runs; nothing more is told of it."""
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(500)
            process.deleteLater()

    def _on_finished(self, exit_code: int, status: QProcess.ExitStatus) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        stderr = bytes(process.readAllStandardError().data()).decode("utf-8", "replace").strip()
        stdout = bytes(process.readAllStandardOutput().data())
        process.deleteLater()
        if status == QProcess.ExitStatus.NormalExit and exit_code == 0:
            self.finished.emit(stdout)
        else:
            sentence = stderr.splitlines()[-1].removeprefix(PREFIX) if stderr else ""
            self.failed.emit(sentence or f"The file could not be read (exit code {exit_code}).")

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            reason = self._process.errorString()
            self._process.deleteLater()
            self._process = None
            self.failed.emit(f"The file could not be read: {reason}.")


def read_preview(stdout: bytes) -> dict[str, object]:
    """The preview's values. Raises ValueError where the process said something else."""
    values = json.loads(stdout)
    if not isinstance(values, dict) or "columns" not in values:
        raise ValueError("the preview is incomplete")
    return values
