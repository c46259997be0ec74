"""How quick the map pane is under the hand, against matplotlib's `scatter(c=...)` on the same points in the same run (`make bench`).

The real `MapView` works on a made-up corpus, off-screen at 1200 x 900; each size in a process of its own, so that memory is its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
REPOSITORY = Path(__file__).parents[2]
sys.path.insert(0, str(REPOSITORY))

import numpy as np  # noqa: E402
import psutil  # noqa: E402
import qtawesome  # noqa: E402, F401 (the window has loaded it before there is a map)
from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from PySide6.QtCore import QPointF, QSize  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from tests.figure.synthetic import LABELS, synthetic_map  # noqa: E402
from tests.gui.fake_session import FakeSession  # noqa: E402
from topicdesk.core.analysis import Analysis, Label, Topic, TopicAssignment  # noqa: E402
from topicdesk.core.corpus import Corpus, Document  # noqa: E402
from topicdesk.core.settings import Settings, default_min_topic_size  # noqa: E402
from topicdesk.gui.map_scene import draw_labels, draw_points  # noqa: E402
from topicdesk.gui.map_view import MapView  # noqa: E402

WIDTH, HEIGHT = 1200, 900
N_FRAMES = 60
N_HOVERS = 300
SIZES = (100_000, 1_000_000)
LIMITS = {  # of issue 5, in milliseconds; None: no limit of its own
    "first paint": {1_000_000: 1000},
    "gesture frame": {100_000: 40, 1_000_000: 80},
    "new points": {100_000: 40, 1_000_000: 80},
    "redraw, 50 labels": {100_000: 300, 1_000_000: 300},
    "hover": {1_000_000: 2},
}
TIMES_QUICKER = {100_000: 10, 1_000_000: 30}


@dataclass(frozen=True)
class Speed:
    """Milliseconds, medians unless said otherwise; memory in MiB.

    Attributes
    ----------
    first_paint : from the moment the session has an analysis to the painted points
    first_paint_work : what this took of the processors, in all threads
    first_labels : the same to the painted labels
    frame, worst_frame : one turn of the event loop in which the map moved
    points : the points of a window, drawn anew in the background
    redraw : points and 50 labels drawn anew where labels keep their places
    settled : from the moment the map stands still to its labels, those that came into view placed
    hover : which document lies under the pointer
    scatter : the same frame by `scatter(c=...)`
    memory : of the process above what it had with the corpus alone, at its peak
    """

    n_documents: int
    n_labels: int
    first_paint: float
    first_paint_work: float
    first_labels: float
    frame: float
    worst_frame: float
    points: float
    redraw: float
    settled: float
    hover: float
    scatter: float
    memory: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, help="measure this size here and print JSON")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    options = parser.parse_args()
    if options.documents is not None:
        print(json.dumps(asdict(measure(options.documents))))
        return
    print(f"The map at {WIDTH} x {HEIGHT}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    show([measured_apart(size) for size in options.sizes])


def measured_apart(n_documents: int) -> Speed:
    command = [sys.executable, str(Path(__file__)), "--documents", str(n_documents)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=REPOSITORY)
    return Speed(**json.loads(done.stdout.splitlines()[-1]))


def show(speeds: list[Speed]) -> None:
    rows: list[tuple[str, str, Callable[[Speed], float]]] = [
        ("first paint of the points", "first paint", lambda speed: speed.first_paint),
        ("  of the processors", "first paint", lambda speed: speed.first_paint_work),
        ("first labels", "", lambda speed: speed.first_labels),
        ("frame of a gesture", "gesture frame", lambda speed: speed.frame),
        ("  the slowest of them", "", lambda speed: speed.worst_frame),
        ("points drawn anew", "new points", lambda speed: speed.points),
        ("points and labels drawn anew", "redraw, 50 labels", lambda speed: speed.redraw),
        ("labels after a gesture, laid out", "", lambda speed: speed.settled),
        ("hover", "hover", lambda speed: speed.hover),
        ("a frame by scatter(c=...)", "", lambda speed: speed.scatter),
        ("memory at its peak, MiB", "", lambda speed: speed.memory),
    ]
    print(f"{'milliseconds':34}" + "".join(f"{speed.n_documents:>14,} {'limit':>8}" for speed in speeds))
    for words, name, value in rows:
        limits = [LIMITS.get(name, {}).get(speed.n_documents) for speed in speeds]
        print(f"{words:34}" + "".join(f"{value(speed):14,.1f} {'' if limit is None else limit:>8}" for speed, limit in zip(speeds, limits, strict=True)))
    print(
        f"{'scatter / frame with new points':34}" + "".join(f"{times_quicker(speed):14,.0f} {TIMES_QUICKER.get(speed.n_documents, ''):>8}" for speed in speeds)
    )
    print(f"{'labels shown':34}" + "".join(f"{speed.n_labels:14,} {'':8}" for speed in speeds))


def times_quicker(speed: Speed) -> float:
    """How often a frame of ours, its points drawn anew, fits into one of scatter's."""
    return speed.scatter / max(speed.points, speed.frame)


# --- one size -------------------------------------------------------------------------------------------------------


def measure(n_documents: int) -> Speed:
    application = QApplication([])
    corpus, analysis = made_up(n_documents)
    session = FakeSession()
    view = MapView(session)
    view.resize(QSize(WIDTH, HEIGHT))
    view.show()
    application.processEvents()
    watch = MemoryPeak()
    began, worked = time.perf_counter(), time.process_time()
    session.show(corpus, analysis)
    wait_for(application, lambda: view.canvas.has_points)
    view.canvas.repaint()
    first_paint, work = time.perf_counter() - began, time.process_time() - worked
    wait_for(application, lambda: bool(view.canvas.labels) and not view.is_drawing and not view.canvas.is_moving)
    first_labels = time.perf_counter() - began
    points, redraw, n_labels = drawn_anew(view)
    frames = gesture(application, view)
    wait_for(application, lambda: not view.canvas.is_moving)
    settling = time.perf_counter()
    wait_for(application, lambda: not view.is_drawing)
    settled = time.perf_counter() - settling
    hover = hovered(view)
    memory = watch.above_start
    return Speed(
        n_documents, n_labels, 1000 * first_paint, 1000 * work, 1000 * first_labels, 1000 * float(np.median(frames)), 1000 * max(frames),
        1000 * points, 1000 * redraw, 1000 * settled, 1000 * hover, 1000 * scatter_frame(analysis), memory,
    )  # fmt: skip


def made_up(n_documents: int) -> tuple[Corpus, Analysis]:
    """A corpus of short texts and its analysis, with as many topics as the default size makes of it."""
    n_topics = max(50, n_documents // (16 * default_min_topic_size(n_documents)))
    positions, topic_of, lengths = synthetic_map(n_documents, n_topics)
    text = "a document of some length " * 120
    cut = {int(length): text[:length] for length in np.unique(lengths)}
    corpus = Corpus(tuple(Document(str(i), cut[length]) for i, length in enumerate(lengths.tolist())), ())
    sizes = np.bincount(topic_of[topic_of >= 0], minlength=n_topics)
    topics = tuple(
        Topic(number, f"topic-{number}", int(size), (), (), (), (), Label(LABELS[number % len(LABELS)], "keywords")) for number, size in enumerate(sizes)
    )
    assignment = TopicAssignment(topic_of, np.ones(n_documents, dtype=np.float32))
    return corpus, Analysis("f", Settings(), positions, assignment, topics, {}, {}, {}, ())


def gesture(application: QApplication, view: MapView) -> list[float]:
    """Seconds of each frame while the map is dragged and zoomed, as fast as frames come."""
    frames = []
    for step in range(N_FRAMES):
        began = time.perf_counter()
        if step % 3 == 2:
            view.canvas.zoom(1.06, WIDTH / 2, HEIGHT / 2)
        else:
            view.canvas.look_at(view.canvas.view.panned(7, 3))
        view.canvas.repaint()
        application.processEvents()
        frames.append(time.perf_counter() - began)
    return frames


def drawn_anew(view: MapView) -> tuple[float, float, int]:
    """Seconds for the points of a window, seconds for points and labels that keep their places, and how many labels those are."""
    scene, placed = view._scene, tuple(picture.label for picture in view.canvas.labels)
    points, redraw = [], []
    for step in range(5):
        window = view.canvas.view.panned(11 * step, 5 * step)
        began = time.perf_counter()
        draw_points(scene, window, 1.0, None, None)
        points.append(time.perf_counter() - began)
        draw_labels(scene, window, 1.0, placed)
        redraw.append(time.perf_counter() - began)
    return float(np.median(points)), float(np.median(redraw)), len(placed)


def hovered(view: MapView) -> float:
    random = np.random.default_rng(0)
    seconds = []
    for x, y in random.uniform((0, 0), (WIDTH, HEIGHT), (N_HOVERS, 2)):
        began = time.perf_counter()
        view.pointer.document_at(QPointF(x, y))
        seconds.append(time.perf_counter() - began)
    return float(np.median(seconds))


def scatter_frame(analysis: Analysis) -> float:
    """Seconds of a frame by matplotlib's own means."""
    figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    x, y = analysis.positions.T
    axes.scatter(x, y, c=analysis.assignment.topic_of, s=2, cmap="hsv", linewidths=0)
    canvas.draw()
    seconds = []
    for step in range(3):
        axes.set_xlim(-10 + 0.2 * step, 10 + 0.2 * step)
        began = time.perf_counter()
        canvas.draw()
        seconds.append(time.perf_counter() - began)
    return float(np.median(seconds))


class MemoryPeak:
    """The highest resident memory of this process, as the system notes it."""

    def __init__(self) -> None:
        self._start = psutil.Process().memory_info().rss

    @property
    def above_start(self) -> float:
        import resource

        return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - self._start) / 2**20


def wait_for(application: QApplication, is_done: Callable[[], Any], limit: float = 120.0) -> None:
    end = time.perf_counter() + limit
    while not is_done():
        application.processEvents()
        time.sleep(0.0005)
        if time.perf_counter() > end:
            raise TimeoutError


if __name__ == "__main__":
    main()
