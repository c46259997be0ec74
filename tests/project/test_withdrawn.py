"""Texts that an update took out, in the backups that are older than it: counted, and gone when they are to go."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from tests.project.made_projects import SECRET, make_project
from topicdesk.core.corpus import Corpus
from topicdesk.core.corpus_change import compare
from topicdesk.project.snapshots import TIME_FORMAT, backups_folder, snapshots_of, take_snapshot
from topicdesk.project.store import Project
from topicdesk.project.updating import TextUpdates
from topicdesk.project.withdrawn import Withdrawn, delete_withdrawn, withdrawn_texts

WITHDRAWN = f"Text 4 on space. {SECRET}."


@pytest.fixture
def path(tmp_path):
    """A project with two backups, one document of which was then withdrawn."""
    path = make_project(tmp_path / "p.topicdesk")
    with Project(path) as project:
        assert project.corpus().documents[4].text == WITHDRAWN
    for reason in ("daily", "asked for"):
        take_snapshot(path, reason)
    with Project(path) as project:
        corpus = project.corpus()
        kept = [document for document in corpus.documents if document.text != WITHDRAWN]
        later = Corpus(tuple(kept), corpus.fields)
        TextUpdates(project).replace_corpus(later, {"path": "later.csv"}, compare(corpus, later))
    return path


def later_backup(path):
    """A backup that was made a day after the update."""
    taken = take_snapshot(path, "daily")
    stamp = (datetime.now(UTC) + timedelta(days=1)).strftime(TIME_FORMAT)
    return taken.path.rename(taken.path.with_name(f"{stamp} daily.topicdesk"))


def test_that_backups_older_than_the_update_are_found_and_deleted_and_later_ones_stay(path):
    later = later_backup(path)
    with Project(path) as project:
        found = withdrawn_texts(project)
        assert (found.n_gone, found.n_changed, len(found.paths)) == (40 - len(project.corpus().documents), 0, 2)
        assert delete_withdrawn(project) == 2
        assert withdrawn_texts(project) is None
        assert delete_withdrawn(project) == 0
    assert [snapshot.path for snapshot in snapshots_of(path)] == [later]
    assert not any(WITHDRAWN.encode() in file.read_bytes() for file in path.parent.rglob("*") if file.is_file())


def test_that_files_of_others_in_the_folder_stay(path):
    foreign = backups_folder(path) / "my notes.txt"
    foreign.write_text("mine")
    os.utime(foreign, (0, 0))
    with Project(path) as project:
        assert delete_withdrawn(project) == 2
    assert foreign.exists()


def test_that_an_update_that_only_adds_withdraws_nothing(tmp_path):
    path = make_project(tmp_path / "p.topicdesk")
    take_snapshot(path, "daily")
    with Project(path) as project:
        corpus = project.corpus()
        later = Corpus((*corpus.documents, corpus.documents[0]._replace(id="further", text="A further text.")), corpus.fields)
        TextUpdates(project).replace_corpus(later, {"path": "later.csv"}, compare(corpus, later))
        assert withdrawn_texts(project) is None


WORDS = [
    ((1, 0, 1), "1 text that is gone still lies in 1 backup beside the project."),
    ((1_200, 0, 3), "1,200 texts that are gone still lie in 3 backups beside the project."),
    ((0, 1, 2), "The earlier wording of 1 text still lies in 2 backups beside the project."),
    ((2, 3, 2), "2 texts that are gone and the earlier wording of 3 texts still lie in 2 backups beside the project."),
]


@pytest.mark.parametrize(("counts", "words"), WORDS)
def test_that_it_is_said_in_words(counts, words, tmp_path):
    n_gone, n_changed, n_backups = counts
    assert Withdrawn(n_gone, n_changed, (tmp_path,) * n_backups).words == words
