"""The command as people type it, for tests: exit code, both streams."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-P", "-m", "topicdesk"]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, Any]]:
        """What `--json` said."""
        return [json.loads(line) for line in self.out.splitlines()]

    def reason(self) -> str:
        """The one line on stderr that says what is wrong."""
        lines = [line for line in self.err.splitlines() if line.startswith("topicdesk: ")]
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        return lines[0].removeprefix("topicdesk: ")


def topicdesk(*arguments: object, before: tuple[str, ...] = (), seconds: float = 300, environment: dict[str, str] | None = None) -> Ended:
    """Run a command to its end; `before` is a command that runs it (unshare, strace)."""
    done = subprocess.run(
        [*before, *COMMAND, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=seconds,
        check=False,
        env=os.environ | (environment or {}),
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file that we wrote."""
    csv.field_size_limit(2**30)
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))
