"""Delimiter, quote and header are found, and a single column stays one."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.dialect import guess_dialect
from topicdesk.importing.header import unique_names
from topicdesk.importing.preview import preview_corpus
from topicdesk.importing.read_corpus import read_corpus
from topicdesk.importing.sniffing import understand

ROWS = [
    ["id", "title", "text"],
    ["1", "A first title", 'He said "hello", then left; nobody | knew why.\nThat was all.'],
    ["2", "Second", "Plain words without anything."],
    ["3", "", "Third text, with a comma\tand a tab."],
]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
def test_that_a_written_table_is_read_back_equal(corpus_file, delimiter, line_end, quoting):
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(ROWS)
    source = corpus_file(stream.getvalue())
    preview = preview_corpus(source)
    assert (preview.delimiter, preview.quote, preview.header) == (delimiter, '"', True)
    assert [list(row) for row in preview.rows] == ROWS[1:]
    assert [list(document.fields) for document in read_corpus(source).documents] == ROWS[1:]


CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff") | st.sampled_from('\n ,;"|\t'), max_size=30)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_that_any_cells_are_read_back_equal_under_the_dialect_they_were_written_in(tmp_path_factory, rows, delimiter, line_end, encoding):
    quoting = csv.QUOTE_ALL if line_end == "\r" else csv.QUOTE_MINIMAL  # csv.writer leaves LF bare where lines end with CR
    path = tmp_path_factory.mktemp("table") / "table.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows([("id", "title", "text"), *rows])
    source = CorpusSource(str(path), text="text", encoding=encoding, delimiter=delimiter, quote='"')
    assert [document.fields for document in read_corpus(source).documents] == [tuple(row) for row in rows]
    assert [document.text for document in read_corpus(source).documents] == [row[2].strip() for row in rows]


def test_that_a_column_of_prose_with_commas_stays_one_column(corpus_file):
    corpus = read_corpus(corpus_file("text\nHello, world, how are you\nI am well, thanks\nNo comma here\n"))
    assert corpus.texts == ["Hello, world, how are you", "I am well, thanks", "No comma here"]


def test_that_prose_without_a_header_is_read_from_its_first_line(corpus_file):
    lines = ["The first row is a long text, and no header at all.", "Another row of prose, that is long enough.", "A third row of prose, with commas."]
    preview = preview_corpus(corpus_file("\n".join(lines)))
    assert (preview.header, preview.columns, [row[0] for row in preview.rows]) == (False, (("column 1", "text", "text"),), lines)


def test_that_a_first_row_of_data_is_no_header_because_it_says_no(corpus_file):
    assert not preview_corpus(corpus_file("17,no,The machine was loud.\n18,yes,The hall was cold.\n19,no,Nobody answered us.\n")).header


def test_that_quotation_marks_of_a_single_column_are_taken_off(corpus_file):
    assert read_corpus(corpus_file('text\n"One, two"\n"Three ""four"" five"\n')).texts == ["One, two", 'Three "four" five']


def test_that_stray_quotation_marks_in_a_tab_file_are_text(corpus_file):
    preview = preview_corpus(corpus_file('id\ttext\n1\t"He said hello and left\n2\tShe said "no" to him\n3\tplain words\n4\tmore plain words\n', "corpus.tsv"))
    assert (preview.delimiter, preview.quote, preview.n_rows) == ("\t", "", 4)


def test_that_backslashes_before_quotation_marks_are_understood(corpus_file):
    corpus = read_corpus(corpus_file('id,text\n1,"a \\"quoted\\" word, and more"\n2,"more \\"quotes\\", yes yes"\n'))
    assert corpus.texts[0] == 'a "quoted" word, and more'


def test_that_backslashes_of_formulas_stay(corpus_file):
    corpus = read_corpus(corpus_file('id,text\n1,"the angle $\\alpha$, in \\textbf{bold}"\n2,"more of $\\beta$, ""quoted"""\n'))
    assert corpus.texts == ["the angle $\\alpha$, in \\textbf{bold}", 'more of $\\beta$, "quoted"']


def test_that_single_quotes_are_found_and_apostrophes_are_not(corpus_file):
    assert preview_corpus(corpus_file("id,text\n'1','one, two and three'\n'2','four, five and six'\n")).quote == "'"
    assert preview_corpus(corpus_file("id,text\n1,it's one of them\n2,that's another one\n")).quote == '"'


def test_that_excels_separator_line_is_obeyed_and_left_out(corpus_file):
    preview = preview_corpus(corpus_file("sep=;\nid;text\n1;some words, with commas\n2;more words\n"))
    assert (preview.delimiter, [name for name, _, _ in preview.columns], preview.n_rows) == (";", ["id", "text"], 2)


def test_that_lines_above_the_table_are_left_out_and_told(corpus_file):
    preview = preview_corpus(
        corpus_file("Complaints of 2024\n\nid,title,text\n1,One,some words here\n2,Two,other words here\n3,Three,more words\n4,Four,last words\n")
    )
    assert (preview.n_above, preview.n_rows, preview.columns[2][2]) == (1, 4, "text")
    assert preview.to_dict()["rows_above_header"] == 1


def test_that_a_header_one_name_short_is_filled_up(corpus_file):
    assert understand(corpus_file("title,text\na,some words here,1\nb,other words here,2\nc,more words here,3\n")).names == ("title", "text", "column 3")


def test_that_a_few_rows_do_not_outvote_the_header(corpus_file):
    with pytest.raises(InputError, match="Row 1 has 2 cells, the header 3"):
        understand(corpus_file("id,title,text\n1,some words here\n", text="text"))


def test_that_names_at_the_end_without_cells_in_any_row_are_left_out(corpus_file):
    assert understand(corpus_file("id,answer,Approve,Reject\n" + "1,some words here\n" * 5)).names == ("id", "answer")


def test_that_a_delimiter_at_the_end_of_each_row_is_a_column_without_a_name(corpus_file):
    assert understand(corpus_file("id;text\n1;some words here;\n2;more words here;\n")).names == ("id", "text", "column 3")


@pytest.mark.parametrize("said", [{"delimiter": "tab"}, {"delimiter": "\t"}, {"delimiter": "\\t"}])
def test_that_a_given_delimiter_is_not_guessed(corpus_file, said):
    preview = preview_corpus(corpus_file("id\ttext, more\n1\tone, two\n", **said))
    assert [name for name, _, _ in preview.columns] == ["id", "text, more"]


def test_that_no_delimiter_can_be_asked_for(corpus_file):
    assert preview_corpus(corpus_file("id,text\n1,one two three\n", delimiter="none")).rows == (("1,one two three",),)


@pytest.mark.parametrize("said", [{"delimiter": "semikolon"}, {"quote": "''"}, {"delimiter": "\n"}])
def test_that_an_impossible_delimiter_or_quote_is_refused(corpus_file, said):
    with pytest.raises(InputError, match="not one character"):
        preview_corpus(corpus_file("id,text\n1,one two\n", **said))


@given(st.lists(st.text(max_size=6), max_size=12))
def test_that_names_are_unique_and_never_empty(names):
    unique = unique_names(names)
    assert len(set(unique)) == len(names)
    assert all(unique)


@settings(deadline=None)
@given(st.text(alphabet="ab,;\"\t|\\'\n\r ", max_size=120))
def test_that_any_text_gets_a_dialect(text):
    lines = list(io.StringIO(text, newline=""))
    assert len(guess_dialect(lines, cut=False).delimiter) <= 1
