"""One update of a project's texts, as its history keeps it: when, how many documents were new, changed, gone, and which are gone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TextUpdate:
    """Counts of documents, and the ids of those that are gone; no text.

    Attributes
    ----------
    made : str
        When, in UTC, ISO 8601.
    by_id : bool
        Whether ids told which document is which; else their texts did.
    """

    made: str
    n_new: int
    n_changed: int
    n_gone: int
    n_same: int
    by_id: bool
    gone: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The counts as a sentence tells them, such as "12 new, 3 changed, 2 gone, 3,983 the same"."""
        return counts_in_words(self.n_new, self.n_changed, self.n_gone, self.n_same)


def counts_in_words(n_new: int, n_changed: int, n_gone: int, n_same: int) -> str:
    """What an update finds; those that are nought are left out, but for the same."""
    counted = ((n_new, "new"), (n_changed, "changed"), (n_gone, "gone"))
    return ", ".join([*(f"{n:,} {what}" for n, what in counted if n), f"{n_same:,} the same"])
