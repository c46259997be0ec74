"""A project with two analyses is brought up to date: new documents join the topics of both, whatever ends the engine meanwhile."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import StarterModels
from tests.end_to_end.command_line import COMMAND, Ended, topicdesk
from tests.end_to_end.test_updates import rows_after, rows_before
from tests.generated_corpora import write_csv
from topicdesk.core.analysis import Analysis
from topicdesk.core.corpus import Corpus
from topicdesk.project.store import Project
from topicdesk.project.updating import TextUpdates

pytestmark = pytest.mark.slow
COLUMNS = ("id", "theme", "text")


@dataclass(frozen=True)
class Several:
    """A project of two analyses, the second of which is shown, before an update and after it."""

    corpus: Path
    before: Path
    out: Path
    ended: Ended


@pytest.fixture(scope="module")
def several(starter_models: StarterModels, tmp_path_factory: pytest.TempPathFactory) -> Several:
    folder = tmp_path_factory.mktemp("several")
    corpus = write_csv(folder / "texts.csv", COLUMNS, rows_before())
    for size in ("16", "9"):
        ended = topicdesk("run", corpus, "--out", folder / "before", "--no-labels", "--id", "id", "--min-topic-size", size)
        assert ended.code == 0, ended.err
    shutil.copytree(folder / "before", folder / "out")
    write_csv(corpus, COLUMNS, rows_after())
    ended = topicdesk("run", corpus, "--out", folder / "out", "--no-labels", "--update", "--json")
    assert ended.code == 0, ended.err
    return Several(corpus, folder / "before", folder / "out", ended)


def analyses(out: Path) -> tuple[Corpus, dict[int, Analysis]]:
    with Project(out / "project.topicdesk") as project:
        project.check()
        numbers = project.analyses.numbers()
        found = {number: project.analyses.get(number, project.fingerprint or "") for number in numbers}
        assert all(found.values())
        assert TextUpdates(project).behind == ()
        return project.corpus(), {number: analysis for number, analysis in found.items() if analysis is not None}


def test_that_new_documents_join_the_topics_of_the_analysis_that_is_not_shown(several):
    corpus_before, before = analyses(several.before)
    corpus, after = analyses(several.out)
    assert len(after) == 2
    row_before = {document.id: row for row, document in enumerate(corpus_before.documents)}
    new = [row for row, document in enumerate(corpus.documents) if document.id not in row_before]
    for number, analysis in after.items():
        assert np.isfinite(analysis.positions).all()
        assert np.count_nonzero(analysis.assignment.topic_of[new] >= 0) >= len(new) - 1
        assert [topic.size for topic in analysis.topics] == np.bincount(analysis.assignment.topic_of[analysis.assignment.topic_of >= 0]).tolist()
        assert [topic.stable_id for topic in analysis.topics] == [topic.stable_id for topic in before[number].topics]
        assert all(topic.exemplars and topic.keywords for topic in analysis.topics)
        for row, document in enumerate(corpus.documents):
            if document.id in row_before and document.text == corpus_before.documents[row_before[document.id]].text:
                assert analysis.positions[row].tolist() == before[number].positions[row_before[document.id]].tolist()
                assert analysis.assignment.topic_of[row] == before[number].assignment.topic_of[row_before[document.id]]


def test_that_the_terminal_tells_of_the_others_and_names_each_stage_once(several):
    told = [event["text"] for event in several.ended.events if event["event"] == "Notice"]
    assert "The new documents have joined the topics of 1 other analysis too." in told
    names = [stage["name"] for stage in several.ended.events[-1]["summary"]["stages"]]
    assert names == ["import", "embed", "project", "cluster", "keywords", "exemplars", "label", "draw"]
    assert [event["stage"] for event in several.ended.events if event["event"] == "StageStarted"] == names
    assert sum(event["event"] == "TopicsReady" for event in several.ended.events) == 1


@pytest.mark.parametrize("moment", ["CorpusRead", "TopicsReady"])
def test_that_an_update_that_is_killed_between_two_analyses_is_finished_by_the_next_run(several, tmp_path, moment):
    out = shutil.copytree(several.before, tmp_path / "out")
    killed_at(out, several.corpus, moment)
    ended = topicdesk("run", several.corpus, "--out", out, "--no-labels", "--id", "id", "--min-topic-size", "9", "--json")
    assert ended.code == 0, ended.err
    assert (out / "documents.csv").exists()
    undisturbed, finished = analyses(several.out), analyses(out)
    assert finished[0] == undisturbed[0]
    for number, analysis in undisturbed[1].items():
        other = finished[1][number]
        assert other.topics == analysis.topics
        assert np.array_equal(other.positions, analysis.positions)
        assert np.array_equal(other.assignment.topic_of, analysis.assignment.topic_of)
        assert np.array_equal(other.assignment.strength, analysis.assignment.strength)


def killed_at(out: Path, corpus: Path, moment: str) -> None:
    """An engine that is killed as soon as it says this: before the first analysis has its new documents, or before the second has."""
    command = [*COMMAND, "run", str(corpus), "--out", str(out), "--no-labels", "--update", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as terminal:
        assert terminal.stdout is not None
        for line in terminal.stdout:
            if json.loads(line)["event"] == moment:
                terminal.kill()
                break
        terminal.stdout.read()


def test_that_an_analysis_whose_model_is_not_here_waits_and_is_caught_up_when_it_is(several, starter_models, tmp_path):
    out = shutil.copytree(several.before, tmp_path / "out")
    path = out / "project.topicdesk"
    with Project(path) as project, project.transaction() as connection:
        (first, models), *_ = connection.execute("SELECT id, models FROM analysis ORDER BY id").fetchall()
        elsewhere = json.loads(models)
        elsewhere[0] |= {"sha256": "0" * 64, "path": "/nowhere/other-model"}
        connection.execute("UPDATE analysis SET models = ? WHERE id = ?", (json.dumps(elsewhere), first))
    ended = topicdesk("run", several.corpus, "--out", out, "--no-labels", "--update")
    assert ended.code == 0, ended.err
    assert "other-model, its embedding model, is not on this computer" in ended.err
    with Project(path) as project, project.transaction() as connection:
        assert TextUpdates(project).behind == (first,)
        connection.execute("UPDATE analysis SET models = ? WHERE id = ?", (models, first))
    ended = topicdesk("run", several.corpus, "--out", out, "--no-labels", "--update")
    assert ended.code == 0, ended.err
    assert analyses(out)[1][first].topics == analyses(several.out)[1][first].topics
