"""A session without engine or project file, and made-up analyses, for the tests of the views."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from topicdesk.core.analysis import Analysis, Keyword, Label, Topic, TopicAssignment
from topicdesk.core.corpus import Corpus, Document
from topicdesk.core.settings import Settings
from topicdesk.gui.finder import Finder

_TEXT = (
    "bayesian inference posterior neural network training graph embedding language translation protein folding image segmentation reward policy "
    "robot speech recognition privacy federated causal treatment effect clustering kernel regression quantum circuit time series forecasting "
    "recommendation user item attention transformer diffusion sampling adversarial robustness medical diagnosis climate traffic fairness"
)
WORDS = tuple(_TEXT.split())


class FakeSession(QObject):
    """Answers the views as the real session does, and writes down what they asked."""

    state_changed = Signal(str)
    positions_ready = Signal(object)
    analysis_changed = Signal(object)
    labels_changed = Signal(object)
    topic_chosen = Signal(object)
    topics_chosen = Signal(object)
    documents_picked = Signal()
    documents_chosen = Signal(object)
    document_chosen = Signal(object)
    trial_changed = Signal(object)
    edits_changed = Signal()
    settings_changed = Signal()
    corpus_changed = Signal()

    def __init__(self, corpus=None, analysis=None):
        super().__init__()
        self.project = None
        self.corpus = corpus
        self.analysis = analysis
        self.positions = analysis.positions if analysis else None
        self.trial = None
        self.state = "result" if analysis else "empty"
        self.chosen_topic = None
        self.chosen_topics = ()
        self.picked_documents = ()
        self.chosen_documents = None
        self.chosen_document = None
        self.settings = analysis.settings if analysis else Settings()
        self.figure_choices = {}
        self.renamed = []
        self.relooked = []
        self.finder = Finder(None, self)
        self.finder.search_in(corpus, None)

    def choose_topic(self, number):
        self.choose_topics(() if number is None else (number,))

    def pick_documents(self, documents):
        self.picked_documents = tuple(documents)

    def choose_topics(self, numbers):
        number = numbers[-1] if numbers else None
        if self.chosen_documents is not None:
            self.chosen_documents = None
            self.documents_chosen.emit(None)
        is_other, self.chosen_topics = tuple(numbers) != self.chosen_topics, tuple(numbers)
        if number != self.chosen_topic:
            self.chosen_topic = number
            self.topic_chosen.emit(number)
        if is_other:
            self.topics_chosen.emit(self.chosen_topics)

    def choose_documents(self, documents):
        self.chosen_documents = documents
        self.documents_chosen.emit(documents)

    def choose_document(self, index):
        if index is not None and self.analysis is not None and self.chosen_documents is None:
            topic = int(self.analysis.assignment.topic_of[index])
            self.choose_topic(topic if topic >= 0 else None)
        if index != self.chosen_document:
            self.chosen_document = index
            self.document_chosen.emit(index)

    def rename_topic(self, number, text):
        self.renamed.append((number, text))
        self.analysis = self.analysis.with_labels({number: Label(text, "researcher")})
        self.labels_changed.emit(self.analysis)

    def take_answer(self, number, text):
        self.rename_topic(number, text)

    def relook_labels(self, numbers, look):
        self.relooked.append((list(numbers), look))
        topics = (replace(topic, look=look) if topic.number in numbers else topic for topic in self.analysis.topics)
        self.analysis = replace(self.analysis, topics=tuple(topics))
        self.labels_changed.emit(self.analysis)

    def remember_figure(self, choices):
        self.figure_choices = choices

    def change_settings(self, settings):
        self.settings = settings
        self.settings_changed.emit()

    def choose_nothing(self):
        self.choose_documents(None)
        self.choose_document(None)
        self.choose_topic(None)
        self.finder.clear()

    def show(self, corpus, analysis):
        """As after a run: everything at once."""
        self.finder.search_in(corpus, None)
        self.corpus, self.analysis, self.state, self.positions = corpus, analysis, "result", analysis.positions
        self.analysis_changed.emit(analysis)
        self.state_changed.emit("result")


def made_up(n_documents=600, n_topics=12, seed=1, share_unassigned=0.2):
    """A corpus and an analysis of it: blobs of documents, words for texts, one document without text."""
    random = np.random.default_rng(seed)
    weights = random.dirichlet(np.full(n_topics, 1.5)) * (1 - share_unassigned)
    drawn = random.choice(np.arange(-1, n_topics), n_documents, p=[1 - weights.sum(), *weights])
    lacking = np.setdiff1d(np.arange(n_topics), drawn)  # every topic has a document
    drawn[1 : len(lacking) + 1] = lacking
    order = np.argsort(-np.bincount(drawn[drawn >= 0], minlength=n_topics), kind="stable")
    number_of = np.empty(n_topics, dtype=np.int64)
    number_of[order] = np.arange(n_topics)
    topic_of = np.where(drawn >= 0, number_of[drawn], -1).astype(np.int64)
    topic_of[0] = -1
    centres = random.normal(size=(n_topics, 2)) * 4
    spread = random.uniform(0.25, 0.6, n_topics)
    positions = np.where(
        (topic_of >= 0)[:, None], centres[topic_of] + random.normal(size=(n_documents, 2)) * spread[topic_of][:, None], random.normal(size=(n_documents, 2)) * 4
    )
    positions[0] = np.nan
    strength = np.where(topic_of >= 0, random.uniform(0.3, 1, n_documents), 0).astype(np.float32)
    corpus = Corpus(tuple(_document(i, int(topic), random) for i, topic in enumerate(topic_of)), fields=("id", "title", "text"))
    topics = tuple(_topic(number, np.flatnonzero(topic_of == number), random) for number in range(n_topics))
    analysis = Analysis("f", Settings(), positions.astype(np.float32), TopicAssignment(topic_of, strength), topics, {}, {}, {}, ())
    return corpus, analysis


def with_label(analysis, number, text, origin="language model"):
    """The same analysis with one other label."""
    return analysis.with_labels({number: Label(text, origin)})


def without_strength(analysis):
    """The same analysis with all strengths equal."""
    assignment = replace(analysis.assignment, strength=np.ones_like(analysis.assignment.strength))
    return replace(analysis, assignment=assignment)


def _document(index, topic, random):
    if index == 0:
        return Document("d0", "", None)
    first = WORDS[(3 * topic) % len(WORDS)]
    words = " ".join(WORDS[j] for j in random.integers(0, len(WORDS), 25))
    return Document(f"d{index}", f"We study {first} in document {index}. {words}.", f"{first.capitalize()}: {words[:40]}", None, None, (f"d{index}", "", ""))


def _topic(number, members, random):
    words = [WORDS[(3 * number + j) % len(WORDS)] for j in range(10)]
    keywords = tuple(Keyword(word, 1 / (rank + 1)) for rank, word in enumerate(words))
    origin = ("language model", "keywords", "researcher")[number % 3]
    text = ", ".join(words[:3]) if origin == "keywords" else " ".join((words[0].capitalize(), "and", words[1], words[2]))
    prompt = f"Keywords: {', '.join(words)}\nTopic label:" if origin == "language model" else ""
    exemplars = tuple(int(i) for i in members[:5])
    return Topic(number, f"topic-{number}", len(members), keywords, keywords[::-1], keywords[::2], exemplars, Label(text, origin, prompt, 0.12))
