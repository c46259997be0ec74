"""How an engine died, for the next one to know: a crash in native code is noted in the project's lock file, a kill from outside is not.

The topics of a group of prompts that an engine crashed over are asked one by one: the one that crashes alone, the second crash, is not asked
again and keeps its keywords. Where none does, the crash was chance, and the group is asked once more as it is, because then its answers are
those of an undisturbed run; where that crashes too, the answers that each topic got alone stand.
"""

from __future__ import annotations

import faulthandler
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from topicdesk.project.cache import ArtifactTable, cache_key
from topicdesk.project.lock import ProjectLock

N_DEATHS_OF_A_GROUP = 2
NOW_KEY = cache_key("deaths now", 1)


@contextmanager
def noted_in(lock: ProjectLock) -> Iterator[None]:
    """While entered, a crash (abort, segmentation fault) writes the functions that were running into the lock file, and no values."""
    faulthandler.enable(lock.fileno())
    try:
        yield
    finally:
        faulthandler.disable()


def is_plan_to_blame(artifacts: ArtifactTable, has_crashed: bool) -> bool:
    """Whether a crash speaks against the way the model was loaded: not the first crash over a group, which is asked again as it was."""
    now = artifacts.values(NOW_KEY) or {"is_asking": False, "n_deaths": 0}
    return has_crashed and not (now["is_asking"] and now["n_deaths"] == 0)


class Suspects:
    """Which topics are being asked, kept in the project, and which of them the engine crashed over.

    Parameters
    ----------
    plan_key : str
        Of the questions, their order, the model and the library's version, but not of how the model was loaded, which changes after a crash.
    has_crashed : bool
        Whether the engine before this one crashed.
    """

    def __init__(self, artifacts: ArtifactTable, plan_key: str, has_crashed: bool) -> None:
        self._artifacts, self._key = artifacts, cache_key("deaths", 1, plan=plan_key)
        kept = artifacts.values(self._key) or {"asking": [], "is_alone": False, "deaths": {}, "skipped": []}
        asking: list[int] = kept["asking"]
        self._deaths: dict[str, int] = kept["deaths"]
        self.skipped: list[int] = kept["skipped"]
        if has_crashed and asking:
            name = _name(asking)
            self._deaths[name] = self._deaths.get(name, 0) + 1
            if kept["is_alone"]:
                self.skipped += asking
        if asking:
            self._keep([])

    @property
    def notice(self) -> str:
        """A sentence about those that are not asked; empty where all are."""
        n_skipped = len(self.skipped)
        who = "1 topic keeps its keywords" if n_skipped == 1 else f"{n_skipped} topics keep their keywords"
        return f"{who}: the engine crashed each time that the language model was asked." if n_skipped else ""

    def portions(self, topics: Sequence[int]) -> Iterator[list[int]]:
        """What of a group to ask together, each noted before it is asked; where a topic comes twice, the later answer is the one that counts."""
        n_deaths, is_clear = self._deaths.get(_name(topics), 0), not set(topics) & set(self.skipped)
        if n_deaths or not is_clear:
            for topic in topics:
                if topic not in self.skipped:
                    yield from self._noted([topic], is_alone=True)
        if is_clear and n_deaths < (N_DEATHS_OF_A_GROUP if len(topics) > 1 else 1):
            yield from self._noted(list(topics))

    def _noted(self, portion: list[int], is_alone: bool = False) -> Iterator[list[int]]:
        self._keep(portion, is_alone)
        yield portion
        self._keep([])

    def _keep(self, asking: list[int], is_alone: bool = False) -> None:
        self._artifacts.put(self._key, "label", {"asking": asking, "is_alone": is_alone, "deaths": self._deaths, "skipped": self.skipped})
        self._artifacts.put(NOW_KEY, "label", {"is_asking": bool(asking), "n_deaths": self._deaths.get(_name(asking), 0)})


def _name(topics: Sequence[int]) -> str:
    return " ".join(map(str, topics))
