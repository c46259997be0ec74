"""The process that reads one risky file: limits first, then the file; rows go out as JSON lines. It is started by child_table.py."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from topicdesk.core.errors import InputError
from topicdesk.core.offline import stay_offline
from topicdesk.core.requests import CorpusSource

_ROWS_A_MESSAGE = 256
_CHARACTERS_A_MESSAGE = 1 << 20
_FEWEST_BYTES, _MOST_BYTES = 2 << 30, 16 << 30
_SECONDS, _SECONDS_A_MIB = 60, 2


def main() -> int:
    """Read the source from stdin, the file it names, and write messages to stdout."""
    asked = json.load(sys.stdin)
    is_beginning = asked.pop("is_beginning")
    source = CorpusSource.from_dict(asked)
    set_limits(_size(source.path))
    stay_offline()
    try:
        _send_table(source, is_beginning, sys.stdout.buffer)
    except InputError as error:
        _send({"error": str(error)}, sys.stdout.buffer)
    except MemoryError:
        _send({"error": "the file needs far more memory than its size allows for; save it as CSV, or a part of it."}, sys.stdout.buffer)
    except BrokenPipeError:  # enough was read
        os.close(sys.stdout.fileno())
    except BaseException as error:  # whatever a foreign parser raises; the panic of one in Rust is no Exception
        sentence = f"the file cannot be read ({type(error).__name__}); it is perhaps damaged. Open it in the program that made it and save it as CSV."
        _send({"error": sentence}, sys.stdout.buffer)
    return 0


def set_limits(n_bytes: int) -> None:
    """Bound memory and processor time by the file's size, and forbid to write files."""
    try:
        import resource
    except ImportError:  # Windows has none; the parent's patience is the limit there
        return
    memory = min(_MOST_BYTES, _FEWEST_BYTES + 40 * n_bytes)
    seconds = _SECONDS + _SECONDS_A_MIB * (n_bytes >> 20)
    for limit, value in ((resource.RLIMIT_DATA, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _size(path: str) -> int:
    found = Path(path)
    return found.stat().st_size if found.is_file() else 0


def _send_table(source: CorpusSource, is_beginning: bool, out: IO[bytes]) -> None:
    from topicdesk.importing.formats import open_here
    from topicdesk.importing.opening import check_file

    table = open_here(source, check_file(source.path), is_beginning)
    _send({"layout": asdict(table.layout)}, out)
    with table.open_rows() as (rows, position):
        batch: list[list[str]] = []
        numbers: list[int] = []
        n_characters = n_unreadable = n_mended = 0

        def told() -> dict[str, Any]:
            return {"position": position(), "unreadable": rows.unreadable[n_unreadable:], "mended": rows.mended[n_mended:], "excerpts": rows.excerpts}

        for row in rows:
            batch.append(row)
            numbers.append(rows.number)
            n_characters += sum(map(len, row))
            if len(batch) >= _ROWS_A_MESSAGE or n_characters > _CHARACTERS_A_MESSAGE:
                _send({"rows": batch, "numbers": numbers, **told()}, out)
                n_unreadable, n_mended = len(rows.unreadable), len(rows.mended)
                batch, numbers, n_characters = [], [], 0
        if batch:
            _send({"rows": batch, "numbers": numbers, **told()}, out)
            n_unreadable, n_mended = len(rows.unreadable), len(rows.mended)
        _send({"end": True, "number": rows.number, **told()}, out)


def _send(message: dict[str, Any], out: IO[bytes]) -> None:
    out.write(json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
    out.flush()


if __name__ == "__main__":
    sys.exit(main())
