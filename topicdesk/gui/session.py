"""What the window works on and the only thing that changes it: views call its methods and listen to its signals.

Heavy loading happens in a background thread, computing in the engine process, reading of foreign files in the preview
process; nothing here blocks the window.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject

from topicdesk.core.analysis import Analysis, Label
from topicdesk.core.arrays import FloatArray
from topicdesk.core.corpus import Corpus
from topicdesk.core.errors import InputError, TopicDeskError
from topicdesk.core.events import Event, RunCancelled, RunFailed
from topicdesk.core.model_files import FoundModel, Role
from topicdesk.core.places import home_folder
from topicdesk.core.requests import CorpusSource, ForecastRequest, ReclusterRequest, RunRequest
from topicdesk.core.settings import Settings
from topicdesk.gui import project_work
from topicdesk.gui.commands import Commands
from topicdesk.gui.engine_process import EngineProcess
from topicdesk.gui.model_shelf import ModelShelf
from topicdesk.gui.preferences import Preferences
from topicdesk.gui.preview_process import PreviewProcess, read_preview
from topicdesk.gui.project_thread import ProjectThread
from topicdesk.gui.project_work import NO_EDITS, Edits, Opened, Trial
from topicdesk.gui.run_follower import RunFollower
from topicdesk.gui.selection import Selection
from topicdesk.gui.small_requests import SmallAnswers
from topicdesk.gui.stage_board import StageBoard
from topicdesk.project.store import SUFFIX, Project

__all__ = ["Session", "Trial"]


class Session(Selection):
    """One window's work: a corpus, its project, its analysis, and what is chosen in it.

    Attributes
    ----------
    state : str
        "empty", "previewing", "preview", "running", "cancelled", "failed" or "result".
    project : Project or None
        Open in the window's thread, for short reads; everything that writes goes through the session.
    project_path : Path or None
        Where the project lies or will lie; known from the start of a run on.
    source : CorpusSource or None
        The file that is previewed or run, with the researcher's corrections.
    preview : dict or None
        The newest preview (design.md, section 6).
    corpus, analysis, positions : Corpus, Analysis, float32 (n_documents, 2) or None
        As far as they are there; `analysis` has the researcher's labels applied.
    trial : Trial or None
    settings : Settings
        For the next run; those of the shown analysis are in the analysis.
    edits : Edits
    view : dict
        How the project was looked at when it was closed, as given to `remember_view`.
    shelf : ModelShelf
    is_making_sample : bool
        Whether "previewing" is about the sample corpus being written, which takes longer than a look at a file.
    """

    def __init__(self, commands: Commands | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = "empty"
        self.project: Project | None = None
        self.project_path: Path | None = None
        self.source: CorpusSource | None = None
        self.preview: dict[str, Any] | None = None
        self.corpus: Corpus | None = None
        self.positions: FloatArray | None = None
        self.trial: Trial | None = None
        self.settings = Settings()
        self.edits: Edits = NO_EDITS
        self.preferences = Preferences()
        self.view: dict[str, Any] = {}
        self.engine_was_started = False
        self.is_making_sample = False
        self._is_closed = False
        self._had_project = False  # before the run began
        self._bare: Analysis | None = None  # the analysis without the researcher's labels
        self._commands = commands or Commands()
        self._background = ProjectThread(self)
        self.shelf = ModelShelf(self.preferences, self._background, self)
        self.shelf.changed.connect(self.models_changed)
        self.shelf.changed.connect(self._ask_forecast)
        self.shelf.failed.connect(self.notice)
        self._engine = EngineProcess(self._commands.engine, self)
        self._engine.state_changed.connect(self.engine_state_changed)
        self._answers = SmallAnswers(self._engine, self._background, self)
        self._answers.forecast_ready.connect(self.forecast_ready)
        self._answers.forecast_failed.connect(self.forecast_failed)
        self._answers.trial_read.connect(self._set_trial)
        self._answers.trial_failed.connect(self.trial_failed)
        self._follower = RunFollower(self._engine, self._background, self)
        self._follower.stage_changed.connect(self.stage_changed)
        self._follower.notice.connect(self.notice)
        self._follower.corpus_read.connect(self._on_corpus)
        self._follower.positions_read.connect(self._on_positions)
        self._follower.analysis_read.connect(self._on_analysis)
        self._follower.labels_came.connect(self._on_labels)
        self._follower.ended.connect(self._on_run_ended)
        self._preview_process = PreviewProcess(self)
        self._preview_process.finished.connect(self._on_preview)
        self._preview_process.failed.connect(self._on_open_failed)
        self._sample_process = PreviewProcess(self)
        self._sample_process.finished.connect(lambda _: self.open_path(_sample_path()))
        self._sample_process.failed.connect(self._on_open_failed)

    def start_engine(self) -> None:
        """Start the engine process and look for models, so that both are there when they are needed."""
        self.engine_was_started = True
        self._engine.start()
        self.shelf.refresh()

    @property
    def stages(self) -> StageBoard:
        """The views of the stages of this run, or of the last one."""
        return self._follower.board

    @property
    def engine_state(self) -> str:
        """The engine process: "starting", "ready", "busy" or "dead"."""
        return self._engine.state

    # ---- opening

    def open_path(self, path: Path) -> None:
        """Open a project, or preview a corpus file. While a run goes on it says so and does nothing."""
        if self.state == "running":
            self.notice.emit("A run is going on. Cancel it first, then open another file.")
            return
        self._forget()
        self.is_making_sample = False
        self._set_state("previewing")
        if path.suffix == SUFFIX:
            self.project_path = path
            self._background.with_project(path, project_work.open_project, self._on_opened, self._on_open_failed)
        else:
            self.source = CorpusSource(str(path))
            self._preview_process.ask(self._commands.preview(self.source))

    def open_sample(self) -> None:
        """Open the sample corpus; it is written first where it is not there yet."""
        if _sample_path().is_file():
            self.open_path(_sample_path())
        elif self.state != "running":
            _sample_path().parent.mkdir(parents=True, exist_ok=True)
            self._forget()
            self.is_making_sample = True
            self._set_state("previewing")
            self._sample_process.ask(self._commands.sample(_sample_path().parent))

    def correct_preview(self, **corrections: str | None) -> None:
        """Read the file anew with other fields of CorpusSource (text, title, encoding, delimiter, ...)."""
        if self.source is not None:
            self.source = replace(self.source, **corrections)  # type: ignore[arg-type]
            self._preview_process.ask(self._commands.preview(self.source))

    # ---- running

    def start_run(self, sample: int | None = None, fresh_name: bool = False) -> None:
        """Run what is previewed, or the project again with the present settings.

        Parameters
        ----------
        sample : int or None
            Only that many documents of the previewed corpus, in a project of their own.
        fresh_name : bool
            Take NAME-2.topicdesk, because NAME.topicdesk holds another corpus.
        """
        if self.state in ("running", "previewing", "empty"):
            return
        self.discard_trial()
        if self.corpus is None and self.source is not None:
            self.source = replace(self.source, sample=sample or self.source.sample)
            path = project_work.project_path(Path(self.source.path), self.source.sample)
            self.project_path = project_work.fresh_path(path) if fresh_name else path
        request = RunRequest(
            str(self.project_path), self.source if self.corpus is None else None, None, self.settings.to_dict(),
            self.shelf.path("embedding"), self.shelf.path("language"), with_labels=not self.shelf.is_lacking("language"),
        )  # fmt: skip
        self._had_project = self.project_path is not None and self.project_path.exists()
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

    # ---- editing

    def rename_topic(self, number: int, text: str) -> None:
        """Give a topic the researcher's label; an empty text gives it back to the model."""
        if self._bare is None or self.project_path is None:
            return
        text = " ".join(text.split())
        topic = self._bare.topics[number]
        names = {key: name for key, name in self.edits.names.items() if key != topic.stable_id}
        if self.edits.names.get(topic.stable_id, "") == text:
            return
        self._set_edits(Edits(names | ({topic.stable_id: text} if text else {}), True, False))
        self._edit(project_work.renaming(topic.stable_id, text))

    def undo(self) -> None:
        """Take the newest edit back."""
        self._edit(project_work.undoing)

    def redo(self) -> None:
        """Make the edit again that was taken back last."""
        self._edit(project_work.redoing)

    # ---- settings and topic size

    def try_topic_size(self, min_topic_size: int) -> None:
        """Cluster the projection with another size, to look at; the newest wish wins. The answer is `trial_changed`."""
        if self.analysis is not None and self.project_path is not None:
            settings = _with_topic_size(self.analysis.settings, min_topic_size)
            self._answers.recluster.ask(ReclusterRequest(str(self.project_path), settings.to_dict()))

    def choose_topic_size(self, min_topic_size: int | None) -> None:
        """The size for the next run; None derives it from the corpus."""
        self.change_settings(_with_topic_size(self.settings, min_topic_size))

    def apply_trial(self) -> None:
        """Make the trial the analysis: a run that keeps everything up to the projection."""
        if self.trial is not None and self.state != "running":
            self.choose_topic_size(self.trial.min_topic_size)
            self.start_run()

    def discard_trial(self) -> None:
        """Show the analysis again."""
        self._answers.forget_trials()
        self._set_trial(None)

    def change_settings(self, settings: Settings) -> None:
        """Settings for the next run."""
        if settings != self.settings:
            self.settings = settings
            self.settings_changed.emit()

    def models(self) -> list[FoundModel]:
        """The models found; empty until the first look is over, which `models_changed` says."""
        return self.shelf.found or []

    def model(self, role: Role) -> FoundModel | None:
        """The model that the next run takes."""
        return self.shelf.chosen(role)

    def set_model(self, role: Role, path: str | None) -> None:
        """Choose a model by its path; None for the best one found, NO_MODEL for none."""
        self.shelf.choose(role, path)

    def export_tables(self, folder: Path) -> None:
        """Write topics and documents as CSV into a folder, under names that are free; `notice` says what was written."""
        analysis, corpus, path = self.analysis, self.corpus, self.project_path
        if analysis is not None and corpus is not None and path is not None:
            work = project_work.exporting_tables(folder, path.stem, analysis, corpus)
            self._background.submit(work, lambda names: self.notice.emit(f"Written to {folder}: {names}."), self.notice.emit)

    def place_starters(self) -> None:
        """Copy the starter models into the models folder; `models_changed` or `notice` follows."""
        self.shelf.place_starters()

    def remember_view(self, view: dict[str, Any]) -> None:
        """Keep how the project is looked at (plain values) for the next time it is opened."""
        if self.project is not None:
            self._background.with_project(self.project.path, project_work.remembering(view), lambda _: None, lambda _: None)

    def in_background(self, work: Callable[[], None], then: Callable[[], None]) -> None:
        """Do something that takes time, such as loading a library, in the background thread, and go on here when it is done."""
        self._background.submit(work, lambda _: then(), self.notice.emit)

    def close(self) -> None:
        """End the child processes, finish writing, close the project. A second time does nothing."""
        if self._is_closed:
            return
        self.leaving.emit()
        self._is_closed = True
        self._preview_process.stop()
        self._sample_process.stop()
        self._follower.stop()
        self._engine.shut_down()
        if self.project is None and self.project_path is not None:  # a run that ended in its import may have left a log beside the project
            self._background.with_project(self.project_path, lambda _: None, lambda _: None, lambda _: None)
        self._background.close()
        self._close_project()
        self.preferences.save()

    # ---- what comes back

    def _on_preview(self, stdout: bytes) -> None:
        try:
            self.preview = read_preview(stdout)
        except ValueError as error:
            self._on_open_failed(f"The preview could not be understood ({error}).")
            return
        self._set_state("preview")
        self.preview_ready.emit(self.preview)
        self._ask_forecast()

    def _on_open_failed(self, reason: str) -> None:
        """A first look that fails leads back to the empty page; a correction that fails leaves the preview as it was."""
        if self.state == "previewing":
            self._set_state("empty")
        self.preview_failed.emit(reason)

    def _on_opened(self, opened: Opened) -> None:
        if opened.analysis is not None:
            self.settings = opened.analysis.settings
            self.settings_changed.emit()
        self._on_corpus(opened)
        self.view = opened.view
        if opened.analysis is not None:
            self._on_analysis(opened.analysis)
            self._set_state("result")
        elif opened.corpus is not None:
            self.cancelled.emit(RunCancelled("", "The corpus and every finished step are in the project."))
            self._set_state("cancelled")
        else:
            self._on_open_failed(f"{self.project_path}: this project holds no corpus yet. Open the corpus file instead.")

    def _on_corpus(self, opened: Opened) -> None:
        if opened.corpus is None or self.project_path is None:
            return
        self.corpus = opened.corpus
        try:
            self._close_project()
            self.project = Project(self.project_path)
        except TopicDeskError as error:
            self.notice.emit(str(error))
        self.preferences.add_recent(self.project_path)
        self.corpus_changed.emit()
        self._set_edits(opened.edits)

    def _on_positions(self, positions: FloatArray) -> None:
        if self.positions is None or not np.array_equal(self.positions, positions, equal_nan=True):
            self.positions = positions
            self.positions_ready.emit(positions)

    def _on_analysis(self, bare: Analysis) -> None:
        is_same = self._bare is not None and _same_topics(self._bare, bare)
        self._bare, self.positions = bare, bare.positions
        self.analysis = bare.with_names(self.edits.names)
        if is_same:
            self.labels_changed.emit(self.analysis)
        else:
            self.choose_topic(None)
            self.analysis_changed.emit(self.analysis)

    def _on_labels(self, labels: dict[int, Label]) -> None:
        if self._bare is not None:
            self._bare = self._bare.with_labels(labels)
            self._relabel()

    def _on_run_ended(self, last_word: Event) -> None:
        if isinstance(last_word, RunFailed):
            self.failed.emit(last_word)
            self._set_state("failed")
        elif isinstance(last_word, RunCancelled):
            self.cancelled.emit(last_word)
            self._set_state("cancelled")
        else:
            self._set_state("result")

    # ---- within

    def _ask_forecast(self) -> None:
        if self.state == "preview" and self.source is not None:
            self._answers.forecast.ask(ForecastRequest(self.source, self.shelf.path("embedding"), self.shelf.path("language")))

    def _edit(self, work: project_work.Work) -> None:
        """Write an edit in the background; where that fails, say so and show what is really in the project."""
        if (path := self.project_path) is None or self.corpus is None:
            return

        def failed(reason: str) -> None:
            self.notice.emit(reason)
            self._background.with_project(path, project_work.read_edits, self._set_edits, self.notice.emit)

        self._background.with_project(path, work, self._set_edits, failed)

    def _set_edits(self, edits: Edits) -> None:
        has_new_names = edits.names != self.edits.names
        self.edits = edits
        if has_new_names:
            self._relabel()
        self.edits_changed.emit()

    def _relabel(self) -> None:
        if self._bare is not None:
            self.analysis = self._bare.with_names(self.edits.names)
            self.labels_changed.emit(self.analysis)

    def _set_trial(self, trial: Trial | None) -> None:
        if trial is not self.trial:
            self.trial = trial
            self.trial_changed.emit(trial)

    def _set_state(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _forget(self) -> None:
        """Let go of the corpus that was open, before another one."""
        self.leaving.emit()
        self._preview_process.stop()
        self._answers.forecast.forget()
        self._background.forget()
        self.discard_trial()
        self.choose_document(None)
        self.choose_topic(None)
        self._close_project()
        had_analysis = self.analysis is not None or self.positions is not None
        self.project_path = self.source = self.preview = self.corpus = self.analysis = self.positions = self._bare = None
        self.edits, self.settings, self.view = NO_EDITS, Settings(), {}
        self.settings_changed.emit()
        self.corpus_changed.emit()
        if had_analysis:
            self.analysis_changed.emit(None)
        self.edits_changed.emit()

    def _close_project(self) -> None:
        project, self.project = self.project, None
        if project is not None:
            project.close()


def _sample_path() -> Path:
    return home_folder() / "sample" / "sample.csv"


def _same_topics(old: Analysis, new: Analysis) -> bool:
    """Whether two analyses differ in nothing but labels."""
    return [topic.stable_id for topic in old.topics] == [topic.stable_id for topic in new.topics] and np.array_equal(
        old.assignment.topic_of, new.assignment.topic_of
    )


def _with_topic_size(settings: Settings, min_topic_size: int | None) -> Settings:
    return replace(settings, clustering=replace(settings.clustering, min_topic_size=min_topic_size))
