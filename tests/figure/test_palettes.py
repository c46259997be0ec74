"""Palettes: neighbours on the map differ for every reader, by simulation of colour vision deficiencies."""

import numpy as np
import pytest

from tests.figure.synthetic import synthetic_map
from topicdesk.figure.colours import topic_centres, topic_colours
from topicdesk.figure.palettes import difference, in_palette, simulated


def neighbours_differ(palette, theme, n_topics=40, seed=0):
    """The difference between each topic and the one nearest to it, as the least able reader sees them."""
    positions, topic_of, _ = synthetic_map(4000, n_topics, seed)
    centres = topic_centres(positions, topic_of)
    colours = in_palette(topic_colours(positions, topic_of, theme), centres, palette, theme)
    far = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    np.fill_diagonal(far, np.inf)
    return difference(colours, colours[far.argmin(axis=1)])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_that_nearest_topics_differ_for_readers_with_any_deficiency(theme, seed):
    safe, default = neighbours_differ("colour-blind", theme, seed=seed), neighbours_differ("default", theme, seed=seed)
    assert safe.min() > 0.08  # 0.02 is what can just be seen
    assert np.median(safe) > 1.5 * np.median(default)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_that_greyscale_is_grey_and_tells_nearest_topics_apart(theme):
    positions, topic_of, _ = synthetic_map(1000, 12)
    grey = in_palette(topic_colours(positions, topic_of, theme), topic_centres(positions, topic_of), "greyscale", theme)
    assert (grey == grey[:, :1]).all()
    assert neighbours_differ("greyscale", theme).min() > 0.08


def own_colour(hexadecimal, topic=0):
    """Which colour a topic has in the safe palette that its researcher has coloured so."""
    positions, topic_of, _ = synthetic_map(2000, 20)
    colours, own = topic_colours(positions, topic_of), np.arange(20) == topic
    colours[topic] = [int(hexadecimal[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return in_palette(colours, topic_centres(positions, topic_of), "colour-blind", "light", own), colours


def test_that_a_safe_palette_keeps_a_researchers_colour_and_keeps_neighbours_off_it():
    assigned, colours = own_colour("#0072b2")
    np.testing.assert_array_equal(assigned[0], colours[0])
    positions, topic_of, _ = synthetic_map(2000, 20)
    far = np.linalg.norm(topic_centres(positions, topic_of)[0] - topic_centres(positions, topic_of), axis=1)
    assert difference(assigned[0], assigned[np.argsort(far)[1]]) > 0.08


def test_that_a_colour_which_cannot_be_seen_on_the_ground_is_replaced():
    assigned, colours = own_colour("#fcfcfc")
    assert (assigned[0] != colours[0]).any()


def test_that_two_neighbours_of_one_colour_do_not_both_keep_it():
    colours, centres = np.array([[0.0, 0.45, 0.7], [0.0, 0.45, 0.7], [0.9, 0.6, 0.0]]), np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 0.0]])
    assigned = in_palette(colours, centres, "colour-blind", "light", np.array([True, True, False]))
    assert difference(assigned[0], assigned[1]) > 0.08


def test_that_grey_takes_every_colour():
    grey = in_palette(np.array([[1.0, 0.0, 0.0]]), np.zeros((1, 2)), "greyscale", "light", np.array([True]))
    assert grey[0, 0] == grey[0, 1] == grey[0, 2]


def test_that_simulation_leaves_grey_grey_and_takes_red_from_green():
    grey, red, green = np.full((1, 3), 0.5), np.array([[0.8, 0.2, 0.2]]), np.array([[0.35, 0.5, 0.1]])
    for deficiency in ("protan", "deutan", "tritan"):
        np.testing.assert_allclose(simulated(grey, deficiency), grey, atol=0.01)
    assert difference(red, green)[0] < 0.5 * np.linalg.norm(red - green)


def test_that_the_default_palette_is_left_alone_and_no_topics_are_borne():
    colours = np.array([[0.1, 0.2, 0.3]])
    assert in_palette(colours, np.zeros((1, 2)), "default", "light") is colours
    assert in_palette(np.zeros((0, 3)), np.zeros((0, 2)), "colour-blind", "light").shape == (0, 3)
