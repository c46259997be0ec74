"""Labels broken into a few lines of even length; it measures text through a function and knows nothing of drawing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from itertools import accumulate

MAX_CHARACTERS = 96
MAX_LINES = 4
_LONGEST_PIECE = 26
_STICKS = re.compile(r"[%‰°?!:;»]")  # what a line never begins with, although a space may stand before it
_SPACES = re.compile(r"[^\S\u00a0\u202f]+")  # not those that are made to hold words together
_NEVER_FIRST, _NEVER_LAST = "、。，．：；！？」』）】》〉ー々・…%", "「『（【《〈"  # of a line, in Chinese and Japanese
_SHAPE = 2.7  # a label's favoured width to height
_NEARLY = 1.0  # how much worse another number of lines may be


def wrapped(text: str, width_of: Callable[[str], float], line_height: float) -> tuple[str, ...]:
    """Lines of `text`, at most four, as even as can be and together about 2.7 times as wide as high.

    Parameters
    ----------
    width_of : function of str
        Width of one line, in the same unit as `line_height`.
    """
    found = wrappings(text, width_of, line_height)
    return found[0] if found else ()


def wrappings(text: str, width_of: Callable[[str], float], line_height: float) -> list[tuple[str, ...]]:
    """As `wrapped`, and after it the other numbers of lines that look nearly as well."""
    pieces = _pieces(shortened(text))
    if not pieces:
        return []
    widths, gaps = _measured(pieces, width_of)
    found: dict[tuple[str, ...], float] = {}
    for n_lines in range(1, min(MAX_LINES, len(pieces)) + 1):
        lines, width, waste = _even_lines(pieces, widths, gaps, n_lines)
        shape = width / (len(lines) * line_height)
        found.setdefault(tuple(line.strip() for line in lines), max(shape / _SHAPE, _SHAPE / shape) + 0.8 * waste + 0.12 * len(lines))
    in_order = sorted(found, key=lambda lines: found[lines])
    return [lines for lines in in_order if found[lines] <= found[in_order[0]] + _NEARLY]


def broken(text: str, width_of: Callable[[str], float], limit: float) -> tuple[str, ...]:
    """A text in as few lines of at most `limit` as can be, these as even as can be; a piece that is wider has a line of its own."""
    pieces = _pieces(text)
    if not pieces:
        return ()
    widths, gaps = _measured(pieces, width_of)
    lines, _, _ = _even_lines(pieces, widths, gaps, len(_filled(widths, gaps, limit)))
    return tuple(line.strip() for line in lines)


def widest_piece(text: str, width_of: Callable[[str], float]) -> float:
    """Width of what can be broken no further."""
    return max(_measured(_pieces(text), width_of)[0], default=0.0)


def shortened(text: str) -> str:
    """`text` with an ellipsis where it is longer than a map can bear."""
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1].rstrip() + "…"


def _pieces(text: str) -> list[str]:
    """What may not be broken; a piece that ends with a space is followed by one. Breaks also after hyphens and between CJK characters."""
    pieces: list[str] = []
    for word in _SPACES.split(text.strip()) if text.strip() else ():
        parts = [part for part in re.split(r"(?<=[-/_–])(?=\w)", word) if part]
        split = [piece for part in parts for piece in _short_enough(part)]
        if pieces and _STICKS.match(word):
            split[0] = pieces.pop() + split[0]
        pieces += [*split[:-1], split[-1] + " "]
    return pieces


def _measured(pieces: list[str], width_of: Callable[[str], float]) -> tuple[list[float], list[float]]:
    """The width of each piece, and of the space behind it."""
    space = width_of("n n") - width_of("nn")
    return [width_of(piece.rstrip()) for piece in pieces], [space if piece.endswith(" ") else 0.0 for piece in pieces]


def _short_enough(part: str) -> list[str]:
    """Pieces of a word: the characters of scripts that are written without spaces, or even parts of one that is too long."""
    if any(_stands_alone(character) for character in part):
        pieces: list[str] = []
        for character in part:
            if pieces and (character in _NEVER_FIRST or pieces[-1][-1] in _NEVER_LAST or not (_stands_alone(character) or _stands_alone(pieces[-1][-1]))):
                pieces[-1] += character
            else:
                pieces.append(character)
        return pieces
    length = -(-len(part) // -(-len(part) // _LONGEST_PIECE))
    return [part[start : start + length] for start in range(0, len(part), length)]


def _stands_alone(character: str) -> bool:
    """Whether a line may break beside a character; Korean is wide, too, but has spaces."""
    return unicodedata.east_asian_width(character) == "W" and not unicodedata.name(character, "").startswith("HANGUL")


def _even_lines(pieces: list[str], widths: list[float], gaps: list[float], n_lines: int) -> tuple[list[str], float, float]:
    """The lines of the narrowest block of `n_lines`, its width, and the share of it that stays empty."""
    low, high = max(widths), sum(widths) + sum(gaps)
    for _ in range(14):
        middle = (low + high) / 2
        if len(_filled(widths, gaps, middle)) <= n_lines:
            high = middle
        else:
            low = middle
    counts = _filled(widths, gaps, high)
    ends = list(accumulate(counts))
    lines = ["".join(pieces[end - count : end]) for end, count in zip(ends, counts, strict=True)]
    used = [sum(widths[end - count : end]) + sum(gaps[end - count : end - 1]) for end, count in zip(ends, counts, strict=True)]
    return lines, max(used), 1 - sum(used) / (len(used) * max(used))


def _filled(widths: list[float], gaps: list[float], limit: float) -> list[int]:
    """How many pieces each line takes when filled from the first on."""
    counts, line = [0], 0.0
    for number, width in enumerate(widths):
        wider = line + (gaps[number - 1] if counts[-1] else 0.0) + width
        if counts[-1] and wider > limit + 1e-9:
            counts.append(0)
            wider = width
        counts[-1] += 1
        line = wider
    return counts
