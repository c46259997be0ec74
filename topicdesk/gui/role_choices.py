"""What a role that is chosen for a column asks of the reading of a file: pure functions between the preview and fields of CorpusSource."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

ROLE_FIELDS = {"text": "text", "title": "title", "date": "date", "id": "id", "class": "group"}
JOINED, JOINED_TITLE = "text, joined", "title, joined"
ROLES = (
    ("none", "not used"), ("text", "Text"), (JOINED, "Text, joined"), ("title", "Title"), (JOINED_TITLE, "Title + text"),
    ("date", "Date"), ("id", "Id"), ("class", "Class"),
)  # fmt: skip


def shown_roles(preview: dict[str, Any]) -> list[str]:
    """The role of each column as it is shown: those that are joined to the text are told from the text itself."""
    joined, has_text, shown = preview.get("text_columns", ()), False, []
    for column in preview["columns"]:
        role = str(column["role"])
        if role == "title" and column["name"] in joined:
            role = JOINED_TITLE
        elif role == "text":
            role, has_text = JOINED if has_text else "text", True
        shown.append(role)
    return shown


def corrections(preview: dict[str, Any], column: int, role: str) -> dict[str, str | tuple[str, ...]]:
    """Fields of CorpusSource that give a column a role; the column that had it before loses it, as each role but joining is played once.

    The text begins with the title, where that is joined; other columns follow in the order of the file.
    """
    names = [str(entry["name"]) for entry in preview["columns"]]
    before, after = shown_roles(preview), shown_roles(preview)
    played_once = [role] if role not in ("none", JOINED) else []
    if role in ("title", JOINED_TITLE):
        played_once = ["title", JOINED_TITLE]
    after = ["none" if shown in played_once else shown for shown in after]
    after[column] = role
    changed: dict[str, str | tuple[str, ...]] = {}
    for played, field in ROLE_FIELDS.items():
        was, now = _column_of(played, before, names), _column_of(played, after, names)
        if played != "text" and was != now:
            changed[field] = now
    texts_before, texts = _text_columns(before, names), _text_columns(after, names)
    if texts != texts_before:
        changed["text"] = texts[0] if texts else ""
        if len(texts) > 1 or len(texts_before) > 1:
            changed["joined"] = tuple(texts[1:])
            changed.setdefault("title", _column_of("title", after, names))  # what is joined must not be guessed anew
    return changed


def _column_of(role: str, shown: Sequence[str], names: Sequence[str]) -> str:
    wanted = ("title", JOINED_TITLE) if role == "title" else (role,)
    return next((name for name, one in zip(names, shown, strict=True) if one in wanted), "")


def _text_columns(shown: Sequence[str], names: Sequence[str]) -> list[str]:
    """Those of the text, a joined title first; nothing where no column is the text itself or joined to one."""
    pairs = list(zip(names, shown, strict=True))
    return [name for name, role in pairs if role == JOINED_TITLE] + [name for name, role in pairs if role in ("text", JOINED)]
