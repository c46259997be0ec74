"""A sentence of the corpus is nowhere but in the project and in what was asked for, even where the engine crashes over it."""

import resource
import signal
import subprocess
import sys

import pytest

from tests.end_to_end.command_line import topicdesk
from tests.end_to_end.test_signals import Followed
from tests.generated_corpora import topical_texts, write_csv
from topicdesk.core.bug_report import bug_report
from topicdesk.core.event_log import EventLog

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")]

SECRET = "The patient Zwickelmann told the judge about the goalkeeper of Schleiz"


def holders(folder, *leaving_out):
    """Files below a folder in which the sentence stands, in any of the usual encodings."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and not any(path.is_relative_to(place) for place in leaving_out):
            content = path.read_bytes()
            found += [path for encoding in ("utf-8", "utf-16-le") if SECRET.encode(encoding) in content]
    return found


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A machine of its own: home, temporary folder, the folder where one works; a core dump of any size is allowed."""
    for name, variable in (("home", "HOME"), ("tmp", "TMPDIR"), ("topicdesk", "TOPICDESK_HOME"), ("cache", "XDG_CACHE_HOME"), ("work", "")):
        (tmp_path / name).mkdir()
        if variable:
            monkeypatch.setenv(variable, str(tmp_path / name))
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("PYTHONPATH", str(__import__("pathlib").Path(__file__).parents[2]))
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    yield tmp_path
    resource.setrlimit(resource.RLIMIT_CORE, before)


def test_that_a_sentence_of_the_corpus_is_in_no_log_report_temporary_file_or_crash_dump(starter_models, place):
    rows = [(f"d{number}", SECRET if number % 9 == 4 else text) for number, (_, text) in enumerate(topical_texts(90))]
    corpus = write_csv(place / "work" / "corpus.csv", ("id", "text"), rows)
    out = place / "work" / "out"
    models = ["--text", "text", "--id", "id", "--embedding-model", str(starter_models.embedding_path), "--language-model", str(starter_models.language_path)]
    run = Followed(corpus, out, models)
    run.until("StageStarted", "label")
    run.engine().send_signal(signal.SIGABRT)
    code, err = run.end()
    assert code == 3
    assert SECRET not in err
    assert SECRET not in str(run.said)
    left = [path.name for path in out.iterdir()]
    assert ".project.topicdesk.engine-lock" in left  # with the functions that were running, for the next engine
    assert SECRET.encode() not in (out / ".project.topicdesk.engine-lock").read_bytes()
    ended = topicdesk("run", corpus, "--out", out, *models)
    assert ended.code == 0, ended.err
    assert SECRET not in ended.out + ended.err
    assert sorted(path.name for path in out.iterdir()) == ["documents.csv", "map.png", "project.topicdesk", "run.json", "topics.csv"]
    assert {path.name for path in holders(place, corpus)} == {"documents.csv", "project.topicdesk"}
    assert not list(place.rglob("core*.*[0-9]")) + list((place / "work").glob("core*"))
    lines = EventLog(place / "topicdesk" / "logs").lines()
    assert any('"why": "signal 6"' in line for line in lines)
    assert any('"event": "RunFinished"' in line for line in lines)
    report = bug_report(lines)
    for word in (SECRET, "Zwickelmann", "corpus.csv", "Schleiz"):
        assert word not in report


def test_that_a_process_and_its_children_leave_no_memory_in_a_dump(place):
    code = (
        "import os, sys\nfrom topicdesk.cli import main\n"
        "try:\n    main(['--version'])\nexcept SystemExit:\n    pass\n"
        "secret = sys.argv[1] * 100\nif os.fork() == 0:\n    os.abort()\nos.wait()\nos.abort()"
    )
    done = subprocess.run([sys.executable, "-c", code, SECRET], check=False, capture_output=True)
    assert done.returncode == -signal.SIGABRT
    assert list(place.joinpath("work").iterdir()) == []


LOOKING_ON = """
import sys
from pathlib import Path
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from topicdesk.gui.figure_dialog import FigureDialog
from topicdesk.gui.main_window import MainWindow
from topicdesk.gui.session import Session

corpus, project, figures = map(Path, sys.argv[1:])
application = QApplication([])

def until(condition):
    for _ in range(4800):
        if condition():
            return
        pause = QEventLoop()  # QTest.qWait would keep Python's lock from the window's other threads
        QTimer.singleShot(50, pause.quit)
        pause.exec()
    raise SystemExit("waited in vain")

window = MainWindow(Session())
session = window.session
window.show()
session.open_path(corpus)
until(lambda: session.state == "preview")
session.correct_preview(header=True)
until(lambda: session.preview is not None)
session.open_path(project)
until(lambda: session.state == "result" and session.corpus is not None)
session.editor.mark([0], "note", session.corpus.documents[4].text)
dialog = FigureDialog(session, window)
dialog.show()
dialog.form.texts_field.setChecked(False)
for place in range(dialog.form.format_field.count()):
    dialog.form.format_field.setCurrentIndex(place)
    until(lambda: not dialog.is_working)
    dialog.save_to(figures / "map")
    until((figures / f"map.{dialog.form.format}").exists)
    until(lambda: not dialog.is_working)
dialog.close()
session.export_tables(figures, "xlsx")
until(lambda: len(list(figures.glob("*.xlsx"))) == 2)
session.write_bug_report(figures / "report.txt")
until((figures / "report.txt").exists)
window.close()
"""


def test_that_a_window_that_looks_on_and_exports_figures_leaves_the_sentence_nowhere_else(starter_models, place):
    rows = [(f"d{number}", SECRET if number == 4 else text) for number, (_, text) in enumerate(topical_texts(90))]
    corpus = write_csv(place / "work" / "corpus.csv", ("id", "text"), rows)
    out, figures = place / "work" / "out", place / "work" / "figures"
    figures.mkdir()
    models = ["--id", "id", "--embedding-model", str(starter_models.embedding_path), "--no-labels"]
    ended = topicdesk("run", corpus, "--out", out, *models)
    assert ended.code == 0, ended.err
    done = subprocess.run([sys.executable, "-c", LOOKING_ON, corpus, out / "project.topicdesk", figures], check=False, capture_output=True, timeout=500)
    assert done.returncode == 0, done.stderr.decode()
    assert SECRET.encode() not in done.stdout + done.stderr
    assert {path.suffix for path in figures.iterdir()} >= {".png", ".svg", ".pdf", ".html", ".txt", ".xlsx"}
    backups = out / "project.topicdesk-backups"
    found = {path.name for path in holders(place, corpus, backups)}
    assert found == {"documents.csv", "project.topicdesk"}
