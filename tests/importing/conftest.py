"""Fixtures for the tests of importing."""

from pathlib import Path

import pytest

from topicdesk.core.requests import CorpusSource


@pytest.fixture
def corpus_file(tmp_path):
    """A function that writes content to a file and gives the source for it."""

    def write(content, name="corpus.csv", encoding="utf-8", **said):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return CorpusSource(str(path), **said)

    return write


@pytest.fixture(scope="session")
def shared_folder():
    """The folder of shared data beside the repository; tests that need it are skipped where it is not."""
    folder = Path(__file__).resolve().parents[2].parent / "shared"
    if not (folder / "data" / "nasty" / "INDEX.csv").is_file():
        pytest.skip("the shared corpora are not beside the repository")
    return folder
