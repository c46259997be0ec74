"""Topics get their names: prompts in fixed groups to the language model, each answer checked, keywords where it fails."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from topicdesk.core.analysis import Label
from topicdesk.core.progress import Progress
from topicdesk.core.settings import LabellingSettings
from topicdesk.llm.decoder import Answer, LanguageModel
from topicdesk.llm.prompt import Prompt, build_prompt, choose_profile

STAGE_VERSION = 2
GROUP_SIZE = 16
N_PARALLEL = 8
MOST_CHARACTERS = 60
MOST_WORDS = 8
_PREFIX = re.compile(r"^\s*(?:\W*(?:short\s+)?(?:topic\s+)?(?:label|topic|title|name)\s*(?:is|of this topic is)?\s*:)\s*", re.IGNORECASE)
_SENTENCE = re.compile(r"^(?:the topic|this topic|i |here|sure|based on)", re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """What the model is told about one topic: keywords best first, whole texts of the exemplars, and the label to fall back on."""

    topic: int
    keywords: tuple[str, ...]
    documents: tuple[str, ...]
    keyword_label: str


def build_prompts(questions: Sequence[Question], settings: LabellingSettings, model: LanguageModel) -> list[Prompt]:
    """One prompt a question, in their order, each short enough for the model's context."""
    profile = choose_profile(settings, model)
    budget = min(settings.n_excerpt_tokens, max(model.n_context // 2, 64))
    return [build_prompt(profile, question.keywords, question.documents, model, budget) for question in questions]


def groups_of(n_questions: int) -> list[range]:
    """Which prompts are decoded together: their composition follows from the list alone, so that answers come out the same."""
    return [range(start, min(start + GROUP_SIZE, n_questions)) for start in range(0, n_questions, GROUP_SIZE)]


def ask_group(
    prompts: Sequence[Prompt], questions: Sequence[Question], settings: LabellingSettings, model: LanguageModel, progress: Progress
) -> Iterator[tuple[int, Label]]:
    """(topic number, label) as answers come; the keyword label where an answer is not fit to be one."""
    started = time.perf_counter()
    penalty = settings.repetition_penalty
    for answer in model.answer([prompt.tokens for prompt in prompts], settings.n_new_tokens, penalty, N_PARALLEL, progress):
        seconds = (time.perf_counter() - started) / len(prompts)
        yield questions[answer.index].topic, _label(answer, prompts[answer.index], questions[answer.index], seconds)


def cleaned(answer: str) -> str:
    """The answer as a label: no quotes, no "Label:", no trailing stop; empty where it is not fit to be one.

    A label is one line of at most 60 characters and 8 words, made of letters for the most part, and no sentence about the topic.
    """
    text = _PREFIX.sub("", answer.strip()).strip().strip("\"'“”‘’«»`*-–• ").rstrip(".,;:").strip()
    is_fit = 0 < len(text) <= MOST_CHARACTERS and len(text.split()) <= MOST_WORDS and 2 * sum(map(str.isalpha, text)) > len(text)
    return text if is_fit and not _SENTENCE.match(text) and text.count(",") < 3 else ""


def told_apart(labels: dict[int, Label], questions: Sequence[Question]) -> dict[int, Label]:
    """The same labels, made unique: of two equal ones the smaller topic's gets its first keyword that tells it apart.

    Parameters
    ----------
    questions : sequence of Question
        Of all topics, largest first.
    """
    taken: set[str] = set()
    unique: dict[int, Label] = {}
    for question in questions:
        label = labels[question.topic]
        text = label.text
        if text.lower() in taken:
            own = (f"{text} ({term})" for term in question.keywords if term.lower() not in text.lower())
            text = next((candidate for candidate in own if candidate.lower() not in taken), f"{text} ({question.topic + 1})")
        taken.add(text.lower())
        unique[question.topic] = Label(text, label.origin, label.prompt, label.seconds, label.cut, label.n_prompt_tokens, label.n_new_tokens)
    return unique


def _is_copied(text: str, example: str, question: Question) -> bool:
    """Whether a label says a word of the prompt's example that the topic's own keywords and exemplars do not hold."""
    own = " ".join((*question.keywords, *question.documents)).lower()
    return any(word in example.lower() and word not in own for word in re.findall(r"\w{4,}", text.lower()))


def _label(answer: Answer, prompt: Prompt, question: Question, seconds: float) -> Label:
    text = cleaned(answer.text)
    if _is_copied(text, prompt.example, question):
        text = ""
    origin = "language model" if text else "keywords"
    return Label(text or question.keyword_label, origin, prompt.text, seconds, prompt.cut, answer.n_prompt_tokens, answer.n_new_tokens)  # type: ignore[arg-type]


def n_threads_of_machine() -> int:
    """How many threads decode: all processors but none below one; a part of what makes answers repeat."""
    return max(os.cpu_count() or 1, 1)
