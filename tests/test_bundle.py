"""The packed program (build/bundle.sh), tried as a person without Python would use it; skipped where none is named, as packing takes minutes."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import time
from pathlib import Path

import psutil
import pytest

BUNDLE = os.environ.get("TOPICDESK_BUNDLE", "")
PROGRAM = str(Path(BUNDLE) / "topicdesk")
OUTPUTS = {"project.topicdesk", "map.png", "topics.csv", "documents.csv", "run.json"}

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not BUNDLE, reason="no packed program is named: build/bundle.sh packs and tries one")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the program is at home here: another folder, nothing of a Python, none of the repository's models."""
    return tmp_path_factory.mktemp("someone")


def surroundings(folder):
    return {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen"}


def program(folder, *arguments):
    command = [PROGRAM, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=surroundings(folder), stdin=subprocess.DEVNULL, timeout=400, check=False)


@pytest.fixture(scope="module")
def finished(folder):
    """300 documents of the sample corpus, labelled by the starters that are packed along."""
    assert program(folder, "sample", "sample").returncode == 0
    ended = program(folder, "run", "sample/sample.csv", "--sample", 300, "--out", "out")
    assert ended.returncode == 0, ended.stderr
    return folder / "out"


def rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def children(process, name):
    """The processes under one that were started for this, once there are any."""
    ends = time.monotonic() + 120
    while time.monotonic() < ends and process.is_running():
        found = [child for child in process.children(recursive=True) if child.status() != psutil.STATUS_ZOMBIE and name in child.cmdline()]
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"no child process for {name}")


def test_that_it_runs_the_sample_corpus_and_names_topics(finished):
    assert {path.name for path in finished.iterdir()} == OUTPUTS
    topics = rows(finished / "topics.csv")
    assert len(topics) > 1
    assert any(topic["label_origin"] == "language model" for topic in topics)
    assert len({row["package"] for row in rows(finished.parent / "sample" / "sample.csv")}) > 8
    assert len(rows(finished / "documents.csv")) == 300


def test_that_a_second_run_finds_everything(finished):
    ended = program(finished.parent, "run", "sample/sample.csv", "--sample", 300, "--out", "out", "--json")
    assert ended.returncode == 0, ended.stderr
    stages = {event["stage"]: event["from_cache"] for event in map(json.loads, ended.stdout.splitlines()) if event["event"] == "StageFinished"}
    assert [stage for stage, from_cache in stages.items() if not from_cache] == ["draw"]


def test_that_a_killed_engine_is_told_and_the_next_run_goes_on(finished):
    command = [PROGRAM, "run", "sample/sample.csv", "--sample", "300", "--out", "killed", "--no-labels", "--json"]
    folder = finished.parent
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, env=surroundings(folder)) as run:
        for line in run.stdout:
            if json.loads(line)["event"] == "StageFinished" and json.loads(line)["stage"] == "embed":
                children(psutil.Process(run.pid), "worker")[0].kill()
                break
        run.stdout.read()
        said = run.stderr.read()
    assert run.returncode == 3
    assert "Traceback" not in said and said.strip()
    ended = program(folder, *command[1:])
    assert ended.returncode == 0, ended.stderr
    stages = {event["stage"]: event["from_cache"] for event in map(json.loads, ended.stdout.splitlines()) if event["event"] == "StageFinished"}
    assert stages["embed"]


@pytest.mark.parametrize("arguments", [("out/project.topicdesk",), ("sample/sample.csv",)])
def test_that_the_window_opens_with_its_engine_and_closes_when_asked(finished, arguments):
    folder = finished.parent
    with subprocess.Popen([PROGRAM, *arguments], stderr=subprocess.PIPE, text=True, cwd=folder, env=surroundings(folder)) as window:
        family = children(psutil.Process(window.pid), "worker")
        time.sleep(8)  # the engine loads its libraries; what fails to be there says so now
        assert window.poll() is None
        assert all(child.is_running() for child in family)
        window.terminate()
        said = window.stderr.read()
    assert window.returncode == 0, said
    assert "Traceback" not in said, said
    psutil.wait_procs(family, 10)
    assert not any(child.is_running() for child in family)


@pytest.mark.parametrize("form", ["svg", "pdf", "html", "csv", "xlsx", "parquet", "bertopic", "methods"])
def test_that_it_exports(finished, form):
    ended = program(finished.parent, "export", "out/project.topicdesk", "--to", f"exported-{form}", "--format", form)
    assert ended.returncode == 0, ended.stderr
    assert any(path.stat().st_size for path in (finished.parent / f"exported-{form}").rglob("*") if path.is_file())


def test_that_doctor_finds_every_library_and_the_models_and_lacks_nothing_needed(folder):
    ended = program(folder, "doctor", "--json")
    assert ended.returncode == 0, ended.stderr
    report = json.loads(ended.stdout)
    answers = [*report["libraries"].values(), report["fonts"], report["window"], report["cards"]]
    assert [answer["error"] for answer in answers if "error" in answer] == []
    assert {model["role"] for model in report["models"]} == {"embedding", "language"}
    assert not any(lack["is_needed"] for lack in report["lacks"])


def test_that_it_reads_risky_formats_in_a_process_of_its_own(finished):
    ended = program(finished.parent, "preview", "exported-xlsx/topics.xlsx", "--json")
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["format"]
