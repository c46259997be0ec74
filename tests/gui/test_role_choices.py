"""Roles that are chosen above the columns of the preview."""

import pytest

from topicdesk.gui.role_choices import JOINED, JOINED_TITLE, corrections, shown_roles

COLUMNS = (("id", "id"), ("abstract", "text"), ("title", "title"), ("note", "none"))


def preview(text_columns=(), **other):
    columns = [{"name": name, "kind": "text", "role": other.get(name, role)} for name, role in COLUMNS]
    return {"columns": columns} | ({"text_columns": list(text_columns)} if text_columns else {})


def test_that_joined_columns_are_told_from_the_text():
    assert shown_roles(preview()) == ["id", "text", "title", "none"]
    assert shown_roles(preview(("title", "abstract", "note"), note="text")) == ["id", "text", JOINED_TITLE, JOINED]


CHOICES = [
    (preview(), 2, JOINED_TITLE, {"text": "title", "joined": ("abstract",), "title": "title"}),
    (preview(), 3, JOINED, {"text": "abstract", "joined": ("note",), "title": "title"}),
    (preview(), 3, JOINED_TITLE, {"text": "note", "joined": ("abstract",), "title": "note"}),
    (preview(), 2, "text", {"text": "title", "title": ""}),
    (preview(), 0, "text", {"text": "id", "id": ""}),
    (preview(), 1, "none", {"text": ""}),
    (preview(), 3, "class", {"group": "note"}),
    (preview(("title", "abstract")), 2, "title", {"text": "abstract", "joined": (), "title": "title"}),
    (preview(("title", "abstract")), 2, "none", {"text": "abstract", "joined": (), "title": ""}),
    (preview(("title", "abstract")), 3, JOINED, {"text": "title", "joined": ("abstract", "note"), "title": "title"}),
    (preview(("title", "abstract")), 3, "text", {"text": "title", "joined": ("note",), "title": "title"}),
]


@pytest.mark.parametrize(("shown", "column", "role", "asked"), CHOICES)
def test_that_a_choice_asks_for_what_it_says_and_for_nothing_else(shown, column, role, asked):
    assert corrections(shown, column, role) == asked
