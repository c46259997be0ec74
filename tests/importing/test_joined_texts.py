"""Several columns make one text, in the order in which they were named."""

import json

import pytest

from topicdesk.cli import main
from topicdesk.core.errors import InputError
from topicdesk.core.text_making import TextMaking, joined_text
from topicdesk.importing.preview import preview_corpus
from topicdesk.importing.preview_text import render_preview
from topicdesk.importing.read_corpus import read_corpus

TABLE = "id,title,abstract,note\n" + "".join(f"{i},Title of {i},These are the many words of abstract {i},a note on {i}\n" for i in range(1, 31))


def test_that_columns_are_joined_in_the_order_in_which_they_are_named(corpus_file):
    corpus = read_corpus(corpus_file(TABLE, text="title", joined=("abstract", "note")))
    assert corpus.texts[0] == "Title of 1\n\nThese are the many words of abstract 1\n\na note on 1"
    assert corpus.making == TextMaking(("title", "abstract", "note"))


def test_that_a_title_that_is_joined_is_still_the_title(corpus_file):
    document = read_corpus(corpus_file(TABLE, text="title", joined=("abstract",))).documents[0]
    assert (document.id, document.title) == ("1", "Title of 1")


def test_that_a_blank_cell_leaves_no_gap_and_a_row_of_blank_cells_is_empty(corpus_file):
    corpus = read_corpus(corpus_file("title,abstract\n ,only an abstract\nonly a title,\n , \n", text="title", joined=("abstract",)))
    assert corpus.texts == ["only an abstract", "only a title", ""]
    assert corpus.dropped == {"empty text": 1}


def test_that_a_column_that_is_named_twice_is_joined_once(corpus_file):
    assert read_corpus(corpus_file(TABLE, text="title", joined=("abstract", "title"))).making.columns == ("title", "abstract")


def test_that_a_joined_column_that_is_not_there_is_refused(corpus_file):
    with pytest.raises(InputError, match="no column 'abstrakt' for the text"):
        read_corpus(corpus_file(TABLE, text="title", joined=("abstrakt",)))


def test_that_one_column_keeps_its_text_to_the_letter(corpus_file):
    corpus = read_corpus(corpus_file(TABLE))
    assert corpus.texts[0] == "These are the many words of abstract 1"
    assert corpus.making.columns == ("abstract",)


def test_that_the_preview_names_joined_columns_and_counts_as_reading_does(corpus_file):
    source = corpus_file(TABLE + "31,,,\n32,Title of 1,These are the many words of abstract 1,b\n", text="title", joined=("abstract",))
    preview = preview_corpus(source)
    assert preview.to_dict()["text_columns"] == ["title", "abstract"]
    assert [column[2] for column in preview.columns] == ["id", "title", "text", "none"]
    assert (preview.dropped, preview.duplicates) == ({"empty text": 1}, 1)
    assert "text: title + abstract" in render_preview(preview)


def test_that_the_preview_of_one_column_is_as_before(corpus_file):
    assert "text_columns" not in preview_corpus(corpus_file(TABLE)).to_dict()


def test_that_text_may_be_given_several_times_in_the_terminal(corpus_file, capsys):
    path = corpus_file(TABLE).path
    assert main(["preview", path, "--json", "--text", "title", "--text", "note"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["text_columns"] == ["title", "note"]
    assert {column["name"]: column["role"] for column in values["columns"]}["note"] == "text"


def test_that_joined_cells_lose_their_outer_white_space():
    assert joined_text(["  a ", "\n", "b\n"]) == "a\n\nb"
