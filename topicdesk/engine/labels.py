"""The label stage over a project: which topics to ask is stored before the first is asked, each group when it is whole.

What is decoded together changes an answer now and then. So the groups follow from the stored list alone, a group that was
killed is asked again whole, and a resumed run ends with the labels of an undisturbed one. Answers are also kept by their
content: a topic whose prompt, model and sampling are unchanged is not asked again by a later analysis.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from topicdesk.core import events
from topicdesk.core.analysis import Analysis, Label
from topicdesk.core.corpus import Corpus
from topicdesk.core.model_files import FoundModel, sha256_of
from topicdesk.core.progress import Progress
from topicdesk.llm.decoder import LanguageModel
from topicdesk.llm.prompt import Prompt
from topicdesk.project.cache import cache_key
from topicdesk.stages import labelling
from topicdesk.stages.labelling import Question

if TYPE_CHECKING:
    from topicdesk.engine.pipeline import Run


def label_topics(run: Run, analysis: Analysis, corpus: Corpus, analysis_id: int, model_file: FoundModel, progress: Progress) -> dict[int, Label]:
    """A label for each topic, by number, all different; committed with the analysis group by group.

    Raises
    ------
    TopicDeskError, Cancelled
        The groups that are whole are kept.
    """
    questions = [_question(analysis, corpus, number) for number in range(len(analysis.topics))]
    settings = run.settings.labelling
    threads = labelling.n_threads_of_machine()
    sampling = {"model": sha256_of(model_file.path), "n_new_tokens": settings.n_new_tokens, "penalty": settings.repetition_penalty,
                "n_threads": threads, "gpu_layers": run.request.gpu_layers, "versions": run.versions("llama-cpp-python")}  # fmt: skip
    plan_key = cache_key("label plan", labelling.STAGE_VERSION, settings=dataclasses.asdict(settings), sampling=sampling,
                         questions=[dataclasses.asdict(question) for question in questions])  # fmt: skip
    plan = run.cached_values(plan_key)
    answers: dict[int, Label] = {}
    if plan is not None:
        answers = _read(plan["reused"])
        n_groups = len(labelling.groups_of(len(plan["asked"])))
        stored = [run.cached_values(plan_key, 1 + group) for group in range(n_groups)]
        if all(group is not None for group in stored):
            run.reused()
            for group in stored:
                answers |= _read(group)
            return _committed(run, analysis_id, answers, questions)
    with LanguageModel(Path(model_file.path), _n_gpu_layers(run.request.gpu_layers), threads) as model:
        prompts = labelling.build_prompts(questions, settings, model)
        keys = [_content_key(prompt, sampling) for prompt in prompts]
        if plan is None:
            plan = _plan(run, keys)
            run.keep(plan_key, plan)
            answers = _read(plan["reused"])
        for number, label in answers.items():
            run.emit(events.LabelReady(number, label.text, label.origin))
        asked = plan["asked"]
        for group, places in enumerate(labelling.groups_of(len(asked))):
            topics = [asked[place] for place in places]
            found = _ask(run, plan_key, 1 + group, [prompts[topic] for topic in topics], [questions[topic] for topic in topics], model, len(answers), progress)
            for topic in topics:
                run.keep(keys[topic], _written({topic: found[topic]}))
            answers |= found
            run.project.analyses.put_labels(analysis_id, found)
    return _committed(run, analysis_id, answers, questions)


def _ask(
    run: Run, plan_key: str, block: int, prompts: list[Prompt], questions: list[Question], model: LanguageModel, n_before: int, progress: Progress
) -> dict[int, Label]:
    """The labels of one group: as they were kept, or asked now and kept when all are there."""
    stored = run.cached_values(plan_key, block)
    if stored is not None:
        return _read(stored)
    labels: dict[int, Label] = {}
    counted = Progress(lambda done, _: progress.report(n_before + done, n_before + len(prompts)), progress.is_cancelled)
    for topic, label in labelling.ask_group(prompts, questions, run.settings.labelling, model, counted):
        labels[topic] = label
        run.emit(events.LabelReady(topic, label.text, label.origin))
    run.keep(plan_key, _written(labels), block)
    return labels


def _plan(run: Run, keys: list[str]) -> dict[str, Any]:
    """Which topics are answered already, and which are to be asked, in the order of their numbers."""
    stored = {number: run.cached_values(key) for number, key in enumerate(keys)}
    reused = {number: label for number, values in stored.items() if values is not None for label in _read(values).values()}
    return {"reused": _written(reused), "asked": [number for number, values in stored.items() if values is None]}


def _committed(run: Run, analysis_id: int, answers: dict[int, Label], questions: list[Question]) -> dict[int, Label]:
    labels = labelling.told_apart(answers, questions)
    run.project.analyses.put_labels(analysis_id, labels)
    return labels


def _question(analysis: Analysis, corpus: Corpus, number: int) -> Question:
    topic = analysis.topics[number]
    return Question(number, tuple(k.term for k in topic.keywords), tuple(corpus.documents[i].text for i in topic.exemplars), topic.label.text)


def _content_key(prompt: Prompt, sampling: dict[str, Any]) -> str:
    return cache_key("label", labelling.STAGE_VERSION, prompt=list(prompt.tokens), sampling=sampling)


def _written(labels: dict[int, Label]) -> dict[str, Any]:
    return {str(number): dataclasses.asdict(label) for number, label in labels.items()}


def _read(values: dict[str, Any]) -> dict[int, Label]:
    return {int(number): Label(**label) for number, label in values.items()}


def _n_gpu_layers(wanted: str) -> int:
    """All layers where a graphics card can take them, unless the researcher names a number."""
    import llama_cpp

    if wanted != "auto":
        return int(wanted)
    return 999 if llama_cpp.llama_supports_gpu_offload() else 0
