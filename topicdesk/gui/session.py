"""What the window works on and the only thing that changes it: views call its methods and listen to its signals.

Heavy loading happens in a background thread, computing in the engine process, reading of foreign files in the preview
process; nothing here blocks the window.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from topicdesk.core.model_card import ModelCard
from topicdesk.core.model_files import Role
from topicdesk.core.places import home_folder
from topicdesk.core.requests import CorpusSource, ForecastRequest, ReclusterRequest
from topicdesk.core.settings import Settings
from topicdesk.gui import project_work
from topicdesk.gui.bertopic_export import BertopicExport
from topicdesk.gui.commands import Commands
from topicdesk.gui.edit_questions import EditQuestions
from topicdesk.gui.engine_process import EngineProcess
from topicdesk.gui.finder import Finder
from topicdesk.gui.model_shelf import ModelShelf
from topicdesk.gui.model_trial import ModelTrial
from topicdesk.gui.preview_process import PreviewProcess, read_preview
from topicdesk.gui.project_care import ProjectCare
from topicdesk.gui.project_work import Trial
from topicdesk.gui.prompt_desk import PromptDesk
from topicdesk.gui.relabelling import Relabelling
from topicdesk.gui.run_follower import RunFollower
from topicdesk.gui.running import Running
from topicdesk.gui.small_requests import SmallAnswers
from topicdesk.gui.stage_board import StageBoard
from topicdesk.gui.update_offer import UpdateOffer
from topicdesk.project.store import SUFFIX

__all__ = ["Session", "Trial"]


class Session(Running):
    """One window's work: how a corpus is opened and tried; how it is run, what is open in it, and what is chosen, it inherits.

    Attributes
    ----------
    preview : dict or None
        The newest preview (design.md, section 6).
    trial : Trial or None
    shelf : ModelShelf
    questions : EditQuestions
        What edits ask of the engine.
    prompts : PromptDesk
        What the language model would be asked.
    relabelling : Relabelling
        What it would call topics, asked anew.
    finder : Finder
        What is searched for in the corpus.
    bertopic_export : BertopicExport
    model_trial : ModelTrial
    is_making_sample : bool
        Whether "previewing" is about the sample corpus being written, which takes longer than a look at a file.
    """

    def __init__(self, commands: Commands | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.care = ProjectCare(self)
        self.preview: dict[str, Any] | None = None
        self.trial: Trial | None = None
        self.engine_was_started = False
        self.is_making_sample = False
        self._is_closed = False
        self._commands = commands or Commands()
        self.shelf = ModelShelf(self.preferences, self._commands.models, self)
        self.shelf.changed.connect(self.models_changed)
        self.shelf.changed.connect(self._ask_forecast)
        self.shelf.failed.connect(self.notice)
        self._engine = EngineProcess(self._commands.engine, self)
        self._engine.state_changed.connect(self.engine_state_changed)
        self._engine.event_came.connect(self.log.record)
        self._answers = SmallAnswers(self._engine, self._background, self)
        self._answers.forecast_ready.connect(self.forecast_ready)
        self._answers.forecast_failed.connect(self.forecast_failed)
        self._answers.trial_read.connect(self._set_trial)
        self._answers.trial_failed.connect(self.trial_failed)
        self.offer = UpdateOffer(self._engine, self)
        self.finder = Finder(self._engine, self)
        self.finder.failed.connect(self.notice)
        self.corpus_changed.connect(lambda: self.finder.search_in(self.corpus, self.project_path))
        self.bertopic_export = BertopicExport(self._engine, self._background, lambda: self.project_path, self)
        self.bertopic_export.told.connect(self.notice)
        self.model_trial = ModelTrial(self._engine, self)
        self.questions = EditQuestions(self._engine, self._background, self)
        self.questions.described.connect(self.editor.read_descriptions)
        self.prompts = PromptDesk(self._engine, self)
        self.relabelling = Relabelling(self._engine, self._background, self)
        self.editor.description_wanted.connect(lambda: self.questions.describe(self.project_path))
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

    def find_similar(self, document: int) -> None:
        """Find documents that mean something like this one, in whatever topic."""
        self.choose_topic(None)
        self.finder.look_like(document)

    def _is_found(self, document: int) -> bool:
        return self.finder.found is not None and document in self.finder.found.rows

    def choose_nothing(self) -> None:
        """Clear what is chosen, in every view; where nothing is, what was searched for."""
        if self.chosen_topic is None and self.chosen_documents is None and self.chosen_document is None:
            self.finder.clear()
        super().choose_nothing()

    @property
    def doctor_command(self) -> list[str]:
        """The command that reports what this computer has."""
        return self._commands.doctor

    # ---- opening

    def open_path(self, path: Path, pasted: str | None = None) -> None:
        """Open a project, or preview a corpus file (`pasted`: as in CorpusSource). While a run goes on it says so and does nothing."""
        if self.state == "running":
            self.notice.emit("A run is going on. Cancel it first, then open another file.")
            return
        open_before = self.project_path if self.corpus is not None and self.has_texts else None
        self._forget()
        self.offer.open_before = open_before
        self.is_making_sample = False
        self._set_state("previewing")
        if path.suffix == SUFFIX:
            self._open_project(path)
        else:
            self.source = CorpusSource(str(path), pasted=pasted)
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

    def correct_preview(self, **corrections: str | int | bool | tuple[str, ...] | None) -> None:
        """Read the file anew with other fields of CorpusSource (text, title, encoding, delimiter, ...)."""
        if self.source is not None:
            self.source = replace(self.source, **corrections)  # type: ignore[arg-type]
            self._preview_process.ask(self._commands.preview(self.source))

    def let_go(self) -> None:
        """Close what is open; back to the empty page."""
        self._forget()
        self._set_state("empty")

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

    def show_analysis(self, number: int) -> None:
        """Show another analysis of the project, now and when it is opened again."""
        if self.state != "running":
            self.discard_trial()
            self.analyses.switch(number)

    def discard_trial(self) -> None:
        """Show the analysis again."""
        self._answers.forget_trials()
        self._set_trial(None)

    def models(self) -> list[ModelCard]:
        """The models found; empty until the first look is over, which `models_changed` says."""
        return self.shelf.found or []

    def model(self, role: Role) -> ModelCard | None:
        """The model that the next run takes."""
        return self.shelf.chosen(role)

    def set_model(self, role: Role, path: str | None) -> None:
        """Choose a model by its path; None for the best one found, NO_MODEL for none."""
        self.shelf.choose(role, path)

    def place_starters(self) -> None:
        """Copy the starter models into the models folder; `models_changed` or `notice` follows."""
        self.shelf.place_starters()

    def close(self) -> None:
        """End the child processes, finish writing, close the project. A second time does nothing."""
        if self._is_closed:
            return
        self.care.files.give_up()
        self.leaving.emit()
        self._is_closed = True
        self._preview_process.stop()
        self._sample_process.stop()
        self.shelf.stop()
        self._follower.stop()
        self._engine.shut_down()
        if self.project is None and self.project_path is not None:  # a run that ended in its import may have left a log beside the project
            self._background.with_project(self.project_path, lambda _: None, lambda _: None, lambda _: None)
        self._background.close()
        self._close_project()
        self.care.files.close()
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
        if self.source is not None:
            self.care.look_beside(project_work.project_path(Path(self.source.path), self.source.sample), self.offer.open_before)
        self._ask_forecast()

    # ---- within

    def _ask_forecast(self) -> None:
        if self.state == "preview" and self.source is not None:
            self._answers.forecast.ask(ForecastRequest(self.source, self.shelf.path("embedding"), self.shelf.path("language")))

    def _set_trial(self, trial: Trial | None) -> None:
        if trial is not self.trial:
            self.trial = trial
            self.trial_changed.emit(trial)

    def _forget(self) -> None:
        """Let go of the corpus that was open, before another one."""
        self.leaving.emit()
        self._preview_process.stop()
        self._answers.forecast.forget()
        self.offer.forget()
        self.questions.forget()
        self.relabelling.forget()
        self._background.forget()
        self.discard_trial()
        self.choose_document(None)
        self.choose_topic(None)
        self._close_project()
        self.care.files.let_go()
        self.has_texts = True
        had_analysis = self.analysis is not None or self.positions is not None
        self.project_path = self.source = self.preview = self.corpus = self.analysis = self.positions = None
        self.settings, self.view, self.figure_choices = Settings(), {}, {}
        self.settings_changed.emit()
        self.corpus_changed.emit()
        if had_analysis:
            self.analysis_changed.emit(None)
        self.editor.open(None)
        self.analyses.read(None)


def _sample_path() -> Path:
    return home_folder() / "sample" / "sample.csv"


def _with_topic_size(settings: Settings, min_topic_size: int | None) -> Settings:
    return replace(settings, clustering=replace(settings.clustering, min_topic_size=min_topic_size))
