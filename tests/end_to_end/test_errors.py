"""Every wrong use ends with its exit code and one line: what, where, what to do."""

import hashlib
import subprocess
import sys

import pytest

from tests.end_to_end.command_line import COMMAND, topicdesk
from tests.generated_corpora import topical_texts, write_csv, write_topical
from topicdesk.stages.embedding_numerics import has_nvidia_driver


def bytes_of(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return write_topical(tmp_path_factory.mktemp("corpus") / "corpus.csv", 30)


@pytest.fixture
def refused(tmp_path, corpus):
    """A function that runs with more arguments, expects exit code 2 and no file, and returns the reason."""

    def run(*more, corpus=corpus, out=tmp_path / "out"):
        ended = topicdesk("run", corpus, "--out", out, *more)
        assert ended.code == 2, ended.err
        assert ended.out == ""
        assert len(ended.err.splitlines()) == 1
        assert not (tmp_path / "out").exists() or not any((tmp_path / "out").iterdir())
        return ended.reason()

    return run


@pytest.mark.parametrize("size", [-1, 0, 1, 10_000_000])
def test_that_a_topic_size_out_of_range_is_refused(refused, size):
    assert "min_topic_size" in (reason := refused("--min-topic-size", size))
    assert "between 2 and" in reason


def test_that_an_unknown_setting_is_refused_with_its_place(refused, tmp_path):
    path = tmp_path / "my.toml"
    path.write_text("[clustering]\nmin_topic_sise = 9\n", "utf-8")
    reason = refused("--settings", path)
    assert str(path) in reason
    assert "[clustering]" in reason
    assert "min_topic_sise" in reason
    assert "min_topic_size" in reason  # what it should have been


@pytest.mark.parametrize("more", [("--seed", -1), ("--gpu-layers", "many"), ("--settings", "absent.toml")])
def test_that_a_value_that_no_run_can_use_is_refused_before_anything_starts(refused, more):
    assert refused(*more)


@pytest.mark.parametrize("more", [("--min-topic-size", "many"), ("--device", "abacus"), ("--nonsense",), ("--seed",)])
def test_that_a_mistyped_option_is_refused_in_one_line(refused, more):
    assert more[0] in refused(*more)


def test_that_out_is_needed_and_must_be_no_file(corpus, refused, tmp_path):
    ended = topicdesk("run", corpus)
    assert ended.code == 2
    assert "--out" in ended.reason()
    (tmp_path / "file").touch()
    assert "this is a file" in refused(out=tmp_path / "file")


def test_that_an_unknown_command_names_the_known_ones():
    ended = topicdesk("analyse")
    assert ended.code == 2
    assert "preview" in ended.reason()


def test_that_help_and_version_end_well():
    for arguments in (["--help"], ["run", "--help"], ["--version"]):
        ended = topicdesk(*arguments)
        assert ended.code == 0
        assert ended.out
        assert ended.err == ""


ENGINE_REFUSES = {
    "an absent corpus": (lambda f: ("absent.csv",), "absent.csv"),
    "a folder for a corpus": (lambda f: (f,), str),
    "an empty corpus": (lambda f: (write(f / "empty.csv", b""),), "empty.csv"),
    "an unknown text column": (lambda f: (write_topical(f / "c.csv", 9), "--text", "txet"), "txet"),
    "an absent embedding model": (lambda f: (write_topical(f / "c.csv", 9), "--embedding-model", f / "absent"), "there is no such model"),
    "an absent language model": (lambda f: (write_topical(f / "c.csv", 9), "--language-model", f / "absent.gguf"), "there is no such model"),
    "a language model that is no GGUF": (lambda f: (write_topical(f / "c.csv", 9), "--language-model", write(f / "m.gguf", b"PK\x03\x04")), "not a GGUF file"),
    "a folder that is no embedding model": (lambda f: (write_topical(f / "c.csv", 9), "--embedding-model", f), "not an embedding model"),
    "no such card": (lambda f: (write_topical(f / "c.csv", 9), "--device", "cuda"), "--device cuda"),
    "a sample of nothing": (lambda f: (write_topical(f / "c.csv", 9), "--sample", 0), "sample"),
}


def write(path, content):
    path.write_bytes(content)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("what", ENGINE_REFUSES)
def test_that_the_engine_refuses(what, starter_models, refused, tmp_path):
    arguments, said = ENGINE_REFUSES[what]
    corpus, *more = arguments(tmp_path)
    if what == "no such card" and has_nvidia_driver():
        pytest.skip("there may be a card here")
    reason = refused(*more, corpus=corpus)
    assert (said if isinstance(said, str) else str(tmp_path)) in reason


@pytest.mark.slow
def test_that_a_truncated_gguf_file_is_refused(starter_models, tmp_path):
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(starter_models.language_path.read_bytes()[:1_000_000])
    ended = topicdesk("run", write_topical(tmp_path / "c.csv", 60), "--out", tmp_path / "out", "--language-model", cut)
    assert ended.code == 2, ended.err
    assert "cut.gguf" in ended.reason()


@pytest.mark.slow
def test_that_another_corpus_into_the_same_folder_is_refused_and_nothing_changes(finished_run, tmp_path, columns):
    out = finished_run.copy(tmp_path / "out")
    before = bytes_of(out)
    rows = [(f"d{n}", theme, "", text, "1", "a", "b") for n, (theme, text) in enumerate(topical_texts(30, seed=5))]
    other = write_csv(tmp_path / "other.csv", ("id", "title", "topic", "text", "amount", "label", "x"), rows)
    for corpus, more, reason in ((other, columns, "another corpus"), (finished_run.corpus, [*columns, "--sample", 50], "another sample")):
        ended = topicdesk("run", corpus, "--out", out, *more)
        assert ended.code == 2
        assert reason in ended.reason()
        assert "another folder" in ended.reason()
        assert bytes_of(out) == before


@pytest.mark.slow
def test_that_a_project_of_another_program_is_refused_and_left_alone(starter_models, corpus, tmp_path):
    import sqlite3

    (tmp_path / "out").mkdir()
    path = tmp_path / "out" / "project.topicdesk"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE notes (text)")
    connection.commit()
    connection.close()
    before = bytes_of(tmp_path / "out")
    ended = topicdesk("run", corpus, "--out", tmp_path / "out")
    assert ended.code == 2
    assert "another program" in ended.reason()
    assert bytes_of(tmp_path / "out") == before


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such folder there")
def test_that_a_folder_that_cannot_be_written_is_named(starter_models, corpus):
    ended = topicdesk("run", corpus, "--out", "/proc/topicdesk")
    assert ended.code in (2, 3)
    assert "/proc/topicdesk" in ended.reason()


def test_that_a_reader_that_leaves_early_ends_the_command_quietly(corpus):
    command = subprocess.list2cmdline([*COMMAND, "preview", str(corpus), "--rows", "all"])
    done = subprocess.run(f"{command} | head -1", shell=True, capture_output=True, check=False)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
