"""What all tests share. It imports nothing of Qt, so that the engine's tests run where Qt cannot."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]

# Before any test module is imported: child processes and libraries read these once.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["MPLBACKEND"] = "Agg"
os.environ.pop("TOPICDESK_MODELS", None)

COUNTED = "counted"  # a property of a test that is printed at the end, whatever pytest captures


@dataclass(frozen=True)
class StarterModels:
    """The starter models as `make setup` placed them."""

    embedding_path: Path
    language_path: Path


@pytest.fixture(scope="session", autouse=True)
def topicdesk_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of its own for TopicDesk, so that no test reads or writes the developer's settings, models or caches."""
    home = tmp_path_factory.mktemp("topicdesk_home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOPICDESK_HOME", str(home))
        yield home


@pytest.fixture(scope="session")
def starter_models() -> StarterModels:
    """The starter models in the repository's models folder; skips, visibly, where `make setup` has not placed them."""
    models = StarterModels(REPOSITORY / "models" / "all-MiniLM-L6-v2", REPOSITORY / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf")
    if not (models.embedding_path.is_dir() and models.language_path.is_file()):
        pytest.skip("the starter models are not in models/: make setup places them")
    return models


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """Real corpora and files that break importers, beside the repository; skips, visibly, where they are absent."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"no corpora beside the repository ({folder.name}/)")
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have counted."""
    ended = [report for outcome in ("passed", "failed") for report in terminalreporter.stats.get(outcome, []) if report.when == "call"]
    for report in ended:
        for name, words in report.user_properties:
            if name == COUNTED:
                terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {words}")
