"""How well labels are placed: ours against the article's own code and plain adjustText, on three real corpora, in one table.

Score: 1000 x overlapping pairs + total leader length in pixels, all labels shown at 10 pt on 1200 x 900 pixels, none off the
canvas. One rule for all three: a leader runs from a label's box to the nearest thick part of its topic's cloud; boxes overlap
where they share more than a pixel both across and down. Seconds are of the processor, so that a busy machine does not matter.

    .venv/bin/python tests/benchmarks/label_score.py
"""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable
from dataclasses import replace

import matplotlib as mpl
import numpy as np
from real_maps import CORPORA, real_map

from topicdesk.figure.clouds import Cloud, largest_clouds
from topicdesk.figure.draw import MapContent, map_canvas
from topicdesk.figure.fonts import font, text_width
from topicdesk.figure.label_layout import CAP_HEIGHT, LINE_STEP, Canvas, Type, place_labels

WIDTH, HEIGHT, DPI, POINTS = 1200, 900, 100, 10.0
DESCENT = 0.22  # of the font size, below the last baseline
N_LABELS = (25, 50, 100)
Boxes = np.ndarray  # float64 of shape (n_labels, 4): left, low, right, high in pixels, y upwards


def ours(content: MapContent, clouds: list[Cloud], canvas: Canvas) -> Boxes:
    placed = place_labels(content.positions, content.topic_of, content.texts, canvas, len(clouds), Type(fixed=POINTS))
    by_topic = {label.topic: label for label in placed}
    em, boxes = POINTS * DPI / 72, []
    for cloud in clouds:
        if cloud.topic not in by_topic:
            raise SystemExit(f"topic {cloud.topic} has no label")
        label = by_topic[cloud.topic]
        x, y = canvas.to_pixels(np.array([[label.x, label.y]]))[0]
        half_width = em * max(text_width(line, label.weight) for line in label.lines) / 2
        half_height = em * (CAP_HEIGHT + LINE_STEP * (len(label.lines) - 1)) / 2
        boxes.append((x - half_width, y - half_height - DESCENT * em, x + half_width, y + half_height))
    return np.array(boxes)


def article(content: MapContent, clouds: list[Cloud], canvas: Canvas) -> Boxes:
    """As in the article's notebook: labels at means, broken after 20 characters, adjustText with its forces."""
    return _by_adjust_text(content, clouds, canvas, time_lim=1, force_text=(0.01, 0.02), force_static=(0.01, 0.02), force_pull=(0.5, 0.5))


def plain(content: MapContent, clouds: list[Cloud], canvas: Canvas) -> Boxes:
    """AdjustText as it comes."""
    return _by_adjust_text(content, clouds, canvas)


def _by_adjust_text(content: MapContent, clouds: list[Cloud], canvas: Canvas, **options: object) -> Boxes:
    from adjustText import adjust_text
    from matplotlib import pyplot as plt

    figure = plt.figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=canvas.extent[:2], ylim=canvas.extent[2:])
    texts = []
    for cloud in clouds:
        x, y = content.positions[content.topic_of == cloud.topic].mean(axis=0)
        words = textwrap.fill(content.texts[cloud.topic], 20)
        texts.append(axes.text(x, y, words, ha="center", font_properties=font(POINTS), parse_math=False))
    adjust_text(texts, ax=axes, **options)
    boxes = np.array([text.get_window_extent().extents for text in texts])
    plt.close(figure)
    return boxes


def score(boxes: Boxes, clouds: list[Cloud], canvas: Canvas) -> tuple[float, int, float, int]:
    """The score, overlapping pairs, total leader length, and how many labels reach off the canvas."""
    low, high = np.maximum(boxes[:, None, :2], boxes[None, :, :2]), np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    n_pairs = int(np.triu(((high - low) > 1).all(axis=2), 1).sum())
    leaders = 0.0
    for box, cloud in zip(boxes, clouds, strict=True):
        cells = canvas.to_pixels(cloud.cells)
        leaders += float(np.hypot(*np.maximum(np.maximum(box[:2] - cells, cells - box[2:]), 0).T).min())
    n_off = int(((boxes[:, :2] < -1).any(axis=1) | (boxes[:, 2:] > (WIDTH + 1, HEIGHT + 1)).any(axis=1)).sum())
    return 1000 * n_pairs + leaders, n_pairs, leaders, n_off


def main() -> None:
    mpl.use("Agg")
    sides: dict[str, Callable[[MapContent, list[Cloud], Canvas], Boxes]] = {"ours": ours, "article": article, "plain": plain}
    print(f"{'corpus':<11} {'labels':>6}  " + "".join(f"{name:>9} {'pairs':>6} {'px':>6} {'off':>4} {'s':>6}" for name in sides))
    for corpus in CORPORA:
        content = real_map(corpus)
        canvas = map_canvas(content, WIDTH, HEIGHT, DPI)
        ours(replace(content), largest_clouds(content.positions, content.topic_of, _named(content), canvas.extent, 10), canvas)  # warm fonts
        for n_labels in N_LABELS:
            clouds = largest_clouds(content.positions, content.topic_of, _named(content), canvas.extent, n_labels)
            cells = []
            for place in sides.values():
                begin = time.process_time()
                boxes = place(content, clouds, canvas)
                seconds = time.process_time() - begin
                total, n_pairs, leaders, n_off = score(boxes, clouds, canvas)
                cells.append(f"{total:>9,.0f} {n_pairs:>6} {leaders:>6.0f} {n_off:>4} {seconds:>6.2f}")
            print(f"{corpus:<11} {len(clouds):>6}  " + "".join(cells), flush=True)


def _named(content: MapContent) -> np.ndarray:
    return np.array([bool(text) for text in content.texts])


if __name__ == "__main__":
    main()
