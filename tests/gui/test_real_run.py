"""The window beside the real engine, with 20,000 documents: how long its event loop ever stands still.

The embeddings are made up and lie in the project's cache beforehand; everything else is computed as for anybody else.
"""

import os
import shutil
import time

import numpy as np
import psutil
import pytest

from tests.generated_corpora import write_topical
from tests.gui.event_loop import gaps_measured
from topicdesk.core.model_files import sha256_of
from topicdesk.core.requests import CorpusSource
from topicdesk.engine.keys import block_key
from topicdesk.engine.workshop import Workshop
from topicdesk.gui.main_window import MainWindow
from topicdesk.gui.session import Session
from topicdesk.importing.read_corpus import read_corpus
from topicdesk.project.store import SUFFIX, Project
from topicdesk.stages.embedding import distinct_texts

N_DOCUMENTS = 20_000
N_CLUSTERS = 40
N_DIMENSIONS = 384
WORST_GAP_SECONDS = 0.1
CLOSED_WITHIN_SECONDS = 2.0
N_ATTEMPTS = 3

pytestmark = pytest.mark.slow


def made_up_vectors(n):
    """Unit vectors of embeddings that fall into clusters of various sizes."""
    random = np.random.default_rng(3)
    cluster = np.minimum(random.zipf(1.3, n) - 1, 10 * N_CLUSTERS) % N_CLUSTERS
    vectors = random.normal(size=(N_CLUSTERS, N_DIMENSIONS))[cluster] + 0.7 * random.normal(size=(n, N_DIMENSIONS))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def prepared(starter_models, tmp_path_factory):
    """A corpus of 20,000 short documents, and beside it a project that holds nothing but their embeddings."""
    path = write_topical(tmp_path_factory.mktemp("real run") / "corpus.csv", N_DOCUMENTS)
    workshop = Workshop()
    numerics, sha256 = workshop.numerics("auto"), sha256_of(starter_models.embedding_path)
    texts, _ = distinct_texts(read_corpus(CorpusSource(str(path))).texts)
    vectors = made_up_vectors(len(texts))
    with Project(path.with_suffix(SUFFIX), create=True) as project:
        for start in range(0, len(texts), numerics.block_size):
            block = slice(start, start + numerics.block_size)
            project.artifacts.put(block_key(texts[block], sha256, numerics, workshop.versions), "embed", vectors[block])
    return path


def test_that_the_event_loop_is_never_blocked_for_100_ms_beside_a_real_run_of_20000_documents(prepared, starter_models, qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("TOPICDESK_MODELS", str(starter_models.embedding_path.parent))
    worst = []
    while not worst or (worst[-1] >= WORST_GAP_SECONDS and len(worst) < N_ATTEMPTS):
        folder = shutil.copytree(prepared.parent, tmp_path / str(len(worst)))
        worst.append(worst_gap_of_run(folder / prepared.name, qtbot))
    assert min(worst) < WORST_GAP_SECONDS


def test_that_the_window_closes_in_time_in_the_middle_of_a_real_projection_and_leaves_one_file(prepared, starter_models, qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("TOPICDESK_MODELS", str(starter_models.embedding_path.parent))
    path = shutil.copytree(prepared.parent, tmp_path / "closed") / prepared.name
    others = set(psutil.Process().children(recursive=True))  # of tests before this one
    window = window_with_forecast(path, qtbot)
    session = window.session
    window.preview_page.start_button.click()
    qtbot.waitUntil(lambda: session.stages.current == "project" and session.corpus is not None, timeout=60_000)
    qtbot.wait(3000)
    children = list(set(psutil.Process().children(recursive=True)) - others)
    began = time.perf_counter()
    window.close()
    seconds = time.perf_counter() - began
    print(f"\nclosed after {seconds:.2f} s, {len(children)} processes")
    assert seconds < CLOSED_WITHIN_SECONDS
    assert [process for process in psutil.wait_procs(children, timeout=2)[1] if is_at_work(process)] == []
    assert {file.name for file in path.parent.iterdir()} == {"corpus.csv", "corpus.topicdesk"}


def is_at_work(process):
    """Not ended: what only waits for the system to take note of its end does nothing any more."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def window_with_forecast(path, qtbot):
    """A window that shows the preview of a corpus, its engine at rest after the forecast."""
    window = MainWindow(Session())
    window.resize(1280, 800)
    window.show()
    window.session.start_engine()
    with qtbot.waitSignal(window.session.forecast_ready, timeout=120_000):
        window.session.open_path(path)
    return window


def worst_gap_of_run(path, qtbot):
    """Seconds; from Start to the result, with everything that a researcher sees on the way.

    The engine beside it takes all processors, and other programs may too: what the window waited for one is not counted.
    """
    window = window_with_forecast(path, qtbot)
    session = window.session
    began = time.perf_counter()
    with gaps_measured(window) as gaps:
        window.preview_page.start_button.click()
        qtbot.waitUntil(lambda: session.state in ("result", "failed"), timeout=300_000)
    assert session.state == "result", window.run_panel.said.text()
    stages = ", ".join(f"{view.name} {view.elapsed_seconds:.1f} s{' (kept)' if view.state == 'cached' else ''}" for view in session.stages.views.values())
    print(f"\n{len(session.corpus.documents):,} documents, {len(session.analysis.topics)} topics in {time.perf_counter() - began:.1f} s: {stages}")
    print(f"worst gaps: {', '.join(str(gap) for gap in sorted(gaps, key=lambda gap: -gap.own)[:5])}")
    print(f"load {os.getloadavg()[0]:.1f} at the end")
    window.close()
    return max(gap.own for gap in gaps)
