import re
from itertools import combinations

import numpy as np
import pytest

from tests.figure.synthetic import LABELS, synthetic_content
from topicdesk.core.label_look import LabelLook
from topicdesk.core.settings import FigureSettings
from topicdesk.figure.arranging import arrange
from topicdesk.figure.draw import MapContent, lay_out_labels, map_canvas
from topicdesk.figure.fonts import missing_characters, printable, text_width
from topicdesk.figure.label_layout import CAP_HEIGHT, LINE_STEP, Type, place_labels, relabelled
from topicdesk.figure.placing import Box
from topicdesk.figure.wrapping import MAX_LINES, wrapped, wrappings

ODD = (
    "costs $100 or $$",
    "_leading underscore",
    "\\frac{a}{b} %",
    "الذكاء الاصطناعي",
    "深度学习在医学影像中的应用",
    "🚀 rockets 👩‍👩‍👧",
    "טכנולוגיה",
    "x" * 80,
)


def boxes(labels, canvas):
    for label in labels:
        em = label.font_size * canvas.dpi / 72
        (x, y), half_width = canvas.to_pixels(np.array([[label.x, label.y]]))[0], em * max(text_width(line, label.weight) for line in label.lines) / 2
        half_height = em * (CAP_HEIGHT + LINE_STEP * (len(label.lines) - 1)) / 2
        yield x - half_width, x + half_width, y - half_height - 0.22 * em, y + half_height


def overlaps(labels, canvas):
    pairs = combinations(boxes(labels, canvas), 2)
    return sum(min(a[1], b[1]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[2], b[2]) for a, b in pairs)


@pytest.mark.parametrize("style", ["plate", "article"])
@pytest.mark.parametrize("n_labels", [25, 50])
def test_that_labels_do_not_overlap_and_stay_on_the_canvas(style, n_labels):
    content = synthetic_content(5000, 55)
    canvas = map_canvas(content, 1200, 900, 100)
    labels = lay_out_labels(content, FigureSettings(style=style, n_labels=n_labels), canvas)
    assert len(labels) == n_labels if style == "article" else 0.9 * n_labels <= len(labels) <= n_labels
    assert overlaps(labels, canvas) == 0
    assert all(left >= 0 and right <= canvas.width and low >= 0 and high <= canvas.height for left, right, low, high in boxes(labels, canvas))


def test_that_no_label_is_left_out_where_room_is_scarce_but_enough():
    content = synthetic_content(5000, 75)
    canvas = map_canvas(content, 1200, 900, 100)
    labels = place_labels(content.positions, content.topic_of, content.texts, canvas, 75, Type(fixed=10))
    assert len(labels) == len(np.unique(content.topic_of)) - 1
    assert overlaps(labels, canvas) == 0


def test_that_another_line_break_is_taken_where_it_saves_a_leader_line():
    flat, high = (120.0, 20.0), (60.0, 60.0)
    held = Box(np.array([flat]), np.array([[100.0, 100.0]]), fixed=(100.0, 100.0))
    other = arrange([held, Box(np.array([high, flat]), np.array([[100.0, 115.0]]))], 200, 150)[1]
    assert other is not None
    assert (other.distance, other.shape) == (0, 1)


def test_that_the_same_input_gives_the_same_layout():
    content = synthetic_content(2000, 30)
    canvas = map_canvas(content, 800, 600, 100)
    assert lay_out_labels(content, FigureSettings(), canvas) == lay_out_labels(content, FigureSettings(), canvas)


def test_that_larger_topics_have_larger_labels():
    content = synthetic_content(2000, 15)
    sizes = [label.font_size for label in lay_out_labels(content, FigureSettings(), map_canvas(content, 1200, 900, 100))]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 1.5 * sizes[-1]


def test_that_a_label_keeps_its_place_when_its_text_is_replaced():
    content = synthetic_content(2000, 12)
    before = lay_out_labels(content, FigureSettings(), map_canvas(content, 1200, 900, 100))
    after = relabelled(before, [f"What the model calls topic {number}" for number in range(12)])
    assert [(label.topic, label.x, label.y) for label in before] == [(label.topic, label.x, label.y) for label in after]
    assert all(label.text.replace("\n", " ") == f"What the model calls topic {label.topic}" for label in after)


def test_that_given_places_are_held_and_the_others_make_room():
    content = synthetic_content(2000, 12)
    canvas = map_canvas(content, 1200, 900, 100)
    middle = ((canvas.extent[0] + canvas.extent[1]) / 2, (canvas.extent[2] + canvas.extent[3]) / 2)
    labels = place_labels(content.positions, content.topic_of, content.texts, canvas, looks={11: LabelLook(place=middle)})
    held = next(label for label in labels if label.topic == 11)
    assert (held.x, held.y) == pytest.approx(middle)
    assert overlaps(labels, canvas) == 0


def test_that_a_small_canvas_shows_what_fits():
    content = synthetic_content(2000, 50)
    canvas = map_canvas(content, 300, 200, 100)
    labels = lay_out_labels(content, FigureSettings(), canvas)
    assert 3 < len(labels) <= 50
    assert overlaps(labels, canvas) == 0


def test_that_a_topic_without_a_label_or_without_documents_gets_none():
    content = synthetic_content(500, 3)
    texts = ("", "\u200b", "Named", "Of no document")
    labels = lay_out_labels(MapContent(content.positions, content.topic_of, texts), FigureSettings(), map_canvas(content, 800, 600, 100))
    assert [label.topic for label in labels] == [2]


def test_that_zero_labels_are_possible():
    content = synthetic_content(500, 3)
    assert lay_out_labels(content, FigureSettings(n_labels=0), map_canvas(content, 800, 600, 100)) == ()


def test_that_a_label_stands_on_a_cloud_and_not_between_two():
    random = np.random.default_rng(0)
    halves = np.vstack([random.normal(size=(300, 2)) * 0.2 + (-5, 0), random.normal(size=(200, 2)) * 0.2 + (5, 0)]).astype(np.float32)
    content = MapContent(halves, np.zeros(500, dtype=np.int64), ("Two halves",))
    (label,) = lay_out_labels(content, FigureSettings(), map_canvas(content, 800, 600, 100))
    assert label.x == pytest.approx(-5, abs=0.5)


@pytest.mark.parametrize("text", [*LABELS, *ODD])
def test_that_lines_are_few_and_lose_nothing(text):
    lines = wrapped(text, len, 2)
    assert 1 <= len(lines) <= MAX_LINES
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_that_korean_breaks_at_spaces_and_chinese_not_before_punctuation():
    assert {word for lines in wrappings("한국어 자연어 처리", len, 2) for line in lines for word in line.split()} == {"한국어", "자연어", "처리"}
    for n in range(3, 9):
        for line in wrapped("深度学习" * n + "、图像（识别）。BERT模型", len, 2):
            assert line[0] not in "、。）"
            assert line[-1] not in "（"
            assert line.count("BERT") == line.count("E")


def test_that_lines_are_about_equally_long():
    lines = wrapped("Molecular property prediction and drug discovery", len, 2)
    assert max(map(len, lines)) - min(map(len, lines)) < 10


def labels_of(content, inches=(12, 9), dpi=100, **settings):
    """The labels of a plate."""
    canvas = map_canvas(content, round(inches[0] * dpi), round(inches[1] * dpi), dpi)
    return lay_out_labels(content, FigureSettings(**settings), canvas), canvas


def test_that_an_island_is_named_although_larger_topics_are_not():
    content = synthetic_content(5000, 55)
    smallest = max(topic for topic in range(55) if (content.topic_of == topic).any())
    content.positions[content.topic_of == smallest] += 40
    labels, _ = labels_of(content, n_labels=20)
    assert smallest in {label.topic for label in labels}
    assert {0, 1, 2, 3, 4} <= {label.topic for label in labels}


def test_that_a_layout_does_not_depend_on_the_resolution():
    content = synthetic_content(3000, 40)
    coarse, fine = (labels_of(content, (4, 3), dpi, n_labels=30)[0] for dpi in (100, 600))
    assert [(label.topic, label.lines) for label in coarse] == [(label.topic, label.lines) for label in fine]
    np.testing.assert_allclose([(label.x, label.y) for label in coarse], [(label.x, label.y) for label in fine], atol=0.05)


def test_that_no_leader_of_a_plate_is_tall_or_runs_through_another_label():
    labels, canvas = labels_of(synthetic_content(8000, 110, seed=3), (6, 4.5), 200, n_labels=100)
    assert len(labels) > 60
    em = {label.topic: label.font_size * canvas.dpi / 72 for label in labels}
    boxes = {}
    for label in labels:
        half = np.array((max(text_width(line, label.weight) for line in label.lines), CAP_HEIGHT + LINE_STEP * (len(label.lines) - 1))) * em[label.topic] / 2
        boxes[label.topic] = (canvas.to_pixels(np.array([(label.x, label.y)]))[0], half)
    for label in (label for label in labels[40:] if label.leader):  # the forty largest are named in any case
        middle, half = boxes[label.topic]
        start = canvas.to_pixels(np.array([label.anchor]))[0]
        end = np.clip(start, middle - half, middle + half)
        assert np.hypot(*(end - start)) < 0.1 * np.hypot(canvas.width, canvas.height)
        for other, (place, half) in boxes.items():
            if other != label.topic:
                line = start + np.linspace(0, 1, 9)[:, None] * (end - start)
                assert not (np.abs(line - place) < half - 1).all(axis=1).any(), (label.text, other)


def test_that_type_differs_where_topics_are_of_one_size():
    positions, topic_of = np.random.default_rng(0).normal(size=(4000, 2)).astype(np.float32), np.repeat(np.arange(20), 200)
    labels, _ = labels_of(MapContent(positions, topic_of, tuple(f"Topic number {n}" for n in range(20))), n_labels=20)
    assert labels[0].font_size > 1.3 * labels[-1].font_size


@pytest.mark.parametrize("text", ["Turnout of 82 %.", "Turnout of 82\N{NO-BREAK SPACE}%.", "La ville brûle-t-elle ?", "Ordres : les « rangs »"])
def test_that_no_line_begins_with_a_mark_that_belongs_to_the_word_before(text):
    for lines in wrappings(text, len, 2):
        assert not any(re.match(r"[%?!:;»]", line) for line in lines)
        assert "".join("".join(lines).split()) == "".join(text.split())


def test_that_endless_labels_are_cut_with_an_ellipsis():
    assert "".join(wrapped("word " * 100, len, 2)).endswith("…")
    assert wrapped("", len, 2) == ()


def test_that_characters_without_a_glyph_are_named_and_drawn_as_boxes():
    unknown = "\U0001f9ff\U0010fffd"
    assert missing_characters(["plain", f"a{unknown}b", unknown]) == unknown
    assert printable(f"a{unknown}b") == "a□□b"
    assert missing_characters(["plain\n\tspace\u200d\ufe0f", ""]) == ""
