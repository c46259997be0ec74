import numpy as np

from tests.figure.synthetic import synthetic_map
from topicdesk.figure.colours import BACKGROUND, hex_colour, label_colours, topic_colours


def luminance(colours):
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def contrast(colours, background):
    light, dark = np.maximum(luminance(colours), luminance(np.array(background))), np.minimum(luminance(colours), luminance(np.array(background)))
    return (light + 0.05) / (dark + 0.05)


def test_that_colours_are_the_same_each_time_and_lie_on_the_screen():
    positions, topic_of, _ = synthetic_map(3000, 40)
    colours = topic_colours(positions, topic_of)
    assert colours.shape == (40, 3)
    assert (colours == topic_colours(positions.copy(), topic_of.copy())).all()
    assert colours.min() >= 0
    assert colours.max() <= 1


def test_that_no_two_topics_share_a_colour():
    positions, topic_of, _ = synthetic_map(3000, 40)
    colours = topic_colours(positions, topic_of)
    distance = np.linalg.norm(colours[:, None] - colours[None], axis=2) + 10 * np.eye(40)
    assert distance.min() > 0.015


def test_that_label_text_is_readable_on_light_and_dark():
    positions, topic_of, _ = synthetic_map(3000, 40)
    for theme in ("light", "dark"):
        inks = label_colours(topic_colours(positions, topic_of, theme), theme)
        assert contrast(inks, BACKGROUND[theme]).min() > 7


def test_that_documents_without_a_place_do_not_change_colours():
    positions, topic_of, _ = synthetic_map(500, 6)
    more = np.vstack([positions, np.full((3, 2), np.nan, dtype=np.float32)])
    assert np.allclose(topic_colours(positions, topic_of), topic_colours(more, np.append(topic_of, [-1, 0, 1])))


def test_that_no_topic_and_one_topic_have_colours_too():
    positions, _, _ = synthetic_map(20, 0)
    assert topic_colours(positions, np.full(20, -1)).shape == (0, 3)
    assert topic_colours(positions, np.zeros(20, dtype=np.int64)).shape == (1, 3)


def test_that_a_colour_is_written_as_style_sheets_want_it():
    assert hex_colour((1.0, 0.5, 0.0)) == "#ff8000"
