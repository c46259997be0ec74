"""An engine without models that speaks the true protocol: made-up topics, real project file; misbehaves on demand.

    python fake_worker.py [pause=SECONDS] [fail=STAGE] [die=STAGE] [card=STAGE] [deaf] [steps=N] [topics=N]

`die` ends the process by SIGKILL in that stage, `card` too, unless a run leaves the graphics card alone; `deaf` takes no notice of a
cancel, `pause` is slept at each step.
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import os
import queue
import signal
import sys
import threading
import time
from pathlib import Path

import numpy as np

from topicdesk.core import events
from topicdesk.core.analysis import Analysis, Keyword, Label, ModelFile, Topic, TopicAssignment
from topicdesk.core.corpus import Corpus, Document
from topicdesk.core.corpus_change import compare
from topicdesk.core.edited_analysis import Description
from topicdesk.core.engine_protocol import decode_request, encode_event
from topicdesk.core.requests import (
    BertopicRequest,
    CancelRequest,
    CompareRequest,
    DescribeRequest,
    ForecastRequest,
    QuitRequest,
    ReclusterRequest,
    RelabelRequest,
    Request,
    RunRequest,
    SearchRequest,
    SplitRequest,
    SuggestRequest,
    TryModelRequest,
)
from topicdesk.core.settings import Settings, default_min_topic_size
from topicdesk.project.store import Project
from topicdesk.project.updating import TextUpdates

OPTIONS = dict(argument.partition("=")[::2] for argument in sys.argv[1:])
PAUSE = float(OPTIONS.get("pause", "0"))
STEPS = int(OPTIONS.get("steps", "5"))
LANGUAGES = {"German": 0.88, "English": 0.12} if "german" in OPTIONS else {"English": 1.0}
NOTES = ("The texts are in German, but MiniLM was made for English.",) if "german" in OPTIONS else ()
N_TOPICS = int(OPTIONS.get("topics", "6"))
ASKED_ANEW = ("Asked anew:", 0.4, False, 99, 7, -0.3)  # from prompt to log-probability
NAMES = ["Bayesian inference", "Image segmentation with convolutional networks", "Reinforcement learning", "Speech and audio", "Graphs", "Kernel methods"]


class Stopped(Exception):
    """The researcher cancelled."""


class FakeEngine:
    def __init__(self) -> None:
        self.requests: queue.Queue[Request] = queue.Queue()
        self.n_runs = 0
        self.sequence = 0

    def say(self, event: events.Event) -> None:
        sys.stdout.buffer.write(encode_event(event, self.n_runs, self.sequence))
        sys.stdout.buffer.flush()
        self.sequence += 1

    def listen(self) -> None:
        for line in sys.stdin.buffer:
            self.requests.put(decode_request(line))
        self.requests.put(QuitRequest())

    def serve(self) -> None:
        threading.Thread(target=self.listen, daemon=True).start()
        self.say(events.EngineReady(0.1, "cpu", {"fake": "1"}))
        while True:
            request = self.requests.get()
            if isinstance(request, QuitRequest):
                return
            if isinstance(request, RunRequest):
                self.n_runs += 1
                self.sequence = 0
                self.run(request)
            else:
                self.answer(request)

    def answer(self, request: Request) -> None:
        if isinstance(request, TryModelRequest):
            self.try_model(request)
        elif isinstance(request, ForecastRequest):
            n = len(read_corpus(request.source.path, request.source.sample).documents)
            seconds = {"import": 1.0, "embed": n / 40, "project": 20.0, "cluster": 1.0, "keywords": 3.0, "exemplars": 1.0, "label": 12.0, "draw": 2.0}
            self.say(events.ForecastReady(n, n // 8, 256, seconds, 1400, 6200, default_min_topic_size(n), languages=LANGUAGES, language_notes=NOTES))
        elif isinstance(request, SearchRequest):
            found = events.SearchReady(request.words, request.document, (5, 3, 8), (0.9, 0.8, 0.7))
            self.say(events.RequestFailed("SearchRequest", "There is no map yet.") if request.words == "fail" else found)
        elif isinstance(request, CompareRequest):
            self.say(compared(request))
        elif isinstance(request, BertopicRequest):
            Path(request.folder).mkdir()
            if "mute" not in OPTIONS:
                self.say(events.BertopicWritten((f"{request.folder}/topics.json",), 2))
        elif isinstance(request, DescribeRequest | SuggestRequest | SplitRequest):
            with Project(Path(request.project)) as project:
                self.say(answer_edit(request, project))
        elif isinstance(request, RelabelRequest):
            self.relabel(request)
        elif isinstance(request, ReclusterRequest):
            settings = Settings.from_dict(request.settings)
            size = settings.clustering.min_topic_size or 10
            with Project(Path(request.project)) as project:
                n = len(project.corpus().documents)
                topic_of = np.arange(n) % max(1, n // size + 1) - 1
                project.artifacts.put(f"trial {size}", "cluster", topic_of)
            self.say(events.Reclustered(f"trial {size}", size, int(topic_of.max()) + 1, int((topic_of == -1).sum())))

    def relabel(self, request: RelabelRequest) -> None:
        """The last topic gets the same label, the one before none that is fit; "wait" waits for a cancel, "deadly" kills the engine."""
        self.say(events.RelabelProgress(0, 0))
        model = request.language_model or ""
        if "deadly" in model:
            os.kill(os.getpid(), signal.SIGKILL)
        while "wait" in model:
            if isinstance(self.requests.get(), CancelRequest):
                self.say(events.RequestFailed("RelabelRequest", "Stopped."))
                return
        with Project(Path(request.project)) as project:
            shown = project.edited(project.analyses.get(project.analyses.current() or 0, "")).analysis  # type: ignore[arg-type]
            labels = {}
            for topic in shown.present:
                if topic.stable_id in request.topics:
                    label = Label(
                        f"Other {topic.label.text}"[:40], "language model", "Asked anew:", 0.4, False, 99, 7, -0.3, model="other.gguf", model_sha256="cd" * 32
                    )
                    labels[topic.stable_id] = label
            if len(labels) > 2:
                *_, unfit, same = labels
                labels[unfit] = Label("reward 0, reward 1", "keywords", "Asked anew:", refusals=(("It is about", "it is a sentence"),))
                labels[same] = next(topic.label for topic in shown.present if topic.stable_id == same)
            project.artifacts.put("proposals", "relabel", {name: dataclasses.asdict(label) for name, label in labels.items()})
        self.say(events.RelabelProgress(len(labels), len(labels)))
        self.say(events.Relabelled("proposals", len(labels), False))

    def try_model(self, request: TryModelRequest) -> None:
        if "broken" in request.language_model:
            self.say(events.RequestFailed("TryModelRequest", "It cannot be loaded."))
        elif "deadly" in request.language_model:
            print("GGML_ASSERT(n > 0) failed", file=sys.stderr, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        else:
            self.say(events.ModelTried(f"You said: {request.prompt}", 12, 24, 0.5, 2.0, "on the processor", ""))

    def step(self, stage: str) -> None:
        with contextlib.suppress(queue.Empty):
            request = self.requests.get(timeout=PAUSE) if PAUSE else self.requests.get_nowait()
            if isinstance(request, CancelRequest) and "deaf" not in OPTIONS:
                raise Stopped
            if isinstance(request, QuitRequest):
                raise SystemExit
            self.answer(request)
        if OPTIONS.get("die") == stage or (OPTIONS.get("card") == stage and self.is_on_card):
            print("CUDA error: unspecified launch failure" if "card" in OPTIONS else "CUDA out of memory", file=sys.stderr, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

    def stage(self, name: str, total: int, unit: str) -> None:
        self.say(events.StageStarted(name, total, unit))
        for done in range(1, STEPS + 1):
            self.step(name)
            self.say(events.StageProgress(name, total * done // STEPS, total))

    def run(self, request: RunRequest) -> None:
        stage = "import"
        self.is_on_card = request.device != "cpu" and request.gpu_layers != "0"
        self.say(events.RunStarted(request.project))
        try:
            with Project(Path(request.project), create=True) as project:
                for stage in events.STAGES:
                    began = time.monotonic()
                    self.work(stage, request, project)
                    self.say(events.StageFinished(stage, time.monotonic() - began, False))
                number = project.analyses.current()
            self.say(events.RunFinished(number or 0, {"n_documents": 1}))
        except Stopped:
            self.say(events.RunCancelled(stage, "The embeddings of 3 blocks are kept."))
        except RuntimeError as error:
            self.say(events.RunFailed(stage, str(error), 3, "Run again with another setting.", "Traceback (most recent call last): ..."))
        except ValueError as error:
            self.say(events.RunFailed(stage, str(error), 2, "Choose another project."))

    def work(self, stage: str, request: RunRequest, project: Project) -> None:
        if stage == "import":
            self.import_corpus(request, project)
            return
        corpus = project.corpus()
        n = len(corpus.documents)
        labels = stage == "label"
        self.stage(stage, N_TOPICS if labels else n, "topics" if labels else "documents")
        if OPTIONS.get("fail") == stage:
            raise RuntimeError("The projection did not converge: all documents are alike.")
        if stage == "project":
            project.artifacts.put("positions", "project", make_positions(n), 1)
            self.say(events.ProjectionReady("positions"))
        if stage == "exemplars":
            number = project.analyses.put(make_analysis(corpus, Settings.from_dict(request.settings)), f"analysis {request.settings}")
            analysis = project.analyses.get(number, corpus.fingerprint)
            assert analysis is not None
            self.say(events.TopicsReady(number, N_TOPICS, analysis.assignment.n_unassigned))
        if labels and request.with_labels:
            number = project.analyses.current() or 0
            for topic in range(N_TOPICS):
                self.step(stage)
                label = Label(NAMES[topic % len(NAMES)], "language model", "Keywords: ...\nTopic label:", 0.2)
                project.analyses.put_labels(number, {topic: label})
                self.say(events.LabelReady(topic, label.text, label.origin))

    def import_corpus(self, request: RunRequest, project: Project) -> None:
        if request.source is not None:
            corpus = read_corpus(request.source.path, request.source.sample)
            if project.fingerprint is None:
                project.put_corpus(corpus, request.source.said())
            elif request.update:
                TextUpdates(project).replace_corpus(corpus, request.source.said(), compare(project.corpus(), corpus))
            elif project.fingerprint != corpus.fingerprint:
                raise ValueError(f"{request.project} holds another corpus.")
        corpus = project.corpus()
        self.stage("import", len(corpus.documents), "documents")
        self.say(events.CorpusRead(len(corpus.documents), 0, 0, corpus.dropped))


def compared(request: CompareRequest) -> events.TextsCompared:
    with Project(Path(request.project)) as project:
        change = compare(project.corpus(), read_corpus(request.source.path, None))
    counts = (change.n_new, change.n_changed, change.n_gone, change.n_same, change.n_amended, change.by_id)
    return events.TextsCompared(request.project, *counts, tuple(f"gone {i}" for i in range(change.n_gone)))


def answer_edit(request: Request, project: Project) -> events.Event:
    """Made-up words, suggestions and parts, where the real engine puts them."""
    edited = project.edited(project.analyses.get(project.analyses.current() or 0, ""))  # type: ignore[arg-type]
    topic_of = edited.analysis.assignment.topic_of
    if isinstance(request, DescribeRequest):
        words = tuple(Keyword(word, 1 / (k + 1)) for k, word in enumerate(("described", "anew", "here", *"abcdefghijkl")))
        likeness = dict.fromkeys(np.flatnonzero(edited.unmeasured).tolist(), 0.25)
        project.descriptions.put({edited.keys[number]: Description(words, words[:5], words[:5], (), likeness) for number in edited.lacking})
        return events.Described(len(edited.lacking))
    if isinstance(request, SuggestRequest):
        rows = np.flatnonzero((topic_of == -1) & ~edited.kept)
        for block, array in enumerate((rows, rows % len(edited.analysis.present), np.linspace(0, 1, len(rows), dtype=np.float32))):
            project.artifacts.put("suggestion", "suggestion", array, block)
        return events.Suggested("suggestion", request.strategy, len(rows))
    assert isinstance(request, SplitRequest)
    number = next(topic.number for topic in edited.analysis.present if topic.stable_id == request.topic)
    n_parts = request.n_parts or 2
    project.artifacts.put("split", "split", np.arange((topic_of == number).sum()) % n_parts)
    project.artifacts.put("split", "split", [[f"word {part}", "another"] for part in range(n_parts)], 1)
    return events.SplitFound("split", request.topic, n_parts)


def read_corpus(path: str, sample: int | None) -> Corpus:
    with Path(path).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))[:sample]
    documents = tuple(Document(row.get("id") or str(i), row["text"], row.get("title"), fields=tuple(row.values())) for i, row in enumerate(rows, 1))
    return Corpus(documents, tuple(rows[0]))


def make_positions(n: int) -> np.ndarray:
    generator = np.random.default_rng(0)
    centres = generator.normal(0, 6, (N_TOPICS, 2))
    return (centres[np.arange(n) % N_TOPICS] + generator.normal(0, 1, (n, 2))).astype(np.float32)


def make_analysis(corpus: Corpus, settings: Settings) -> Analysis:
    n = len(corpus.documents)
    topic_of = np.arange(n) % N_TOPICS
    topic_of[::7] = -1
    words = ["posterior", "image", "reward", "speech", "graph", "kernel"]
    topics = tuple(
        Topic(
            number, f"topic-{number}", int((topic_of == number).sum()),
            tuple(Keyword(f"{words[number % 6]} {k}", 1 / (k + 1)) for k in range(10)), (Keyword(words[number % 6], 0.5),), (Keyword("other", 0.4),),
            tuple(np.flatnonzero(topic_of == number)[:5].tolist()), Label(f"{words[number % 6]}, model, data", "keywords"),
        )
        for number in range(N_TOPICS)
    )  # fmt: skip
    assignment = TopicAssignment(topic_of.astype(np.int64), np.full(n, 0.7, np.float32))
    models = (ModelFile("embedding", "all-MiniLM-L6-v2", "0" * 64),)
    return Analysis(corpus.fingerprint, settings, make_positions(n), assignment, topics, {}, {}, {}, models, "2026-01-01T00:00:00+00:00")


if __name__ == "__main__":
    FakeEngine().serve()
    os._exit(0)  # the listening thread holds standard input, for which Python would wait
