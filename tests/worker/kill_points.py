"""Kills at random points of a run beside which somebody edits, and what is looked at after each; the tests and the benchmark share it."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.generated_corpora import write_topical
from tests.worker.conftest import OUTPUTS
from tests.worker.engine_client import run_request
from tests.worker.nursery_client import Child, Nursery
from topicdesk.core.events import STAGES, RunFinished, StageStarted
from topicdesk.project.cache import _checksum
from topicdesk.project.store import Project

N_DOCUMENTS = 150
KILLS_OF_A_CHAIN = 4
MOST_SECONDS = 3.0  # on a busy machine a stage may take long at first
SETTINGS = {"clustering": {"min_topic_size": 5, "selection": "leaf"}}


@dataclass
class Counts:
    """What happened, to be printed."""

    n_kills: int = 0
    n_completed: int = 0
    n_edits: int = 0
    n_blocks: int = 0
    n_lost: int = 0
    stages: Counter[str] = field(default_factory=Counter)

    def in_words(self) -> str:
        where = ", ".join(f"{stage} {n}" for stage, n in sorted(self.stages.items(), key=lambda pair: -pair[1]))
        return (
            f"{self.n_kills} kills ({where}); {self.n_edits} acknowledged edits and {self.n_blocks} blocks looked at, {self.n_lost} lost; "
            f"{self.n_completed} runs went on to the bytes of an undisturbed one"
        )


class KillRange:
    """Runs of one small corpus from warm engines, killed and resumed."""

    def __init__(self, nursery: Nursery, folder: Path, seed: int) -> None:
        self.nursery, self.folder, self.counts = nursery, folder, Counts()
        self.corpus = write_topical(folder / "corpus.csv", N_DOCUMENTS)
        self._draw = random.Random(seed)
        self._n_chains = 0
        self.expected, self.seconds = self._undisturbed()
        self._stages = [stage for stage in STAGES if stage in self.seconds]

    def kill_many(self, n_kills: int) -> None:
        """Chains of runs, each killed at a random moment and resumed up to four times; the last of a chain comes to its end."""
        while self.counts.n_kills < n_kills:
            self._n_chains += 1
            out = self.folder / f"chain {self._n_chains}"
            acknowledged: list[int] = []
            for _ in range(min(KILLS_OF_A_CHAIN, n_kills - self.counts.n_kills)):
                if not self._killed(out, acknowledged):
                    break
                self._look(out / "project.topicdesk", acknowledged)
            self.finish(out)
            self._look(out / "project.topicdesk", acknowledged)

    def finish(self, out: Path) -> None:
        """Run to the end; the bytes must be those of an undisturbed run."""
        engine = self.nursery.child("engine")
        engine.send(run_request(self.corpus, out, SETTINGS))
        said = engine.last_word()
        assert isinstance(said, RunFinished), (said, engine.said_on_stderr())
        engine.end()
        differing = [name for name in OUTPUTS if (out / name).read_bytes() != self.expected[name]]
        assert not differing, differing
        self.counts.n_completed += 1

    def look_at(self, out: Path) -> None:
        """The project of a run that failed: as whole as one that was killed."""
        self._look(out / "project.topicdesk", [])

    def _undisturbed(self) -> tuple[dict[str, bytes], dict[str, float]]:
        out = self.folder / "undisturbed"
        engine = self.nursery.child("engine")
        engine.send(run_request(self.corpus, out, SETTINGS))
        said = engine.last_word()
        assert isinstance(said, RunFinished), (said, engine.said_on_stderr())
        engine.end()
        return {name: (out / name).read_bytes() for name in OUTPUTS}, {stage["name"]: stage["seconds"] for stage in said.summary["stages"]}

    def _killed(self, out: Path, acknowledged: list[int]) -> bool:
        """Whether the run was killed before its end. Beside it somebody edits, who is killed in the same moment."""
        engine = self.nursery.child("engine")
        engine.send(run_request(self.corpus, out, SETTINGS))
        editor = self._editor(out / "project.topicdesk", acknowledged) if acknowledged or (out / "project.topicdesk").exists() else None
        stage = self._draw.choice(self._stages)
        moment = self._draw.random() * min(self.seconds[stage], MOST_SECONDS)
        last_word = engine.until_stage(stage) or engine.last_word(moment)
        assert last_word is None or isinstance(last_word, RunFinished), last_word
        if editor is not None:
            editor.kill()
            acknowledged += [int(line) for line in editor.lines]
        if last_word is not None:
            engine.end()
            return False
        engine.kill()
        self.counts.n_kills += 1
        self.counts.stages[next((event.stage for event in reversed(engine.events) if isinstance(event, StageStarted)), "before any stage")] += 1
        return True

    def _editor(self, path: Path, acknowledged: list[int]) -> Child:
        return self.nursery.child("editor", project=str(path), first=max(acknowledged, default=-1) + 1)

    def _look(self, path: Path, acknowledged: list[int]) -> None:
        """The project opens, is whole, and has every edit that was acknowledged and every block whole or not at all."""
        if not path.exists():
            assert not acknowledged
            return
        with Project(path) as project:
            project.check()
            with closing(sqlite3.connect(path)) as connection:
                kept = {name for (name,) in connection.execute("SELECT after FROM edit")}
                blocks = connection.execute("SELECT bytes, checksum FROM artifact").fetchall()
            names = project.edits.names()
        lost = [number for number in acknowledged if f"name {number}" not in kept]
        for topic in {number % 7 for number in acknowledged}:  # at most one more than was acknowledged: on disk, but not yet said
            newest = max(number for number in acknowledged if number % 7 == topic)
            assert names[f"topic {topic}"] in (f"name {newest}", f"name {newest + 7}")
        lost += [0 for content, checksum in blocks if _checksum(content) != checksum]
        self.counts.n_edits += len(acknowledged)
        self.counts.n_blocks += len(blocks)
        self.counts.n_lost += len(lost)
        assert not lost
