"""One execution of the pipeline: what was asked, where results are kept and found, and how its stages are announced; it knows no stage."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from topicdesk.core import events
from topicdesk.core.errors import Cancelled, InputError, StageFailed, TopicDeskError
from topicdesk.core.languages import Language
from topicdesk.core.progress import Progress
from topicdesk.core.requests import RunRequest
from topicdesk.core.settings import LabellingSettings, Settings
from topicdesk.core.text_update import TextUpdate
from topicdesk.engine.terms import read_as
from topicdesk.engine.workshop import Workshop
from topicdesk.project.store import Project
from topicdesk.stages.spoken_languages import Spoken

Emit = Callable[[events.Event], None]
RESULT_OF = {"import": "the corpus", "embed": "all embeddings", "project": "the projection", "cluster": "the topics", "keywords": "their keywords"}


@dataclass
class Run:
    """One execution: what was asked, where it is kept, and what came so far.

    Attributes
    ----------
    stage : str
        The stage that is under way.
    stages : list of dict
        Name, seconds and from_cache of each finished stage, as in run.json.
    partly : str
        What the stage under way has finished and kept so far, in words.
    reading : dict of str to int
        How many texts the embedding model reads only in part ("n_cut"), beyond how many tokens ("n_max_tokens").
    has_crashed : bool
        Whether the engine before this one died in native code while it worked on this project.
    spoken : tuple of Spoken
        The languages that the corpus was found to be in.
    smallest_batch : int or None
        How many tokens at once the memory was large enough for, where texts could not be embedded as planned.
    projected_by : dict of str to str
        What found the neighbours and how they were laid out, as in run.json.
    label_check : dict or None
        How the labels fare with documents that took no part in naming, as in run.json; None without a language model.
    text_update : TextUpdate or None
        What this run has brought to the project's texts.
    """

    request: RunRequest
    settings: Settings
    project: Project
    workshop: Workshop
    emit: Emit
    is_cancelled: Callable[[], bool]
    stage: str = "import"
    stages: list[dict[str, Any]] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    partly: str = ""
    reading: dict[str, int] = field(default_factory=dict)
    has_crashed: bool = False
    smallest_batch: int | None = None
    projected_by: dict[str, str] = field(default_factory=dict)
    label_check: dict[str, Any] | None = None
    text_update: TextUpdate | None = None
    spoken: tuple[Spoken, ...] = ()
    _from_cache: bool = False

    @property
    def languages(self) -> tuple[Language, ...]:
        """What the texts are read as: the languages that the researcher names, else those that were found."""
        return read_as(self.spoken, self.settings.keywords)

    @property
    def labelling(self) -> LabellingSettings:
        """How the language model is asked: in the language that the researcher names, else in that of the corpus where it is not English."""
        chosen = self.settings.labelling
        own = next((language.name for language in self.languages[:1] if language.code != "en"), "")
        return chosen if chosen.language or not own else replace(chosen, language=own)

    @contextmanager
    def doing(self, stage: str, total: int | None = None, unit: str = "") -> Iterator[Progress]:
        """Announce a stage, time it, and name it in whatever goes wrong inside."""
        self.stage, self.partly, self._from_cache = stage, "", False
        self.emit(events.StageStarted(stage, total, unit))
        started = time.perf_counter()
        try:
            yield Progress(lambda done, of: self.emit(events.StageProgress(stage, done, of)), self.is_cancelled)
        except (TopicDeskError, MemoryError, OSError) as error:
            if isinstance(error, InputError | Cancelled):
                raise
            raise StageFailed(stage, str(error) or "The computer ran out of memory.") from error
        seconds = time.perf_counter() - started
        self.stages.append({"name": stage, "seconds": round(seconds, 3), "from_cache": self._from_cache})
        self.emit(events.StageFinished(stage, seconds, self._from_cache))

    def beside(self, settings: Settings) -> Run:
        """For another analysis of the same corpus: the same work, of which only what deserves attention is told."""
        tell = lambda event: self.emit(event) if isinstance(event, events.Notice) else None  # noqa: E731
        return replace(self, settings=settings, emit=tell, stages=[], keys={}, reading={}, projected_by={})

    def add_seconds_of(self, beside: Run) -> None:
        """Count what was done beside as done in this run's stages."""
        for stage in self.stages:
            stage["seconds"] = round(stage["seconds"] + sum(other["seconds"] for other in beside.stages if other["name"] == stage["name"]), 3)

    def found(self, key: str, block: int = 0) -> bool:
        """Whether what lies under `key` may be used: where all is to be made afresh, only what was since that began, by an engine that was killed too."""
        return not self.request.fresh or self.project.artifacts.is_afresh(key, block)

    def cached_array(self, key: str, block: int = 0) -> Any:
        """The array under `key`, or None."""
        return self.project.artifacts.array(key, block) if self.found(key, block) else None

    def cached_values(self, key: str, block: int = 0) -> Any:
        """The plain values under `key`, or None."""
        return self.project.artifacts.values(key, block) if self.found(key, block) else None

    def keep(self, key: str, value: Any, block: int = 0) -> None:
        """Commit a result before the next begins."""
        self.project.artifacts.put(key, self.stage, value, block, self.request.fresh)

    def reused(self) -> None:
        """Say that the stage under way had nothing to compute."""
        self._from_cache = True

    def versions(self, *names: str) -> dict[str, str]:
        """The versions of libraries, for a cache key."""
        return {name: self.workshop.versions[name] for name in names}

    def kept(self) -> str:
        """What a cancelled run has finished and kept, in words."""
        finished = [RESULT_OF[stage["name"]] for stage in self.stages if stage["name"] in RESULT_OF] + [self.partly] * bool(self.partly)
        kept = f"Kept: {', '.join(finished)}." if finished else "Nothing was finished yet."
        return f"Cancelled. {kept} The next run goes on from there."
