"""The interactive map as one HTML file that opens from disk: data as JSON, no network, no text that could be run.

The page's own code lies in `web/`. What protects the reader: texts reach the page by `textContent` only, the JSON cannot end its
element, and a content security policy allows this one script, this one style sheet and pictures from the file itself, no address.
"""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import string
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from topicdesk import __version__
from topicdesk.core.arrays import IntArray, are_placed
from topicdesk.core.corpus import Corpus
from topicdesk.core.files import write_text
from topicdesk.core.plate import Plate
from topicdesk.core.settings import FigureSettings
from topicdesk.figure.clouds import largest_clouds
from topicdesk.figure.colours import hex_colour, label_colours
from topicdesk.figure.description import alt_text
from topicdesk.figure.draw import MapContent, background_of, label_colours_of, lay_out_labels, raster_look
from topicdesk.figure.fonts import NUMBERS, printable
from topicdesk.figure.label_layout import Canvas
from topicdesk.figure.raster import Extent, dot_radius, fit_extent, point_cloud, raster
from topicdesk.figure.svg import font_faces

WIDTH, HEIGHT = 1200, 900  # of the picture that coordinates are shares of
_HOME = 0.75  # of that is seen at first, in a usual window with its list of topics
_GLOW = 2  # the glow is this many times coarser
_SMALL_POINTS, _LARGEST_POINTS = 11, 27  # type of the smallest and of the largest label, in pixels
_EXCERPT, _SHORT_EXCERPT, _MANY = 240, 120, 20_000
_POLICY = "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'"


def save_html(
    path: Path, content: MapContent, corpus: Corpus | None, settings: FigureSettings | None = None, plate: Plate | None = None, with_texts: bool = True
) -> list[Path]:
    """Write the interactive map, whole or not at all.

    Parameters
    ----------
    corpus : Corpus or None
        For titles and excerpts, which are shown beside the pointer and searched.
    with_texts : bool
        False leaves titles and excerpts out: only places, topics and their labels are in the file then.

    Raises
    ------
    OSError
        Where the folder cannot be written.
    """
    write_text(path, html_page(content, corpus if with_texts else None, settings or FigureSettings(), plate or Plate()))
    return [path]


def html_page(content: MapContent, corpus: Corpus | None, settings: FigureSettings, plate: Plate) -> str:
    """The whole file."""
    web = files("topicdesk.figure").joinpath("web")
    page, style, script = (web.joinpath(name).read_text("utf-8") for name in ("map.html", "map.css", "map.js"))
    style = "\n".join([*_faces(content), style])
    policy = _POLICY.format(script=_digest(script), style=_digest(style))
    words = alt_text(content, plate)
    data = _as_json({**_points(content, corpus, settings, plate), **_words(content, corpus, plate, words)})
    fields = {"policy": policy, "style": style, "script": script, "data": data, "alt": html.escape(words), "generator": f"TopicDesk {__version__}"}
    return string.Template(page).substitute(fields)


def _faces(content: MapContent) -> list[str]:
    """The figure's typeface for what stands on the page, as far as its licence lets it travel along."""
    letters = "".join(sorted(set("".join(content.texts)) | {"a"}))
    return font_faces((printable(letters), weight, "") for weight in NUMBERS)


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()


def _as_json(value: Any) -> str:
    """JSON that cannot end the element it stands in, nor break a line of script."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    text = "".join(character if not "\ud800" <= character <= "\udfff" else "\ufffd" for character in text)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _points(content: MapContent, corpus: Corpus | None, settings: FigureSettings, plate: Plate) -> dict[str, Any]:
    """Places as shares of the picture, in 16 bits; the unassigned come first, so that they are drawn beneath, else in a random order."""
    extent = fit_extent(content.positions, content.topic_of, WIDTH, HEIGHT)
    group_of = content.topic_of if content.colouring is None else content.colouring.group
    placed = np.flatnonzero(are_placed(content.positions) & ((content.topic_of >= 0) | (settings.unassigned == "grey")))
    x0, x1, y0, y1 = extent
    place = np.column_stack([(content.positions[placed, 0] - x0) / (x1 - x0), (y1 - content.positions[placed, 1]) / (y1 - y0)])
    seen = ((place >= 0) & (place <= 1)).all(axis=1)
    placed, place = placed[seen], place[seen]
    order = np.random.default_rng(0).permutation(len(placed))  # so that a part of the points shows the same map, with fewer
    order = order[np.argsort(group_of[placed[order]] >= 0, kind="stable")]
    placed, place = placed[order], place[order]
    packed = np.round(place * 65535).astype("<u2")
    titles, excerpts = _texts(corpus, placed)
    return {
        "n": len(placed),
        "x": _packed(packed[:, 0]),
        "y": _packed(packed[:, 1]),
        "topic": _packed(content.topic_of[placed].astype("<i2")),
        "titles": titles,
        "excerpts": excerpts,
        "width": WIDTH,
        "height": HEIGHT,
        "radius": round(dot_radius(len(placed), WIDTH, HEIGHT) * plate.dot_scale, 2),
        "topics": _topics(content, settings, plate, extent),
        "colouring": _colouring(content, group_of[placed]),
        "glow": _glow(content, settings, plate, extent),
    }


def _packed(values: np.ndarray[Any, Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()


def _texts(corpus: Corpus | None, chosen: Sequence[int] | np.ndarray[Any, Any]) -> tuple[list[str], list[str]]:
    """Titles and beginnings of the texts; none without a corpus."""
    if corpus is None:
        return [], []
    length = _SHORT_EXCERPT if len(chosen) > _MANY else _EXCERPT
    documents = [corpus.documents[number] for number in chosen]
    return [document.title or "" for document in documents], [_beginning(document.text, length) for document in documents]


def _beginning(text: str, length: int) -> str:
    line = " ".join(text[: 2 * length].split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def _colouring(content: MapContent, group_of: IntArray) -> dict[str, Any] | None:
    """What the points are coloured by instead of topics, and what it stands for."""
    colouring = content.colouring
    if colouring is None:
        return None
    return {
        "title": colouring.title,
        "group": _packed(group_of.astype("<i2")),
        "colours": [hex_colour(colour) for colour in colouring.colours],
        "swatches": [{"text": swatch.text, "size": swatch.n_documents, "group": swatch.group} for swatch in colouring.swatches],
        "marks": [words for _, words in colouring.scale],
        "missing": colouring.n_missing,
    }


def _topics(content: MapContent, settings: FigureSettings, plate: Plate, extent: Extent) -> list[dict[str, Any]]:
    """Every topic by number: its label, colours, size, and where its label stands: as on a plate of this size, or on its cloud."""
    colours = label_colours_of(content, content.colours(plate.theme, plate.palette), plate.theme)
    inks = label_colours(colours, plate.theme)
    type_ = replace(plate, smallest=float(_SMALL_POINTS), family="")
    laid_out = {
        label.topic: label for label in lay_out_labels(content, replace(settings, style="plate"), Canvas(extent, _HOME * WIDTH, _HOME * HEIGHT, 72.0), type_)
    }
    sizes = np.bincount(content.topic_of[content.topic_of >= 0], minlength=len(colours))
    clouds = largest_clouds(content.positions, content.topic_of, np.ones(len(colours), dtype=np.bool_), extent, len(colours))
    peaks, looks = {cloud.topic: cloud.cells[0].tolist() for cloud in clouds}, content.looks
    x0, x1, y0, y1 = extent
    topics = []
    for number in range(len(colours)):
        look = looks.get(number)
        label, held = laid_out.get(number), look is not None and look.place is not None
        x, y = label.anchor if label is not None else peaks.get(number, (x0, y0))
        place = (label.x, label.y) if label is not None else look.place if look is not None else None
        points = label.font_size if label is not None else _SMALL_POINTS * (look.scale if look is not None else 1)
        weight = label.weight if label is not None else (look.weight if look is not None else "") or "normal"
        is_named = number < len(content.texts) and not (look is not None and look.is_hidden)
        topics.append(
            {
                "label": content.texts[number] if is_named else "",
                "size": int(sizes[number]),
                "colour": hex_colour(colours[number]),
                "ink": hex_colour(inks[number]),
                "x": _share_of(x, x0, x1),
                "y": _share_of(y, y1, y0),
                "place": None if place is None else [_share_of(place[0], x0, x1), _share_of(place[1], y1, y0)],
                "held": held,
                "broken": "" if label is None else label.text,
                "points": round(min(points, _LARGEST_POINTS * (look.scale if look is not None else 1)), 1),
                "weight": NUMBERS[weight],
            }
        )
    return topics


def _share_of(value: float, start: float, stop: float) -> int:
    """A place between two sides of the picture, in 16 bits."""
    return round(65535 * (value - start) / (stop - start))


def _glow(content: MapContent, settings: FigureSettings, plate: Plate, extent: Extent) -> str:
    """The soft clouds beneath the points, as a small picture inside the file."""
    look = replace(raster_look(settings, plate), unassigned="hide", dot_scale=1e-3, opacity=1e-6)
    if content.colouring is not None:
        look = replace(look, glow=0.0)
    cloud = point_cloud(content.positions, content.topic_of)
    picture = raster(cloud, content.colours(plate.theme, plate.palette), extent, WIDTH // _GLOW, HEIGHT // _GLOW, look)
    stream = io.BytesIO()
    Image.fromarray(picture[..., :3]).save(stream, format="PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


def _words(content: MapContent, corpus: Corpus | None, plate: Plate, words: str) -> dict[str, Any]:
    """What stands around the map."""
    grey = raster_look(FigureSettings(), plate).grey
    holds = "titles and beginnings of the texts" if corpus is not None else "no texts"
    return {
        "title": plate.title,
        "subtitle": plate.subtitle,
        "foot": f"TopicDesk {__version__}. This file holds {holds}; it loads nothing and sends nothing.",
        "alt": words,
        "theme": plate.theme,
        "ground": hex_colour(background_of(plate)),
        "grey": hex_colour(grey),
    }
