import json
import sqlite3
import subprocess
import sys
import threading
from contextlib import contextmanager

import numpy as np
import pytest

from topicdesk.core.corpus import Corpus, Document
from topicdesk.core.errors import InputError, TopicDeskError
from topicdesk.core.text_making import TextMaking
from topicdesk.project import schema
from topicdesk.project.cache import cache_key
from topicdesk.project.store import Project


@pytest.fixture
def path(tmp_path):
    return tmp_path / "my project.topicdesk"


def corpus():
    documents = (Document("1", "Zürich\n\x00\u202e", "title", "2020", "a", ("1", "Zürich")), Document("2", "", None, None, None, ("2", "")))
    return Corpus(documents, ("id", "text"), {"empty text": 1}, ((3, "too few cells"),), making=TextMaking(("title", "text")))


def test_that_a_new_project_says_what_it_is(path):
    Project(path, create=True).close()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA application_id").fetchone()[0] == schema.APPLICATION_ID
    assert connection.execute("PRAGMA user_version").fetchone()[0] == len(schema.MIGRATIONS)
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    about_texts = {"project", "document", "passage", "text_update", "layout", "meta"}
    assert tables == about_texts | {"artifact", "afresh", "analysis", "topic", "label", "edit", "description"}


def test_that_a_closed_project_is_one_whole_file(path):
    with Project(path, create=True) as project:
        project.put_corpus(corpus(), {})
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_that_a_corpus_survives_the_project(path):
    with Project(path, create=True) as project:
        assert project.fingerprint is None
        assert project.source() == {}
        with pytest.raises(InputError, match="holds no corpus"):
            project.corpus()
        project.put_corpus(corpus(), {"path": "a.csv"})
    with Project(path) as project:
        assert project.corpus() == corpus()
        assert project.fingerprint == corpus().fingerprint
        assert project.source() == {"path": "a.csv"}


def test_that_a_second_corpus_does_not_replace_the_first(path):
    with Project(path, create=True) as project:
        project.put_corpus(corpus(), {})
        with pytest.raises(TopicDeskError, match="could not be written"):
            project.put_corpus(Corpus((Document("9", "other"),)), {})
        assert project.corpus() == corpus()


def test_that_a_large_corpus_comes_in_short_transactions_and_is_seen_whole_or_not_at_all(path):
    large = Corpus(tuple(Document(str(i), f"{i} " * 2000, fields=(str(i),)) for i in range(1000)), ("id",))
    seen, sizes = set(), []
    with Project(path, create=True) as project, Project(path) as reader:
        transaction = project.transaction

        @contextmanager
        def watched():
            with transaction() as connection:
                before = connection.total_changes
                yield connection
                sizes.append(connection.total_changes - before)
            seen.add(reader.fingerprint)
            with reader.transaction():  # the window has its turn between any two of them
                pass

        project.transaction = watched
        project.put_corpus(large, {})
        assert reader.corpus() == large
    assert seen == {None, large.fingerprint}
    assert max(sizes) < 100
    assert sum(sizes) == 1001


def test_that_what_a_killed_import_left_is_not_seen_and_not_in_the_way(path):
    with Project(path, create=True) as project:
        with project.transaction() as connection:
            connection.execute("INSERT INTO document VALUES (0, 'x', 'half', NULL, NULL, NULL, '[]')")
        assert project.fingerprint is None
        with pytest.raises(InputError, match="holds no corpus"):
            project.corpus()
        project.put_corpus(corpus(), {})
        assert project.corpus() == corpus()


def test_that_an_absent_project_is_not_made_by_opening_it(path):
    with pytest.raises(InputError, match="there is no such project"):
        Project(path)
    assert not path.exists()


def foreign_database(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE project (id INTEGER)")
    connection.commit()
    connection.close()


def newer_project(path):
    Project(path, create=True).close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS) + 1}")
    connection.commit()
    connection.close()


def database_of_another_application(path):
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA application_id = 1")
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (foreign_database, "another program"),
        (database_of_another_application, "another program"),
        (newer_project, "newer TopicDesk .* Update TopicDesk"),
        (lambda path: path.write_text("id,text\n1,hello\n" * 100), "not a TopicDesk project, or it is damaged"),
        (lambda path: path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000), "not a TopicDesk project, or it is damaged"),
        (lambda path: path.mkdir(), "cannot be opened"),
    ],
)
def test_that_a_file_that_is_no_project_of_ours_is_refused_and_left_alone(path, make, said):
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(InputError, match=said) as caught:
        Project(path, create=True)
    assert str(path) in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_that_damage_inside_a_project_is_an_error_and_no_traceback(path):
    with Project(path, create=True) as project:
        project.put_corpus(Corpus(tuple(Document(str(i), "text " * 200) for i in range(400)), ("t",)), {})
    content = bytearray(path.read_bytes())
    content[8192 : len(content) - 4096] = b"\xa5" * (len(content) - 4096 - 8192)
    path.write_bytes(content)
    with pytest.raises(TopicDeskError, match="damaged"), Project(path) as project:
        project.corpus()


def test_that_a_failed_migration_leaves_the_file_as_it_was(path, monkeypatch):
    Project(path, create=True).close()
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE more (x); INSERT INTO nonsense VALUES (1);"))
    with pytest.raises(InputError):
        Project(path)
    monkeypatch.undo()
    with Project(path) as project:
        assert project.fingerprint is None


def test_that_a_later_migration_keeps_what_is_there(path, monkeypatch):
    with Project(path, create=True) as project:
        project.put_corpus(corpus(), {})
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "ALTER TABLE document ADD COLUMN note TEXT;"))
    with Project(path) as project:
        assert project.corpus().documents[0].text == corpus().documents[0].text
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone()[0] == len(schema.MIGRATIONS)
    connection.close()


def test_that_several_may_make_the_same_project_at_once(path):
    failures = []

    def make(target, together):
        together.wait()
        try:
            Project(target, create=True).close()
        except Exception as error:
            failures.append(error)

    for attempt in range(10):
        together = threading.Barrier(4)
        threads = [threading.Thread(target=make, args=(path.with_name(f"{attempt}.topicdesk"), together)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not failures


def test_that_two_connections_write_side_by_side(path):
    Project(path, create=True).close()
    failures = []

    def write(which):
        try:
            with Project(path) as project:
                for number in range(100):
                    if which == "window":
                        project.edits.rename(f"topic {number}", "name")
                        project.set_layout(f"place {number}", [1, 2])
                    else:
                        project.artifacts.put(f"key {number}", "embed", np.full(50_000, number, dtype=np.float32))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(which,)) for which in ("window", "engine")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    with Project(path) as project:
        assert len(project.edits.names()) == 100
        assert project.layout("place 99") == [1, 2]
        assert all(project.artifacts.array(f"key {number}")[0] == number for number in range(100))


def test_that_a_transaction_is_all_or_nothing(path):
    with Project(path, create=True) as project:
        with pytest.raises(KeyError), project.transaction() as connection:
            connection.execute("INSERT INTO meta VALUES ('a', 'b')")
            raise KeyError
        with project.transaction() as connection:
            assert connection.execute("SELECT count(*) FROM meta").fetchone()[0] == 0


def test_that_a_killed_writer_leaves_every_finished_unit(path):
    code = """
import os, signal, sys
from pathlib import Path
from topicdesk.project.store import Project
project = Project(Path(sys.argv[1]), create=True)
project.edits.rename("abc", "kept")
with project.transaction() as connection:
    connection.execute("INSERT INTO meta VALUES ('half', 'x')")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == -9
    with Project(path) as project:
        assert project.edits.names() == {"abc": "kept"}
        with project.transaction() as connection:
            assert connection.execute("SELECT count(*) FROM meta").fetchone()[0] == 0


def test_that_an_artifact_that_was_damaged_counts_as_absent(path):
    with Project(path, create=True) as project:
        project.artifacts.put("k", "embed", np.arange(5), 3)
        project.artifacts.put("v", "label", {"0": "Zürich"})
        np.testing.assert_array_equal(project.artifacts.array("k", 3), np.arange(5))
        assert project.artifacts.array("k", 0) is None
        assert project.artifacts.values("v") == {"0": "Zürich"}
        with project.transaction() as connection:
            connection.execute("UPDATE artifact SET bytes = zeroblob(100)")
        assert project.artifacts.array("k", 3) is None
        assert project.artifacts.values("v") is None
        project.artifacts.put("k", "embed", np.arange(2), 3)
        assert len(project.artifacts.array("k", 3)) == 2
        project.artifacts.clear()
        assert project.artifacts.array("k", 3) is None


def test_that_a_cache_key_depends_on_everything_and_on_no_order():
    assert cache_key("embed", 1, a=1, b={"x": 1, "y": 2}) == cache_key("embed", 1, b={"y": 2, "x": 1}, a=1)
    keys = {cache_key(*given, **inputs) for given in (("embed", 1), ("embed", 2), ("label", 1)) for inputs in ({"a": 1}, {"a": 2}, {"b": 1}, {"a": [1]})}
    assert len(keys) == 12
    assert len(json.dumps(keys.pop())) == 66
