"""Copies to give away: with the texts, or without everything that repeats one; made anew, so that what is left out was never in the file.

Without texts there remain the map, the topics with their keywords and labels, and what the researcher did to them. Every column of
the file is named here, so that a new one cannot travel along unconsidered (a test compares these tables with the schema).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from topicdesk.core.label_cards import without_evidence
from topicdesk.project.copying import TEXTS, WITHOUT_CACHE, copy_project

# What holds no text of a document: it travels in every copy.
HARMLESS: dict[str, str] = {
    "project": "id fingerprint dropped created",
    "document": "row",
    "artifact": "key stage block bytes checksum",
    "afresh": "key block",
    "analysis": "id key numerics keys versions created used",
    "topic": "analysis number stable_id size keywords exemplars",
    "label": "analysis topic text origin",
    "edit": "sequence made what topic topics moves undone",
    "description": "key content",
    "layout": "key value",
    "meta": "name value",
    "passage": "row document start stop",
    "text_update": "sequence made n_new n_changed n_gone n_same by_id",
}
# Paths tell whose computer it was.
WITHOUT_PATHS = {"project": {"source": "without_folders(source)"}, "analysis": {"models": "without_folders(models)"}}
WITHOUT_TEXTS = {
    "project": {"fields": "'[]'", "unreadable": "'[]'", "mended": "'[]'", "making": "'{}'", "source": "only_file_name(source)"},
    "document": {"id": "CAST(row + 1 AS TEXT)", "text": "''", "title": "NULL", "date": "NULL", "class": "NULL", "fields": "'[]'"},
    "analysis": {"settings": "without_prompts(settings)"},
    "label": {"card": "'{}'"},
    "edit": {
        "before": "CASE what WHEN 'note' THEN '' ELSE before END", "after": "CASE what WHEN 'note' THEN '' ELSE after END", "why": "''",
        "value": "CASE what WHEN 'note' THEN '' WHEN 'relabel' THEN without_evidence(value) ELSE value END",
    },
    "text_update": {"gone": "'[]'"},
    "passage": {"speaker": "''"},
}  # fmt: skip
PROMPT_TEXTS = ("system_text", "example", "main_prompt")
NO_VIEW = {"layout": "key NOT IN ('window', 'figure')"}  # how it was looked at may hold what was searched for, a figure its title


def share_project(project_path: Path, target: Path, with_texts: bool, is_unwanted: Callable[[], bool] = lambda: False) -> None:
    """Write a copy for somebody else: without the cache and without the folders of this computer; without texts if so wished.

    Raises
    ------
    DamagedProject, TopicDeskError, Cancelled
        No file is left then, or the one that was there.
    """
    instead = {table: dict(columns) for table, columns in WITHOUT_PATHS.items()}
    where, afterwards = dict(WITHOUT_CACHE), []
    if not with_texts:
        for table, columns in WITHOUT_TEXTS.items():
            instead[table] = instead.get(table, {}) | columns
        where |= NO_VIEW
        afterwards = [f"INSERT OR REPLACE INTO meta VALUES ('{TEXTS}', 'absent')"]
    functions = {
        "without_folders": _without_folders,
        "only_file_name": _only_file_name,
        "without_evidence": without_evidence,
        "without_prompts": _without_prompts,
    }
    copy_project(project_path, target, where, instead, functions, afterwards, is_unwanted)


def _without_folders(stored: str) -> str:
    """Plain values as JSON, with every "path" cut down to the name of the file."""
    return json.dumps(_named_only(json.loads(stored)), ensure_ascii=False)


def _without_prompts(stored: str) -> str:
    """The settings of a run, with the profile's own words in the place of the researcher's, which may quote a text."""
    settings = json.loads(stored)
    for name in PROMPT_TEXTS:
        if name in settings.get("labelling", {}):
            settings["labelling"][name] = ""
    return json.dumps(settings, ensure_ascii=False)


def _only_file_name(stored: str) -> str:
    return json.dumps({name: value for name, value in _named_only(json.loads(stored)).items() if name == "path"}, ensure_ascii=False)


def _named_only(values: Any) -> Any:
    if isinstance(values, list):
        return [_named_only(value) for value in values]
    if isinstance(values, dict):
        return {name: re.split(r"[/\\]", str(value))[-1] if name == "path" else _named_only(value) for name, value in values.items()}
    return values
