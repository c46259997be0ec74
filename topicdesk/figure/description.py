"""A figure in words and numbers, for those who cannot see it and those who want to count: alt text and the table behind it; no drawing."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy as np

from topicdesk.core.arrays import are_placed
from topicdesk.core.plate import Plate
from topicdesk.core.tables import neutralised
from topicdesk.figure.colouring import Colouring
from topicdesk.figure.colours import hex_colour, topic_centres
from topicdesk.figure.draw import MapContent
from topicdesk.figure.label_layout import PlacedLabel

COLUMNS = ("topic", "label", "documents", "share", "x", "y", "colour", "label_x", "label_y", "label_points")
_NAMED = 10
_SIDES = (("upper left", -1, 1), ("upper right", 1, 1), ("lower left", -1, -1), ("lower right", 1, -1))
_A_SIDE = 3


def alt_text(content: MapContent, plate: Plate | None = None) -> str:
    """What the map shows, in a few sentences: how many documents and topics, the largest ones, and where on the map they lie."""
    sizes, n_documents = _sizes(content), int(are_placed(content.positions).sum())
    named = [topic for topic in np.argsort(-sizes, kind="stable").tolist() if sizes[topic] and content.texts[topic]]
    n_topics, n_rest = int((sizes > 0).sum()), n_documents - int(sizes.sum())
    title = f"{plate.title}. " if plate is not None and plate.title else ""
    parts = [f"{title}Topic map of {_count(n_documents, 'document')}, drawn as dots; documents of similar content lie close together."]
    if not n_topics:
        return " ".join([*parts, "No topics are marked."])
    share = f"; {n_rest:,} documents ({n_rest / n_documents:.0%}) are in none" if n_rest else ""
    parts.append(
        f"Colours mark {_count(n_topics, 'topic')}{share}."
        if content.colouring is None
        else f"{_of_colouring(content.colouring)} There {_are(n_topics, 'topic')}{share}."
    )
    largest = "; ".join(f"{content.texts[topic]} ({sizes[topic]:,})" for topic in named[:_NAMED])
    parts.append(f"The largest, by number of documents: {largest}.")
    return " ".join([*parts, *_sides(content, named)])


def data_table(content: MapContent, labels: Sequence[PlacedLabel], plate: Plate | None = None) -> str:
    """The table behind the figure as CSV: a row for each topic, the unassigned last as -1; label places only for labels that are drawn."""
    plate = plate or Plate()
    sizes, colours, centres = _sizes(content), content.colours(plate.theme, plate.palette), topic_centres(content.positions, content.topic_of)
    n_documents = max(1, int(are_placed(content.positions).sum()))
    placed = {label.topic: label for label in labels}
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for topic in np.flatnonzero(sizes).tolist():
        label = placed.get(topic)
        where = ("", "", "") if label is None else (_number(label.x), _number(label.y), label.font_size)
        text = content.texts[topic] if topic < len(content.texts) else ""
        share, centre = f"{sizes[topic] / n_documents:.4f}", map(_number, centres[topic])
        colour = hex_colour(colours[topic]) if content.colouring is None else ""  # dots have other colours then
        writer.writerow((topic, neutralised(text), sizes[topic], share, *centre, colour, *where))
    n_rest = n_documents - int(sizes.sum())
    if n_rest:
        writer.writerow((-1, "", n_rest, f"{n_rest / n_documents:.4f}", *[""] * 6))
    return stream.getvalue()


def _of_colouring(colouring: Colouring) -> str:
    """What other colours than those of topics show."""
    swatches = "; ".join(f"{swatch.text} ({swatch.n_documents:,})" for swatch in colouring.swatches)
    scale = f"from {colouring.scale[0][1]} to {colouring.scale[-1][1]}" if colouring.scale else ""
    missing = f"; {colouring.n_missing:,} without a value are grey" if colouring.n_missing else ""
    return f"Colours show {colouring.title}: {swatches or scale or 'no values'}{missing}."


def _sizes(content: MapContent) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    used = (content.topic_of >= 0) & are_placed(content.positions)
    return np.bincount(content.topic_of[used], minlength=max(len(content.texts), int(content.topic_of.max(initial=-1)) + 1))


def _sides(content: MapContent, named: Sequence[int]) -> list[str]:
    """One sentence for each quarter of the map: its largest topics."""
    centres = topic_centres(content.positions, content.topic_of)
    placed = content.positions[are_placed(content.positions)]
    middle = (placed.min(axis=0) + placed.max(axis=0)) / 2
    sentences = []
    for words, across, up in _SIDES:
        there = [topic for topic in named if (centres[topic, 0] >= middle[0]) == (across > 0) and (centres[topic, 1] >= middle[1]) == (up > 0)]
        if there:
            sentences.append(f"To the {words}: {'; '.join(content.texts[topic] for topic in there[:_A_SIDE])}.")
    return sentences


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _are(number: int, what: str) -> str:
    return f"{'is' if number == 1 else 'are'} {_count(number, what)}"


def _number(value: float) -> str:
    return f"{float(value):.4f}"
