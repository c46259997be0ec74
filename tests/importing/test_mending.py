"""Rows whose cells do not line up are mended where one reading fits, always listed, and never where two do."""

import pytest

from topicdesk.importing.cell_shapes import outline_of, shape_of, table_shape
from topicdesk.importing.dialect import Dialect
from topicdesk.importing.mending import KEPT_QUOTE, LEFT_OUT, OTHER_DELIMITER, PUT_BACK, Mender
from topicdesk.importing.preview import preview_corpus
from topicdesk.importing.read_corpus import read_corpus
from topicdesk.importing.tokens import tokens

PROSE = "lamps and chairs, made of oak or walnut, keep well in dry rooms, but wool and linen suffer where mice, moths and rain come in"
WORDS = PROSE.split(" ")
TEXTS = [" ".join(WORDS[start : start + 3 + start % 7]).strip(",").capitalize() + "." for start in range(28)]
ROWS = [[f"2019-03-{day:02}", f"AB-{day + 400}", TEXTS[day - 1], f"https://example.org/{day + 100}"] for day in range(1, 29)]
LINES = ["day,code,text,link", *(f'{day},{code},"{text}",{link}' for day, code, text, link in ROWS)]


def read(corpus_file, number, line):
    return preview_corpus(corpus_file("\n".join([*LINES[:number], line, *LINES[number + 1 :]]) + "\n"), n_rows=None)


@pytest.mark.parametrize(
    ("line", "cells", "reason"),
    [
        ('2019-03-05,AB-405,,"Wool, warm.",https://example.org/105', ["2019-03-05", "AB-405", "Wool, warm.", "https://example.org/105"], LEFT_OUT),
        ('2019-03-05,AB-405,"Wool, warm.",https://example.org/105,,', ["2019-03-05", "AB-405", "Wool, warm.", "https://example.org/105"], LEFT_OUT),
        ('2019-03-05AB-405,"Wool, warm.",https://example.org/105', ["2019-03-05", "AB-405", "Wool, warm.", "https://example.org/105"], PUT_BACK),
        ('2019-03-05;AB-405;"Wool, warm.";https://example.org/105', ["2019-03-05", "AB-405", "Wool, warm.", "https://example.org/105"], OTHER_DELIMITER),
        ("2019-03-05 AB-405 Wool keeps warm https://example.org/105", ["2019-03-05", "AB-405", "Wool keeps warm", "https://example.org/105"], OTHER_DELIMITER),
        ('2019-03-05,"AB-405,"Wool, warm.",https://example.org/105', ["2019-03-05", '"AB-405', "Wool, warm.", "https://example.org/105"], KEPT_QUOTE),
        ('2019-03-05,AB-405,""Wool, warm.",https://example.org/105', ["2019-03-05", "AB-405", '"Wool, warm.', "https://example.org/105"], KEPT_QUOTE),
        ('2019-03-05,AB-405,"Wool "is" warm.",https://example.org/105', ["2019-03-05", "AB-405", 'Wool "is" warm.', "https://example.org/105"], KEPT_QUOTE),
    ],
)
def test_that_a_row_with_one_fitting_reading_is_mended_and_listed(corpus_file, line, cells, reason):
    preview = read(corpus_file, 5, line)
    assert list(preview.rows[4]) == cells
    assert preview.mended == ((5, f"Row 5: {reason}."),)
    assert (preview.n_rows, preview.unreadable) == (28, ())


@pytest.mark.parametrize(
    "line",
    [
        "2019-03-05,AB-405,Wool, warm.,https://example.org/105",  # the text holds the delimiter: which of its cells are one is a guess
        '2019-03-05,"Wool, warm.",https://example.org/105',  # the code is missing
        "2019-03-05,AB-405,Wool,https://example.org/105,more",
        "nothing of the kind",
    ],
)
def test_that_a_row_without_one_is_listed_as_unreadable(corpus_file, line):
    preview = read(corpus_file, 5, line)
    assert [number for number, _ in preview.unreadable] == [5]
    assert (preview.n_rows, preview.mended) == (27, ())


def test_that_a_row_that_fits_twice_is_left_unreadable():
    mender = Mender(Dialect(), 3, table_shape([[str(i), "a few words", "and some more"] for i in range(10, 40)]))
    assert mender.mend("11,a few words and some more") is None


def test_that_a_second_table_below_is_not_mended_row_by_row(corpus_file):
    other = ["day,code,,text,link", *(f'{day},{code},,"{text}",{link}' for day, code, text, link in ROWS)]
    preview = preview_corpus(corpus_file("\n".join(LINES + other) + "\n"), n_rows=None)
    assert (preview.n_rows, len(preview.unreadable), preview.mended) == (28, 29, ())


def test_that_few_rows_are_no_ground_to_mend_others_by(corpus_file):
    preview = preview_corpus(corpus_file("\n".join([*LINES[:6], '2019-03-05,AB-405,,"Wool.",https://example.org/105']) + "\n"))
    assert (len(preview.unreadable), preview.mended) == (1, ())


def test_that_a_mended_row_is_a_document_and_stays_listed_in_the_corpus(corpus_file):
    lines = [*LINES[:5], '2019-03-05,AB-405,,"Wool, warm.",https://example.org/105', *LINES[6:]]
    corpus = read_corpus(corpus_file("\n".join(lines) + "\n", text="text"))
    assert corpus.documents[4].text == "Wool, warm."
    assert corpus.mended == ((5, f"Row 5: {LEFT_OUT}."),)


def test_that_a_quotation_mark_closes_only_before_a_delimiter():
    assert [token.cell for token in tokens('"a "b" c",d,"e, ""f""",""', Dialect())] == ['a "b" c', "d", 'e, "f"', ""]
    assert [token.cell for token in tokens('"a,b', Dialect())] == ['"a', "b"]


def test_that_cells_are_known_by_their_shape():
    assert (shape_of("MG-8769"), outline_of("MG-8769")) == ("AA-9999", "A-9")
