"""Colouring by columns, dates and strength: kinds of columns, palettes, legends, missing values."""

import numpy as np
import pytest

from tests.gui.fake_session import made_up
from topicdesk.core.corpus import Corpus, Document
from topicdesk.figure.colouring import N_STEPS, by_category, by_number, category_colours, choices, coloured_by, days_of, numbers_of, scale_colours

FIELDS = ("id", "year", "section", "price", "published", "note")


def corpus_of(n=200):
    rows = [
        (
            str(1000 + i),
            str(1990 + i % 30),
            ("north", "south", "")[i % 3],
            f"{i * 7},5",
            f"{1 + i % 28:02}.{1 + i % 12:02}.2020",
            f"A longer note about {i} things",
        )
        for i in range(n)
    ]
    return Corpus(tuple(Document(row[0], "text", None, row[4], None, row) for row in rows), FIELDS)


def luminance(colours):
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def test_that_columns_of_numbers_dates_and_categories_are_offered_but_not_texts_and_row_numbers():
    _, analysis = made_up(200, 4)
    assert [name for name, _ in choices(corpus_of(), analysis)] == [
        "topic",
        "strength",
        "date",
        "column:year",
        "column:section",
        "column:price",
        "column:published",
    ]
    assert choices(None, None) == [("topic", "Topic")]


def test_that_frequent_values_have_colours_of_their_own_and_the_rest_are_folded():
    cells = [name for place, name in enumerate("abcdefghijklmnop") for _ in range(20 - place)] + [""] * 5
    found = by_category("letter", cells, "light")
    assert [swatch.text for swatch in found.swatches] == [*"abcdefghijk", "5 others"]
    assert found.swatches[0].n_documents == 20
    assert found.swatches[-1].n_documents == sum(20 - place for place in range(11, 16))
    assert found.n_missing == 5
    assert (found.group[-5:] == -1).all()
    assert sum(swatch.n_documents for swatch in found.swatches) + found.n_missing == len(cells)


def test_that_numbers_run_along_a_scale_and_far_ones_do_not_take_it():
    values = np.array([*np.arange(1000.0), 1e9, np.nan])
    found = by_number("n", values, "light", str)
    assert found.group[0] == 0
    assert found.group[-2] == N_STEPS - 1
    assert found.group[-1] == -1
    assert abs(int(found.group[500]) - N_STEPS // 2) <= 2
    assert found.n_missing == 1


@pytest.mark.parametrize("values", [[np.nan, np.nan], [3.0, 3.0], []])
def test_that_no_or_equal_numbers_have_a_scale_without_an_end(values):
    found = by_number("n", np.array(values), "dark", str)
    assert len(found.scale) <= 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_that_the_scale_runs_in_lightness_away_from_the_ground(theme):
    steps = np.diff(luminance(scale_colours(theme)))
    assert (steps < 0).all() if theme == "light" else (steps > 0).all()


@pytest.mark.parametrize(("theme", "ground"), [("light", 1.0), ("dark", 0.007)])
def test_that_categories_stand_out_from_the_ground_and_from_one_another(theme, ground):
    colours = category_colours(theme)
    light = luminance(colours)
    contrast = (np.maximum(light, ground) + 0.05) / (np.minimum(light, ground) + 0.05)
    assert contrast.min() > 1.5
    distance = np.abs(colours[:, None] - colours[None]).sum(axis=2) + 9 * np.eye(len(colours))
    assert distance.min() > 0.2


def test_that_dates_and_numbers_are_read_as_people_write_them():
    days = days_of(["2020-01-02", "2020-01", "2020", "31.12.2020", "01/02/2020", "2020-01-02T10:00", "soon", "2020-13-40"])
    assert days[0] < days[1] < days[4] < days[2] < days[3]  # a 31st somewhere: the day comes first
    assert days[5] == days[0]
    assert np.isnan(days[6:]).all()
    assert numbers_of(["1", "-2.5", "1,234.5", "12,5", "1e3", "", "inf", "x"]).tolist()[:5] == [1, -2.5, 1234.5, 12.5, 1000]
    assert np.isnan(numbers_of(["", "inf", "x", "1,2,3"])).all()


def test_that_every_choice_colours_every_document():
    corpus, (_, analysis) = corpus_of(), made_up(200, 4)
    for choice, _ in choices(corpus, analysis)[1:]:
        found = coloured_by(choice, corpus, analysis, "light")
        assert found.group.shape == (200,)
        assert found.group.max() < len(found.colours)
    assert coloured_by("topic", corpus, analysis, "light") is None
    assert coloured_by("column:gone", corpus, analysis, "light") is None
