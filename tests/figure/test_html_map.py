"""The interactive map: what its file holds, and how it behaves in a real browser with hostile texts."""

import base64
import io
import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from tests.figure.browser import CHROMIUM, Browser
from tests.figure.synthetic import synthetic_content
from topicdesk.core.corpus import Document
from topicdesk.core.label_look import LabelLook
from topicdesk.core.plate import Plate
from topicdesk.core.settings import FigureSettings
from topicdesk.figure.colouring import by_category
from topicdesk.figure.draw import MapContent
from topicdesk.figure.html_map import html_page, save_html
from topicdesk.figure.raster import fit_extent

HOSTILE = (
    "<script>window.hacked = 1</script>",
    "</script><script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 1'>",
    "javascript:window.hacked=1",
    "<!-- <script>",
    "]]>\u2028\u2029&lt;b&gt;",
    "</title></noscript><svg onload='window.hacked=1'>",
    "$policy ${data} \\u003cscript>",
)


def corpus_of(n, titles=HOSTILE):
    return SimpleNamespace(documents=tuple(Document(str(i), f"Text {i}: {titles[i % len(titles)]}", titles[i % len(titles)]) for i in range(n)))


def data_of(page):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])


def hostile_page():
    content = synthetic_content(400, len(HOSTILE), texts=HOSTILE)
    return html_page(content, corpus_of(400), FigureSettings(), Plate("A <b>title</b> </script>", "<i>"))


def with_looks(content, looks):
    """The content with labels drawn as a researcher wants them."""
    kind = type("Content", (MapContent,), {"looks": looks})
    return kind(content.positions, content.topic_of, content.texts, colouring=content.colouring)


def test_that_hostile_texts_cannot_end_the_data_nor_name_an_address_to_load():
    page = hostile_page()
    assert page.count("<script") == 2
    assert data_of(page)["topics"][1]["label"] == HOSTILE[1]
    assert "window.hacked" not in re.sub(r'<script type="application/json".*?</script>|<noscript>.*?</noscript>', "", page, flags=re.DOTALL)
    assert "<" not in re.search(r"<noscript>(.*?)</noscript>", page, re.DOTALL)[1]


def test_that_the_policy_allows_one_script_one_style_and_no_address():
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', hostile_page())[1]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert not re.search(r"https?:|\*|connect-src", policy)


def test_that_places_and_topics_come_back_from_the_file():
    content = synthetic_content(500, 6)
    data = data_of(html_page(content, None, FigureSettings(), Plate()))
    assert (data["n"], len(data["topics"]), data["titles"]) == (500, 6, [])
    assert [topic["size"] for topic in data["topics"]] == np.bincount(content.topic_of[content.topic_of >= 0]).tolist()
    hidden = data_of(html_page(content, None, FigureSettings(unassigned="hide"), Plate()))
    assert hidden["n"] == int((content.topic_of >= 0).sum())


def test_that_texts_stay_out_where_they_are_not_wanted(tmp_path):
    content = synthetic_content(50, 2)
    save_html(tmp_path / "map.html", content, corpus_of(50, ("Secret",)), with_texts=False)
    assert "Secret" not in (tmp_path / "map.html").read_text("utf-8")
    assert "This file holds no texts" in (tmp_path / "map.html").read_text("utf-8")


def test_that_the_same_map_gives_the_same_file_and_odd_corpora_are_borne(tmp_path):
    assert hostile_page() == hostile_page()
    for content in (MapContent(np.zeros((0, 2), np.float32), np.zeros(0, np.int64)), MapContent(np.full((2, 2), np.nan, np.float32), np.full(2, -1))):
        assert data_of(html_page(content, None, FigureSettings(), Plate()))["n"] == 0


def test_that_labels_stand_and_look_as_the_researcher_wants_them():
    content = synthetic_content(2000, 12)
    looks = {0: LabelLook((3.0, -2.0), 2.0, "normal"), 1: LabelLook(weight="bold", is_hidden=True), 11: LabelLook(weight="bold")}
    plain, data = (data_of(html_page(each, None, FigureSettings(), Plate())) for each in (content, with_looks(content, looks)))
    x0, x1, y0, y1 = fit_extent(content.positions, content.topic_of, 1200, 900)
    first, hidden, last = (data["topics"][n] for n in (0, 1, 11))
    assert first["place"] == [round(65535 * (3 - x0) / (x1 - x0)), round(65535 * (y1 + 2) / (y1 - y0))]
    assert (first["held"], first["weight"], last["weight"]) == (True, 400, 700)
    assert first["points"] > 1.3 * plain["topics"][0]["points"]
    assert (hidden["label"], plain["topics"][0]["weight"]) == ("", 700)


def test_that_other_colours_than_those_of_topics_are_in_the_file_with_their_legend():
    content = synthetic_content(300, 4)
    coloured = replace(content, colouring=by_category("Party", ["Whig", "<b>Free</b>", ""] * 100, "light"))
    data = data_of(html_page(coloured, corpus_of(300), FigureSettings(), Plate()))
    groups = np.frombuffer(base64.b64decode(data["colouring"]["group"]), "<i2")
    assert np.bincount(groups + 1).tolist() == [100, 100, 100]
    assert (np.diff((groups >= 0).astype(int)) >= 0).all()  # those without a value lie beneath
    assert [swatch["text"] for swatch in data["colouring"]["swatches"]] == ["<b>Free</b>", "Whig"]
    assert data_of(html_page(content, None, FigureSettings(), Plate()))["colouring"] is None


@pytest.fixture
def browser(tmp_path):
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    browser = Browser(tmp_path / "profile")
    yield browser
    browser.close()


@pytest.mark.slow
def test_that_hostile_texts_are_shown_as_they_stand_and_nothing_is_run_or_fetched(browser, tmp_path):
    path = tmp_path / "map.html"
    path.write_text(hostile_page(), "utf-8")
    browser.open(path)
    assert browser.value("document.getElementById('title').textContent") == "A <b>title</b> </script>"
    labels = browser.value("[...document.querySelectorAll('.label')].map((label) => label.textContent)")
    assert {"".join(label.split()) for label in labels} == {"".join(text.split()) for text in HOSTILE}
    assert set(browser.value("[...document.querySelectorAll('#list .name')].map((name) => name.textContent)")) == set(HOSTILE)
    browser.value("(() => { const s = document.getElementById('search'); s.value = 'onerror'; s.dispatchEvent(new Event('input')); })()")
    browser.wait("document.querySelector('#list h2').textContent.includes('found')")
    browser.value("document.querySelector('#list .row').click()")
    browser.wait("document.getElementById('tip').classList.contains('shown')")
    assert browser.value("document.querySelector('#tip strong').textContent") in HOSTILE
    assert browser.value("typeof window.hacked") == "undefined"
    assert browser.value("document.querySelectorAll('img').length") == 1
    assert {url.split(":")[0] for url in browser.requests} <= {"file", "data"}
    assert browser.complaints == []


@pytest.mark.slow
def test_that_one_can_point_zoom_pan_choose_and_come_back(browser, tmp_path):
    content = synthetic_content(3000, 12)
    save_html(tmp_path / "map.html", content, corpus_of(3000, ("A plain title",)), plate=Plate("Map"))
    browser.open(tmp_path / "map.html")
    shown = "[...document.querySelectorAll('.label:not(.away)')].length"
    browser.wait(f"{shown} > 0")
    before, at_home = browser.picture(), browser.value(shown)
    assert len(set(Image.open(io.BytesIO(before)).convert("RGB").resize((300, 225)).getdata())) > 500  # points and clouds are drawn
    middles = """[...document.querySelectorAll('.label:not(.away)')].map((label) => label.getBoundingClientRect())
      .map((box) => [box.x + box.width / 2, box.y + box.height / 2])"""
    for x, y in browser.value(middles):
        browser.mouse("mouseMoved", x, y)
        if browser.value("document.querySelector('#tip.shown .topic')?.textContent ?? 'in no topic'") != "in no topic":
            break
    browser.wait("document.querySelector('#tip.shown strong').textContent === 'A plain title'")
    browser.click(x, y)
    browser.wait("document.querySelectorAll('.row[aria-pressed=\"true\"]').length === 1")
    glow = "document.getElementById('glow').style.transform"
    home = browser.value(glow)
    for _ in range(4):
        browser.mouse("mouseWheel", x, y, deltaX=0, deltaY=-300)
    browser.wait(f"{glow} !== '{home}'")
    browser.mouse("mousePressed", x, y, button="left", clickCount=1)
    browser.mouse("mouseMoved", x + 60, y + 20, button="left", buttons=1)
    browser.mouse("mouseReleased", x + 60, y + 20, button="left", clickCount=1)
    browser.value("document.getElementById('home').click()")
    browser.wait(f"{glow} === '{home}'")
    assert browser.value(shown) == at_home
    assert browser.complaints == []


@pytest.mark.slow
def test_that_labels_off_their_clouds_have_leaders_and_a_legend_lights_its_documents(browser, tmp_path):
    content = synthetic_content(3000, 40)
    coloured = replace(content, colouring=by_category("Party <b>", ["Whig", "Free", ""] * 1000, "light"))
    x, y = content.positions[content.topic_of == 0].mean(axis=0).tolist()
    moved = with_looks(coloured, {0: LabelLook((x + 3, y + 3))})
    save_html(tmp_path / "map.html", moved, corpus_of(3000, ("A title",)), FigureSettings(n_labels=40))
    browser.open(tmp_path / "map.html")
    browser.wait("document.querySelector('#leaders line').style.display === '' && document.querySelector('#leaders line').getAttribute('x2') > 0")
    names = "[...document.querySelectorAll('#list .row .name')].slice(0, 2).map((name) => name.textContent)"
    assert browser.value(names) == ["Free", "Whig"]
    assert browser.value("document.querySelector('#list h2').textContent") == "Party <b>"
    before = browser.picture()
    browser.value("document.querySelector('#list .row').click()")
    browser.wait("document.querySelector('#list .row').getAttribute('aria-pressed') === 'true'")
    browser.value("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    lit = browser.picture()
    assert lit != before
    browser.value("document.querySelector('#list .row').click()")
    browser.wait("document.querySelector('#list .row').getAttribute('aria-pressed') === 'false'")
    assert browser.complaints == []


@pytest.mark.slow
def test_that_100_000_points_move_smoothly(browser, tmp_path):
    content = synthetic_content(100_000, 60)
    save_html(tmp_path / "map.html", content, corpus_of(100_000, ("A title of usual length for a document",)))
    browser.open(tmp_path / "map.html")
    times = browser.value("""new Promise((done) => {
      const times = [], map = document.getElementById('map');
      let last = 0;
      const step = (now) => {
        if (last) times.push(now - last);
        last = now;
        if (times.length === 40) { done(times); return; }
        map.dispatchEvent(new WheelEvent('wheel', { deltaY: times.length % 20 < 10 ? -60 : 60, clientX: 500, clientY: 400, cancelable: true }));
        requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    })""")
    print(f"a frame with 100,000 points: {np.median(times[-20:]):.0f} ms, by software rendering")
    assert np.median(times[-20:]) < 250  # a processor draws here, not a graphics card, beside other programs
    browser.wait("document.getElementById('map').dataset.part === '1'")  # at rest all points are drawn, however few were while it moved
