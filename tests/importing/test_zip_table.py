"""Zip archives: the table in it is read without unpacking to the disk, and what is protected, a bomb or a trick is refused."""

import json
import zipfile

import pytest

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.archives import leads_out
from topicdesk.importing.preview import preview_corpus
from topicdesk.importing.read_corpus import read_corpus

CSV = "id,text\n1,some words of a text\n2,other words of a text\n"


def archive(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return CorpusSource(str(path))


def test_that_the_largest_table_is_read_and_another_can_be_chosen(tmp_path):
    lines = "\n".join(json.dumps({"text": f"words of record {i}"}) for i in range(9))
    source = archive(tmp_path / "a.zip", {"readme.txt": "hello", "in/a.csv": CSV, "b.jsonl": lines})
    preview = preview_corpus(source)
    assert (preview.format, preview.sheet, preview.sheets, preview.n_rows) == ("jsonl.zip", "b.jsonl", ("in/a.csv", "b.jsonl"), 9)
    assert read_corpus(CorpusSource(source.path, sheet="in/a.csv")).texts == ["some words of a text", "other words of a text"]


@pytest.mark.parametrize("name", ["../../evil.csv", "/etc/evil.csv", "..\\evil.csv", "C:\\evil.csv"])
def test_that_names_that_lead_out_are_refused(tmp_path, name):
    with pytest.raises(InputError, match="leads out of it"):
        read_corpus(archive(tmp_path / "a.zip", {name: CSV}))
    assert leads_out(name) and not leads_out("in/a.csv")


def test_that_a_bomb_is_refused_from_its_directory(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped, zipped.open("a.csv", "w") as stream:
        for _ in range(300):
            stream.write(b"a" * (1 << 20))
    with pytest.raises(InputError, match="far too much"):
        read_corpus(CorpusSource(str(path)))


def test_that_a_parquet_file_in_an_archive_is_to_be_unpacked(tmp_path):
    with pytest.raises(InputError, match=r"holds a\.parquet, which is read only by itself; unpack the archive first"):
        read_corpus(archive(tmp_path / "a.parquet.zip", {"a.parquet": b"PAR1" + bytes(99)}))


def test_that_a_protected_or_damaged_archive_is_refused(tmp_path, corpus_file):
    source = archive(tmp_path / "a.zip", {"a.csv": CSV})
    content = bytearray((tmp_path / "a.zip").read_bytes())
    content[content.find(b"PK\x01\x02") + 8] |= 1  # the flag of encryption in the directory
    with pytest.raises(InputError, match="protected by a password"):
        read_corpus(corpus_file(bytes(content), "locked.zip"))
    with pytest.raises(InputError, match="damaged or incomplete"):
        read_corpus(corpus_file((tmp_path / "a.zip").read_bytes()[:60], "cut.zip"))
    with pytest.raises(InputError, match=r"no file 'x\.csv' in the archive"):
        read_corpus(CorpusSource(source.path, sheet="x.csv"))
