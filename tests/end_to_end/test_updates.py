"""A later state of the corpus into a project: what is new joins, what is gone goes, what the researcher did stays."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import StarterModels
from tests.end_to_end.command_line import COMMAND, Ended, table, topicdesk
from tests.generated_corpora import topical_texts, write_csv
from topicdesk.core.edits import Edit, Moves
from topicdesk.project.snapshots import restore, snapshots_of, take_snapshot
from topicdesk.project.store import Project

pytestmark = pytest.mark.slow

N_BEFORE, N_NEW = 160, 6
SECRET = "the withdrawn interview of Mrs Zwickelmann"


def rows_before() -> list[tuple[str, str, str]]:
    rows = [(f"d{number}", theme, text) for number, (theme, text) in enumerate(topical_texts(N_BEFORE))]
    rows[24] = ("d24", "space", f"The rocket and the orbit were about launch with a moon, said {SECRET}.")
    return rows


def rows_after() -> list[tuple[str, str, str]]:
    """In another order, one gone, two changed (one of them now about law), one with another theme only, six new."""
    rows = [row for row in rows_before() if row[0] != "d24"]
    rows[10] = (rows[10][0], rows[10][1], rows[10][2] + " Really.")
    rows[11] = (rows[11][0], rows[11][1], "The court and the judge were about appeal with a ruling, but the lawyer is for the jury.")
    rows[12] = (rows[12][0], "misfiled", rows[12][2])
    new = [(f"new{number}", theme, text) for number, (theme, text) in enumerate(topical_texts(N_NEW, seed=5))]
    return [*new[:3], *rows[80:], *rows[:80], *new[3:]]


@dataclass(frozen=True)
class Updated:
    """A project before an update, edited; and the same after it."""

    corpus: Path
    before: Path
    out: Path
    ended: Ended
    edits: dict[str, str]


def edit(path: Path) -> dict[str, str]:
    """One edit of each kind that hangs on documents or topics; the stable ids by what was done to them."""
    with Project(path) as project:
        analysis = project.analyses.get(project.analyses.current(), "")
        corpus = project.corpus()
        first, second, third, fourth = (topic.stable_id for topic in analysis.topics[:4])
        project.edits.rename(first, "My own name")
        project.edits.add(Edit("check", (first,), "yes"))
        project.edits.add(Edit("note", (second,), "a note"))
        project.edits.add(Edit("merge", (third, fourth)))
        row_of = {document.id: row for row, document in enumerate(corpus.documents)}
        project.edits.add(Edit("move", (first,), moves=Moves.of([row_of["d24"], row_of["d10"], row_of["d100"]])))
        project.edits.add(Edit("keep", (), "yes", Moves.of([row_of["d40"]])))
    return {"renamed": first, "noted": second, "merged": third}


@pytest.fixture(scope="module")
def updated(starter_models: StarterModels, tmp_path_factory: pytest.TempPathFactory) -> Updated:
    folder = tmp_path_factory.mktemp("updated")
    corpus = write_csv(folder / "texts.csv", ("id", "theme", "text"), rows_before())
    ended = topicdesk("run", corpus, "--out", folder / "before", "--no-labels", "--id", "id")
    assert ended.code == 0, ended.err
    edits = edit(folder / "before" / "project.topicdesk")
    shutil.copytree(folder / "before", folder / "out")
    write_csv(corpus, ("id", "theme", "text"), rows_after())
    ended = topicdesk("run", corpus, "--out", folder / "out", "--no-labels", "--update", "--json")
    assert ended.code == 0, ended.err
    return Updated(corpus, folder / "before", folder / "out", ended, edits)


def shown(folder: Path):
    with Project(folder / "project.topicdesk") as project:
        project.check()
        found = project.analyses.get(project.analyses.current(), project.fingerprint)
        return project.corpus(), found, project.edited(found)


def test_that_a_run_without_the_wish_for_an_update_says_what_it_would_bring_and_changes_nothing(updated, tmp_path):
    out = shutil.copytree(updated.before, tmp_path / "out")
    before = (out / "project.topicdesk").read_bytes()
    ended = topicdesk("run", updated.corpus, "--out", out, "--no-labels")
    assert ended.code == 2
    assert "6 new, 2 changed, 1 gone, 157 the same. --update brings the project up to date" in ended.reason()
    assert (out / "project.topicdesk").read_bytes() == before


def test_that_only_new_and_changed_texts_are_embedded(updated):
    embedding = [event for event in updated.ended.events if event["event"] == "StageProgress" and event["stage"] == "embed"]
    n_distinct = len({row[2] for row in rows_after()})
    n_known = len({row[2] for row in rows_after()} & {row[2] for row in rows_before()})
    assert embedding[-1] == {**embedding[-1], "done": n_distinct, "total": n_distinct, "n_from_cache": n_known}
    assert n_distinct - n_known in (N_NEW + 1, N_NEW + 2)


def test_that_counts_and_ids_of_what_is_gone_are_told_and_kept(updated):
    told = next(event for event in updated.ended.events if event["event"] == "Notice" and event["code"] == "texts-updated")
    assert "6 new, 2 changed, 1 gone, 157 the same. Gone: d24." in told["text"]
    summary = updated.ended.events[-1]["summary"]
    assert summary["n_documents"] == N_BEFORE - 1 + N_NEW
    assert {name: summary["update"][name] for name in ("n_new", "n_changed", "n_gone", "n_same", "gone")} == {
        "n_new": 6, "n_changed": 2, "n_gone": 1, "n_same": 157, "gone": ["d24"]
    }  # fmt: skip
    with Project(updated.out / "project.topicdesk") as project:
        assert [update.gone for update in project.text_updates()] == [("d24",)]


def test_that_documents_that_stay_keep_place_and_topic_and_new_ones_join(updated):
    corpus, found, _ = shown(updated.out)
    corpus_before, found_before, _ = shown(updated.before)
    row_before = {document.id: row for row, document in enumerate(corpus_before.documents)}
    same = [
        (row, row_before[d.id]) for row, d in enumerate(corpus.documents) if d.id in row_before and d.text == corpus_before.documents[row_before[d.id]].text
    ]
    assert len(same) == 157
    now, then = np.array(same).T
    assert np.array_equal(found.positions[now], found_before.positions[then])
    assert np.array_equal(found.assignment.topic_of[now], found_before.assignment.topic_of[then])
    assert np.isfinite(found.positions).all()
    theme_of = {number: max((d.group for d in corpus.documents), key=lambda theme: _n_in(corpus, found, number, theme)) for number in range(len(found.topics))}
    new = [(d, int(found.assignment.topic_of[row])) for row, d in enumerate(corpus.documents) if d.id.startswith("new")]
    assert sum(topic >= 0 and theme_of[topic] == d.group for d, topic in new) >= 5
    changed = next(row for row, d in enumerate(corpus.documents) if d.id == "d11")
    assert theme_of[int(found.assignment.topic_of[changed])] == "law"
    assert [topic.stable_id for topic in found.topics] == [topic.stable_id for topic in found_before.topics]
    assert [topic.size for topic in found.topics] == np.bincount(found.assignment.topic_of[found.assignment.topic_of >= 0]).tolist()


def _n_in(corpus, found, number, theme):
    return sum(d.group == theme and found.assignment.topic_of[row] == number for row, d in enumerate(corpus.documents))


def test_that_every_edit_stays(updated):
    corpus, _, edited = shown(updated.out)
    by_id = {topic.stable_id: topic for topic in edited.analysis.topics}
    renamed = by_id[updated.edits["renamed"]]
    assert (renamed.label.text, renamed.label.origin, renamed.is_checked) == ("My own name", "researcher", True)
    assert by_id[updated.edits["noted"]].note == "a note"
    assert edited.tally.n_merged == 1
    row_of = {document.id: row for row, document in enumerate(corpus.documents)}
    assert [int(edited.analysis.assignment.topic_of[row_of[id]]) for id in ("d10", "d100")] == [renamed.number] * 2
    assert np.flatnonzero(edited.kept).tolist() == [row_of["d40"]]
    assert not edited.not_carried
    assert not edited.lacking
    assert all(topic.keywords for topic in edited.analysis.present)


def test_that_the_tables_have_the_documents_of_the_new_file_in_its_order(updated):
    rows = table(updated.out / "documents.csv")
    assert [row["id"] for row in rows] == [row[0] for row in rows_after()]
    assert next(row["theme"] for row in rows if row["id"] == "d12") == "misfiled"


def test_that_nothing_of_a_text_that_is_gone_stays_in_the_project(updated):
    assert SECRET.encode() in (updated.before / "project.topicdesk").read_bytes()
    assert SECRET.encode() not in (updated.out / "project.topicdesk").read_bytes()


def holding(folder: Path, words: str) -> list[str]:
    """The files in a folder, at any depth, that hold these words."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes())


def test_that_backups_with_a_withdrawn_text_are_told_of_and_go_at_one_word(updated, tmp_path):
    told = [event["text"] for event in updated.ended.events if event["event"] == "Notice" and event["code"] == "texts-in-backups"]
    assert told == [
        "1 text that is gone and the earlier wording of 2 texts still lie in 1 backup beside the project. "
        "The same command with --delete-backups deletes this backup."
    ]
    out = shutil.copytree(updated.out, tmp_path / "out")
    path = out / "project.topicdesk"
    (snapshot,) = snapshots_of(path)
    assert holding(out, SECRET) == [snapshot.path.name]
    aside = snapshot.path.with_name(snapshot.path.name.replace(snapshot.reason, "damaged"))
    for leftover in (aside, snapshot.path.with_name(f".{snapshot.path.name}.part-77"), out / f".{path.name}.part-77"):
        leftover.write_text(SECRET)
        os.utime(leftover, (0, 0))
    ended = topicdesk("run", updated.corpus, "--out", out, "--no-labels", "--update", "--delete-backups")
    assert ended.code == 0, ended.err
    assert "4 backups that held withdrawn texts are deleted." in ended.err
    assert holding(out, SECRET) == []
    assert not snapshot.path.parent.exists()
    ended = topicdesk("run", updated.corpus, "--out", out, "--no-labels", "--update")
    assert "backup" not in ended.err


def test_that_an_update_can_leave_no_withdrawn_text_beside_it_from_the_first(updated, tmp_path):
    out = shutil.copytree(updated.before, tmp_path / "out")
    take_snapshot(out / "project.topicdesk", "daily")
    ended = topicdesk("run", updated.corpus, "--out", out, "--no-labels", "--update", "--delete-backups")
    assert ended.code == 0, ended.err
    assert "2 backups that held withdrawn texts are deleted." in ended.err
    assert holding(out, SECRET) == []


def test_that_backups_are_deleted_only_beside_an_update(updated):
    ended = topicdesk("run", updated.corpus, "--out", updated.out, "--delete-backups")
    assert ended.code == 2
    assert "--delete-backups goes with --update" in ended.reason()


def test_that_an_update_by_the_same_file_changes_nothing(updated, tmp_path):
    out = shutil.copytree(updated.out, tmp_path / "out")
    ended = topicdesk("run", updated.corpus, "--out", out, "--no-labels", "--update", "--json")
    assert ended.code == 0, ended.err
    assert (out / "documents.csv").read_bytes() == (updated.out / "documents.csv").read_bytes()
    assert (out / "topics.csv").read_bytes() == (updated.out / "topics.csv").read_bytes()
    assert len(snapshots_of(out / "project.topicdesk")) == len(snapshots_of(updated.out / "project.topicdesk"))


def test_that_a_further_run_finds_topics_anew_and_embeds_nothing(updated, tmp_path):
    out = shutil.copytree(updated.out, tmp_path / "out")
    ended = topicdesk("run", updated.corpus, "--out", out, "--no-labels", "--id", "id", "--json")
    assert ended.code == 0, ended.err
    stages = {stage["name"]: stage["from_cache"] for stage in ended.events[-1]["summary"]["stages"]}
    assert stages["embed"] and not stages["project"]
    _, _, edited = shown(out)
    assert "My own name" in [topic.label.text for topic in edited.analysis.present]
    with Project(out / "project.topicdesk") as project:
        assert len(project.analyses.numbers()) == 2


def test_that_the_state_before_comes_back_from_the_backup(updated, tmp_path):
    out = shutil.copytree(updated.out, tmp_path / "out")
    path = out / "project.topicdesk"
    (snapshot,) = [snapshot for snapshot in snapshots_of(path) if snapshot.reason == "before its texts were updated"]
    restore(path, snapshot)
    corpus, found, edited = shown(out)
    corpus_before, found_before, edited_before = shown(updated.before)
    assert corpus == corpus_before
    assert found.topics == found_before.topics
    assert edited.analysis.assignment.topic_of.tolist() == edited_before.analysis.assignment.topic_of.tolist()


def test_that_an_update_that_was_interrupted_is_finished_by_the_next_run_with_the_same_bytes(updated, tmp_path):
    out = shutil.copytree(updated.before, tmp_path / "out")
    interrupt_after_import(out, updated.corpus)
    ended = topicdesk("run", updated.corpus, "--out", out, "--no-labels", "--id", "id", "--json")
    assert ended.code == 0, ended.err
    assert any(event.get("code") == "update-continued" for event in ended.events)
    for name in ("documents.csv", "topics.csv", "map.png"):
        assert (out / name).read_bytes() == (updated.out / name).read_bytes(), name


def interrupt_after_import(out: Path, corpus: Path) -> None:
    """An engine that is killed as soon as it says that the corpus is replaced."""
    command = [*COMMAND, "run", str(corpus), "--out", str(out), "--no-labels", "--update", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as terminal:
        assert terminal.stdout is not None
        for line in terminal.stdout:
            if json.loads(line)["event"] == "CorpusRead":
                terminal.kill()
                break
        terminal.stdout.read()


def test_that_another_corpus_is_refused_as_an_update(updated, tmp_path):
    out = shutil.copytree(updated.before, tmp_path / "out")
    other = write_csv(
        tmp_path / "other.csv", ("id", "theme", "text"), [(f"x{i}", "a", f"Quite another text number {i} about nothing at all.") for i in range(30)]
    )
    ended = topicdesk("run", other, "--out", out, "--no-labels", "--update")
    assert ended.code == 2
    assert "holds another corpus" in ended.reason()
    assert not snapshots_of(out / "project.topicdesk")


def test_that_wishes_for_other_topics_are_refused_beside_an_update(updated):
    ended = topicdesk("run", updated.corpus, "--out", updated.out, "--update", "--min-topic-size", "9")
    assert ended.code == 2
    assert "--min-topic-size has no effect beside it" in ended.reason()
    ended = topicdesk("run", updated.corpus, "--out", updated.out / "nothing", "--update")
    assert ended.code == 2
    assert "holds no project yet" in ended.reason()
