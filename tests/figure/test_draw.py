import re
import subprocess
import sys
import threading

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread

from tests.figure.synthetic import synthetic_content
from tests.figure.test_labels import ODD
from topicdesk.core.errors import InputError
from topicdesk.core.plate import Page, Plate
from topicdesk.core.settings import FigureSettings
from topicdesk.figure.draw import MapContent, draw_map, lay_out_labels, map_canvas
from topicdesk.figure.export import save_figure

SMALL = Page(100, 75, 100)


def drawn(content, settings=None, inches=(4, 3), **more):
    settings, figure = settings or FigureSettings(), Figure(figsize=inches, dpi=100)
    canvas = FigureCanvasAgg(figure)
    labels = lay_out_labels(content, settings, map_canvas(content, round(inches[0] * 100), round(inches[1] * 100), 100))
    handle = draw_map(figure, content, settings, labels, **more)
    canvas.draw()
    return handle, np.asarray(canvas.buffer_rgba()).copy()


@pytest.mark.parametrize("style", ["plate", "article"])
@pytest.mark.parametrize("n_topics", [0, 1, 5, 50])
def test_that_any_number_of_topics_is_drawn(style, n_topics):
    _, picture = drawn(synthetic_content(600, n_topics), FigureSettings(style=style))
    assert picture[..., :3].min() < 210


@pytest.mark.parametrize("n_documents", [0, 1, 2, 10])
def test_that_very_small_corpora_are_drawn(n_documents):
    content = MapContent(np.zeros((n_documents, 2), dtype=np.float32), np.full(n_documents, -1))
    drawn(content)


def test_that_a_map_without_any_position_is_drawn():
    drawn(MapContent(np.full((3, 2), np.nan, dtype=np.float32), np.full(3, -1), (), np.zeros(3, dtype=np.int64)))


def test_that_labels_of_any_script_are_drawn_as_text():
    handle, _ = drawn(synthetic_content(600, len(ODD), texts=ODD), plate=Plate("$a$ _b_ 深", "عنوان"))
    assert len(handle.labels) == len(ODD)


def test_that_the_dark_theme_is_dark():
    _, picture = drawn(synthetic_content(600, 5), plate=Plate("Title", "Subtitle", ground="dark"))
    assert picture[..., :3].mean() < 70


def test_that_points_stay_under_their_labels_at_equal_aspect_when_the_figure_changes_its_shape():
    handle, _ = drawn(synthetic_content(600, 5))
    figure = handle.axes.figure
    figure.set_size_inches(8, 3)
    figure.canvas.draw()
    canvas = handle.canvas
    x0, x1, y0, y1 = canvas.extent
    assert (x1 - x0) / canvas.width == pytest.approx((y1 - y0) / canvas.height, rel=0.01)


def test_that_labels_emphasis_and_extent_change_without_drawing_all_anew():
    handle, before = drawn(synthetic_content(600, 5))
    for change in (lambda: handle.set_emphasis(1), lambda: handle.set_labels(()), lambda: handle.set_extent((0, 1, 0, 1))):
        change()
        handle.axes.figure.canvas.draw()
        after = np.asarray(handle.axes.figure.canvas.buffer_rgba()).copy()
        assert (after != before).any()
        before = after


def test_that_a_figure_looks_the_same_at_any_resolution(tmp_path):
    content = synthetic_content(600, 8)
    labels = lay_out_labels(content, FigureSettings(), map_canvas(content, *SMALL.pixels, SMALL.dpi))
    means = []
    for dpi in (100, 300):
        save_figure(tmp_path / "map.png", content, page=Page(SMALL.width_mm, SMALL.height_mm, dpi), labels=labels)
        means.append(imread(tmp_path / "map.png")[..., :3].mean())
    assert means[0] == pytest.approx(means[1], abs=0.01)


def test_that_a_layout_may_be_made_in_another_thread():
    content, results = synthetic_content(600, 8), []
    canvas = map_canvas(content, 400, 300, 100)
    thread = threading.Thread(target=lambda: results.append(lay_out_labels(content, FigureSettings(), canvas)))
    thread.start()
    thread.join()
    assert results == [lay_out_labels(content, FigureSettings(), canvas)]


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_that_the_same_settings_give_the_same_bytes(tmp_path, ending):
    content = synthetic_content(600, 8, texts=ODD)
    for name in ("one", "two"):
        save_figure(tmp_path / f"{name}.{ending}", content, page=SMALL, plate=Plate("Title", "Subtitle"))
    assert (tmp_path / f"one.{ending}").read_bytes() == (tmp_path / f"two.{ending}").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {f"one.{ending}", f"two.{ending}"}


def test_that_svg_holds_labels_as_text_in_the_paper_size_and_points_as_one_image(tmp_path):
    save_figure(tmp_path / "map.svg", synthetic_content(600, 5, texts=("Graph learning", "Privacy", "Speech", "Fairness & <bias>", "Audio")), page=SMALL)
    svg = (tmp_path / "map.svg").read_text("utf-8")
    assert ">Privacy</text>" in svg
    assert "&lt;bias&gt;" in svg
    assert svg.count("<image") == 1
    assert float(re.search(r'width="([\d.]+)pt"', svg)[1]) == pytest.approx(100 / 25.4 * 72, abs=0.1)
    assert "<dc:date>" not in svg


def test_that_svg_text_stands_where_the_layout_put_it(tmp_path):
    content = synthetic_content(600, 5, texts=("Graph", "Privacy", "Speech", "Fairness", "Audio"))
    canvas = map_canvas(content, *SMALL.pixels, SMALL.dpi)
    labels = lay_out_labels(content, FigureSettings(), canvas)
    save_figure(tmp_path / "map.svg", content, page=SMALL, labels=labels)
    svg = (tmp_path / "map.svg").read_text("utf-8")
    for label in labels:
        x, y = (float(value) for value in re.search(r'x="([\d.]+)" y="([\d.]+)"[^>]*>' + label.text, svg).groups())
        wanted = canvas.to_pixels(np.array([[label.x, label.y]]))[0] * 72 / SMALL.dpi
        assert x == pytest.approx(wanted[0], abs=1)
        assert y == pytest.approx(SMALL.height_mm / 25.4 * 72 - wanted[1], abs=label.font_size / 2)


def test_that_pdf_embeds_its_fonts_and_names_no_day(tmp_path):
    save_figure(tmp_path / "map.pdf", synthetic_content(600, 5), page=SMALL)
    pdf = (tmp_path / "map.pdf").read_bytes()
    assert b"/FontFile2" in pdf
    assert b"CreationDate" not in pdf


def test_that_png_has_the_asked_pixels(tmp_path):
    save_figure(tmp_path / "map.png", synthetic_content(600, 5), page=Page(203.2, 152.4, 100))
    header = (tmp_path / "map.png").read_bytes()[16:24]
    assert (int.from_bytes(header[:4], "big"), int.from_bytes(header[4:], "big")) == (800, 600)


def test_that_an_unknown_format_is_refused_in_one_sentence(tmp_path):
    with pytest.raises(InputError, match="saved as png, svg, pdf, not as gif"):
        save_figure(tmp_path / "map.gif", synthetic_content(20, 0))
    assert list(tmp_path.iterdir()) == []


def test_that_a_map_of_the_engine_is_found_in_an_analysis(tmp_path):
    from topicdesk.core.analysis import Analysis, Label, Topic, TopicAssignment
    from topicdesk.core.settings import Settings

    content = synthetic_content(200, 2)
    topics = tuple(Topic(number, str(number), 1, (), (), (), (), Label(f"Label {number}", "keywords")) for number in range(2))
    assignment = TopicAssignment(content.topic_of, np.ones(200, dtype=np.float32))
    analysis = Analysis("", Settings(), content.positions, assignment, topics, {}, {}, {}, ())
    assert MapContent.of(analysis).texts == ("Label 0", "Label 1")


def test_that_importing_the_drawing_code_brings_neither_pyplot_nor_scipy_nor_qt():
    code = "import sys, topicdesk.figure.export; print([m for m in ('matplotlib.pyplot', 'scipy', 'PySide6', 'adjustText') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
