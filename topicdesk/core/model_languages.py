"""Which languages an embedding model was made for, by what lies in its folder: the size of its vocabulary, its card, its name. It loads nothing."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path

from topicdesk.core.languages import find_language

MULTILINGUAL_VOCABULARY = 80_000  # multilingual ones have 105,000 and more entries, those of one language about 30,000
MANY = 5
_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---", re.DOTALL)
_LANGUAGE = re.compile(r"^languages?:[ \t]*(.*)\n((?:[ \t]*-[ \t]*.*\n?)*)", re.MULTILINE)
_ENGLISH_NAME = re.compile(r"(?:^|[-_.])(?:en|eng|english)(?:[-_.]|$)", re.IGNORECASE)


def languages_of_model(folder: Path) -> frozenset[str] | None:
    """Codes of the languages that a model reads well; None where it reads many, or nothing is known."""
    if _size_of_vocabulary(folder) >= MULTILINGUAL_VOCABULARY:
        return None
    listed = _on_card(folder)
    if "multilingual" in listed or len(listed) >= MANY:
        return None
    found = frozenset(language.code for word in listed if (language := find_language(word)) is not None)
    return found or (frozenset({"en"}) if _ENGLISH_NAME.search(folder.name) else None)


def _size_of_vocabulary(folder: Path) -> int:
    for path in (folder / "config.json", *sorted(folder.glob("*/config.json"))):
        with suppress(OSError, ValueError):
            described = json.loads(path.read_text("utf-8"))
            if isinstance(described, dict) and isinstance(described.get("vocab_size"), int):
                return int(described["vocab_size"])
    return 0


def _on_card(folder: Path) -> list[str]:
    """What the card's front matter says of languages, in lower case."""
    with suppress(OSError, UnicodeDecodeError):
        front = _FRONT_MATTER.match((folder / "README.md").read_text("utf-8"))
        if front is not None and (said := _LANGUAGE.search(front.group(1) + "\n")) is not None:
            return [
                word.strip(" \"'").lower()
                for word in re.split(r"[\[\],\n]|^\s*-", " ".join(said.groups()).replace("- ", ","), flags=re.MULTILINE)
                if word.strip(" \"'-")
            ]
    return []
