"""The preview for a terminal: short, aligned, and safe to print whatever the cells hold."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence

from topicdesk.importing.preview import Preview

_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space", "": "none", '"': "double", "'": "single"}
_MOST_LISTED = 5
_WIDEST_CELL = 60
_MOST_ROWS = 10
_MOST_COLUMNS = 50
_MOST_SPEAKERS = 8


def render_preview(preview: Preview, n_characters: int = 100) -> str:
    """The preview as lines of at most about `n_characters`, ending with a line end."""
    rows = "more rows than were counted" if preview.n_rows is None else _counted(preview.n_rows, "row")
    how = f"{preview.encoding}, delimiter {_name(preview.delimiter)}, quote {_name(preview.quote)}, {'with' if preview.header else 'without'} a header"
    joined = [f"text: {' + '.join(preview.text_columns)}"] * (len(preview.text_columns) > 1)
    lines = [f"{preview.format}: {how}; {rows}", *joined, *_left_aside(preview, n_characters), ""]
    lines += _table([("COLUMN", "KIND", "ROLE"), *preview.columns[:_MOST_COLUMNS]], n_characters)
    if len(preview.columns) > _MOST_COLUMNS:
        lines.append(f"... and {len(preview.columns) - _MOST_COLUMNS:,} columns more")
    shown = preview.rows[:_MOST_ROWS]
    for number, row in enumerate(shown, 1):
        lines += ["", f"{number}."]
        pairs = [(name, cell) for (name, _, role), cell in zip(preview.columns, row) if cell.strip() and (role != "none" or len(row) <= 6)]
        lines += ["  " + line for line in _table(pairs, n_characters - 2)]
    if not any(role == "text" for _, _, role in preview.columns):
        lines += ["", "No column looks like texts; name it with --text."]
    return "\n".join(lines) + "\n"


def printable(cell: str) -> str:
    """One line without control characters: a terminal must not run what a foreign file says."""
    spaced = " ".join(cell.split())
    return "".join("\ufffd" if unicodedata.category(character) in ("Cc", "Cf", "Cs") else character for character in spaced)


def _left_aside(preview: Preview, n_characters: int) -> list[str]:
    lines = []
    if preview.n_above:
        lines.append(f"{_counted(preview.n_above, 'line')} above the table left out")
    lines += [f"{_counted(count, 'row')} not analysed: {reason}" for reason, count in preview.dropped.items()]
    if preview.duplicates:
        lines.append(f"{_counted(preview.duplicates, 'row')} with the text of an earlier one")
    lines += [*_offered(preview), *_spoken(preview, n_characters)]
    lines += _listed(preview.mended, "mended", n_characters)
    lines += _listed(preview.unreadable, "unreadable", n_characters)
    return lines


def _offered(preview: Preview) -> list[str]:
    """What cleaning would find, each with the option that asks for it."""
    if preview.survey is None:
        return []
    found = preview.survey.to_dict()
    among = "" if found["n_texts"] == preview.n_rows else f" of the first {found['n_texts']:,}"
    words = {"html": "HTML", "email": "e-mail headers or a signature", "urls": "web addresses"}
    return [f"{_counted(found[name], 'row')}{among} with {what}: --clean {name} takes it out" for name, what in words.items() if found[name]]


def _spoken(preview: Preview, n_characters: int) -> list[str]:
    """Who speaks, and how to leave somebody out."""
    if not preview.speakers:
        return []
    said = ", ".join(f"{printable(name)} ({_counted(n, 'turn')})" for name, n in list(preview.speakers.items())[:_MOST_SPEAKERS])
    more = ", ..." * (len(preview.speakers) > _MOST_SPEAKERS)
    return textwrap.wrap(f"speakers: {said}{more}; --without-speaker NAME leaves one out", n_characters, subsequent_indent="    ")


def _listed(rows: Sequence[tuple[int, str]], what: str, n_characters: int) -> list[str]:
    if not rows:
        return []
    lines = [f"{_counted(len(rows), 'row')} {what}:"]
    for _, reason in rows[:_MOST_LISTED]:
        lines += textwrap.wrap(printable(reason), n_characters, initial_indent="  ", subsequent_indent="    ")
    return lines + (["  ..."] if len(rows) > _MOST_LISTED else [])


def _table(rows: Sequence[tuple[str, ...]], n_characters: int) -> list[str]:
    """Columns side by side, the last as wide as the line allows."""
    cells = [[_cut(printable(cell), _WIDEST_CELL if column < len(row) - 1 else n_characters) for column, cell in enumerate(row)] for row in rows]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(cells[0]) - 1)] if cells else []
    lines = []
    for row in cells:
        start = "".join(cell + " " * (width - _width(cell) + 2) for cell, width in zip(row, widths))
        lines.append((start + _cut(row[-1], max(20, n_characters - _width(start)))).rstrip())
    return lines


def _cut(cell: str, width: int) -> str:
    if _width(cell) <= width:
        return cell
    kept, used = [], 3
    for character in cell:
        used += _width(character)
        if used > width:
            break
        kept.append(character)
    return "".join(kept) + "..."


def _width(cell: str) -> int:
    """Columns on a terminal: East Asian characters take two, combining ones none."""
    if cell.isascii():
        return len(cell)
    return sum(0 if unicodedata.combining(character) else 1 + (unicodedata.east_asian_width(character) in "WF") for character in cell)


def _name(character: str) -> str:
    return _NAMES.get(character, repr(character))


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")
