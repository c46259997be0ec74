"""What the texts of a preview are written in, for the terminal; the window is told by the forecast."""

from __future__ import annotations

from collections.abc import Sequence

from topicdesk.core.errors import TopicDeskError
from topicdesk.stages.spoken_languages import spoken_languages


def told_languages(texts: Sequence[str]) -> dict[str, float]:
    """The languages by name with the share of their letters, most spoken first. Raises TopicDeskError where nothing here can tell them."""
    return {spoken.language.name: round(spoken.share, 3) for spoken in spoken_languages(texts)}


def languages_in_words(texts: Sequence[str]) -> str:
    """The same as one line, or why they cannot be told; empty where no text has letters."""
    try:
        told = told_languages(texts)
    except TopicDeskError as error:
        return str(error)
    shares = ", ".join(f"{name} {100 * share:.0f} %" if len(told) > 1 else name for name, share in told.items())
    return f"Language: {shares}" if shares else ""
