"""One run through the command line, shared by the tests that look at what it leaves."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import StarterModels
from tests.end_to_end.command_line import Ended, topicdesk
from tests.generated_corpora import topical_texts, write_csv

N_DOCUMENTS = 200


@dataclass(frozen=True)
class FinishedRun:
    """The corpus, the folder and the stream of a run that ended well."""

    corpus: Path
    out: Path
    ended: Ended

    @cached_property
    def summary(self) -> dict[str, Any]:
        return dict(json.loads((self.out / "run.json").read_text("utf-8")))

    def copy(self, folder: Path) -> Path:
        """The run's folder, to be changed."""
        return Path(shutil.copytree(self.out, folder))


def write_contract_corpus(path: Path) -> Path:
    """200 topical documents with everything that the contract speaks of: empty texts, repeats, formulas, numbers, colliding columns."""
    rows = []
    for number, (theme, text) in enumerate(topical_texts(N_DOCUMENTS)):
        said = "" if number % 50 == 7 else "The court and the judge were about appeal." if number % 50 == 9 else text
        rows.append((f"d{number}", f"=title {number}" if number == 3 else f"Title {number}", theme, said, str(-number / 4), f"@{theme}", "y" * (number % 3)))
    return write_csv(path, ("id", "title", "topic", "text", "amount", "label", "x"), rows)


@pytest.fixture(scope="session")
def finished_run(starter_models: StarterModels, tmp_path_factory: pytest.TempPathFactory) -> FinishedRun:
    folder = tmp_path_factory.mktemp("finished run")
    corpus = write_contract_corpus(folder / "my corpus.csv")
    ended = topicdesk("run", corpus, "--out", folder / "out", "--json", "--text", "text", "--id", "id", "--title", "title")
    assert ended.code == 0, ended.err
    return FinishedRun(corpus, folder / "out", ended)


@pytest.fixture(scope="session")
def columns() -> list[str]:
    """How the shared corpus's columns are named on the command line."""
    return ["--text", "text", "--id", "id", "--title", "title"]
