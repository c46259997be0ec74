"""What each column holds and which role it plays, from a sample of its cells; names help, contents decide."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from topicdesk.importing.cells import is_address, is_date, is_number, is_year, n_words

Kind = Literal["text", "number", "date", "category", "empty"]
Role = Literal["text", "title", "date", "id", "class"]
ROLES: tuple[Role, ...] = ("text", "title", "date", "id", "class")

_NAMES: dict[Role, tuple[str, ...]] = {
    "text": ("text", "texts", "abstract", "body", "comment", "comments", "review", "content", "message", "description", "document", "answer", "response",
             "narrative", "complaint", "tweet", "article", "summary", "transcript", "speech", "statement", "feedback", "note", "notes", "utterance", "post",
             "volltext", "beschwerde", "kommentar", "beschreibung", "inhalt", "antwort", "nachricht", "zusammenfassung", "aussage", "bemerkung", "rede",
             "texte", "résumé", "commentaire", "avis", "texto", "resumen", "comentario", "testo", "tekst"),
    "title": ("title", "titel", "headline", "subject", "heading", "betreff", "überschrift", "schlagzeile", "titre", "título", "titolo", "caption"),
    "date": ("date", "datum", "year", "jahr", "published", "created", "datetime", "timestamp", "time", "tag", "month", "monat", "fecha", "année", "day"),
    "id": ("id", "ids", "identifier", "key", "doi", "uuid", "guid", "nr", "no", "number", "nummer", "index", "kennung", "aktenzeichen", "pmid", "#", "lfd"),
    "class": ("class", "label", "category", "group", "topic", "type", "section", "genre", "klasse", "kategorie", "gruppe", "thema", "art", "rubrik",
              "target", "package", "department", "party", "subcategory", "sector", "catégorie", "categoría", "sentiment"),
}  # fmt: skip
_NO_TITLE = frozenset(("author", "authors", "autor", "autoren", "name", "keywords", "tags", "url", "link", "source", "place", "city", "ort", "address", "user"))
_NO_CLASS = frozenset(("split", "fold", "set", "is", "has", "flag", "lang", "language", "sprache", "year", "jahr"))


@dataclass(frozen=True)
class ColumnFacts:
    """What a sample says about a column.

    Attributes
    ----------
    distinct : float
        Share of different cells among the filled ones, in [0, 1].
    mean_words, mean_length : float
        Of the filled cells, in words and characters.
    no_spaces, addresses : float
        Shares of the filled cells.
    """

    name: str
    kind: Kind
    n_filled: int = 0
    filled: float = 0.0
    distinct: float = 0.0
    n_distinct: int = 0
    mean_words: float = 0.0
    mean_length: float = 0.0
    no_spaces: float = 0.0
    addresses: float = 0.0


def is_known_name(name: str) -> bool:
    """Whether a cell is a whole name by which people call a column of a corpus."""
    return any(name.strip().lower() in names for names in _NAMES.values())


def column_facts(name: str, cells: Sequence[str]) -> ColumnFacts:
    """Kind and statistics of one column from a sample of its cells.

    Kinds: "empty" (nothing in it), "number", "date" (95 % of the filled cells; for dates 90 %, and years among dates are such), "category"
    (few short values that come back), else "text".
    """
    filled = [cell for cell in map(str.strip, cells) if cell]
    if not filled:
        return ColumnFacts(name, "empty")
    n = len(filled)
    n_distinct = len(set(filled))
    mean_length = sum(map(len, filled)) / n
    mean_words = sum(map(n_words, (cell[:5000] for cell in filled))) / n
    kind: Kind = "text"
    n_dates = sum(map(is_date, filled))
    if n_dates + (sum(map(is_year, filled)) if n_dates >= 0.05 * n else 0) >= 0.9 * n:
        kind = "date"
    elif sum(map(is_number, filled)) >= 0.95 * n:
        kind = "number"
    elif n_distinct <= min(300, 0.5 * n) and mean_length <= 60:
        kind = "category"
    no_spaces = sum(not re.search(r"\s", cell) for cell in filled) / n
    addresses = sum(map(is_address, filled)) / n
    return ColumnFacts(name, kind, n, n / len(cells), n_distinct / n, n_distinct, mean_words, mean_length, no_spaces, addresses)


def guess_roles(columns: Sequence[ColumnFacts], taken: Mapping[Role, int | None] | None = None) -> dict[Role, int]:
    """Which column plays which role; a role that no column fits is absent.

    Parameters
    ----------
    taken : mapping of role to column index or None
        What the researcher said, kept as it is; None = no column has this role.
    """
    roles: dict[Role, int] = {role: index for role, index in (taken or {}).items() if index is not None}
    for role in ROLES:
        if role in (taken or {}):
            continue
        free = [index for index in range(len(columns)) if index not in roles.values()]
        scores = {index: _score(role, columns[index], index, columns[roles["text"]] if "text" in roles else None) for index in free}
        best = max(free, key=lambda index: (scores[index], -index), default=None)
        if best is not None and scores[best] > 0:
            roles[role] = best
    return roles


def _score(role: Role, column: ColumnFacts, index: int, text: ColumnFacts | None) -> float:
    if column.kind == "empty":
        return 0.0
    named = _named(role, column.name)
    if role == "text":
        return _text_score(column, named)
    if role == "title":
        return _title_score(column, named, text)
    if role == "date":
        return _date_score(column, named)
    return _id_score(column, named, index) if role == "id" else _class_score(column, named)


def _text_score(column: ColumnFacts, named: float) -> float:
    """Prose is long and rarely repeats itself."""
    if column.kind in ("number", "date") or column.addresses > 0.5:
        return 0.0
    if not named and (column.mean_words < 3 or column.distinct < 0.3):
        return 0.0
    return (1 + 1.5 * named) * math.log1p(column.mean_words) * (0.2 + column.distinct) * (0.3 + 0.7 * column.filled)


def _title_score(column: ColumnFacts, named: float, text: ColumnFacts | None) -> float:
    """A title is a few words, nearly always another one, and shorter than the text."""
    if column.kind in ("number", "date") or column.addresses > 0.5 or column.mean_length > 400 or _tokens(column.name) & _NO_TITLE:
        return 0.0
    if named:
        return 2 * named
    shorter = text is None or column.mean_words < 0.5 * text.mean_words
    another = _named("text", column.name) or _named("id", column.name)
    return 0.5 if column.distinct > 0.8 and 2 <= column.mean_words <= 25 and shorter and column.n_filled > 3 and not another else 0.0


def _date_score(column: ColumnFacts, named: float) -> float:
    """Years are numbers, and dates only under the name of one."""
    if column.kind == "date":
        return 1.0 + named
    return named if column.kind == "number" and 3.5 <= column.mean_length <= 4.5 else 0.0


def _id_score(column: ColumnFacts, named: float, index: int) -> float:
    if column.distinct < 1 or column.filled < 1 or column.mean_length > 100 or column.kind == "date":
        return 0.0
    if named:
        return 1 + named
    return 0.5 if index == 0 and column.n_filled > 3 and column.no_spaces == 1 and column.mean_words <= 2 and column.mean_length <= 40 else 0.0


def _class_score(column: ColumnFacts, named: float) -> float:
    """A class comes back often; numbers count only under the name of one."""
    if column.n_filled <= 3 or column.kind == "date" or column.mean_length > 80 or _tokens(column.name) & _NO_CLASS:
        return 0.0
    comes_back = column.distinct <= 0.5
    if column.kind == "category":
        return 1.0 + 2 * named if column.n_distinct > 1 or named else 0.0
    return 1.5 * named if named and comes_back else 0.0


def _tokens(name: str) -> set[str]:
    """The words of a name: "primary_category" and "primaryCategory" hold "category"."""
    spaced = re.sub(r"(?<=[a-zß-ÿ])(?=[A-Z])", " ", name)
    return set(re.split(r"[\W_\d]+", spaced.lower())) if name != "#" else {"#"}


def _named(role: Role, name: str) -> float:
    """How much a name speaks for a role: 1 for the word itself, 0.8 for a word in it, 0.5 for its end, 0 for nothing."""
    whole = name.strip().lower()
    known = _NAMES[role]
    if whole in known:
        return 1.0
    if _tokens(name) & set(known):
        return 0.8
    if role != "id" and len(whole) > 5 and whole.endswith(tuple(word for word in known if len(word) > 3)):
        return 0.5
    return 0.0
