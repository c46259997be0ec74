"""Who may import whom: the table of ARCHITECTURE.md, read from the files with `ast`, so that nothing is imported here."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "topicdesk"

QT = {"PySide6", "shiboken6", "PyQt5", "PyQt6", "qtpy", "qtawesome"}
MODEL_LIBRARIES = {
    *("torch", "transformers", "tokenizers", "sentence_transformers", "llama_cpp", "bertopic"),
    *("sklearn", "umap", "pynndescent", "numba", "hdbscan", "fast_hdbscan"),
}
HEAVY = MODEL_LIBRARIES | {"adjustText", "matplotlib", "pandas", "plotly", "scipy"}
# It chooses a backend and keeps every figure alive in a global.
PYPLOT = {"matplotlib.pyplot"}


@dataclass(frozen=True)
class Rule:
    """What one part of the package may know.

    Attributes
    ----------
    may : set of str
        The parts of ours that it may import; itself goes without saying.
    never : set of str
        Libraries that it must not import anywhere, inside functions neither.
    lazily : set of str
        Names that it may import inside functions only.
    only : set of str or None
        Where given, the only libraries beside the standard library.
    """

    may: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    lazily: frozenset[str] = frozenset()
    only: frozenset[str] | None = None


def rule(may: str = "", never: set[str] = QT, lazily: str = "", only: set[str] | None = None) -> Rule:
    return Rule(frozenset(may.split()), frozenset(never), frozenset(lazily.split()), None if only is None else frozenset(only))


# The longest prefix of a module's name decides; a part that is not listed is an error.
RULES = {
    "__init__": rule(never=QT | HEAVY),
    "__main__": rule("cli", never=QT | HEAVY),
    "core": rule(never=QT | HEAVY, only={"numpy"}),
    "importing": rule("core", never=QT | MODEL_LIBRARIES),
    "stages": rule("core"),
    "stages.labelling": rule("core stages llm"),
    "llm": rule("core"),
    "project": rule("core", never=QT | HEAVY),
    "engine": rule("importing exporting stages llm figure project core", never=QT | PYPLOT),
    "bertopic": rule("llm core"),
    "exporting": rule("core", never=QT | HEAVY, lazily="pyarrow xlsxwriter"),  # the engine writes tables and so does the window, which knows no engine
    "terminal": rule("core", never=QT | HEAVY),
    "relabel_command": rule("core project terminal relabel_options", never=QT | HEAVY),  # a command of its own: it asks an engine, and accepts as an edit
    "relabel_options": rule(never=QT | HEAVY),
    "doctor": rule("core", never=QT | HEAVY),
    "figure_options": rule("core", never=QT | HEAVY),  # options of the command line, not drawing: cli.py would grow by a third
    "cli": rule(
        "figure_options relabel_command relabel_options terminal doctor engine importing project core topicdesk.gui.app",
        never=QT | HEAVY,
        lazily="topicdesk.gui.app topicdesk.engine topicdesk.relabel_command",
    ),
    "figure": rule("core", never=QT | MODEL_LIBRARIES | PYPLOT | {"matplotlib.backends.backend_qtagg"}, lazily="adjustText"),
    "gui": rule("core exporting project figure", never=MODEL_LIBRARIES | PYPLOT | {"adjustText"}),
}


@dataclass(frozen=True)
class Import:
    """One imported name, in full ("topicdesk.core.errors.InputError"), its line, and whether it waits for a call."""

    name: str
    line: int
    is_lazy: bool


def imports_of(tree: ast.Module, package: str) -> Iterator[Import]:
    """Every import of a module that lies in `package`, those by `importlib.import_module("...")` too."""
    inside_functions = {id(node) for function in ast.walk(tree) if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                        for node in ast.walk(function)}  # fmt: skip
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            names = [f"{source}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("importlib.import_module", "import_module", "__import__"):
            names = [word.value for word in node.args[:1] if isinstance(word, ast.Constant) and isinstance(word.value, str)]
        yield from (Import(name, node.lineno, id(node) in inside_functions) for name in names)


def is_under(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


def complaint(module: str, rule: Rule, found: Import) -> str | None:
    """Why `module` ("stages.labelling") must not import `found`; None where it may."""
    library = found.name.split(".")[0]
    forbidden = next((name for name in rule.never if is_under(found.name, name)), None)
    if forbidden:
        return f"imports {found.name}; {forbidden} has no place there"
    if not found.is_lazy and any(is_under(found.name, name) for name in rule.lazily):
        return f"imports {found.name} when it is loaded; only inside the function that needs it"
    if library == "topicdesk":
        own = found.name.removeprefix("topicdesk").lstrip(".")
        if own in ("", "__version__") or is_under(own, module.partition(".")[0]):
            return None
        if not any(is_under(found.name, name) or is_under(own, name) for name in rule.may):
            return f"imports {found.name}; it may know {', '.join(sorted(rule.may)) or 'nothing of ours'}"
    elif rule.only is not None and library not in rule.only and library not in sys.stdlib_module_names:
        return f"imports {found.name}; beside the standard library it may use {', '.join(sorted(rule.only))}"
    return None


def violations(package_folder: Path) -> list[str]:
    """What breaks the table in a package, as `file:line: reason`."""
    found = []
    for path in sorted(package_folder.rglob("*.py")):
        parts = path.relative_to(package_folder).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
        governing = max((name for name in RULES if is_under(module, name)), key=len, default=None)
        place = path.relative_to(package_folder.parent).as_posix()
        if governing is None:
            found.append(f"{place}:1: the table of import rules does not say whom it may import")
            continue
        package = ".".join((package_folder.name, *parts[:-1]))
        for item in imports_of(ast.parse(path.read_text("utf-8")), package):
            if reason := complaint(module, RULES[governing], item):
                found.append(f"{place}:{item.line}: {reason}")
    return found


def test_that_every_import_keeps_to_the_table() -> None:
    found = violations(PACKAGE)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("file", "source", "reason"),
    [
        ("core/corpus.py", "import pandas as pd", "pandas has no place there"),
        ("core/corpus.py", "import requests", "it may use numpy"),
        ("core/corpus.py", "from topicdesk.project import store", "nothing of ours"),
        ("importing/csv.py", "def read():\n    import torch", "torch has no place there"),
        ("stages/clustering.py", "from ..project.cache import Cache", "it may know core"),
        ("stages/keywords.py", "from topicdesk.llm import prompt", "it may know core"),
        ("stages/embedding.py", "from PySide6.QtCore import QObject", "PySide6 has no place there"),
        ("project/store.py", "from sklearn import metrics", "sklearn has no place there"),
        ("engine/pipeline.py", "import topicdesk.gui.app", "it may know"),
        ("engine/worker.py", "def window():\n    from topicdesk.gui import app", "it may know"),
        ("cli.py", "from topicdesk.engine.worker import serve", "only inside the function"),
        ("terminal.py", "import numpy\nfrom topicdesk.engine import pipeline", "it may know core"),
        ("cli.py", "from topicdesk.gui.app import open_window", "only inside the function"),
        ("cli.py", "def window():\n    from topicdesk.gui.session import Session", "it may know"),
        ("figure/draw.py", "import matplotlib.pyplot as plt", "matplotlib.pyplot has no place there"),
        ("figure/draw.py", "from matplotlib import pyplot", "matplotlib.pyplot has no place there"),
        ("figure/label_layout.py", "from adjustText import adjust_text", "only inside the function"),
        ("gui/session.py", "def start():\n    importlib.import_module('umap')", "umap has no place there"),
        ("gui/session.py", "from topicdesk import engine", "it may know core, exporting, figure, project"),
        ("gui/session.py", "from topicdesk.stages.clustering import cluster", "it may know core, exporting, figure, project"),
        ("surprise.py", "", "does not say whom it may import"),
    ],
)
def test_that_a_planted_violation_is_named_with_its_line(tmp_path: Path, file: str, source: str, reason: str) -> None:
    planted = tmp_path / "topicdesk" / file
    planted.parent.mkdir(parents=True)
    planted.write_text(source)
    (found,) = violations(tmp_path / "topicdesk")
    assert found.startswith(f"topicdesk/{file}:") and reason in found


def test_that_imports_the_table_allows_are_passed(tmp_path: Path) -> None:
    allowed = {
        "core/errors.py": "import json\nimport numpy as np\nfrom . import events\nfrom .corpus import Corpus",
        "stages/labelling.py": "import topicdesk.llm.prompt\nfrom topicdesk.stages import keywords",
        "figure/label_layout.py": "def place():\n    from adjustText import adjust_text",
        "cli.py": "def window():\n    from topicdesk.gui.app import open_window",
        "gui/app.py": "from PySide6 import QtCore\nfrom topicdesk import __version__\nfrom ..core import events",
    }
    for file, source in allowed.items():
        path = tmp_path / "topicdesk" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    assert violations(tmp_path / "topicdesk") == []
