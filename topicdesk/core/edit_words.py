"""What an edit is called, in the history and in the exported log."""

from __future__ import annotations

from topicdesk.core.edits import Edit, Kind

_DONE: dict[Kind, str] = {
    "rename": "Renamed", "relabel": "Relabelled", "check": "Checked", "note": "Wrote a note", "colour": "Coloured", "hide": "Hid",
    "look": "Drew a label otherwise", "merge": "Merged", "split": "Split", "create": "Made a topic", "move": "Moved documents",
    "assign": "Assigned documents", "delete": "Deleted", "keep": "Kept as noise", "ban": "Banned a keyword",
}  # fmt: skip
_TAKEN_BACK: dict[Kind, str] = {
    "rename": "Gave the name back", "check": "Took the check back", "note": "Deleted a note", "colour": "Took the colour back", "hide": "Showed again",
    "look": "Let a label be laid out", "keep": "Released from noise",
}  # fmt: skip


def what_was_done(edit: Edit) -> str:
    """In a word or two: "Renamed"."""
    return _DONE.get(edit.what, edit.what) if edit.value else _TAKEN_BACK.get(edit.what, _DONE.get(edit.what, edit.what))


def when_it_was(edit: Edit) -> str:
    """The edit's time in UTC, to the second: "2026-11-24 08:37:22"."""
    return edit.made[:19].replace("T", " ")
