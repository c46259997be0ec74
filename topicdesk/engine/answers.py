"""What the language model answered, kept in the project: lists of questions are stored before the first is asked, each group when whole.

What is decoded together changes an answer now and then. So groups follow from the stored list alone, a group that was killed
is asked again whole, and a resumed run ends with the answers of an undisturbed one. Answers are also kept by their content:
what was asked before, of the same model in the same way, is not asked again by a later analysis.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Self

from topicdesk.core import events
from topicdesk.core.errors import InputError, LibraryUnusable, OutOfMemory
from topicdesk.core.language_file import read_language_file
from topicdesk.core.model_files import FoundModel, sha256_of
from topicdesk.core.progress import Progress
from topicdesk.engine.deaths import Suspects, is_plan_to_blame
from topicdesk.engine.model_loading import ModelLoader, loader_for
from topicdesk.engine.model_room import wanted_for
from topicdesk.engine.run import Run
from topicdesk.llm.decoder import LanguageModel, numerics_of_machine
from topicdesk.llm.profiles import SMALL_MODEL_PARAMETERS
from topicdesk.llm.prompt import PROFILES
from topicdesk.llm.vocabulary import load_library
from topicdesk.project.cache import cache_key
from topicdesk.stages import labelling
from topicdesk.stages.labelling import Asking, Grouping, Said

PLAN, FIRST_GROUP = 0, 1  # blocks under a plan's key

Hear = Callable[[int, Said], None]


class AnswerBook:
    """The answers of one language model in one project. Use it as a context manager: the model is loaded at the first question.

    Parameters
    ----------
    on_loaded : callable
        Called when the model is there, before it is asked: new answers are to come.

    Attributes
    ----------
    n_asked : int
        How many questions were put to the model, and not answered from what was kept.
    can_start : bool
        Whether answers can be given their beginning (see `labelling.goes_on_with_text`).
    skipped : set of int
        Topics that are not asked, because the engine crashed over them.
    file_name, sha256 : str
        Of the model.

    Raises
    ------
    OutOfMemory
        Where no way of loading the model fits.
    """

    def __init__(self, run: Run, model_file: FoundModel, progress: Progress, on_loaded: Callable[[], None] = lambda: None) -> None:
        self._run, self._progress, self._settings = run, progress, run.labelling
        self._on_loaded = on_loaded
        self.file_name, self.sha256 = model_file.path.name, sha256_of(model_file.path)
        n_parameters = read_language_file(model_file.path).n_parameters
        self._grouping = labelling.grouping_for(n_parameters)
        self._loader = _loader(run, model_file, self._grouping)
        self._model: LanguageModel | None = None
        self.n_asked = 0
        self.skipped: set[int] = set()
        self.can_start = labelling.goes_on_with_text(self._settings, n_parameters)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._unload()

    def ask(self, askings: Sequence[Asking], hear: Hear) -> list[Said]:
        """The answers, in the order of `askings`; `hear` gets each once, with its place, as soon as it is there.

        A question that the engine crashed over is answered by nothing. Where memory does not suffice, the model is loaded by a more
        frugal plan and asked once more.

        Raises
        ------
        TopicDeskError, Cancelled
            The groups that are whole are kept.
        """
        if not askings:
            return []
        heard: set[int] = set()

        def hear_once(place: int, said: Said) -> None:
            if place not in heard:
                heard.add(place)
                hear(place, said)

        for machine in self._loader.numerics_to_try():
            kept = self._list(askings, machine).kept()
            if kept is not None:
                return _in_order(kept, hear_once)
        while True:
            try:
                model = self._loaded()
                said = self._asked(self._list(askings, self._loader.numerics()), model, hear_once)
            except OutOfMemory:
                self._unload()
                if not self._loader.step_down():
                    raise
            else:
                self._loader.worked()
                return _in_order(said, hear_once)

    def _asked(self, questions: _List, model: LanguageModel, hear: Hear) -> dict[int, Said]:
        plan = questions.plan()
        said = dict(plan.reused)
        for place, one in said.items():
            hear(place, one)
        suspects = Suspects(self._run.project.artifacts, self._list(questions.askings, {}).key, self._run.has_crashed)
        if suspects.notice:
            self._run.emit(events.Notice("labels-skipped", suspects.notice))
        for block, group in enumerate(plan.groups(), FIRST_GROUP):
            found = questions.group(block)
            if found is None:
                found = {}
                for portion in suspects.portions(list(dict.fromkeys(questions.askings[place].topic for place in group))):
                    places = [place for place in group if questions.askings[place].topic in portion]
                    found |= self._ask_together(questions, places, model, hear)
                questions.keep(block, found | {place: NOTHING_SAID for place in group if place not in found})
            said |= found
        self.skipped |= set(suspects.skipped)
        return {place: said.get(place, NOTHING_SAID) for place in range(len(questions.askings))}

    def _ask_together(self, questions: _List, places: list[int], model: LanguageModel, hear: Hear) -> dict[int, Said]:
        prompts = labelling.build_prompts([questions.askings[place] for place in places], self._settings, model)
        found = {}
        for number, said in labelling.ask_group(prompts, self._settings, model, self._grouping.n_at_once, Progress(is_cancelled=self._progress.is_cancelled)):
            found[places[number]] = said
            hear(places[number], said)
        self.n_asked += len(found)
        return found

    def _list(self, askings: Sequence[Asking], machine: dict[str, Any]) -> _List:
        """These questions, with everything but the questions themselves that an answer depends on."""
        way = {
            "settings": dataclasses.asdict(self._settings),
            "profiles": {name: dataclasses.asdict(profile) for name, profile in PROFILES.items()},
            "model": self.sha256,
            "n_threads": labelling.n_threads_of_machine(),
            "groups": [self._grouping.n_questions, self._grouping.n_at_once],
            "decoder": numerics_of_machine(),
            "machine": machine,
            "versions": self._run.versions("llama-cpp-python"),
        }
        return _List(self._run, askings, way, self._grouping)

    def _loaded(self) -> LanguageModel:
        if self._model is None:
            ahead = self._run.workshop.loaded_ahead((self.sha256, self._loader.plan))
            if ahead is not None:
                self._loader.is_tried(True)
            self._model = ahead or self._loader.load(labelling.n_threads_of_machine(), self._progress)
            self._on_loaded()
            if self._loader.notice:
                self._run.emit(events.Notice("graphics-card-unused", self._loader.notice))
        return self._model

    def _unload(self) -> None:
        if self._model is not None:
            self._model.close()
            self._model = None


def load_ahead(run: Run, model_file: FoundModel) -> None:
    """Begin to load a small model for the processor, which an `AnswerBook` takes over. What goes wrong is met again there, and told."""
    with suppress(InputError, LibraryUnusable, OutOfMemory):
        n_parameters = read_language_file(model_file.path).n_parameters
        loader = _loader(run, model_file, labelling.grouping_for(n_parameters))
        if loader.plan.n_gpu_layers or n_parameters >= SMALL_MODEL_PARAMETERS:
            return

        def load() -> LanguageModel:
            model = loader.load(labelling.n_threads_of_machine(), Progress(is_cancelled=run.is_cancelled))
            loader.is_tried(False)  # a crash of what goes on meanwhile does not speak against the plan
            return model

        load_library()  # here, because two threads that import at the same time may see a library half made
        run.workshop.load_ahead((sha256_of(model_file.path), loader.plan), load)


def _loader(run: Run, model_file: FoundModel, grouping: Grouping) -> ModelLoader:
    return loader_for(
        model_file.path, sha256_of(model_file.path), wanted_for(run.labelling, grouping.n_at_once), run.workshop.versions["llama-cpp-python"],
        run.request.device, run.request.gpu_layers, is_plan_to_blame(run.project.artifacts, run.has_crashed),
    )  # fmt: skip


NOTHING_SAID = Said("", 0.0, "", False, (), 0, 0, 0.0)


@dataclasses.dataclass(frozen=True)
class _Plan:
    """Which questions were answered before, and the places of those to be asked, in their order."""

    reused: dict[int, Said]
    asked: list[int]
    grouping: Grouping

    def groups(self) -> list[list[int]]:
        return [[self.asked[number] for number in group] for group in self.grouping.groups(len(self.asked))]


class _List:
    """One list of questions, asked in one way, in the project."""

    def __init__(self, run: Run, askings: Sequence[Asking], way: dict[str, Any], grouping: Grouping) -> None:
        self._run, self.askings, self._grouping = run, askings, grouping
        about = ({name: value for name, value in dataclasses.asdict(asking).items() if name != "topic"} for asking in askings)
        self._keys = [cache_key("answer", labelling.STAGE_VERSION, way=way, asking=one) for one in about]
        self.key = cache_key("label plan", labelling.STAGE_VERSION, keys=self._keys)

    def kept(self) -> dict[int, Said] | None:
        """All answers of an earlier run; None where one is lacking."""
        values = self._run.cached_values(self.key, PLAN)
        if values is None:
            return None
        plan = _Plan(_read(values["reused"]), values["asked"], self._grouping)
        said = dict(plan.reused)
        for block in range(len(plan.groups())):
            group = self.group(FIRST_GROUP + block)
            if group is None:
                return None
            said |= group
        return said

    def plan(self) -> _Plan:
        """What to ask, stored before the first is asked."""
        values = self._run.cached_values(self.key, PLAN)
        if values is None:
            stored = {place: self._run.cached_values(key) for place, key in enumerate(self._keys)}
            reused = {str(place): said for place, said in stored.items() if said is not None}
            values = {"reused": reused, "asked": [place for place, said in stored.items() if said is None]}
            self._run.keep(self.key, values, PLAN)
        return _Plan(_read(values["reused"]), values["asked"], self._grouping)

    def group(self, block: int) -> dict[int, Said] | None:
        """The answers of a group that is whole."""
        values = self._run.cached_values(self.key, block)
        return None if values is None else _read(values)

    def keep(self, block: int, found: dict[int, Said]) -> None:
        """Keep a whole group, and each answer by its content."""
        for place, said in found.items():
            if said is not NOTHING_SAID:
                self._run.keep(self._keys[place], dataclasses.asdict(said))
        self._run.keep(self.key, {str(place): dataclasses.asdict(said) for place, said in found.items()}, block)


def _read(values: dict[str, Any]) -> dict[int, Said]:
    return {int(place): Said(**said | {"quotes": tuple(said["quotes"])}) for place, said in values.items()}


def _in_order(said: dict[int, Said], hear: Hear) -> list[Said]:
    for place in range(len(said)):
        hear(place, said[place])
    return [said[place] for place in range(len(said))]
