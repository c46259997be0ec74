"""Title and subtitle: across a page, or in a column at the left of a slide, which leaves the map the whole height."""

from dataclasses import replace

import pytest

from tests.figure.synthetic import synthetic_content
from topicdesk.core.plate import PRESETS, Page, Plate
from topicdesk.core.settings import FigureSettings
from topicdesk.figure.around import map_frame, set_caption
from topicdesk.figure.draw import map_canvas
from topicdesk.figure.export import save_figure
from topicdesk.figure.fonts import text_width
from topicdesk.figure.legend import Legend, topic_legend

INCH = 25.4
TITLED = Plate("Landscape of machine learning", "10,000 abstracts tagged cs.LG or stat.ML, 1997-2026")


def sides(preset):
    return PRESETS[preset].width_mm / INCH, PRESETS[preset].height_mm / INCH


def test_that_on_a_slide_the_title_stands_in_a_column_and_the_map_has_the_whole_height():
    frame = map_frame(Legend(), TITLED, *sides("slide"))
    assert (frame.bottom, frame.height) == (0.0, 1.0)
    assert 0.1 < frame.left < 0.28 and frame.left + frame.width == pytest.approx(1)
    assert map_frame(Legend(), Plate(), *sides("slide")).width == 1.0


@pytest.mark.parametrize("preset", [name for name in PRESETS if name != "slide"])
def test_that_on_other_pages_the_title_stands_above_the_map(preset):
    frame = map_frame(Legend(), TITLED, *sides(preset))
    assert (frame.left, frame.width) == (0.0, 1.0) and 0.8 < frame.height < 0.97


@pytest.mark.parametrize("title", ["Short", "A title that is long, " * 12, "W" * 60, "主题模型的地图" * 6, "خريطة المواضيع في النصوص الخاصة بالباحثين"])
@pytest.mark.parametrize("preset", ["slide", "single-column"])
def test_that_every_caption_stays_within_its_room(title, preset):
    width, height = sides(preset)
    plate = Plate(title, "A subtitle of some length that goes on for a while")
    caption = set_caption(plate, width, height)
    for text, size, weight, _, top in caption.lines:
        assert text_width(text, weight) * size / 72 <= (caption.column or width) + 0.01
        assert 0 < top < caption.height + 0.01
    assert caption.column <= 0.28 * width and caption.height <= 0.5 * height + 0.01
    assert "".join(text.strip("\u200e\u200f") for text, *_ in caption.lines if text).replace(" ", "").startswith(title.replace(" ", "")[:5])


def test_that_the_legend_of_a_slide_stands_beneath_its_title(tmp_path):
    content, plate = synthetic_content(1000, 12), replace(TITLED, legend=True)
    legend = topic_legend(content.texts, content.topic_of, content.colours("light"), 12)
    frame = map_frame(legend, plate, *sides("slide"))
    assert frame.left > 0.1 and (frame.bottom, frame.height) == (0.0, 1.0) and frame.width > 0.65
    page = Page(PRESETS["slide"].width_mm, PRESETS["slide"].height_mm, 50)
    save_figure(tmp_path / "map.svg", content, FigureSettings(), page=page, plate=plate)
    svg = (tmp_path / "map.svg").read_text("utf-8")
    assert all(word in svg for word in ("Landscape", "abstracts", content.texts[0].split()[0]))
    canvas = map_canvas(content, *page.pixels, page.dpi, plate, settings=FigureSettings())
    assert canvas.width == pytest.approx(frame.width * page.pixels[0], abs=1) and canvas.height == page.pixels[1]
