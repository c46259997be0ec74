"""The label stage over a project: which topics to ask is stored before the first is asked, each group when it is whole.

What is decoded together changes an answer now and then. So the groups follow from the stored list alone, a group that was
killed is asked again whole, and a resumed run ends with the labels of an undisturbed one. Answers are also kept by their
content: a topic whose prompt, model and sampling are unchanged is not asked again by a later analysis.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from topicdesk.core import events
from topicdesk.core.analysis import Analysis, Label
from topicdesk.core.corpus import Corpus
from topicdesk.core.errors import OutOfMemory
from topicdesk.core.model_files import FoundModel, sha256_of
from topicdesk.core.progress import Progress
from topicdesk.engine.deaths import Suspects
from topicdesk.engine.model_loading import ModelLoader, loader_for
from topicdesk.engine.model_room import wanted_for
from topicdesk.llm.decoder import LanguageModel, numerics_of_machine
from topicdesk.project.cache import cache_key
from topicdesk.stages import labelling
from topicdesk.stages.labelling import Question

if TYPE_CHECKING:
    from topicdesk.engine.run import Run

PLAN, FIRST_GROUP = 0, 1  # blocks under the plan's key


def label_topics(run: Run, analysis: Analysis, corpus: Corpus, analysis_id: int, model_file: FoundModel, progress: Progress) -> dict[int, Label]:
    """A label for each topic, by number, all different; committed with the analysis group by group.

    Raises
    ------
    TopicDeskError, Cancelled
        The groups that are whole are kept.
    """
    questions = [_question(analysis, corpus, number) for number in range(len(analysis.topics))]
    try:
        request, settings = run.request, run.settings.labelling
        loader = loader_for(
            model_file.path, sha256_of(model_file.path), wanted_for(settings, labelling.N_PARALLEL), run.workshop.versions["llama-cpp-python"], request.device,
            request.gpu_layers, run.has_crashed,
        )  # fmt: skip
    except OutOfMemory as error:
        run.emit(events.Notice("no-room-for-language-model", f"Topics are named by their keywords: {error}"))
        return {}
    asking = _Asking(run, questions, analysis_id, model_file, progress, loader)
    answers = asking.kept()
    if answers is None:
        answers = asking.ask()
    else:
        run.reused()
    n_refused = sum(label.origin == "keywords" for label in answers.values())
    if n_refused:
        run.emit(
            events.Notice("labels-refused", f"{n_refused} of {len(answers)} topics keep their keywords: the language model's answers were not fit to be names.")
        )
    labels = labelling.told_apart(answers, questions)
    run.project.analyses.put_labels(analysis_id, labels)
    return labels


class _Asking:
    """The questions of one analysis, the plan in which order they are asked, and what has been answered."""

    def __init__(self, run: Run, questions: list[Question], analysis_id: int, model_file: FoundModel, progress: Progress, loader: ModelLoader) -> None:
        self._run, self._questions, self._analysis_id = run, questions, analysis_id
        self._model_file, self._progress, self._loader = model_file, progress, loader
        self._choose(loader.numerics())

    def _choose(self, machine: dict[str, Any]) -> None:
        """Ask, or look for answers, under these numerics of the machine."""
        run, model_file, questions = self._run, self._model_file, self._questions
        settings = run.settings.labelling
        self._sampling = {
            "model": sha256_of(model_file.path),
            "n_new_tokens": settings.n_new_tokens,
            "repetition_penalty": settings.repetition_penalty,
            "n_threads": labelling.n_threads_of_machine(),
            "groups": [labelling.GROUP_SIZE, labelling.N_PARALLEL],
            "decoder": numerics_of_machine(),
            "machine": machine,
            "versions": run.versions("llama-cpp-python"),
        }
        asked = [dataclasses.asdict(question) for question in questions]
        chosen = dataclasses.asdict(settings)
        self._plan_key = cache_key("label plan", labelling.STAGE_VERSION, settings=chosen, sampling=self._sampling, questions=asked)

    def kept(self) -> dict[int, Label] | None:
        """All answers of an earlier run with this plan, by any way of loading the model that worked here; None where one is lacking."""
        for machine in self._loader.numerics_to_try():
            self._choose(machine)
            if (answers := self._kept()) is not None:
                return answers
        self._choose(self._loader.numerics())
        return None

    def _kept(self) -> dict[int, Label] | None:
        plan = self._run.cached_values(self._plan_key, PLAN)
        if plan is None:
            return None
        answers = _read(plan["reused"])
        for block in range(len(labelling.groups_of(len(plan["asked"])))):
            group = self._run.cached_values(self._plan_key, FIRST_GROUP + block)
            if group is None:
                return None
            answers |= _read(group)
        return answers

    def ask(self) -> dict[int, Label]:
        """Ask what is not answered yet, group by group; where memory does not suffice, once more by a more frugal plan."""
        while True:
            with self._loader.load(labelling.n_threads_of_machine(), self._progress) as model:
                self._choose(self._loader.numerics())
                if self._loader.notice:
                    self._run.emit(events.Notice("graphics-card-unused", self._loader.notice))
                try:
                    answers = self._ask(model)
                    self._loader.worked()
                    return answers
                except OutOfMemory:
                    if not self._loader.step_down():
                        raise

    def _ask(self, model: LanguageModel) -> dict[int, Label]:
        settings = self._run.settings.labelling
        prompts = labelling.build_prompts(self._questions, settings, model)
        keys = [cache_key("label", labelling.STAGE_VERSION, prompt=prompt.tokens, sampling=self._sampling) for prompt in prompts]
        plan = self._plan(keys)
        answers = _read(plan["reused"])
        self._announce(answers)
        suspects = Suspects(self._run.project.artifacts, self._plan_key, self._run.has_crashed)
        if suspects.notice:
            self._run.emit(events.Notice("labels-skipped", suspects.notice))
        for block, places in enumerate(labelling.groups_of(len(plan["asked"])), FIRST_GROUP):
            group = self._run.cached_values(self._plan_key, block)
            if group is None:
                topics = [plan["asked"][place] for place in places]
                found: dict[int, Label] = {}
                for portion in suspects.portions(topics):
                    counted = self._counted_from(len(answers) + len(found))
                    of_portion = [prompts[topic] for topic in portion], [self._questions[topic] for topic in portion]
                    for topic, label in labelling.ask_group(*of_portion, settings, model, counted):
                        found[topic] = label
                        self._announce({topic: label})
                for topic, label in found.items():
                    self._run.keep(keys[topic], _written({topic: label}))
                found |= {topic: Label(self._questions[topic].keyword_label, "keywords") for topic in topics if topic not in found}
                self._run.keep(self._plan_key, _written(found), block)
                self._run.project.analyses.put_labels(self._analysis_id, found)
                answers |= found
                self._run.partly = f"{len(answers)} of {len(self._questions)} names"
            else:
                answers |= _read(group)
        return answers

    def _plan(self, keys: list[str]) -> dict[str, Any]:
        """Which topics are answered by content already, and which are to be asked, in the order of their numbers; stored once."""
        plan: dict[str, Any] | None = self._run.cached_values(self._plan_key, PLAN)
        if plan is None:
            stored = {number: self._run.cached_values(key) for number, key in enumerate(keys)}
            reused = {number: label for number, values in stored.items() if values is not None for label in _read(values).values()}
            plan = {"reused": _written(reused), "asked": [number for number, values in stored.items() if values is None]}
            self._run.keep(self._plan_key, plan, PLAN)
        return plan

    def _announce(self, labels: dict[int, Label]) -> None:
        for number, label in labels.items():
            self._run.emit(events.LabelReady(number, label.text, label.origin))

    def _counted_from(self, n_before: int) -> Progress:
        return Progress(lambda done, _: self._progress.report(n_before + done, len(self._questions)), self._progress.is_cancelled)


def _question(analysis: Analysis, corpus: Corpus, number: int) -> Question:
    topic = analysis.topics[number]
    return Question(number, tuple(k.term for k in topic.keywords), tuple(corpus.documents[i].text for i in topic.exemplars), topic.label.text)


def _written(labels: dict[int, Label]) -> dict[str, Any]:
    return {str(number): dataclasses.asdict(label) for number, label in labels.items()}


def _read(values: dict[str, Any]) -> dict[int, Label]:
    return {int(number): Label(**label) for number, label in values.items()}
