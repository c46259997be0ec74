"""Workbooks: the sheet that is meant, cells as people would write them, and what is protected or hostile refused in one sentence."""

import datetime
import gzip
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.formats import open_here
from topicdesk.importing.opening import check_file
from topicdesk.importing.preview import preview_corpus
from topicdesk.importing.read_corpus import read_corpus
from topicdesk.importing.workbook_table import cell_text, open_beginning, open_workbook

HEADER = ("id", "title", "text", "score")
ROWS = [(i, f"Title {i}", f"The words of text {i}, more or less.", i * 1.5) for i in range(1, 30)]


def written(path, sheets):
    workbook = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = workbook.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    workbook.close()
    return CorpusSource(str(path))


def with_part(path, name, content):
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, content)


def test_that_the_first_sheet_with_something_in_it_is_read_and_another_can_be_chosen(tmp_path):
    source = written(tmp_path / "a.xlsx", {"Cover": [], "Data": [HEADER, *ROWS], "Other": [("text",), ("Other words, and more of them",)]})
    preview = preview_corpus(source, n_rows=2)
    assert (preview.format, preview.sheet, preview.sheets, preview.n_rows) == ("xlsx", "Data", ("Cover", "Data", "Other"), 29)
    assert preview.columns == (("id", "number", "id"), ("title", "text", "title"), ("text", "text", "text"), ("score", "number", "none"))
    assert preview.rows[1] == ("2", "Title 2", "The words of text 2, more or less.", "3")
    other = CorpusSource(source.path, sheet="Other")
    assert read_corpus(other).texts == ["Other words, and more of them"]
    with pytest.raises(InputError, match="no sheet 'Gone'; the sheets are Cover, Data, Other"):
        preview_corpus(CorpusSource(source.path, sheet="Gone"))


def test_that_titles_above_the_table_and_blank_rows_are_no_rows(tmp_path):
    source = written(tmp_path / "a.xlsx", {"Data": [("A survey of 2024",), (), HEADER, *ROWS[:5], (), *ROWS[5:]]})
    preview = preview_corpus(source)
    assert (preview.n_above, preview.header, preview.n_rows) == (1, True, 29)


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (2.5, "2.5"), (True, "true"), ("x", "x"), ("", ""), (datetime.datetime(2024, 1, 31), "2024-01-31"), (datetime.date(2024, 1, 31), "2024-01-31"),
     (datetime.datetime(2024, 1, 31, 8, 5), "2024-01-31 08:05:00"), (datetime.time(8, 5), "08:05:00"), (1e300, "1e+300")],
)  # fmt: skip
def test_that_cells_are_text_as_people_write_it(value, text):
    assert cell_text(value) == text


def test_that_a_workbook_with_only_a_header_or_nothing_is_refused(tmp_path):
    for sheets, words in (({"A": [HEADER]}, "only a header"), ({"A": []}, "workbook is empty")):
        with pytest.raises(InputError, match=words):
            preview_corpus(written(tmp_path / "a.xlsx", sheets))


def test_that_billion_laughs_are_refused_unread(tmp_path):
    source = written(tmp_path / "a.xlsx", {"Data": [HEADER, *ROWS]})
    laughs = '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><sst>&lol2;</sst>'
    with_part(source.path, "xl/more.xml", laughs)
    with pytest.raises(InputError, match="defines XML entities"):
        read_corpus(source)


def test_that_a_workbook_that_unpacks_to_far_too_much_is_refused_from_its_directory(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as stream:
            for _ in range(300):
                stream.write(bytes(1 << 20))
    with pytest.raises(InputError, match="unpacks to far too much"):
        read_corpus(CorpusSource(str(path)))


@pytest.mark.parametrize("content", [b"PK\x03\x04 xl/ nothing of a zip", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000)])
def test_that_a_damaged_workbook_is_refused(corpus_file, content):
    with pytest.raises(InputError, match=r"damaged|no workbook"):
        preview_corpus(corpus_file(content, "a.xlsx"))


def compound(*names):
    """A compound file whose directory is its last sector."""
    entries = b"".join(name.encode("utf-16-le").ljust(64, b"\0") + bytes(64) for name in ("Root Entry", *names))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(30, b"\0") + struct.pack("<H", 9) + bytes(16) + struct.pack("<I", 200)
    return header.ljust(201 * 512, b"\1") + entries


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.doc", compound("1Table", "WordDocument"), "Word 97 to 2003; open it and save it as .docx"),
        ("a.doc", compound(), "Word 97 to 2003"),
        ("a.docx", compound("EncryptionInfo", "EncryptedPackage"), "the document is protected by a password"),
        ("a.xlsx", compound("EncryptionInfo", "EncryptedPackage"), "the workbook is protected by a password"),
        ("a.ppt", compound("PowerPoint Document"), "a presentation"),
        ("a.xls", compound("Workbook"), "no workbook"),
    ],
)
def test_that_a_document_or_what_is_protected_is_called_what_it_is(corpus_file, name, content, words):
    source = corpus_file(content, name)
    with pytest.raises(InputError, match=words):
        open_workbook(source, check_file(source.path))


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet", "a.xls"])
def test_that_what_is_packed_with_gzip_and_is_no_text_is_to_be_unpacked(corpus_file, tmp_path, name):
    contents = {
        "a.xlsx": Path(written(tmp_path / "b.xlsx", {"Data": [HEADER, *ROWS]}).path).read_bytes(),
        "a.parquet": b"PAR1" + bytes(99),
        "a.xls": compound(),
    }
    with pytest.raises(InputError, match=r"packed with gzip; unpack it first"):
        preview_corpus(corpus_file(gzip.compress(contents[name]), f"{name}.gz"))


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("folder", ["", "data/"])
def test_that_a_workbook_in_an_archive_is_to_be_unpacked(tmp_path, packing, folder):
    source = written(tmp_path / "a.xlsx", {"Data": [HEADER, *ROWS]})
    with zipfile.ZipFile(tmp_path / "a.xlsx.zip", "w", packing) as archive:
        if folder:
            archive.writestr(folder, b"")
        archive.write(source.path, f"{folder}a.xlsx")
    source = CorpusSource(str(tmp_path / "a.xlsx.zip"))
    with pytest.raises(InputError, match=f"holds {folder}a.xlsx, which is read only by itself; unpack the archive first"):
        open_here(source, check_file(source.path))


def test_that_the_preview_of_a_large_workbook_reads_only_its_beginning(tmp_path, monkeypatch):
    rows = [(i, f"Title {i}", f"The words of text {i}, more or less.", i * 1.5, datetime.date(2024, 1, 1 + i % 28)) for i in range(1, 3000)]
    workbook = xlsxwriter.Workbook(str(tmp_path / "large.xlsx"), {"default_date_format": "yyyy-mm-dd"})
    for name, first in (("Cover", []), ("Data", [(*HEADER, "day")])):
        sheet = workbook.add_worksheet(name)
        for number, row in enumerate(first + (rows if first else [])):
            sheet.write_row(number, 0, row)
    workbook.close()
    source = CorpusSource(str(tmp_path / "large.xlsx"))
    file = check_file(source.path)
    whole = open_workbook(source, file)
    monkeypatch.setattr("topicdesk.importing.workbook_beginning.SMALL_BYTES", 0)
    beginning = open_beginning(source, file)
    assert beginning.layout == replace(whole.layout, is_beginning=True)
    with beginning.open_rows() as (some, _), whole.open_rows() as (all_rows, _):
        first, expected = list(some), list(all_rows)
    assert 1000 <= len(first) < 1200 and len(expected) == len(rows)
    assert first == expected[: len(first)]


def test_that_a_workbook_made_in_another_way_is_read_whole(tmp_path, monkeypatch):
    source = written(tmp_path / "a.xlsx", {"Data": [HEADER, *ROWS]})
    with zipfile.ZipFile(source.path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(source.path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part.replace(b"<si>", b"<si >").replace(b"<sst", b"<!-- --><sst") if name.endswith("sharedStrings.xml") else part)
    monkeypatch.setattr("topicdesk.importing.workbook_beginning.SMALL_BYTES", 0)
    file = check_file(source.path)
    with open_beginning(source, file).open_rows() as (some, _), open_workbook(source, file).open_rows() as (all_rows, _):
        assert list(some) == list(all_rows)


def test_that_a_preview_says_that_it_did_not_count(tmp_path):
    texts = [(i, f"The words of text {i}. " * 60) for i in range(1, 6001)]
    source = written(tmp_path / "large.xlsx", {"Data": [("id", "text"), *texts]})
    preview = preview_corpus(source, n_rows=3)
    assert (preview.n_rows, len(preview.rows), preview.columns[1][2]) == (None, 3, "text")
    assert preview_corpus(source, n_rows=None).n_rows == 6000
