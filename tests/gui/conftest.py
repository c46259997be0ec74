"""The window's tests run off-screen, with child processes that need no models."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

from topicdesk.gui.commands import Commands
from topicdesk.gui.main_window import MainWindow
from topicdesk.gui.preview_process import OPTIONS
from topicdesk.gui.session import Session

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of these tests reaches the settings or models of whoever runs them."""
    monkeypatch.setenv("TOPICDESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TOPICDESK_MODELS", str(tmp_path / "models"))


@pytest.fixture
def corpus_path(tmp_path: Path) -> Path:
    """A small corpus file of 60 documents."""
    return write_corpus(tmp_path / "corpus.csv")


@pytest.fixture
def large_corpus_path(tmp_path: Path) -> Path:
    """A corpus file of 20,000 documents."""
    return write_corpus(tmp_path / "large.csv", 20_000)


@pytest.fixture
def make_session(qtbot) -> Iterator[Callable[..., Session]]:
    """Makes sessions with the fake worker, told how to behave; closed afterwards."""
    made = []

    def make(*behaviour: str) -> Session:
        session = Session(fake_commands(*behaviour))
        made.append(session)
        return session

    yield make
    for session in made:
        session.close()


@pytest.fixture
def window(make_session, qtbot, corpus_path) -> Iterator[MainWindow]:
    """The window with the result of a run of the fake worker."""
    from tests.gui.test_session import run

    window = MainWindow(make_session())
    window.show()
    run(qtbot, window.session, corpus_path)
    yield window
    window.close()


def fake_commands(*behaviour: str) -> Commands:
    """Child processes without models; `behaviour` as in fake_worker.py."""
    return Commands(
        [sys.executable, str(HERE / "fake_worker.py"), *behaviour],
        lambda source: [sys.executable, str(HERE / "fake_preview.py"), source.path, *_corrections(source)],
        lambda folder: [sys.executable, "-c", f"open({str(folder / 'sample.csv')!r}, 'w').write('text\\nalpha\\nbeta\\n')"],
    )


def write_corpus(path: Path, n: int = 60) -> Path:
    """A CSV file with the columns id, title and text."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "title", "text", "year"])
        writer.writerows([f"d{i}", f"Title {i}", f"This is document number {i}, about nothing in particular.", 1990 + i % 30] for i in range(n))
    return path


def _corrections(source: object) -> list[str]:
    return [f"{option}={value}" for field, option in OPTIONS.items() if (value := getattr(source, field)) is not None]
