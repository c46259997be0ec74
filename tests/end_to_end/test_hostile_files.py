"""What is hostile or broken ends `preview` and `run` with exit code 2, one clear sentence, and nothing written."""

import gzip
import os
import zipfile
from pathlib import Path

import pytest

from tests.end_to_end.command_line import topicdesk

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4


def zipped(path, files, mode=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", mode) as archive:
        for name, content in files.items():
            archive.writestr(name, content)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
CONTENTS = {
    "empty": b"", "only a header": b"id,text\n", "binary": bytes(range(256)) * 40, "picture": PNG,
    "password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), "damaged parquet": b"PAR1" + bytes(200) + b"PAR1",
}  # fmt: skip
ZIPPED = {"zip bomb": {"a.csv": bytes(300 << 20)}, "billion laughs": {"xl/workbook.xml": LAUGHS}, "path trick": {"../../evil.csv": "id,text\n1,words\n"}}
LINKS = {"link to a device": "/dev/zero", "link to nothing": "gone.csv"}


def make(what, folder):
    """A hostile file of each kind."""
    path = folder / ("a\nb.csv" if what == "name with a line break" else "corpus.csv")
    if what == "device":
        return Path("/dev/zero")
    if what == "pipe":
        os.mkfifo(path)
    elif what in LINKS:
        path.symlink_to(LINKS[what])
    elif what in ZIPPED:
        zipped(path, ZIPPED[what])
    elif what == "gzip bomb":
        path.write_bytes(gzip.compress(b"id,text\n" + b"1,again\n" * 4_000_000, 1))
    else:
        path.write_bytes(CONTENTS.get(what, b""))
    return path


KINDS = ["empty", "only a header", "binary", "picture", "zip bomb", "billion laughs", "path trick", "password", "device", "link to a device", "link to nothing",
         "name with a line break", "pipe", "damaged parquet"]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("what", KINDS)
def test_that_a_hostile_file_is_refused_in_one_sentence(what, tmp_path):
    path = make(what, tmp_path)
    before = sorted(tmp_path.rglob("*"))
    ended = topicdesk("preview", path, "--json")
    assert (ended.code, ended.out) == (2, "")
    assert len(ended.err.strip().replace(str(path), "").splitlines()) == 1 and ended.err.startswith("topicdesk: ")
    assert "Traceback" not in ended.err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.slow
@pytest.mark.parametrize("what", ["empty", "gzip bomb", "billion laughs"])
def test_that_a_run_of_a_hostile_file_writes_nothing(what, tmp_path, starter_models):
    path, out = make(what, tmp_path), tmp_path / "out"
    ended = topicdesk("run", path, "--out", out, "--no-labels", "--embedding-model", starter_models.embedding_path)
    assert ended.code == 2, ended.err
    assert not out.exists()
