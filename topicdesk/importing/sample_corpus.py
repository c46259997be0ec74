"""The sample corpus: docstrings of the scientific Python libraries that TopicDesk itself installs; real text, nothing to ship."""

from __future__ import annotations

import csv
import gc
import hashlib
import importlib.util
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from topicdesk.core.errors import InputError
from topicdesk.core.files import write_whole
from topicdesk.importing.docstrings import public_docstrings

N_DOCUMENTS = 10_000
COLUMNS = ("package", "title", "text")
PACKAGES = (
    "numpy", "scipy", "sklearn", "pandas", "matplotlib", "torch", "transformers", "sympy", "networkx", "numba", "PIL", "umap", "hdbscan",
    "pynndescent", "bertopic", "sentence_transformers", "huggingface_hub", "mpmath", "joblib", "tokenizers", "safetensors", "llama_cpp",
)  # fmt: skip
_LEFT_OUT = frozenset(("tests", "test", "testing", "_vendor", "vendor", "externals", "extern", "deprecated", "__pycache__", "_pydecimal", "node_modules"))
_MOST_PER_FILE = 40
_LARGEST_FILE = 1 << 20


def write_sample(folder: Path) -> Path:
    """Write `folder`/sample.csv with the columns package, title and text, and say where it lies.

    The same installed libraries give the same bytes. Packages take turns, so that none dominates while others have something to say.

    Raises
    ------
    InputError
        Where the folder cannot be made or written, or no library with source is installed.
    """
    with _no_garbage_collection():
        rows = list(sample_rows())
    if not rows:
        raise InputError("No scientific Python library with source was found to make a sample of; open a CSV of your own instead.")
    path = folder / "sample.csv"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, lambda stream: _write(stream, rows))
    except OSError as error:
        raise InputError(f"{path}: the sample cannot be written ({error.strerror or error}); choose another folder.") from error
    return path


def sample_rows(n_documents: int = N_DOCUMENTS) -> Iterator[tuple[str, str, str]]:
    """Package, qualified name and text, one document of each package in turn, no text twice."""
    waiting = [(package, _documents(package)) for package in PACKAGES]
    seen: set[str] = set()
    while waiting and len(seen) < n_documents:
        going_on = []
        for package, documents in waiting:
            found = next(((title, text) for title, text in documents if text not in seen), None)
            if found is None:
                continue
            going_on.append((package, documents))
            if len(seen) < n_documents:
                seen.add(found[1])
                yield package, *found
        waiting = going_on


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Syntax trees are a great many objects without cycles; looking through them again and again takes a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _documents(package: str) -> Iterator[tuple[str, str]]:
    """Titles and texts of one package, file by file; nothing where it is not installed.

    Files with few docstrings for their length come last: parsing takes nearly all the time, and large packages never need them.
    """
    root = _source_folder(package)
    if root is None:
        return
    sparse = []
    for path in sorted(_source_files(root), key=lambda path: _shuffled(path, root)):
        source = _source(path)
        if source.count('"""') < len(source) / 1000:
            sparse.append(path)
        else:
            yield from _documents_of(source, path, root)
    for path in sparse:
        yield from _documents_of(_source(path), path, root)


def _documents_of(source: str, path: Path, root: Path) -> list[tuple[str, str]]:
    """At most `_MOST_PER_FILE`, from all over the file."""
    parts = path.relative_to(root).with_suffix("").parts
    found = list(public_docstrings(source, ".".join((root.name, *(part for part in parts if part != "__init__")))))
    return found[:: -(-len(found) // _MOST_PER_FILE)] if found else []


def _source(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _source_folder(package: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return None
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def _source_files(root: Path) -> Iterator[Path]:
    for path in root.rglob("*.py"):
        if (
            not _LEFT_OUT.intersection(path.relative_to(root).parts[:-1])
            and not path.name.startswith(("test_", "conftest"))
            and path.stat().st_size <= _LARGEST_FILE
        ):
            yield path


def _shuffled(path: Path, root: Path) -> bytes:
    """An order that mixes a package's modules and is the same on each machine."""
    return hashlib.sha256(path.relative_to(root).as_posix().encode()).digest()


def _write(stream: IO[bytes], rows: list[tuple[str, str, str]]) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    text.flush()
    text.detach()
