"""Hostile and wrong files end in one sentence that says what, where and what to do."""

import gzip
import os
from pathlib import Path

import pytest

from topicdesk.core.errors import InputError
from topicdesk.core.progress import Progress
from topicdesk.core.requests import CorpusSource
from topicdesk.importing import opening
from topicdesk.importing.preview import preview_corpus
from topicdesk.importing.read_corpus import read_corpus

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4


def refusal(source):
    with pytest.raises(InputError) as caught:
        read_corpus(source)
    with pytest.raises(InputError):
        preview_corpus(source)
    message = str(caught.value)
    assert message.startswith(source.path)
    assert "\n" not in message
    assert message.endswith(".")
    return message


def test_that_a_file_that_is_not_there_is_named(tmp_path):
    assert "no such file" in refusal(CorpusSource(str(tmp_path / "gone.csv")))


def test_that_a_folder_without_texts_is_refused(tmp_path):
    assert "no text in it" in refusal(CorpusSource(str(tmp_path)))


def test_that_a_file_below_a_file_is_refused(corpus_file):
    source = corpus_file("text\nhello\n")
    assert "no such file" in refusal(CorpusSource(source.path + "/inner.csv"))


@pytest.mark.parametrize("name", ["a\0b.csv", "x" * 5000])
def test_that_an_impossible_name_is_refused(name):
    with pytest.raises(InputError, match="cannot be opened"):
        read_corpus(CorpusSource(name))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_that_a_pipe_is_refused_at_once_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    assert "pipe" in refusal(CorpusSource(str(tmp_path / "pipe.csv")))


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
def test_that_a_device_is_refused():
    assert "device" in refusal(CorpusSource("/dev/zero"))


def test_that_a_file_without_permission_is_refused(corpus_file, monkeypatch):
    source = corpus_file("text\nhello\n")

    def forbidden(self, *args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", forbidden)
    assert "no permission" in refusal(source)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n\n\t\n", "empty but for white space"),
        (b"\xef\xbb\xbf", "empty"),
        (b"text\n", "only a header"),
        (b"id,title,text\r\n", "only a header"),
        (b"id,title,text\r\n\r\n\r\n", "only a header"),
        (PNG, "picture"),
        (b"\xff\xd8\xff\xe0" + bytes(300), "picture"),
        (b"PAR1" + bytes(100), "Parquet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "no workbook"),
        (b"%PDF-1.7\n" + bytes(100), "PDF"),
        (b"SQLite format 3\x00" + bytes(100), "database"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        (bytes(range(256)) * 16, "binary"),
        (b"\x1f\x8b\x08\x00broken", "damaged"),
    ],
)
def test_that_what_is_no_table_of_texts_is_refused(corpus_file, content, words):
    assert words in refusal(corpus_file(content))


def test_that_a_file_that_changes_while_it_is_read_is_refused(corpus_file):
    source = corpus_file("id,text\n" + "1,some words of a text\n" * 5000)

    def grow(done, of):
        with Path(source.path).open("a") as stream:
            stream.write("2,more words\n")

    with pytest.raises(InputError, match="changed while it was read"):
        read_corpus(source, Progress(grow, lambda: False))


def test_that_a_name_with_a_line_break_stays_one_sentence(tmp_path):
    path = tmp_path / "a\nb.csv"
    path.write_bytes(b"")
    with pytest.raises(InputError, match="is empty"):
        read_corpus(CorpusSource(str(path)))


def test_that_a_gzip_file_is_read_through(corpus_file):
    corpus = read_corpus(corpus_file(gzip.compress(b"id,text\n1,some words of a text\n2,other words of a text\n"), "corpus.csv.gz"))
    assert corpus.texts == ["some words of a text", "other words of a text"]


def test_that_a_gzip_file_that_ends_too_early_is_refused(corpus_file):
    packed = gzip.compress(b"id,text\n" + os.urandom(20_000).hex().encode())
    assert "damaged or incomplete" in refusal(corpus_file(packed[: len(packed) // 2], "corpus.csv.gz"))


def test_that_a_gzip_bomb_is_refused(corpus_file, monkeypatch):
    monkeypatch.setattr(opening, "BOMB_BYTES", 1 << 20)
    bomb = gzip.compress(b"id,text\n" + b"1,the same words again and again\n" * 300_000)
    assert "far too much" in refusal(corpus_file(bomb, "corpus.csv.gz"))


def test_that_a_line_without_an_end_is_refused_before_it_fills_the_memory(corpus_file):
    source = corpus_file(b"id,text\n1,some words of a text\n" + b"a" * (1 << 24) + b"aa\n")
    with pytest.raises(InputError, match="line is longer"):
        read_corpus(source)


def test_that_a_file_of_which_no_row_can_be_read_is_refused(corpus_file):
    assert "no row can be read" in refusal(corpus_file("id;text;c\n1;2\n3;4;5;6\n", delimiter=";"))
