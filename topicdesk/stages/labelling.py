"""What the language model is asked about each topic, first and once more, and what its answers are worth."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from topicdesk.core.progress import Progress
from topicdesk.core.settings import LabellingSettings
from topicdesk.llm.decoder import Answer, LanguageModel
from topicdesk.llm.profiles import SMALL_MODEL_PARAMETERS
from topicdesk.llm.prompt import Prompt, build_prompt, choose_profile
from topicdesk.stages.label_rules import FEWEST_WORDS, MOST_WORDS, content_words

STAGE_VERSION = 3
N_STARTS = 2
LEAST_KEYWORDS = 3
_NEXT_ANSWER = re.compile(r"(?<=\S)\s*(?:Topic label|Keywords):\s*")
N_BY_MEANING = 8  # KeyBERT keywords in a prompt: the rest are further from the topic and repeat


@dataclass(frozen=True)
class Grouping:
    """How many questions make a group, which is kept when it is whole, and how many of it are answered at once."""

    n_questions: int
    n_at_once: int

    def groups(self, n_askings: int) -> list[range]:
        """Which prompts are decoded together: their composition follows from the list alone, so that answers come out the same."""
        return [range(start, min(start + self.n_questions, n_askings)) for start in range(0, n_askings, self.n_questions)]


USUAL_GROUPING = Grouping(16, 8)
SMALL_GROUPING = Grouping(32, 16)  # of a small model the last answers of a group, few at once, are a good part of the time


@dataclass(frozen=True)
class Question:
    """What is known of one topic without its held-out documents.

    Attributes
    ----------
    keywords, keybert : tuple of str
        Best first: by c-TF-IDF, and by nearness of meaning.
    starts, keybert_starts : tuple of str
        Those that tell the topic best, as its texts write them: an answer may be made to begin with one.
    documents : tuple of str
        Whole texts of the exemplars.
    words : frozenset of str
        What the topic's texts say at all (see `label_rules.content_words`).
    keyword_label : str
        What to fall back on.
    """

    topic: int
    keywords: tuple[str, ...]
    keybert: tuple[str, ...]
    starts: tuple[str, ...]
    keybert_starts: tuple[str, ...]
    documents: tuple[str, ...]
    words: frozenset[str]
    keyword_label: str


@dataclass(frozen=True)
class Asking:
    """One prompt about a topic. The answer goes on from `start`; `hint` says what was wrong before."""

    topic: int
    keywords: tuple[str, ...]
    documents: tuple[str, ...]
    start: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Said:
    """What the model answered to one asking, with what the label card shows of it. `text` is without its start."""

    text: str
    log_probability: float
    prompt: str
    cut: bool
    quotes: tuple[str, ...]
    n_prompt_tokens: int
    n_new_tokens: int
    seconds: float


def goes_on_with_text(settings: LabellingSettings, n_parameters: int) -> bool:
    """Whether the model is asked to go on with a text, so that its answers can be given their beginning."""
    is_small = settings.profile == "small" or (settings.profile == "auto" and n_parameters < SMALL_MODEL_PARAMETERS)
    return is_small and not settings.main_prompt


def first_asking(question: Question, can_start: bool) -> Asking:
    """What every topic is asked. A small model, which often strays from its keywords, is given the beginning of its answer."""
    if can_start and question.keybert_starts:
        return Asking(question.topic, question.keybert[:N_BY_MEANING], question.documents, question.keybert_starts[0])
    return Asking(question.topic, question.keywords, question.documents)


def further_askings(question: Question, rivals: Sequence[Question], refused: Sequence[str], can_start: bool, may_stay: bool = False) -> list[Asking]:
    """What a topic is asked once more, where no answer was fit or near, or where other topics (`rivals`) got nearly the same label.

    Of a small model an answer without a beginning is wanted too, and nothing else where the first one may stay.
    """
    if not can_start:
        return [Asking(question.topic, question.keywords, question.documents, hint=_hint(rivals, refused))]
    keywords, keybert = (_apart(terms, rivals) for terms in (question.keywords, question.keybert[:N_BY_MEANING]))
    askings = [Asking(question.topic, keywords, question.documents)] if question.keybert_starts else []
    if may_stay:
        return askings
    rivals_words = {word for rival in rivals for term in rival.keywords + rival.keybert for word in content_words(term)}
    starts, keybert_starts = (_telling(forms, rivals_words) for forms in (question.starts, question.keybert_starts))
    askings += [Asking(question.topic, keywords, question.documents, start) for start in starts[:1]]
    askings += [Asking(question.topic, keybert, question.documents, start) for start in keybert_starts[-1:]]
    return askings or [Asking(question.topic, keybert, question.documents)]


def build_prompts(askings: Sequence[Asking], settings: LabellingSettings, model: LanguageModel) -> list[Prompt]:
    """One prompt an asking, in their order, each short enough for the model's context."""
    profile = choose_profile(settings, model)
    budget = min(settings.n_excerpt_tokens, max(model.n_context // 2, 64))
    return [build_prompt(profile, one.keywords, one.documents, model, budget, one.start, one.hint) for one in askings]


def grouping_for(n_parameters: int) -> Grouping:
    """By the size of the model alone: a group of a large one takes minutes on a processor, and is lost where it is broken off."""
    return SMALL_GROUPING if n_parameters < SMALL_MODEL_PARAMETERS else USUAL_GROUPING


def ask_group(prompts: Sequence[Prompt], settings: LabellingSettings, model: LanguageModel, n_at_once: int, progress: Progress) -> Iterator[tuple[int, Said]]:
    """(place in `prompts`, what was said) as answers come."""
    started = time.perf_counter()
    for answer in model.answer([prompt.tokens for prompt in prompts], settings.n_new_tokens, settings.repetition_penalty, n_at_once, progress):
        yield answer.index, _said(answer, prompts[answer.index], (time.perf_counter() - started) / len(prompts))


def answers_in(asking: Asking, said: Said) -> list[str]:
    """The answer with its beginning; two where the model took the beginning for the whole and gave another ("PCA Topic label: ...")."""
    return [part for part in _NEXT_ANSWER.split(asking.start + said.text)[:2] if part.strip()] or [""]


def n_threads_of_machine() -> int:
    """How many threads decode: all processors but none below one; a part of what makes answers repeat."""
    return max(os.cpu_count() or 1, 1)


def _said(answer: Answer, prompt: Prompt, seconds: float) -> Said:
    return Said(
        answer.text, answer.mean_log_probability, prompt.text, prompt.cut, prompt.excerpts, answer.n_prompt_tokens, answer.n_new_tokens, seconds
    )  # fmt: skip


def _apart(terms: tuple[str, ...], rivals: Sequence[Question]) -> tuple[str, ...]:
    """The terms that no rival has, where enough of them are left."""
    theirs = {term for rival in rivals for term in rival.keywords + rival.keybert}
    own = tuple(term for term in terms if term not in theirs)
    return own if len(own) >= LEAST_KEYWORDS else terms


def _telling(forms: tuple[str, ...], rivals_words: set[str]) -> tuple[str, ...]:
    """Beginnings that say something the rivals do not, where there are any."""
    return tuple(form for form in forms if not set(content_words(form)) <= rivals_words) or forms


def _hint(rivals: Sequence[Question], refused: Sequence[str]) -> str:
    parts = [f"The label must have {FEWEST_WORDS} to {MOST_WORDS} words and must not be a sentence or a list."]
    if refused:
        parts.append("It must not be: " + "; ".join(refused) + ".")
    if rivals:
        others = " / ".join(", ".join(rival.keywords[:5]) for rival in rivals)
        parts.append(f"It must not fit other topics, which have these keywords: {others}.")
    return " ".join(parts)
