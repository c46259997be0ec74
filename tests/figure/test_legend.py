"""Legends: beside the map or beneath it, of topics or of other colours."""

import re
from dataclasses import replace

import numpy as np
import pytest

from tests.figure.synthetic import synthetic_content
from topicdesk.core.plate import PRESETS, Page, Plate
from topicdesk.core.settings import FigureSettings
from topicdesk.figure.around import map_frame
from topicdesk.figure.colouring import by_category, by_number
from topicdesk.figure.draw import map_canvas
from topicdesk.figure.export import save_figure
from topicdesk.figure.legend import colouring_legend, topic_legend

INCH = 25.4


def frame_of(preset, content, plate):
    page = PRESETS[preset]
    colours = content.colours(plate.theme, plate.palette)
    return map_frame(topic_legend(content.texts, content.topic_of, colours, 30), plate, page.width_mm / INCH, page.height_mm / INCH)


def svg_of(folder, content, page, plate, **settings):
    save_figure(folder / "map.svg", content, FigureSettings(**settings), page=page, plate=plate)
    return (folder / "map.svg").read_text("utf-8")


def test_that_a_legend_stands_beneath_the_map_in_a_single_column_and_beside_it_on_a_slide():
    content = synthetic_content(1000, 30)
    narrow, wide = (frame_of(preset, content, Plate("Title", legend=True)) for preset in ("single-column", "slide"))
    assert (narrow.width, wide.bottom) == (1.0, 0.0)
    assert 0.15 < narrow.bottom < 0.4
    assert wide.width > 0.7


def test_that_the_map_keeps_most_of_the_page_whatever_the_labels():
    long = synthetic_content(1000, 30, texts=tuple(f"A label of topic {n} that is as long as labels may be at all" for n in range(30)))
    for preset in PRESETS:
        frame = frame_of(preset, long, Plate("Title", "Subtitle", legend=True))
        assert frame.width * frame.height > 0.5


def test_that_every_entry_is_drawn_or_counted(tmp_path):
    content = synthetic_content(1000, 30)
    for preset in ("single-column", "double-column", "slide"):
        svg = svg_of(tmp_path, content, replace(PRESETS[preset], dpi=50), Plate(legend=True), n_labels=30)
        sizes = np.bincount(content.topic_of[content.topic_of >= 0])
        n_shown = len(re.findall(rf">({'|'.join(set(map(str, sizes)))})</text>", svg))
        more = re.search(r">and (\d+) more</text>", svg)
        assert n_shown + (int(more[1]) if more else 0) == (sizes > 0).sum()


def test_that_topics_which_share_a_colour_are_spoken_of():
    content = synthetic_content(1000, 30)
    notes = [topic_legend(content.texts, content.topic_of, content.colours("light", palette), 30).note for palette in ("default", "colour-blind")]
    assert notes == ["", "Topics far apart may share a colour"]


def test_that_other_colours_than_topics_are_always_explained(tmp_path):
    content = synthetic_content(400, 5)
    by_party = replace(content, colouring=by_category("Party <&>", ["Whig", "Free $oil", "", "Whig"] * 100, "light"))
    svg = svg_of(tmp_path, by_party, Page(90, 60, 100), Plate())
    for words in ("Party &lt;&amp;&gt;", "Whig", "Free $oil", "200", "100 without a value: grey"):
        assert f">{words}</text>" in svg
    by_year = replace(content, colouring=by_number("Year", np.linspace(1990, 2020, 400), "light", lambda value: f"{value:.0f}"))
    svg = svg_of(tmp_path, by_year, Page(90, 90, 100), Plate())
    assert all(f">{words}</text>" in svg for words in ("Year", "1990", "2005", "2020"))


@pytest.mark.parametrize("preset", ["single-column", "slide"])
def test_that_labels_are_laid_out_for_the_room_that_a_legend_leaves(preset):
    content, page = synthetic_content(400, 5), PRESETS[preset]
    plain, coloured = content, replace(content, colouring=by_number("Year", np.linspace(1990, 2020, 400), "light", str))
    canvases = [map_canvas(each, *page.pixels, page.dpi) for each in (plain, coloured)]
    assert canvases[1].width * canvases[1].height < canvases[0].width * canvases[0].height


def test_that_a_scale_without_values_has_no_legend():
    assert colouring_legend(by_number("Year", np.full(3, np.nan), "light", str)).is_empty
