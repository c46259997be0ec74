"""Cleaning in the preview: counted, with examples, before it is chosen; the reader still has what was taken out."""

import pytest

from tests.gui.test_preview_page import PREVIEW
from topicdesk.core.corpus import Corpus, Document
from topicdesk.core.requests import CorpusSource
from topicdesk.core.text_making import TextMaking
from topicdesk.gui.cleaning_choices import CleaningChoices
from topicdesk.gui.preview_process import preview_command
from topicdesk.gui.reader import Reader
from topicdesk.importing.preview import preview_corpus

SURVEY = {
    "n_texts": 400, "empty": 1, "duplicates": 3, "html": 12, "email": 0, "urls": 5, "short": [0, 2, 1] + [0] * 17,
    "examples": {
        "html": [{"row": 2, "before": "<p>Hello</p> you", "after": "Hello you"}, {"row": 9, "before": "<b>x</b>", "after": ""}],
        "email": [], "urls": [{"row": 7, "before": "http://x.org", "after": ""}],
        "short": [{"row": 1200, "n_words": 1, "before": "yes", "after": ""}], "duplicates": [{"row": 8, "before": "the same", "after": "row 4"}],
    },
}  # fmt: skip


@pytest.fixture
def choices(qtbot):
    choices = CleaningChoices()
    qtbot.addWidget(choices)
    choices.show_preview(PREVIEW | {"survey": SURVEY}, CorpusSource("a.csv", min_words=3))
    choices.show()
    return choices


def test_that_each_choice_has_its_count_and_an_example(choices):
    assert choices.boxes["html"].text() == "Take out HTML: 12 of the first 400 texts"
    assert choices.examples["html"].text() == "row 2: <p>Hello</p> you → Hello you"
    assert "row 9" in choices.examples["html"].toolTip()
    assert choices.examples["urls"].text().endswith("→ nothing")
    assert choices.examples["duplicates"].text() == "row 8 repeats row 4: the same"
    assert choices.examples["short"].text() == "row 1,200: yes"
    assert choices.boxes["email"].isHidden()
    assert choices.fold.button.text() == "Clean the texts (HTML in 12, web addresses in 5, 3 repeated)"


def test_that_the_counts_of_the_whole_corpus_take_their_place(choices):
    choices.show_counts({"n_texts": 4000, "html": 120})
    assert choices.boxes["html"].text() == "Take out HTML: 120 of 4,000 texts"


def test_that_a_choice_is_read_anew_with_all_that_is_chosen(choices, qtbot):
    with qtbot.waitSignal(choices.corrected) as asked:
        choices.boxes["html"].click()
    assert asked.args == [{"clean": ("html",), "drop_duplicates": None, "min_words": 3}]
    with qtbot.waitSignal(choices.corrected) as asked:
        choices.min_words.setValue(0)
    assert asked.args[0]["min_words"] is None


def test_that_nothing_is_offered_where_nothing_is_known(choices):
    choices.show_preview(PREVIEW, CorpusSource("a.csv"))
    assert choices.isHidden()


def test_that_the_preview_process_is_told_all_choices(tmp_path):
    source = CorpusSource("a.csv", text="a", joined=("b", "c"), clean=("html", "urls"), min_words=3, drop_duplicates=True)
    command = preview_command(source)
    assert [word for word in command if word.startswith("--text")] == ["--text=a", "--text=b", "--text=c"]
    assert {"--clean=html,urls", "--min-words=3", "--drop-duplicates"} <= set(command)


def test_that_the_survey_of_a_file_is_what_the_choices_show(tmp_path, choices):
    path = tmp_path / "corpus.csv"
    path.write_text("id,text\n1,<p>some words of a text</p>\n2,other words of a text\n", "utf-8")
    source = CorpusSource(str(path), text="text")
    choices.show_preview(preview_corpus(source, with_survey=True).to_dict(with_excerpts=True), source)
    assert choices.boxes["html"].text() == "Take out HTML: 1 of 2 texts"


@pytest.fixture
def reader(make_session, qtbot):
    session = make_session()
    documents = (Document("1", "bold", fields=("<b>bold</b>",)), Document("2", "plain", fields=("plain",)), Document("3", "", fields=("a",)))
    session.corpus = Corpus(documents, ("body",), making=TextMaking(("body",), {"html": 1}))
    reader = Reader(session)
    qtbot.addWidget(reader)
    reader.show()
    return reader


def test_that_the_reader_shows_the_original_on_request(reader):
    reader._session.choose_document(0)
    assert reader.text.toPlainText() == "bold"
    reader.original_button.click()
    assert reader.text.toPlainText() == "<b>bold</b>"
    reader._session.choose_document(1)
    assert reader.original_button.isHidden() and reader.text.toPlainText() == "plain"


def test_that_a_text_that_was_left_out_is_read_as_it_stands_in_the_file(reader):
    reader._session.choose_document(2)
    assert reader.original_button.isChecked() and reader.text.toPlainText() == "a"


def test_that_unfolded_choices_take_little_of_a_small_window(choices):
    choices.fold.button.setChecked(True)
    assert choices.sizeHint().height() > 2 * choices.minimumSizeHint().height() - choices.fold.button.height()
