"""Who speaks from where to where in a text; it knows no corpus and no model, and loads nothing, because every preview asks it."""

from __future__ import annotations

import re
from collections import Counter

Piece = tuple[int, int]
FEWEST_WORDS = 5  # a turn of fewer words ("Yes, right.") goes with the one before it
MOST_WORDS_OF_NAME = 4
_CLOCK = r"[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?[\])]?"
_TURN = re.compile(rf"^[ \t]*(?:{_CLOCK}\s+)?\[?(?P<name>[^\W\d_](?:[\w.'’ -]{{0,38}}[\w.])?)\]?[ \t]*(?:{_CLOCK})?[ \t]*:(?:[ \t]+|(?=\n)|\Z)", re.MULTILINE)


def speakers_of(text: str) -> Counter[str]:
    """How often each speaker of a text speaks."""
    return Counter(turn["name"] for turn in named_turns(text))


def speaker_key(name: str) -> str:
    """By which a speaker is known, however the name is written."""
    return " ".join(name.split()).casefold()


def turns_of(text: str, left_out: frozenset[str] = frozenset()) -> list[tuple[Piece, str]]:
    """Who speaks from where to where, without the name itself; empty where nobody is named twice at the beginning of a line.

    A short turn goes with the one before it, unless that is left out: whoever answers "Yes, right." is heard all the same.
    """
    found = named_turns(text)
    if not found:
        return []
    turns: list[tuple[Piece, str]] = [((0, found[0].start()), "")] if text[: found[0].start()].strip() else []
    is_heard = bool(turns)
    for turn, following in zip(found, [*found[1:], None], strict=True):
        end = following.start() if following is not None else len(text)
        if speaker_key(turn["name"]) in left_out:
            is_heard = False
            continue
        if len(text[turn.end() : end].split(None, FEWEST_WORDS)) >= FEWEST_WORDS or not is_heard:
            turns.append(((turn.end(), end), turn["name"]))
        else:
            (start, _), speaker = turns[-1]
            turns[-1] = ((start, end), speaker)
        is_heard = True
    return turns


def named_turns(text: str) -> list[re.Match[str]]:
    """Where a line begins with a name; nowhere, where none of them comes again."""
    found = [turn for turn in _TURN.finditer(text) if len(turn["name"].split()) <= MOST_WORDS_OF_NAME]
    return found if found and max(Counter(turn["name"] for turn in found).values()) > 1 else []
