"""Encodings come out right: marks, UTF-8, Windows-1252 and others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.opening import CorpusFile
from topicdesk.importing.preview import preview_corpus
from topicdesk.importing.read_corpus import read_corpus
from topicdesk.importing.text_encoding import canonical_name, decode_sample, error_handler, guess_encoding
from topicdesk.importing.text_files import open_folder

GERMAN = 'Nr;Betreff;Beschwerde\n1;Müll;"Die Müllabfuhr kam nicht; schon wieder, und der Lärm ist groß."\n2;Straße;"Auf der Straße sind „große“ Löcher – 5 €"\n'
RUSSIAN = "тема,текст\nпогода,это очень хороший день для прогулки в парке\nкниги,мы все любим читать хорошие книги вечером\n"
JAPANESE = "題名,本文\n天気,今日はとても天気が良いので公園を散歩しました。\n読書,私たちは夜に良い本を読むのが大好きです。\n"


def test_that_a_semicolon_file_in_windows_1252_is_read_as_german(corpus_file):
    source = corpus_file(GERMAN, encoding="cp1252")
    preview = preview_corpus(source)
    assert (preview.encoding, preview.delimiter, preview.quote) == ("windows-1252", ";", '"')
    assert [role for _, _, role in preview.columns] == ["id", "title", "text"]
    assert read_corpus(source).texts == ["Die Müllabfuhr kam nicht; schon wieder, und der Lärm ist groß.", "Auf der Straße sind „große“ Löcher – 5 €"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_that_german_is_read_in_any_usual_encoding(corpus_file, encoding):
    corpus = read_corpus(corpus_file(GERMAN, encoding=encoding))
    assert corpus.fields == ("Nr", "Betreff", "Beschwerde")
    assert corpus.documents[1].title == "Straße"


@pytest.mark.parametrize(("text", "encoding"), [(RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (JAPANESE, "shift_jis"), (JAPANESE, "euc_jp"), (JAPANESE, "utf-16")])
def test_that_other_scripts_are_recognised(corpus_file, text, encoding):
    assert read_corpus(corpus_file(text * 3, encoding=encoding)).documents[0].fields == tuple(text.splitlines()[1].split(","))


def test_that_a_first_umlaut_far_behind_the_sample_is_still_right(corpus_file):
    rows = b"".join(b"%d,plain words without any accent number %d\n" % (i, i) for i in range(60_000))
    corpus = read_corpus(corpus_file(b"id,text\n" + rows + "x,Grüße aus Köln am Rhein\n".encode("cp1252") + rows[:100_000].rsplit(b"\n", 1)[0]))
    assert corpus.texts[60_000] == "Grüße aus Köln am Rhein"


def test_that_a_few_broken_bytes_do_not_turn_utf_8_into_something_else(corpus_file):
    content = ("id,text\n" + "1,Grüße aus Köln\n" * 20).encode() + b"2,old caf\xe9 here\n"
    corpus = read_corpus(corpus_file(content))
    assert (corpus.texts[0], corpus.texts[-1]) == ("Grüße aus Köln", "old café here")


def test_that_a_wrong_conversion_of_quotation_marks_is_mended(corpus_file):
    assert read_corpus(corpus_file("id,text\n1,it\x92s \x93quoted\x94 words\n")).texts == ["it’s “quoted” words"]


def test_that_nul_characters_are_left_out(corpus_file):
    assert read_corpus(corpus_file(b"id,text\n1,some\0 words of a text\n2,more words here\n")).texts[0] == "some words of a text"


def test_that_a_given_encoding_is_not_guessed(corpus_file):
    source = corpus_file("text,x\nпривет всем людям,1\n", encoding="cp866", **{})
    assert read_corpus(source.__class__(source.path, encoding="cp866")).texts == ["привет всем людям"]


WRITTEN = {
    "a.csv": b"text\nhello world\n",
    "a.jsonl": b'{"text": "hello world"}\n',
    "a.ris": b"TY  - JOUR\nTI  - Hello world\nER  - \n",
    "a.bib": b"@misc{a, title = {Hello world}}\n",
}


@pytest.mark.parametrize("encoding", ["klingon", "rot13", "base64", "hex"])
@pytest.mark.parametrize("name", WRITTEN)
def test_that_an_encoding_that_is_none_is_named(corpus_file, encoding, name):
    with pytest.raises(InputError, match=f"no encoding '{encoding}'"):
        read_corpus(CorpusSource(corpus_file(WRITTEN[name], name).path, encoding=encoding))


def test_that_a_folder_of_texts_is_not_read_in_an_encoding_that_is_none(corpus_file, tmp_path):
    corpus_file("hello world", "a.txt")
    with pytest.raises(InputError, match="no encoding 'hex'"):
        open_folder(CorpusSource(str(tmp_path), encoding="hex"), CorpusFile(tmp_path, 0, is_folder=True))


@given(st.binary(max_size=400))
def test_that_any_bytes_get_an_encoding_that_decodes_them(content):
    encoding = guess_encoding(content)
    assert canonical_name(encoding) is not None
    assert isinstance(decode_sample(content, encoding), str)
    content.decode(encoding, error_handler(encoding))
