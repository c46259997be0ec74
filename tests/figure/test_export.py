"""Figures as files: size on paper, live text, embedded fonts, descriptions, metadata, size in bytes."""

import base64
import io
import json
import re
import xml.etree.ElementTree as ET
import zlib

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib.image import imread
from PIL import Image

from tests.figure.synthetic import synthetic_content
from topicdesk import __version__
from topicdesk.core.label_look import LabelLook
from topicdesk.core.plate import Page, Plate
from topicdesk.core.settings import FigureSettings
from topicdesk.figure.draw import MapContent, lay_out_labels, map_canvas
from topicdesk.figure.export import save_figure

SMALL = Page(100, 75, 100)
TEXTS = ("Graph learning", "Größe & Maß", "שלום עולם", "تعلم الآلة", "a_b $c$ \\d")
SVG = "{http://www.w3.org/2000/svg}"


def pdf_text(pdf):
    """All streams of a PDF, unpacked."""
    return b"\n".join(_unpacked(part) for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL))


def _unpacked(part):
    try:
        return zlib.decompress(part)
    except zlib.error:
        return b""


@pytest.mark.slow
def test_that_an_svg_embeds_the_characters_it_needs_of_every_font(tmp_path):
    save_figure(tmp_path / "map.svg", synthetic_content(600, 5, texts=TEXTS), page=SMALL, plate=Plate("Über alles", "Ein Untertitel"))
    root = ET.parse(tmp_path / "map.svg").getroot()
    style = "".join(element.text or "" for element in root.iter(f"{SVG}style"))
    fonts = [TTFont(io.BytesIO(base64.b64decode(data))) for data in re.findall(r"base64,([A-Za-z0-9+/=]+)\)", style)]
    known = {chr(code) for font in fonts for code in font.getBestCmap()}
    shown = "".join("".join(element.itertext()) for element in root.iter(f"{SVG}text"))
    assert set("Graph learning Größe & Maß שלום עולם تعلم الآلة a_b $c$ \\d Über") <= set(shown)
    assert set(shown.replace("\n", "")) <= known
    assert {"Fira Sans Condensed", "DejaVu Sans"} <= set(re.findall(r"font-family:'([^']+)'", style))
    assert all("GSUB" in font for font in fonts if 0x062A in font.getBestCmap())  # Arabic joins in the reader's program too


def test_that_an_svg_is_named_and_described_for_screen_readers(tmp_path):
    save_figure(tmp_path / "map.svg", synthetic_content(600, 2, texts=("A <b>", "C & D")), page=SMALL, plate=Plate("My <map>"))
    root = ET.parse(tmp_path / "map.svg").getroot()
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "My <map>"
    assert "A <b>" in root.find(f"{SVG}desc").text


@pytest.mark.parametrize("page", [Page(85, 85, 300), Page(338.7, 190.5, 72)])
def test_that_a_pdf_has_the_size_on_paper_and_embedded_fonts_for_its_text(tmp_path, page):
    save_figure(tmp_path / "map.pdf", synthetic_content(600, 5, texts=TEXTS), page=page, plate=Plate("Title"))
    pdf = (tmp_path / "map.pdf").read_bytes()
    sides = [float(value) for value in re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+)", pdf).groups()]
    assert sides == pytest.approx([page.width_mm / 25.4 * 72, page.height_mm / 25.4 * 72], abs=0.1)
    names = {name.split(b"+")[-1] for name in re.findall(rb"/FontName /(\S+)", pdf)}
    assert any(b"FiraSansCondensed" in name for name in names)
    assert any(b"DejaVuSans" in name for name in names)
    assert pdf.count(b"/FontFile2") >= len(names)
    assert b"/ToUnicode" in pdf
    assert b" Tf" in pdf_text(pdf)


def test_that_metadata_names_versions_and_settings_but_no_path_and_no_user(tmp_path):
    plate, settings = Plate("A title", palette="greyscale"), FigureSettings(n_labels=3)
    for ending in ("png", "svg", "pdf"):
        save_figure(tmp_path / f"map.{ending}", synthetic_content(300, 3), settings, page=SMALL, plate=plate)
        assert str(tmp_path).encode() not in (tmp_path / f"map.{ending}").read_bytes()
    with Image.open(tmp_path / "map.png") as picture:
        words = picture.text
    assert words["Software"] == f"TopicDesk {__version__}"
    assert words["Title"] == "A title"
    assert "3 topics" in words["Description"]
    how = json.loads(words["Comment"])
    assert (how["figure"]["n_labels"], how["plate"]["palette"], how["page"]["dpi"]) == (3, "greyscale", 100)
    assert f"TopicDesk {__version__}" in (tmp_path / "map.svg").read_text("utf-8")
    assert f"TopicDesk {__version__}".encode() in (tmp_path / "map.pdf").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_that_100_000_points_stay_under_five_megabytes(tmp_path, ending):
    page = Page(175, 131, 450) if ending != "png" else Page(175, 131, 300)
    save_figure(tmp_path / f"map.{ending}", synthetic_content(100_000, 40), page=page)
    assert (tmp_path / f"map.{ending}").stat().st_size < 5_000_000


def test_that_alt_text_and_table_are_written_beside_the_figure(tmp_path):
    written = save_figure(tmp_path / "map.png", synthetic_content(300, 3), page=SMALL, with_description=True)
    assert [path.name for path in written] == ["map.png", "map.alt.txt", "map.data.csv"]
    assert "Topic map of 300 documents" in written[1].read_text("utf-8")
    assert written[2].read_text("utf-8").startswith("topic,label,documents")


def test_that_type_of_a_chosen_size_and_family_is_set(tmp_path):
    save_figure(tmp_path / "map.svg", synthetic_content(300, 3), page=SMALL, plate=Plate(family="DejaVu Serif", smallest=9))
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px; font-family: 'DejaVu Serif'", (tmp_path / "map.svg").read_text("utf-8"))]
    assert sizes
    assert min(sizes) >= 9


def type_of(svg, words):
    """Size in points and weight of the line that begins with these words; None where it is not drawn."""
    found = re.search(rf'<text style="([^"]*)"[^>]*>{re.escape(words)}', svg)
    if found is None:
        return None
    style = found[1]
    weight = re.search(r"font-weight: (\w+)", style)
    return float(re.search(r"font-size: ([\d.]+)px", style)[1]), weight[1] if weight else "normal"


def test_that_size_weight_place_and_hiding_of_a_label_are_in_the_file(tmp_path):
    texts = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon")
    content = synthetic_content(1500, 5, texts=texts)
    x, y = content.positions[content.topic_of == 3].mean(axis=0).tolist()
    looks = {
        0: LabelLook(scale=0.5),
        1: LabelLook(weight="normal"),
        2: LabelLook(is_hidden=True),
        3: LabelLook((x + 1, y)),
        4: LabelLook(weight="bold", scale=2.0),
    }
    kind = type("Content", (MapContent,), {"looks": looks})
    wanted = kind(content.positions, content.topic_of, texts)
    drawn = {}
    for name, each in (("plain", content), ("wanted", wanted)):
        save_figure(tmp_path / f"{name}.svg", each, page=Page(120, 90, 100))
        drawn[name] = (tmp_path / f"{name}.svg").read_text("utf-8")
    (size, weight), (small, _) = type_of(drawn["plain"], "Alpha"), type_of(drawn["wanted"], "Alpha")
    assert small == pytest.approx(size / 2, rel=0.15)
    assert weight in ("bold", "700")
    assert type_of(drawn["wanted"], "Beta")[1] == "normal"
    assert type_of(drawn["plain"], "Gamma") is not None
    assert type_of(drawn["wanted"], "Gamma") is None
    (thin, _), (large, heavy) = type_of(drawn["plain"], "Epsilon"), type_of(drawn["wanted"], "Epsilon")
    assert large > 1.5 * thin
    assert heavy in ("bold", "700")
    (label,) = (label for label in lay_out_labels(wanted, FigureSettings(), map_canvas(wanted, 600, 450, 100)) if label.topic == 3)
    assert (label.x, label.y) == pytest.approx((x + 1, y))


def test_that_a_transparent_figure_is_clear_where_nothing_lies_and_looks_alike_on_white(tmp_path):
    content = synthetic_content(300, 3)
    for ground in ("white", "transparent"):
        save_figure(tmp_path / f"{ground}.png", content, page=SMALL, plate=Plate(ground=ground))
    white, clear = imread(tmp_path / "white.png"), imread(tmp_path / "transparent.png")
    assert clear[0, 0, 3] == 0
    laid = clear[..., :3] * clear[..., 3:] + 1 - clear[..., 3:]
    assert np.abs(laid - white[..., :3]).mean() < 0.01


def test_that_a_legend_takes_room_and_counts_what_finds_none(tmp_path):
    content = synthetic_content(1000, 30)
    save_figure(tmp_path / "map.svg", content, page=Page(100, 50, 100), plate=Plate(legend=True, smallest=6))
    svg = (tmp_path / "map.svg").read_text("utf-8")
    assert re.search(r">and \d+ more</text>", svg)
    assert f">{np.bincount(content.topic_of[content.topic_of >= 0])[0]}</text>" in svg


@pytest.mark.parametrize("plate", [Plate(ground="paper"), Plate(palette="greyscale"), Plate(palette="colour-blind", ground="dark"), Plate(legend=True)])
def test_that_a_map_without_topics_is_drawn_with_any_plate(tmp_path, plate):
    save_figure(tmp_path / "map.png", MapContent(np.zeros((3, 2), dtype=np.float32), np.full(3, -1)), page=SMALL, plate=plate)
    assert (tmp_path / "map.png").stat().st_size > 500
