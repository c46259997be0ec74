"""Risky files are read in a child process with limits; whatever ends it is a sentence, and nothing is left behind."""

import resource
import subprocess
import sys

import pytest

from topicdesk.core.errors import InputError
from topicdesk.importing import child_table
from topicdesk.importing.opening import check_file

PLANTED = "import json, os, sys; json.load(sys.stdin); {0}"


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ("os.abort()", "sudden end"),
        ("os.kill(os.getpid(), 9)", "want of memory"),
        ("os.kill(os.getpid(), 24)", "far too long"),
        ("print('half a', end='')", "sudden end"),
    ],
)
def test_that_the_end_of_the_child_is_a_sentence(corpus_file, monkeypatch, ends, words):
    source = corpus_file("text\nsome words\n")
    started = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda command, **more: started([sys.executable, "-c", PLANTED.format(ends)], **more))
    with pytest.raises(InputError, match=words):
        child_table.open_in_child(source, check_file(source.path))


def test_that_the_childs_limits_hold():
    script = (
        "import resource; from topicdesk.importing.child import set_limits; set_limits(1 << 20);"
        "print(resource.getrlimit(resource.RLIMIT_FSIZE)[0], resource.getrlimit(resource.RLIMIT_CPU)[0], resource.getrlimit(resource.RLIMIT_DATA)[0] >> 30);"
        "x = bytearray(3 << 30)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["0", "62", "2"]
    assert "MemoryError" in done.stderr
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 0


def test_that_rows_come_through_as_they_are_read_here(corpus_file):
    lines = [f"{i},text {i} of many" for i in range(1, 600)]
    lines[99] = "broken"
    source = corpus_file("id,text\n" + "\n".join(lines) + "\n")
    table = child_table.open_in_child(source, check_file(source.path))
    for _ in range(3):  # from the process that has looked, again from what it said, and from a new one
        with table.open_rows() as (rows, position):
            numbers = [rows.number for row in rows]
        assert numbers == [i for i in range(1, 600) if i != 100]
        assert ([number for number, _ in rows.unreadable], rows.number, position()) == ([100], 599, table.file.n_bytes)


def test_that_who_reads_only_the_first_rows_leaves_the_process_to_the_next_reader(corpus_file, monkeypatch):
    started, processes = subprocess.Popen, []
    monkeypatch.setattr(subprocess, "Popen", lambda *given, **more: processes.append(started(*given, **more)) or processes[-1])
    source = corpus_file("id,text\n" + "".join(f"{i},text {i} of many\n" for i in range(1, 3000)))
    table = child_table.open_in_child(source, check_file(source.path))
    with table.open_rows() as (rows, _):
        assert next(iter(rows)) == ["1", "text 1 of many"]
    with table.open_rows() as (rows, _):
        assert [rows.number for _ in rows] == list(range(1, 3000))
    assert [process.returncode is not None for process in processes] == [True]


def test_that_a_process_that_nobody_reads_from_any_more_is_ended(corpus_file, monkeypatch):
    started, processes = subprocess.Popen, []
    monkeypatch.setattr(subprocess, "Popen", lambda *given, **more: processes.append(started(*given, **more)) or processes[-1])
    source = corpus_file("id,text\n1,some words\n")
    table = child_table.open_in_child(source, check_file(source.path))
    assert processes[0].returncode is None
    del table
    assert processes[0].returncode is not None
