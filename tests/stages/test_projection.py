import multiprocessing
import subprocess
import sys
import threading
import warnings

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from topicdesk.core.errors import Cancelled
from topicdesk.core.progress import Progress
from topicdesk.core.settings import ProjectionSettings
from topicdesk.stages import projection
from topicdesk.stages.layout_processes import LayoutProcesses, _serve
from topicdesk.stages.neighbours import find_neighbours
from topicdesk.stages.projection import join_neighbours, lay_out_once, principal_components


@pytest.fixture(scope="module")
def umap():
    """The library, loaded: it warns of what it lacks while it is imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import umap
    return umap


@pytest.fixture(scope="session")
def layouts():
    """One server of layouts for all tests here: it takes seconds to load."""
    return LayoutProcesses()


@pytest.mark.slow
@pytest.mark.parametrize("n_neighbors", [2, 10, 30])
def test_that_the_graph_is_umaps_own(blobs, n_neighbors, umap):
    settings = ProjectionSettings(n_neighbors=n_neighbors)
    neighbours = find_neighbours(blobs, settings)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = umap.UMAP(
            n_neighbors=n_neighbors, n_epochs=1, metric="cosine", random_state=7, n_jobs=1, init="random",
            precomputed_knn=(neighbours.indices, neighbours.distances, None), force_approximation_algorithm=True,
        ).fit(blobs)  # fmt: skip
    ours, theirs = join_neighbours(neighbours), plain.graph_.tocsr()
    ours.data[ours.data < ours.data.max() / 500] = 0  # as umap leaves it behind
    assert (ours != theirs).nnz == 0


@pytest.mark.slow
@pytest.mark.parametrize(("n_dimensions", "spectral_up_to"), [(5, 100_000), (2, 100_000), (2, 100)])
def test_that_a_layout_begins_where_umaps_own_does(blobs, n_dimensions, spectral_up_to, umap, monkeypatch):
    monkeypatch.setattr(projection, "SPECTRAL_UP_TO", spectral_up_to)
    monkeypatch.setattr(projection, "run_epochs", lambda *_: None)
    neighbours = find_neighbours(blobs, ProjectionSettings())
    ours = lay_out_once(blobs, join_neighbours(neighbours), n_dimensions, ProjectionSettings(seed=7))
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        theirs = umap.UMAP(
            n_neighbors=15, n_components=n_dimensions, min_dist=0.0, metric="cosine", random_state=7, n_jobs=1, n_epochs=0,
            init="spectral" if len(blobs) <= spectral_up_to else "pca",
            precomputed_knn=(neighbours.indices, neighbours.distances, None), force_approximation_algorithm=True,
        ).fit_transform(blobs)  # fmt: skip
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.slow
@pytest.mark.parametrize("n_dimensions", [2, 5, 7])
def test_that_a_layout_is_as_true_to_its_documents_as_umaps_own(blobs, n_dimensions, umap):
    from sklearn.manifold import trustworthiness

    neighbours = find_neighbours(blobs, ProjectionSettings())
    graph = join_neighbours(neighbours)
    ours, theirs = [], []
    for seed in (1, 2, 3):
        ours.append(trustworthiness(blobs, lay_out_once(blobs, graph, n_dimensions, ProjectionSettings(seed=seed)), metric="cosine"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            plain = umap.UMAP(
                n_neighbors=15, n_components=n_dimensions, min_dist=0.0, metric="cosine", random_state=seed, n_jobs=1,
                precomputed_knn=(neighbours.indices, neighbours.distances, None), force_approximation_algorithm=True,
            ).fit_transform(blobs)  # fmt: skip
        theirs.append(trustworthiness(blobs, plain, metric="cosine"))
    assert abs(np.mean(ours) - np.mean(theirs)) < 0.01


@pytest.mark.slow
def test_that_two_fresh_processes_make_the_same_projection_bit_for_bit(blobs, tmp_path, layouts):
    np.save(tmp_path / "vectors.npy", blobs)
    code = """
import sys
import numpy as np
from topicdesk.core.progress import Progress
from topicdesk.core.settings import ProjectionSettings
from topicdesk.stages import projection
from topicdesk.stages.layout_processes import LayoutProcesses
if __name__ == "__main__":
    found = LayoutProcesses().lay_out(np.load(sys.argv[1]), ProjectionSettings(), Progress())
    np.savez(sys.argv[2], *found)
"""
    script = tmp_path / "lay_out.py"
    script.write_text(code)
    subprocess.run([sys.executable, str(script), str(tmp_path / "vectors.npy"), str(tmp_path / "one.npz")], check=True)
    for_clustering, for_map = layouts.lay_out(blobs, ProjectionSettings(), Progress())
    with np.load(tmp_path / "one.npz") as other:
        np.testing.assert_array_equal(other["arr_0"], for_clustering)
        np.testing.assert_array_equal(other["arr_1"], for_map)
    assert (for_clustering.shape, for_map.shape) == ((600, 5), (600, 2))
    assert for_clustering.dtype == for_map.dtype == np.float32


@pytest.mark.slow
@pytest.mark.parametrize("n_documents", [15, 16, 20, 50])
@pytest.mark.parametrize("n_dimensions", [2, 5, 7, 10, 50])
def test_that_a_small_corpus_has_a_finite_layout(blobs, n_documents, n_dimensions, umap):
    settings = ProjectionSettings(n_dimensions=n_dimensions)
    vectors = blobs[:n_documents]
    layout = lay_out_once(vectors, join_neighbours(find_neighbours(vectors, settings)), n_dimensions, settings)
    assert layout.shape == (n_documents, n_dimensions)
    assert np.isfinite(layout).all()


@pytest.mark.slow
@pytest.mark.parametrize("n_documents", [15, 40])
def test_that_texts_that_are_all_the_same_have_a_finite_layout(n_documents, umap):
    vectors = np.full((n_documents, 4), 0.5, dtype=np.float32)
    layout = lay_out_once(vectors, join_neighbours(find_neighbours(vectors, ProjectionSettings())), 5, ProjectionSettings())
    assert np.isfinite(layout).all()


@pytest.mark.parametrize("n_documents", [0, 1, 2, 10, 14])
def test_that_fewer_than_15_documents_are_laid_out_by_principal_components(blobs, n_documents, layouts):
    for_clustering, for_map = layouts.lay_out(blobs[:n_documents], ProjectionSettings(), Progress())
    assert (for_clustering.shape, for_map.shape) == ((n_documents, 5), (n_documents, 2))
    assert np.isfinite(for_clustering).all()
    np.testing.assert_array_equal(for_clustering[:, :2], for_map)


def test_that_principal_components_keep_distances():
    vectors = np.array([[0, 0, 0], [3, 0, 0], [3, 4, 0]], dtype=np.float32)
    layout = principal_components(vectors, 2)
    assert np.linalg.norm(layout[2] - layout[0]) == pytest.approx(5, abs=1e-5)


@pytest.mark.slow
def test_that_a_cancel_ends_both_layouts_processes(layouts):
    import psutil

    layouts.lay_out(np.eye(20, dtype=np.float32), ProjectionSettings(), Progress())  # the server is up
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    vectors = np.random.default_rng(0).normal(size=(6000, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cancelled = threading.Event()
    threading.Timer(1.0, cancelled.set).start()
    with pytest.raises(Cancelled):
        layouts.lay_out(vectors, ProjectionSettings(), Progress(is_cancelled=cancelled.is_set))
    alive = {child.pid for child in psutil.Process().children(recursive=True) if child.status() != psutil.STATUS_ZOMBIE}
    assert alive <= before


@pytest.mark.slow
def test_that_a_server_whose_engine_was_killed_before_it_began_ends_without_loading_umap():
    engine = subprocess.Popen([sys.executable, "-c", ""])
    engine.wait()
    ours, theirs = multiprocessing.Pipe()  # open at both ends: nothing but the engine's end tells
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, engine.pid))
    server.start()
    server.join()
    assert server.exitcode == 1
    ours.close()
    theirs.close()


def test_that_warming_up_returns_at_once():
    code = """
import time
from topicdesk.stages.layout_processes import LayoutProcesses
if __name__ == "__main__":
    processes, started = LayoutProcesses(), time.monotonic()
    processes.warm_up()
    print(time.monotonic() - started)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 1
