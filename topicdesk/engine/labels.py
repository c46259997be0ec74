"""The label stage over a project: every topic is asked, where need be once more, the best answer chosen and checked.

Answers are kept (engine/answers.py); what becomes a label follows from them alone, so a resumed run chooses what an undisturbed
one does. Documents that are held out (stages/held_out.py) take no part until the check.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from topicdesk.core import events, languages
from topicdesk.core.analysis import Analysis, Label
from topicdesk.core.arrays import FloatArray
from topicdesk.core.corpus import Corpus
from topicdesk.core.errors import LibraryUnusable, OutOfMemory
from topicdesk.core.model_files import FoundModel, sha256_of
from topicdesk.core.progress import Progress
from topicdesk.engine.answers import AnswerBook
from topicdesk.engine.keys import computing_versions
from topicdesk.engine.run import Run
from topicdesk.engine.workshop import Workshop
from topicdesk.llm.prompt import PROFILES
from topicdesk.project.cache import cache_key
from topicdesk.stages import labelling
from topicdesk.stages.function_words import function_words_by_code, function_words_of
from topicdesk.stages.held_out import without
from topicdesk.stages.keywords import TopicKeywords
from topicdesk.stages.label_check import LabelCheck, check_labels
from topicdesk.stages.label_choice import FAR_FROM_OWN, MOST_MARGIN, Candidate, Choice, ask_again, centres_of, choose, margins
from topicdesk.stages.label_rules import Language, Verdict, are_nearly_equal, content_words, is_made_of, judge
from topicdesk.stages.labelling import Asking, Question, Said
from topicdesk.stages.surface_forms import N_CHARACTERS, N_TEXTS, surface_forms

MOST_ALTERNATIVES = 5
N_COMMITTED = 8  # names that a stopped run leaves behind come in handfuls of this many


@dataclass(frozen=True, eq=False)
class Material:
    """What labels are made from and checked with.

    Attributes
    ----------
    described : list of TopicKeywords
    vectors : float32 of shape (n_documents, n_dimensions), unit rows
    held : bool of shape (n_documents,)
        Documents that take no part in naming.
    embed : callable
        Texts to unit vectors, by the model that embedded the documents.
    prepare : callable
        Begins to load in the background what `embed` needs.
    embedded_by : dict
        What the vectors of `embed` depend on.
    """

    corpus: Corpus
    described: list[TopicKeywords]
    vectors: FloatArray
    held: NDArray[np.bool_]
    embed: Callable[[Sequence[str]], FloatArray]
    prepare: Callable[[], None]
    embedded_by: dict[str, Any]

    @classmethod
    def judged_by(
        cls, model_file: FoundModel, workshop: Workshop, corpus: Corpus, described: list[TopicKeywords], vectors: FloatArray, held: NDArray[np.bool_]
    ) -> Self:
        """Answers are embedded by this model, on the processor: the card belongs to the language model."""
        numerics = workshop.numerics("cpu")
        embedded_by = {"model": sha256_of(model_file.path), "numerics": dataclasses.asdict(numerics), "versions": computing_versions(workshop.versions)}
        return cls(
            corpus, described, vectors, held, lambda texts: workshop.embedding_model(model_file, numerics).embed(texts),
            lambda: workshop.prepare_embedding_model(model_file, numerics), embedded_by,
        )  # fmt: skip


def label_topics(run: Run, analysis: Analysis, material: Material, analysis_id: int, model_file: FoundModel, progress: Progress) -> dict[int, Label]:
    """A label for each topic, by number, all different; answers are committed group by group, labels with the analysis.

    Raises
    ------
    TopicDeskError, Cancelled
        The groups that are whole are kept.
    """
    naming = Naming(run, analysis, material, progress, lambda labels: run.project.analyses.put_labels(analysis_id, labels))
    try:
        with AnswerBook(run, model_file, progress, material.prepare) as book:
            naming.ask(book)
            if not book.n_asked:
                run.reused()
    except (OutOfMemory, LibraryUnusable) as error:
        run.emit(events.Notice("no-language-model", f"Topics are named by their keywords: {error}"))
        return {}
    labels, check = naming.result(book)
    run.label_check = check.summary()
    run.project.analyses.put_labels(analysis_id, labels)
    for notice in attention_notices(list(labels.values())):
        run.emit(notice)
    return labels


class Naming:
    """One pass over the topics of an analysis: questions, answers, judgements.

    Parameters
    ----------
    keep : callable
        Gets the names so far now and then.
    standing : mapping of int to Label
        Topics that are not asked about: their labels stand, and no other topic gets one like them.
    """

    def __init__(
        self,
        run: Run,
        analysis: Analysis,
        material: Material,
        progress: Progress,
        keep: Callable[[dict[int, Label]], object],
        standing: Mapping[int, Label] = {},
    ) -> None:
        self._run, self._material, self._progress, self._keep, self._standing = run, material, progress, keep, standing
        self._assignment = analysis.assignment
        self._questions = [_question(analysis, material, number) for number in range(len(analysis.topics))]
        self._centres = centres_of(material.vectors, without(analysis.assignment, material.held).topic_of, len(analysis.topics))
        settings = run.labelling
        self._language = language_wanted(settings.language, run.languages)
        self._example = settings.example or "\n".join(profile.example for profile in PROFILES.values())
        self._said: list[Said] = []
        self._candidates = [_candidates_of(standing.get(question.topic)) for question in self._questions]
        self._announced: dict[int, str] = {}
        self._so_far: dict[int, Label] = {}

    def ask(self, book: AnswerBook) -> None:
        """Ask every topic, and once more those whose answer is not fit, not near, or like another topic's."""
        questions = [question for question in self._questions if question.topic not in self._standing]
        self._put(book, [labelling.first_asking(question, book.can_start) for question in questions], 0, len(questions))
        again = ask_again(self._candidates, MOST_MARGIN if book.can_start else 0.0, self._are_alike)
        again = [one for one in again if one.topic not in book.skipped and one.topic not in self._standing]
        further = []
        for one in again:
            rivals = [self._questions[rival] for rival in one.rivals]
            further += labelling.further_askings(self._questions[one.topic], rivals, self._refused(one.topic), book.can_start, one.may_stay)
        self._put(book, further, len(questions), len(again))

    def result(self, book: AnswerBook) -> tuple[dict[int, Label], LabelCheck]:
        """The labels of the topics that were asked about, and how all labels fare with documents that took no part."""
        choices = choose(self._candidates, self._are_alike)
        labels = [self._standing.get(number) or self._label(number, choice, book) for number, choice in enumerate(choices)]
        texts = [label.text for label in labels]
        held, topic_of = self._material.held, self._assignment.topic_of
        is_valid = [choice.label is not None for choice in choices]
        check = check_labels(texts, is_valid, self._vectors_of(texts), self._material.vectors[held], topic_of[held])
        flagged = {number: dataclasses.replace(label, flags=check.flags[number]) for number, label in enumerate(labels) if number not in self._standing}
        for number, label in flagged.items():
            self._announce(number, label.text, label.origin)
        return flagged, check

    def _put(self, book: AnswerBook, askings: list[Asking], n_before: int, n_topics: int) -> None:
        """Ask, show what comes, and judge it."""
        waiting = [asking.topic for asking in askings]
        n_done = 0

        def hear(place: int, said: Said) -> None:
            nonlocal n_done
            asking = askings[place]
            waiting.remove(asking.topic)
            if asking.topic not in waiting:
                n_done += 1
                self._progress.report(n_before + n_done, n_before + n_topics)
                self._run.partly = f"the answers for {n_done} of {n_topics} topics"
                if n_done % N_COMMITTED == 0:
                    self._keep(self._so_far)
            fit = next((verdict.text for verdict in self._judged(asking, said) if not verdict.refusal), "")
            if fit and asking.topic not in self._announced:
                self._announce(asking.topic, fit, "language model")
                self._so_far[asking.topic] = Label(fit, "language model", said.prompt, said.seconds, said.cut, said.n_prompt_tokens, said.n_new_tokens)

        self._judge(askings, book.ask(askings, hear))

    def _judge(self, askings: Sequence[Asking], said: Sequence[Said]) -> None:
        """Turn answers into candidates."""
        judged = [(asking, one, verdict) for asking, one in zip(askings, said, strict=True) for verdict in self._judged(asking, one)]
        near = margins(self._vectors_of([verdict.text for _, _, verdict in judged]), [asking.topic for asking, _, _ in judged], self._centres)
        for (asking, one, verdict), margin in zip(judged, near, strict=True):
            says_more = self._says_more(verdict.text, self._questions[asking.topic])
            candidate = Candidate(verdict.text, verdict.refusal, one.log_probability, says_more, margin, len(self._said))
            self._candidates[asking.topic].append(candidate)
            self._said.append(one)

    def _judged(self, asking: Asking, said: Said) -> list[Verdict]:
        question = self._questions[asking.topic]
        own_text = " ".join((*question.keywords, *question.keybert, *question.documents))
        return [judge(answer, question.keywords, own_text, self._example, self._language) for answer in labelling.answers_in(asking, said)]

    def _says_more(self, text: str, question: Question) -> bool:
        """Whether it holds a word beyond the keywords, and none that the topic's own texts do not."""
        left_out = self._language.wanted
        return is_made_of(text, question.words, left_out) and not is_made_of(text, question.keywords + question.keybert, left_out)

    def _label(self, number: int, choice: Choice, book: AnswerBook) -> Label:
        """The label with its card; the keywords where no answer will do."""
        candidates = self._candidates[number]
        answers = list(dict.fromkeys(self._said[candidate.place] for candidate in candidates))
        shown = self._said[(choice.label or candidates[0]).place]
        alternatives = tuple(other.text for other in choice.alternatives[:MOST_ALTERNATIVES]) if choice.label else ()
        return Label(
            choice.label.text if choice.label else self._questions[number].keyword_label,
            "language model" if choice.label else "keywords",
            shown.prompt,
            sum(one.seconds for one in answers),
            shown.cut,
            sum(one.n_prompt_tokens for one in answers),
            sum(one.n_new_tokens for one in answers),
            log_probability=choice.label.log_probability if choice.label else None,
            alternatives=alternatives,
            refusals=tuple(dict.fromkeys((one.text, _why_not(one)) for one in candidates if one.refusal or not choice.label)),
            quotes=shown.quotes,
            model=book.file_name,
            model_sha256=book.sha256,
        )

    def _refused(self, topic: int) -> list[str]:
        return list(dict.fromkeys(candidate.text for candidate in self._candidates[topic] if candidate.text))

    def _are_alike(self, one: str, other: str) -> bool:
        return are_nearly_equal(one, other, self._language.wanted)

    def _vectors_of(self, texts: Sequence[str]) -> FloatArray:
        """Embeddings of answers, kept, so that a run with nothing to ask needs no embedding model."""
        key = cache_key("label vectors", 1, texts=list(texts), by=self._material.embedded_by)
        vectors = self._run.cached_array(key)
        if vectors is None:
            vectors = self._material.embed(texts) if texts else np.empty((0, self._material.vectors.shape[1]), dtype=np.float32)
            self._run.keep(key, vectors)
        found: FloatArray = vectors.astype(np.float32)
        return found

    def _announce(self, topic: int, text: str, origin: str) -> None:
        if self._announced.get(topic) != text:
            self._announced[topic] = text
            self._run.emit(events.LabelReady(topic, text, origin))


def _candidates_of(standing: Label | None) -> list[Candidate]:
    """What there is to choose from before anything is asked: a label that stands, surer than any answer."""
    return [] if standing is None else [Candidate(standing.text, "", 0.0, says_more=True, margin=math.inf, place=-1)]


def _question(analysis: Analysis, material: Material, number: int) -> Question:
    topic, described = analysis.topics[number], material.described[number]
    members = np.flatnonzero((analysis.assignment.topic_of == number) & ~material.held)
    texts = [material.corpus.documents[i].text for i in members[:N_TEXTS].tolist()]
    documents = tuple(material.corpus.documents[i].text for i in topic.exemplars)
    words = frozenset(word for text in texts for word in content_words(text[:N_CHARACTERS]))
    telling = [term for term in described.told_telling if term in described.told_keybert[: labelling.N_BY_MEANING]]
    starts, keybert_starts = (tuple(surface_forms(terms, texts, labelling.N_STARTS)) for terms in (described.told, telling))
    return Question(number, described.told, described.told_keybert, starts, keybert_starts, documents, words, topic.label.text)


def language_wanted(named: str, spoken: Sequence[languages.Language]) -> Language:
    """Labels are wanted in the language that the researcher names, else in those of the corpus. An unknown name judges nothing."""
    found = [languages.find_language(named)] if named else spoken
    lists = function_words_by_code()
    known = [language for language in found if language is not None and language.code in lists]
    joins_words = any(language is not None and language.joins_words for language in found)
    if not known or len(known) < len(found):
        return Language(is_named=bool(named), joins_words=joins_words)
    wanted = function_words_of(known)
    return Language(wanted, frozenset[str]().union(*lists.values()) - wanted, bool(named), joins_words)


def _why_not(candidate: Candidate) -> str:
    if candidate.refusal:
        return candidate.refusal
    return "it is nearer to another topic" if candidate.margin <= FAR_FROM_OWN else "another topic has nearly the same label"


def attention_notices(labels: Sequence[Label]) -> list[events.Notice]:
    """What a researcher should look at among the labels of a run, a sentence each."""
    notices = []
    if n_refused := sum(label.origin == "keywords" for label in labels):
        who = f"{n_refused} of {len(labels)} topics " + ("keeps its keywords" if n_refused == 1 else "keep their keywords")
        notices.append(events.Notice("labels-refused", f"{who}: the language model's answers were not fit to be names."))
    if n_flagged := sum(bool(label.flags) for label in labels):
        why = "deserves a look: it may not tell its topic" if n_flagged == 1 else "deserve a look: they may not tell their topic"
        notices.append(events.Notice("labels-flagged", f"{n_flagged} of {len(labels)} labels {why} from the others."))
    return notices
