"""Files that somebody or something has changed: a clear message each time, never a crash, never a silent loss."""

import json
import random
import sqlite3
import subprocess
import sys

import pytest

from tests.project.made_projects import everything_of, make_project
from topicdesk.core.errors import DamagedProject, InputError, TopicDeskError
from topicdesk.project.snapshots import newest_good, restore, take_snapshot
from topicdesk.project.store import Project

N_CASES = 150

# A process of its own, because native code must not be able to take the test along.
LOOK = """
import json, sys
from pathlib import Path
from tests.project.test_damage import read_and_write
counts = {}
for line in sys.stdin:
    said = read_and_write(Path(line.strip()))
    print(json.dumps(said), flush=True)
"""


def read_and_write(path):
    """What comes of using a file: "fine", or the kind of the error that is shown to people."""
    try:
        with Project(path) as project, project.reading():
            project.check()
            everything_of(path)
            project.edits.rename("stable-0", "After the damage")
            project.artifacts.put("k", "embed", __import__("numpy").ones(5))
        return "fine"
    except TopicDeskError as error:
        assert str(path) in str(error)
        return type(error).__name__


def damaged_copies(path, folder, n_cases):
    """Bits flipped, pieces overwritten, ends cut off."""
    draw = random.Random(4)
    content = path.read_bytes()
    for number in range(n_cases):
        broken = bytearray(content)
        kind = number % 3
        if kind == 0:
            for _ in range(draw.choice((1, 1, 3, 40))):
                broken[draw.randrange(len(broken))] ^= 1 << draw.randrange(8)
        elif kind == 1:
            start = draw.randrange(len(broken))
            piece = draw.choice((draw.randbytes(16), b"\x00" * 512, b"\xff" * 4096, draw.randbytes(4096)))
            broken[start : start + len(piece)] = piece[: len(broken) - start]
        else:
            del broken[draw.choice((draw.randrange(len(broken)), draw.randrange(200), 4096 * draw.randrange(len(broken) // 4096))) :]
        target = folder / f"{number}.topicdesk"
        target.write_bytes(broken)
        yield target


def test_that_flipped_bits_and_cut_ends_give_a_message_and_never_a_crash(tmp_path):
    path = make_project(tmp_path / "whole.topicdesk", 120)
    (tmp_path / "broken").mkdir()
    several = list(damaged_copies(path, tmp_path / "broken", N_CASES))
    asked = "".join(f"{target}\n" for target in several)
    done = subprocess.run([sys.executable, "-c", LOOK], input=asked, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(said) == N_CASES
    counts = {kind: said.count(kind) for kind in set(said)}
    print(f"{N_CASES} damaged files: {counts}")
    assert set(counts) <= {"fine", "DamagedProject", "InputError"}
    assert counts["DamagedProject"] > N_CASES / 2


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON edit BEGIN DELETE FROM edit; END",
        "CREATE VIEW v AS SELECT text FROM document",
        "CREATE TABLE extra (x)",
        "CREATE VIRTUAL TABLE found USING fts5(text)",
        "ALTER TABLE label ADD COLUMN more TEXT GENERATED ALWAYS AS (upper(text)) VIRTUAL",
        "DROP TABLE layout",
        "CREATE INDEX i ON document (text)",
    ],
)
def test_that_a_file_with_other_things_in_it_than_ours_is_not_opened(tmp_path, statement):
    path = make_project(tmp_path / "p.topicdesk")
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()
    with pytest.raises(DamagedProject, match="not a project as TopicDesk makes it"):
        Project(path)


def test_that_a_view_in_a_tables_place_is_seen(tmp_path):
    path = make_project(tmp_path / "p.topicdesk")
    connection = sqlite3.connect(path)
    connection.execute("ALTER TABLE layout RENAME TO hidden")
    connection.execute("CREATE VIEW layout AS SELECT * FROM hidden")
    connection.commit()
    connection.close()
    with pytest.raises(DamagedProject):
        Project(path)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("topic", "keywords = '[1, 2]'"), ("topic", "exemplars = '{'"), ("label", "card = '{\"nonsense\": 1}'"), ("analysis", "settings = '[]'"),
        ("analysis", "models = '[3]'"), ("document", "fields = '7'"), ("project", "unreadable = '{}x'"), ("label", "text = CAST(x'ff' AS TEXT)"),
    ],
)  # fmt: skip
def test_that_values_that_nobody_can_have_written_are_named_as_damage(tmp_path, table, change):
    path = make_project(tmp_path / "p.topicdesk")
    connection = sqlite3.connect(path)
    connection.execute(f"UPDATE {table} SET {change}")
    connection.commit()
    connection.close()
    with pytest.raises(DamagedProject, match="damaged"), Project(path) as project, project.reading():
        project.corpus()
        project.analyses.get(1, "")


def test_that_an_empty_file_is_a_damaged_project(tmp_path):
    (tmp_path / "p.topicdesk").touch()
    with pytest.raises(DamagedProject, match="empty"):
        Project(tmp_path / "p.topicdesk")


def test_that_the_newest_good_snapshot_replaces_a_damaged_project(tmp_path):
    path = make_project(tmp_path / "p.topicdesk")
    before = everything_of(path)
    take_snapshot(path, "daily")
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(InputError):
        everything_of(path)
    restore(path, newest_good(path))
    assert everything_of(path) == before
