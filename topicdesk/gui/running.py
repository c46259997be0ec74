"""How a session runs a corpus or a project, and brings a project up to date: where it lies, who holds it, what the engine is sent."""

from __future__ import annotations

import os
from abc import abstractmethod
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from topicdesk.core.errors import InputError
from topicdesk.core.events import Event, RunCancelled, RunFailed
from topicdesk.core.requests import CorpusSource, RunRequest
from topicdesk.gui import project_work
from topicdesk.gui.reopening import NO_TEXTS, Reopening

if TYPE_CHECKING:
    from topicdesk.gui.engine_process import EngineProcess
    from topicdesk.gui.model_shelf import ModelShelf
    from topicdesk.gui.run_follower import RunFollower
    from topicdesk.gui.update_offer import UpdateOffer


class Running(Reopening):
    """The part of a session that runs.

    Attributes
    ----------
    source : CorpusSource or None
        The file that is previewed or run, with the researcher's corrections.
    offer : UpdateOffer
        The project that the previewed corpus would bring up to date.
    shelf : ModelShelf
    """

    offer: UpdateOffer
    shelf: ModelShelf
    _engine: EngineProcess
    _follower: RunFollower

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source: CorpusSource | None = None
        self._had_project = False  # before the run began

    @abstractmethod
    def discard_trial(self) -> None:
        """Show the analysis again."""

    def start_run(self, sample: int | None = None, fresh_name: bool = False, place: Path | None = None) -> None:
        """Run what is previewed, or the project again with the present settings.

        Parameters
        ----------
        sample : int or None
            Only that many documents of the previewed corpus, in a project of their own.
        fresh_name : bool
            Take NAME-2.topicdesk, because NAME.topicdesk is there already.
        place : Path or None
            Where the project is to lie; beside the corpus file where it is not said, which `place_wanted` asks for where that cannot be.
        """
        if self.state in ("running", "previewing", "empty"):
            return
        if not self.has_texts:
            self.notice.emit(NO_TEXTS)
            return
        self.discard_trial()
        if self.corpus is None and self.offer.accepted is not None and not fresh_name:  # an update that was stopped goes on
            self.start_update(self.offer.accepted)
            return
        if self.corpus is None and self.source is not None:
            self.source = replace(self.source, sample=sample or self.source.sample)
            path = place or project_work.project_path(Path(self.source.path), self.source.sample)
            self.project_path = project_work.fresh_path(path) if fresh_name and place is None and path.exists() else path
            self.offer.accepted = None
            if not os.access(path.parent, os.W_OK):
                self.place_wanted.emit(path)
                return
        if self.project_path is not None:
            self._begin(self.project_path)

    def start_update(self, path: Path) -> None:
        """Put the previewed corpus in the place of the earlier state of it that is in a project; its topics and edits stay."""
        if self.corpus is None and self.source is not None and self.state in ("preview", "cancelled", "failed"):
            self.project_path = self.offer.accepted = path
            self._begin(path, is_update=True)

    def _begin(self, path: Path, is_update: bool = False) -> None:
        """Hold the project and send its run to the engine."""
        if reason := self.care.files.hold(path):
            self.notice.emit(reason)
            return
        request = RunRequest(
            str(path), self.source if self.corpus is None else None, None, self.settings.to_dict(),
            self.shelf.path("embedding"), self.shelf.path("language"), with_labels=not self.shelf.is_lacking("language"), update=is_update,
        )  # fmt: skip
        self._had_project = path.exists()
        self.preferences.set_unfinished(path)
        self._set_state("running")
        self.run_began.emit()
        self._follower.start(request, self.corpus is None)

    def can_take_fresh_name(self, failed: RunFailed) -> bool:
        """Whether a run failed because the project beside the corpus file holds another corpus."""
        return failed.exit_code == InputError.exit_code and failed.stage == "import" and self.corpus is None and self._had_project

    def cancel(self) -> None:
        """Stop the run; what is finished is kept."""
        if self.state == "running":
            self._engine.cancel()
            self.cancel_requested.emit()

    def _on_run_ended(self, last_word: Event) -> None:
        if isinstance(last_word, RunFailed):
            self.failed.emit(last_word)
            self._set_state("failed")
        elif isinstance(last_word, RunCancelled):
            self.cancelled.emit(last_word)
            self._set_state("cancelled")
        else:
            self.preferences.set_unfinished(None)
            if self.offer.accepted is not None and self.editor.found is not None:  # the next run asks for what this map was made with
                self.change_settings(self.editor.found.settings)
            if self.offer.accepted is not None:
                self.care.look_for_withdrawn()
            self.offer.accepted = None
            self.editor.take_note_of_saved()
            self._set_state("result")
