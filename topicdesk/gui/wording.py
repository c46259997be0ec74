"""How numbers are written for people: 4,000; 2:10; 26 %; 6.1 GB. No Qt."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from topicdesk.core.corpus import Corpus

LISTED = 4


def count(number: int, one: str = "", many: str = "") -> str:
    """4000 -> "4,000"; with words, "1 document" or "4,000 documents"."""
    words = one if number == 1 else (many or (one and f"{one}s"))
    return f"{number:,} {words}" if words else f"{number:,}"


def unit_of(corpus: Corpus | None) -> str:
    """What topics are made of: "document", or "passage" where documents are split."""
    return "document" if corpus is None else corpus.unit


def share(part: int, whole: int) -> str:
    """A part of a whole in per cent: "26 %", "< 1 %" for a little that is not nothing; no line ends within it."""
    percent = 100 * part / whole if whole else 0.0
    return ("< 1 %" if 0 < percent < 0.5 else f"{round(percent)} %").replace(" ", "\N{NO-BREAK SPACE}")


def clock(seconds: float) -> str:
    """Seconds on a clock: "0:07", "2:10", "1:02:10"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def about(seconds: float) -> str:
    """A duration that is only estimated: "a few seconds", "about 40 s", "about 6 min", "about 2 h 10 min"."""
    if seconds < 5:
        return "a few seconds"
    if seconds < 90:
        return f"about {round(seconds / 5) * 5} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"about {minutes} min"
    hours, minutes = divmod(round(minutes / 10) * 10, 60)
    return f"about {hours} h {minutes} min" if minutes else f"about {hours} h"


def memory(mebibytes: float) -> str:
    """Mebibytes in the unit that reads best: "800 MB", "6.1 GB"."""
    return f"{mebibytes:.0f} MB" if mebibytes < 1000 else f"{mebibytes / 1024:.1f} GB"


def file_size(n_bytes: int) -> str:
    """Bytes of a file in the unit that reads best: "12 KB", "3.4 MB", "800 MB", "6.1 GB"."""
    if n_bytes < 1 << 20:
        return f"{-(-n_bytes // 1024)} KB"
    return f"{n_bytes / (1 << 20):.1f} MB" if n_bytes < 10 << 20 else memory(n_bytes / (1 << 20))


def local_time(made: str) -> str:
    """A time in ISO 8601 as the clock on the wall shows it: "2026-11-24 08:40"."""
    try:
        return datetime.fromisoformat(made).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return made


def saved_words(saved: datetime, now: datetime) -> str:
    """When something was written last: "saved 12:04" today, else with its day."""
    return f"saved {saved:%H:%M}" if saved.date() == now.date() else f"saved {saved:%Y-%m-%d %H:%M}"


def listed(words: list[str]) -> str:
    """A few words in a row; what is too many is only counted."""
    shown = ", ".join(words[:LISTED])
    return shown if len(words) <= LISTED else f"{shown} and {count(len(words) - LISTED)} more"


def isolated(text: str) -> str:
    """A text from elsewhere within a line of ours: one that is written from right to left must not turn what stands beside it around."""
    is_turning = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}" if is_turning else text


STAGE_WORDS = {
    "import": "Read the corpus",
    "embed": "Embed texts",
    "project": "Project",
    "cluster": "Find topics",
    "keywords": "Keywords",
    "exemplars": "Typical documents",
    "label": "Name topics",
    "draw": "Draw the map",
}


def stage_words(stage: str) -> str:
    """The stage as the window calls it."""
    return STAGE_WORDS.get(stage, stage.capitalize())
