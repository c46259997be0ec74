"""Fonts: which are used, how text is shaped, what is said of missing glyphs."""

import logging
import unicodedata

import pytest
from matplotlib.font_manager import findfont

from topicdesk.figure.fonts import (
    families,
    font,
    in_direction_of,
    installed_families,
    missing_characters,
    missing_in_words,
    outline,
    packages_for,
    printable,
    text_width,
)

HEBREW, ARABIC = "שלום", "تعلم"  # DejaVu Sans, which matplotlib brings, has both


def test_that_the_typeface_of_the_package_is_used_in_its_weights():
    assert families()[0] == "Fira Sans Condensed"
    files = [findfont(font(9, weight, text="Maps")).rsplit("-")[-1] for weight in ("normal", "medium", "semibold", "bold")]
    assert files == ["Regular.ttf", "Medium.ttf", "SemiBold.ttf", "Bold.ttf"]


def test_that_a_chosen_family_comes_first_and_an_unknown_one_is_passed_over():
    assert families("DejaVu Serif")[0] == "DejaVu Serif"
    assert families("No Such Face") == families()
    assert {"DejaVu Sans", "Fira Sans Condensed"} <= installed_families()


@pytest.mark.parametrize("weight", ["normal", "medium", "semibold", "bold"])
def test_that_no_weight_of_any_script_is_logged_as_missing(caplog, weight):
    with caplog.at_level(logging.WARNING):
        for family in ("", "DejaVu Sans"):
            outline(f"Maps {HEBREW} {ARABIC} ∑ {weight}", weight, family)
    assert caplog.records == []


def test_that_a_text_asks_only_for_the_families_it_needs():
    assert font(9, text="Maps").get_family() == ["Fira Sans Condensed"]
    assert font(9, text=f"Maps {HEBREW}").get_family() == ["Fira Sans Condensed", "DejaVu Sans"]


def test_that_hebrew_runs_from_the_right():
    first, last = outline(HEBREW[0], family="DejaVu Sans").path, outline(HEBREW, family="DejaVu Sans").path
    all_width, first_width = (text_width(text, family="DejaVu Sans") for text in (HEBREW, HEBREW[0]))
    assert all_width - last.vertices[:, 0].max() == pytest.approx(first_width - first.vertices[:, 0].max(), abs=0.02)
    assert all_width - last.vertices[:, 0].max() != pytest.approx(text_width(HEBREW[-1], family="DejaVu Sans"), abs=0.02)


def test_that_arabic_letters_are_joined():
    apart = sum(text_width(letter, family="DejaVu Sans") for letter in ARABIC)
    assert text_width(ARABIC, family="DejaVu Sans") < 0.9 * apart


def test_that_joiners_stay_between_letters_and_tricks_with_direction_do_not():
    assert printable("می\u200cخواهم") == "می\u200cخواهم"
    assert printable("\u200dab\u202ecd\u2066e\u200c") == "abcde"


def test_that_a_line_of_a_label_runs_as_the_whole_label_does(caplog):
    assert in_direction_of("and more", "Maps and more") == "and more"
    assert in_direction_of(f"{ARABIC} mixed", f"Maps {ARABIC} mixed") == f"\u200e{ARABIC} mixed"
    assert in_direction_of("Maps", f"{HEBREW} Maps") == "\u200fMaps"
    assert in_direction_of("2024", f"{HEBREW} 2024") == "\u200f2024"
    marked, plain = outline(f"\u200e{ARABIC} mixed"), outline(f"{ARABIC} mixed")
    assert marked.advance == pytest.approx(plain.advance, abs=0.3)
    latin = text_width("mixed")
    assert marked.path.vertices[:, 0].max() - latin < plain.path.vertices[:, 0].max()
    assert caplog.records == []


def test_that_missing_characters_name_the_package_that_has_them():
    rare = "\U00013000"  # an Egyptian hieroglyph
    assert missing_characters([f"a{rare}"]) == rare
    assert packages_for(rare) == ("fonts-noto-core",)
    assert packages_for("深カ한") == ("fonts-noto-cjk",)
    assert packages_for("🙂") == ("fonts-symbola",)
    assert (
        missing_in_words(rare) == f"No installed font has {rare}; a box stands for each. Install a font that has them; on Debian and Ubuntu: fonts-noto-core."
    )
    assert missing_in_words("") == ""
    assert "…" in missing_in_words("".join(map(chr, range(0x13000, 0x13020))))


def test_that_a_character_without_a_name_needs_no_package():
    assert unicodedata.name("\U0010fffd", "") == ""
    assert missing_in_words("\U0010fffd").endswith("a box stands for each.")
