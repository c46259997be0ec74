"""What may befall an engine, brought about from outside its code: limits of the system, a full database, libraries that abort."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from typing import Any


def arm(what: str, value: Any) -> None:
    """Let `what` befall this process from now on."""
    {"file size": limit_files, "pages": limit_pages, "abort at topic": abort_at_topic, "abort after saying": abort_after_saying}[what](value)


def limit_files(n_bytes: int) -> None:
    """No file grows beyond this: writing fails as on a full disk."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, n_bytes))


def limit_pages(n_pages: int) -> None:
    """No database grows beyond this: SQLite says that the disk is full."""
    connect = sqlite3.connect

    def limited(*given: Any, **more: Any) -> sqlite3.Connection:
        connection = connect(*given, **more)
        connection.execute(f"PRAGMA max_page_count = {n_pages}")
        return connection

    sqlite3.connect = limited  # type: ignore[assignment]


def abort_at_topic(number: int) -> None:
    """Native code aborts whenever this topic is among those that are decoded."""

    def fails(askings: Any, *more: Any) -> None:
        if any(asking.topic == number for asking in askings):
            os.abort()

    _before("topicdesk.stages.labelling", "build_prompts", fails)


def abort_after_saying(words: str) -> None:
    """A library says something on stderr and aborts in the middle of the embeddings."""

    def fails(*given: Any) -> None:
        os.write(2, words.encode())
        os.abort()

    _before("topicdesk.stages.clustering", "cluster", fails)


def _before(module: str, name: str, call: Callable[..., None]) -> None:
    import importlib

    place = importlib.import_module(module)
    original = getattr(place, name)

    def wrapped(*given: Any, **more: Any) -> Any:
        call(*given)
        return original(*given, **more)

    setattr(place, name, wrapped)
