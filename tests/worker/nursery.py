"""A process that has the slow libraries loaded and forks real engines on demand, so that a test can afford to kill many of them.

    python -m tests.worker.nursery

One line of JSON on standard input asks for one child: {"what": "engine" or "editor", "pipes": folder, "fault": words or null,
"project": path}. The child takes its standard streams from the fifos `in` and `out` of that folder and writes stderr to the file `err`
there. The nursery answers {"born": pid}, and {"ended": pid, "status": n} when a child is gone. The code of an engine is the product's
own; only the server of the layouts is forked here as well, where the product starts an interpreter of its own for it.
"""

from __future__ import annotations

import json
import os
import select
import sys
from pathlib import Path
from typing import Any

POLL_SECONDS = 0.02


def load() -> None:
    """Import what an engine imports, and compile what a layout compiles."""
    os.environ["NUMBA_THREADING_LAYER"] = "forksafe"
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import adjustText  # noqa: F401
    import hdbscan  # noqa: F401
    import llama_cpp  # noqa: F401
    import numpy as np
    import sentence_transformers  # noqa: F401
    import sklearn.feature_extraction.text  # noqa: F401

    import topicdesk.engine.pipeline
    import topicdesk.engine.small_requests  # noqa: F401
    from topicdesk.core.settings import ProjectionSettings
    from topicdesk.stages.neighbours import find_neighbours
    from topicdesk.stages.projection import join_neighbours, lay_out_once

    vectors = np.eye(60, 8, dtype=np.float32) + np.float32(0.1)
    for n_dimensions in (5, 2):
        lay_out_once(vectors, join_neighbours(find_neighbours(vectors, ProjectionSettings())), n_dimensions, ProjectionSettings())


def take_streams(pipes: Path) -> None:
    """Descriptors 0 to 2 of a fresh child."""
    for number, (name, flags) in enumerate((("in", os.O_RDONLY), ("out", os.O_WRONLY), ("err", os.O_WRONLY | os.O_CREAT | os.O_APPEND))):
        opened = os.open(pipes / name, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0, "r", closefd=False), os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)


def be_engine(asked: dict[str, Any]) -> int:
    """The product's engine, from its first line on."""
    import multiprocessing

    from topicdesk.engine.worker import serve
    from topicdesk.stages import layout_processes

    if asked.get("fault"):
        from tests.worker import faults

        faults.arm(*asked["fault"])
    forking = multiprocessing.get_context("fork")
    layout_processes.multiprocessing = type("Forking", (), {"get_context": lambda method: forking, "Pipe": forking.Pipe})  # type: ignore[attr-defined]
    return serve()


def be_editor(asked: dict[str, Any]) -> int:
    """A researcher who renames topics without a pause, and says of each when it is on disk."""
    from topicdesk.project.store import Project

    number = asked["first"]
    while True:
        with Project(Path(asked["project"])) as project:
            for _ in range(20):
                project.edits.rename(f"topic {number % 7}", f"name {number}")
                print(number, flush=True)
                number += 1


def serve_nursery() -> None:
    """Fork what is asked for and tell of those that are gone, until nobody asks any more."""
    load()
    print(json.dumps({"loaded": True}), flush=True)
    while True:
        ready, _, _ = select.select([0], [], [], POLL_SECONDS)
        if ready:
            line = sys.stdin.readline()
            if not line:
                os._exit(0)
            asked = json.loads(line)
            if (child := os.fork()) == 0:
                take_streams(Path(asked["pipes"]))
                os._exit(be_engine(asked) if asked["what"] == "engine" else be_editor(asked))
            print(json.dumps({"born": child}), flush=True)
        try:
            while (gone := os.waitpid(-1, os.WNOHANG))[0]:
                print(json.dumps({"ended": gone[0], "status": os.waitstatus_to_exitcode(gone[1])}), flush=True)
        except ChildProcessError:
            pass


if __name__ == "__main__":
    serve_nursery()
