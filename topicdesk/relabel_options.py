"""The options of `topicdesk relabel`: apart from what it does, so that no other command loads a project's reader."""

from __future__ import annotations

import argparse
from pathlib import Path

ALL = "all"


def add_relabel_options(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("project", type=Path)
    parser.add_argument("--topics", default=ALL, metavar="3,7|all", help="by their numbers in topics.csv")
    parser.add_argument("--language-model", metavar="PATH")
    parser.add_argument("--settings", type=Path, metavar="FILE.toml", help="its [labelling]: how the model is asked; else as in the project")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--gpu-layers", default="auto", metavar="auto|N")
    parser.add_argument(
        "--accept", default="", metavar="3,7|all", help="take these new labels, as edits; all takes every name by the model and leaves labels of your own"
    )
    parser.add_argument("--json", action="store_true", help="old and new labels with their evidence, on stdout")
