"""The window is killed, or its engine hangs, in the middle of a real run."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.end_to_end.test_signals import Followed
from tests.generated_corpora import write_topical
from topicdesk.gui.preferences import Preferences
from topicdesk.project.store import Project

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")]

# The real window with the real engine; the run begins by itself.
WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from topicdesk.gui import app, session

class Started(session.Session):
    def __init__(self):
        super().__init__()
        self.stage_changed.connect(lambda view: print(view.name, view.state, flush=True))
        self.state_changed.connect(self._run_when_ready)
        self.models_changed.connect(lambda: self._run_when_ready(self.state))

    def _run_when_ready(self, state):
        if state == "preview" and self.models():
            QTimer.singleShot(0, self.start_run)

session.Session = Started
sys.exit(app.open_window(Path(sys.argv[1])))
"""
SECONDS = 5


def test_that_a_killed_window_leaves_no_process_and_a_project_that_goes_on(starter_models, tmp_path):
    corpus = write_topical(tmp_path / "corpus.csv", 60)
    environment = os.environ | {"TOPICDESK_MODELS": str(starter_models.embedding_path.parent)}
    window = subprocess.Popen([sys.executable, "-P", "-c", WINDOW, str(corpus)], stdout=subprocess.PIPE, text=True, env=environment)
    assert window.stdout is not None
    for line in window.stdout:
        if line.startswith("project running"):
            break
    family = psutil.Process(window.pid).children(recursive=True)
    assert family
    window.kill()
    window.wait()
    window.stdout.close()
    _, alive = psutil.wait_procs(family, SECONDS)
    assert all(process.status() == psutil.STATUS_ZOMBIE for process in alive), [process.cmdline() for process in alive]
    with Project(corpus.with_suffix(".topicdesk")) as project:
        project.check()
        assert project.is_unfinished
        assert len(project.corpus().documents) == 60
    assert Preferences().unfinished() == corpus.with_suffix(".topicdesk").resolve()  # the next start offers to go on
    Preferences().forget(corpus.with_suffix(".topicdesk"))


def test_that_an_engine_that_hangs_is_ended_by_a_cancel(finished_run, tmp_path, columns):
    run = Followed(finished_run.corpus, tmp_path / "out", columns)
    run.until("StageStarted", "embed")
    engine = run.engine()
    engine.send_signal(signal.SIGSTOP)
    asked = time.monotonic()
    run.process.send_signal(signal.SIGINT)
    code, _ = run.end()
    assert code == 130
    assert time.monotonic() - asked < 2 + SECONDS
    assert not engine.is_running() or engine.status() == psutil.STATUS_ZOMBIE
    with Project(Path(tmp_path / "out" / "project.topicdesk")) as project:
        project.check()
