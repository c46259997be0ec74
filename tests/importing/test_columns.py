"""Kinds and roles of columns, guessed from contents and names."""

import pytest

from topicdesk.importing.columns import column_facts, guess_roles, is_known_name

PROSE = [f"The machine number {i} in hall {i % 7} was loud all night and nobody answered our calls about it." for i in range(40)]


def roles(table, taken=None):
    columns = [column_facts(name, cells) for name, cells in table.items()]
    return {role: list(table)[index] for role, index in guess_roles(columns, taken).items()}


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["", " ", ""], "empty"),
        (["1", "2.5", "-3e4", ""], "number"),
        (["1.234,56", "12,5", "7 %"], "number"),
        (["$1,200.50", "€3"], "number"),
        (["2024-01-31", "2024-02-01T12:30:00Z"], "date"),
        (["31.01.2024", "1.2.24", "3/4/2021 10:15"], "date"),
        (["12 March 2020", "Mar 5, 2021", "5. Januar 2022"], "date"),
        (["2020/05/01", "2019", "2018/03", "2017"], "date"),
        (["2019", "2018"], "number"),
        (["red", "green", "red", "green", "red", "green"], "category"),
        (PROSE, "text"),
        (["Anna", "Bert", "Carla"], "text"),
        (["孩子跟谁睡，就是谁的孩子", "深山发现的紫薇树桩"], "text"),
    ],
)
def test_that_a_column_has_the_kind_of_its_cells(cells, kind):
    assert column_facts("x", cells).kind == kind


@pytest.mark.parametrize("name", ["text", "abstract", "Body", "review_text", "Beschwerde", "Kommentar", "Beschwerdetext", "reviewText", "x"])
def test_that_prose_is_the_text_whatever_its_name(name):
    table = {"Nr": [str(i) for i in range(40)], "Betreff": [f"Lärm in Halle {i}" for i in range(40)], name: PROSE}
    assert roles(table) == {"id": "Nr", "title": "Betreff", "text": name}


def test_that_contents_decide_against_a_name():
    assert roles({"text": ["1", "2"] * 20, "remark": PROSE})["text"] == "remark"
    assert roles({"text": [""] * 40, "remark": PROSE})["text"] == "remark"


def test_that_short_texts_under_their_name_are_the_text():
    assert roles({"label": ["a", "b", "c", "a"], "text": ["gut", "schlecht", "gut", "gut"]})["text"] == "text"


def test_that_texts_without_spaces_between_words_are_texts():
    assert roles({"x": [f"目送卡明斯占有敏感期亲子关系妈妈是超人{i}" for i in range(20)], "n": ["1"] * 20})["text"] == "x"


def test_that_numbers_and_categories_alone_give_no_text():
    assert "text" not in roles({"value": ["1", "2", "3"], "colour": ["red", "red", "blue"]})


def test_that_addresses_are_no_texts():
    assert roles({"url": [f"https://example.org/some-long-path-with-words/{i}" for i in range(40)], "remark": PROSE})["text"] == "remark"


def test_that_a_class_comes_back_and_a_date_is_a_date():
    table = {"primary_category": ["cs.LG", "stat.ML"] * 20, "abstract": PROSE, "published": [f"2024-01-{i % 28 + 1:02}" for i in range(40)]}
    assert roles(table) == {"class": "primary_category", "text": "abstract", "date": "published"}


def test_that_years_are_a_date_under_their_name_only():
    years = [str(1990 + i % 30) for i in range(40)]
    assert roles({"year": years, "text": PROSE})["date"] == "year"
    assert "date" not in roles({"pages": years, "text": PROSE})


def test_that_an_identifier_that_repeats_is_none():
    assert "id" not in roles({"id": ["1", "1", "2", "3"], "text": PROSE[:4]})


def test_that_what_the_researcher_says_is_kept_and_not_guessed_again():
    table = {"abstract": PROSE, "remark": PROSE[::-1], "group": ["a", "b"] * 20}
    assert roles(table, {"text": 1, "class": None}) == {"text": "remark"}


def test_that_known_names_are_whole_words():
    assert is_known_name(" Abstract ")
    assert not is_known_name("The abstract of this paper is long.")
