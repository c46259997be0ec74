"""One row cut into cells by a patient rule, for the few rows that `csv.reader` cannot read: a quotation mark closes only before a delimiter."""

from __future__ import annotations

from dataclasses import dataclass

from topicdesk.importing.dialect import Dialect


@dataclass(frozen=True, slots=True)
class Token:
    """One cell and where it stands in the row: `text[start:end]`, quotation marks and all."""

    cell: str
    is_quoted: bool
    start: int
    end: int


def tokens(text: str, dialect: Dialect, literal_at: int | None = None) -> list[Token]:
    """The cells of one row.

    A quotation mark opens only at the beginning of a cell, and closes only before a delimiter or the row's end; every other one is text. One that
    nothing closes is text too, and so is the one at `literal_at`.
    """
    found: list[Token] = []
    start = 0
    while True:
        token = _quoted(text, start, dialect) if start != literal_at else None
        if token is None:
            end = text.find(dialect.separator, start)
            end = len(text) if end < 0 else end
            token = Token(text[start:end].lstrip(" ") if dialect.skip_space else text[start:end], False, start, end)
        found.append(token)
        if token.end >= len(text):
            return found
        start = token.end + len(dialect.separator)


def _quoted(text: str, start: int, dialect: Dialect) -> Token | None:
    """The quoted cell that begins at `start`; None where none begins or nothing closes it."""
    quote, opening = dialect.quote, start
    if dialect.skip_space:
        opening += len(text[start:]) - len(text[start:].lstrip(" "))
    if not quote or not text.startswith(quote, opening):
        return None
    place = opening + 1
    parts: list[str] = []
    while (mark := text.find(quote, place)) >= 0:
        if dialect.escape and text[mark - 1] == dialect.escape and mark - 1 > opening:
            parts.append(text[place : mark - 1] + quote)
            place = mark + 1
        elif text.startswith(quote, mark + 1):
            parts.append(text[place:mark] + quote)
            place = mark + 2
        elif _ends(text, mark + 1, dialect):
            return Token("".join((*parts, text[place:mark])), True, start, _end(text, mark + 1, dialect))
        else:
            parts.append(text[place : mark + 1])
            place = mark + 1
    return None


def _end(text: str, place: int, dialect: Dialect) -> int:
    """Where the cell ends whose closing quotation mark stands before `place`; spaces between may be passed over."""
    while dialect.separator != " " and text.startswith(" ", place):
        place += 1
    return place


def _ends(text: str, place: int, dialect: Dialect) -> bool:
    end = _end(text, place, dialect)
    return end >= len(text) or text.startswith(dialect.separator, end)
