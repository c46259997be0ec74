"""The window as a process of its own: how soon it is there, what it has loaded, and what it says where it cannot be."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

HEAVY = ("torch", "umap", "bertopic", "llama_cpp", "sklearn", "transformers", "sentence_transformers", "hdbscan", "numba", "pandas", "scipy", "adjustText")
SHOWN_WITHIN_SECONDS = 1.5

# The real start, with the event loop replaced by a look at what is there once the window has been painted.
PROBE = """
import json, sys, time
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
from topicdesk.gui.app import open_window
from topicdesk.gui.main_window import MainWindow

def look(*_):
    window = next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow))
    painted = window.grab()
    shown = time.time()
    until = time.time() + 1.0
    while time.time() < until:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
    print(json.dumps({"shown": shown, "is_visible": window.isVisible(), "modules": sorted({name.partition(".")[0] for name in sys.modules})}), flush=True)
    window.close()
    return 0

QApplication.exec = look
sys.exit(open_window(None))
"""

# The real start on a corpus, with an engine that needs no models and takes its time; the run begins by itself.
RUNNING = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
sys.path.insert(0, sys.argv[1])
from tests.gui.conftest import fake_commands
from topicdesk.gui import app, session

class Started(session.Session):
    def __init__(self):
        super().__init__(fake_commands("pause=0.1"))
        self.stage_changed.connect(lambda view: print(view.name, view.state, flush=True))
        self.state_changed.connect(lambda state: QTimer.singleShot(0, self.start_run) if state == "preview" else None)

session.Session = Started
sys.exit(app.open_window(Path(sys.argv[2])))
"""
CLOSED_WITHIN_SECONDS = 2.0


def start_window():
    began = time.time()
    process = subprocess.run([sys.executable, "-P", "-c", PROBE], capture_output=True, text=True, timeout=60, check=False)
    assert process.returncode == 0, process.stderr
    seen = json.loads(process.stdout.splitlines()[-1])
    return seen["shown"] - began, seen


@pytest.mark.slow
def test_that_the_window_shows_itself_in_time_and_loads_nothing_heavy():
    seconds, seen = start_window()
    if seconds >= SHOWN_WITHIN_SECONDS:  # the first start may have read everything from the disk
        seconds, seen = start_window()
    print(f"shown after {seconds:.2f} s")
    assert seen["is_visible"]
    assert [name for name in HEAVY if name in seen["modules"]] == []
    assert seconds < SHOWN_WITHIN_SECONDS


@pytest.mark.parametrize("platform", [None, "xcb"])
def test_that_without_a_display_there_is_a_sentence_and_exit_code_2(platform):
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    if platform is not None:
        environment |= {"QT_QPA_PLATFORM": platform, "DISPLAY": ":987"}
    command = [sys.executable, "-P", "-c", "import sys; from topicdesk.gui.app import open_window; sys.exit(open_window(None))"]
    process = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)
    assert process.returncode == 2
    assert "needs a display" in process.stderr
    assert "Traceback" not in process.stderr


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize(("name", "stage"), [("SIGTERM", "import"), ("SIGTERM", "label"), ("SIGINT", "embed"), ("SIGHUP", "project")])
def test_that_the_systems_wish_to_end_closes_the_window_in_time_and_leaves_one_file(name, stage, corpus_path):
    command = [sys.executable, "-P", "-c", RUNNING, str(Path(__file__).parents[2]), str(corpus_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while process.stdout.readline() != f"{stage} running\n":
            assert process.poll() is None
        began = time.monotonic()
        process.send_signal(getattr(signal, name))
        process.communicate(timeout=60)
        seconds = time.monotonic() - began
    print(f"closed after {seconds:.2f} s")
    assert process.returncode == 0
    assert seconds < CLOSED_WITHIN_SECONDS
    assert {path.name for path in corpus_path.parent.glob("corpus.*")} == {"corpus.csv", "corpus.topicdesk"}
