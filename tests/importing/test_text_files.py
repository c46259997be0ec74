"""Folders and archives of texts: each file a document, and what is none of them, or leads out, is said."""

import zipfile

import pytest

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.docx import docx_text
from topicdesk.importing.preview import preview_corpus
from topicdesk.importing.read_corpus import read_corpus

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BODY = "<w:p><w:r><w:t>Third</w:t><w:tab/><w:t>text</w:t></w:r></w:p><w:tbl><w:tc><w:p><w:r><w:t>in a table</w:t></w:r></w:p></w:tc></w:tbl>"


def docx(path, body=BODY, prologue=""):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f'<?xml version="1.0"?>{prologue}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "interviews"
    (folder / "more").mkdir(parents=True)
    (folder / "text 10.txt").write_bytes("Grüße aus Köln, und mehr".encode("cp1252"))
    (folder / "text 9.md").write_text("# Ninth\n\nwords", "utf-8")
    docx(folder / "more" / "third.docx")
    (folder / ".hidden.txt").write_text("not for reading")
    return folder


def test_that_each_file_of_a_folder_is_a_document_in_natural_order(folder):
    corpus = read_corpus(CorpusSource(str(folder)))
    assert [document.title for document in corpus.documents] == ["more/third", "text 9", "text 10"]
    assert corpus.texts == ["Third\ttext\nin a table", "# Ninth\n\nwords", "Grüße aus Köln, und mehr"]


def test_that_links_and_other_files_are_listed_and_not_followed(folder, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret of another folder")
    (folder / "link.txt").symlink_to(secret)
    (folder / "scan.pdf").write_bytes(b"%PDF")
    (folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    (folder / "broken.docx").write_bytes(b"PK\x03\x04broken")
    corpus = read_corpus(CorpusSource(str(folder)))
    assert len(corpus.documents) == 3
    reasons = " ".join(reason for _, reason in corpus.unreadable)
    assert [number for number, _ in corpus.unreadable] == [1, 2, 4, 5]
    for words in ("(link.txt) is a link", "(scan.pdf) is no .txt", "(picture.txt) is no text", "(broken.docx) is damaged"):
        assert words in reasons
    assert "secret of another" not in "".join(corpus.texts)


def test_that_a_folder_without_texts_and_one_of_no_permission_are_refused(tmp_path, folder):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no text in it, nothing"):
        preview_corpus(CorpusSource(str(tmp_path / "empty")))


def test_that_a_zip_of_texts_and_a_single_document_are_read(folder, tmp_path):
    path = tmp_path / "texts.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.rglob("*.*"):
            archive.write(file, file.relative_to(folder).as_posix())
        archive.writestr("__MACOSX/._x.txt", "noise")
    assert preview_corpus(CorpusSource(str(path))).format == "texts.zip"
    assert read_corpus(CorpusSource(str(path))).texts[2] == "Grüße aus Köln, und mehr"
    assert read_corpus(CorpusSource(str(folder / "more" / "third.docx"))).texts == ["Third\ttext\nin a table"]


def test_that_entities_in_a_document_are_not_expanded(tmp_path):
    docx(tmp_path / "laughs.docx", "<w:p><w:r><w:t>&b;</w:t></w:r></w:p>", '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>')
    with pytest.raises(InputError, match="defines XML entities"):
        docx_text((tmp_path / "laughs.docx").read_bytes())
