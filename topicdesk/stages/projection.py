"""Embeddings become coordinates: one neighbour graph, laid out twice by UMAP, for clustering and for the map.

The two layouts are independent and each is serial for the sake of its seed, so they run side by side in two processes.
Source of the method: McInnes, Healy, Melville (2018), UMAP, arXiv:1802.03426.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
import warnings
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext

import numpy as np

from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.core.errors import TopicDeskError
from topicdesk.core.progress import Progress
from topicdesk.core.settings import ProjectionSettings

STAGE_VERSION = 1
MAP_DIMENSIONS = 2
FEWEST_FOR_UMAP = 15
EXACT_UP_TO = 16_384
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Neighbours:
    """The nearest neighbours of each document by cosine distance, itself first.

    Attributes
    ----------
    indices : int64 of shape (n_documents, n_neighbors)
    distances : float32 of the same shape, in [0, 2]
    """

    indices: IntArray
    distances: FloatArray


class LayoutProcesses:
    """Processes that have umap loaded before they are needed: its import and compilation take seconds.

    On Linux one server loads it and each layout is forked from there; elsewhere each layout's process loads it itself.
    """

    def __init__(self) -> None:
        method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        self._context: BaseContext = multiprocessing.get_context(method)
        if method == "forkserver":
            multiprocessing.set_forkserver_preload(["topicdesk.stages.warm_umap"])
        self._is_warm = False

    def warm_up(self) -> None:
        """Begin loading umap in the background; returns at once (the start of a process waits until the server has loaded it)."""
        if not self._is_warm:
            self._is_warm = True
            process = self._context.Process(target=time.monotonic)  # type: ignore[attr-defined]
            threading.Thread(target=process.start, daemon=True).start()

    def lay_out(self, vectors: FloatArray, settings: ProjectionSettings, progress: Progress) -> tuple[FloatArray, FloatArray]:
        """Both layouts of one neighbour graph; principal components below 15 documents.

        Parameters
        ----------
        vectors : float32 of shape (n_documents, n_dimensions), unit rows

        Returns
        -------
        for_clustering : float32 of shape (n_documents, settings.n_dimensions)
        for_map : float32 of shape (n_documents, 2)

        Raises
        ------
        TopicDeskError
            Where a layout's process died.
        Cancelled
            Between two looks at the processes; both are ended.
        """
        if len(vectors) < FEWEST_FOR_UMAP:
            return principal_components(vectors, settings.n_dimensions), principal_components(vectors, MAP_DIMENSIONS)
        neighbours = find_neighbours(vectors, settings, progress)
        dimensions = list(dict.fromkeys((settings.n_dimensions, MAP_DIMENSIONS)))
        layouts = self._in_processes(dimensions, vectors, neighbours, settings, progress)
        return layouts[settings.n_dimensions], layouts[MAP_DIMENSIONS]

    def _in_processes(
        self, dimensions: list[int], vectors: FloatArray, neighbours: Neighbours, settings: ProjectionSettings, progress: Progress
    ) -> dict[int, FloatArray]:
        running: dict[Connection, tuple[int, multiprocessing.Process]] = {}
        layouts: dict[int, FloatArray] = {}
        try:
            for n_dimensions in dimensions:
                ours, theirs = self._context.Pipe(duplex=False)
                arguments = (theirs, vectors, neighbours, n_dimensions, settings)
                process = self._context.Process(target=_lay_out_and_send, args=arguments, daemon=True)  # type: ignore[attr-defined]
                process.start()
                theirs.close()
                running[ours] = (n_dimensions, process)
            while running:
                for ready in wait(list(running), POLL_SECONDS):
                    assert isinstance(ready, Connection)
                    n_dimensions, process = running.pop(ready)
                    layouts[n_dimensions] = _received(ready)
                    process.join()
                progress(len(layouts), len(dimensions))
        finally:
            for connection, (_, process) in running.items():
                process.kill()
                process.join()
                connection.close()
        return layouts


def find_neighbours(vectors: FloatArray, settings: ProjectionSettings, progress: Progress = Progress()) -> Neighbours:  # noqa: B008
    """The `settings.n_neighbors` nearest neighbours (fewer in a smaller corpus) of unit vectors by cosine distance.

    Exact up to 16,384 documents, where it also is quicker than an index; NN-Descent with the seed beyond.
    """
    n_documents = len(vectors)
    n_neighbors = min(settings.n_neighbors, n_documents)
    if n_documents > EXACT_UP_TO:
        from umap.umap_ import nearest_neighbors

        state = np.random.RandomState(settings.seed)
        indices, distances, _ = nearest_neighbors(vectors, n_neighbors, "cosine", {}, True, state, n_jobs=-1)
        return Neighbours(indices.astype(np.int64), distances.astype(np.float32))
    indices = np.empty((n_documents, n_neighbors), dtype=np.int64)
    distances = np.empty((n_documents, n_neighbors), dtype=np.float32)
    for start in range(0, n_documents, 1024):
        progress.check()
        rows = slice(start, min(start + 1024, n_documents))
        distance = np.clip(1 - vectors[rows] @ vectors.T, 0, 2)
        own = np.arange(rows.start, rows.stop)
        distance[np.arange(len(own)), own] = -1  # itself first, whatever its duplicates
        nearest = np.argpartition(distance, n_neighbors - 1, axis=1)[:, :n_neighbors]
        nearest.sort(axis=1)
        order = np.argsort(np.take_along_axis(distance, nearest, 1), axis=1, kind="stable")
        indices[rows] = np.take_along_axis(nearest, order, 1)
        distances[rows] = np.maximum(np.take_along_axis(distance, indices[rows], 1), 0)
    return Neighbours(indices, distances)


def principal_components(vectors: FloatArray, n_dimensions: int) -> FloatArray:
    """A plain projection for corpora too small for a neighbour graph: float32 of shape (n_documents, n_dimensions)."""
    if not len(vectors):
        return np.zeros((0, n_dimensions), dtype=np.float32)
    centred = vectors - vectors.mean(axis=0, keepdims=True)
    left, scale, _ = np.linalg.svd(centred, full_matrices=False)
    components = (left * scale)[:, :n_dimensions]
    padded = np.zeros((len(vectors), n_dimensions), dtype=np.float32)
    padded[:, : components.shape[1]] = components
    return padded


def lay_out_once(vectors: FloatArray, neighbours: Neighbours, n_dimensions: int, settings: ProjectionSettings) -> FloatArray:
    """One UMAP layout of the graph: float32 of shape (n_documents, n_dimensions), the same for the same seed."""
    from umap import UMAP

    n_neighbors = min(neighbours.indices.shape[1], len(vectors) - 1)
    has_spectrum = 2 * n_dimensions + 3 <= len(vectors)  # the Lanczos vectors that umap's spectral start asks for
    informed = "spectral" if len(vectors) <= 100_000 else "pca"
    layout = UMAP(
        n_neighbors=n_neighbors,
        n_components=n_dimensions,
        min_dist=settings.min_dist,
        metric="cosine",
        random_state=settings.seed,
        n_jobs=1,
        init=informed if has_spectrum else "random",
        precomputed_knn=(neighbours.indices[:, :n_neighbors], neighbours.distances[:, :n_neighbors], None),
        force_approximation_algorithm=True,
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*(knn_search_index|Spectral initialisation failed|not fully connected|disconnected)", category=UserWarning)
        return np.asarray(layout.fit_transform(vectors), dtype=np.float32)


def _end_with_parent() -> None:
    """A layout must not outlive its engine, even one that was killed."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


def _lay_out_and_send(connection: Connection, vectors: FloatArray, neighbours: Neighbours, n_dimensions: int, settings: ProjectionSettings) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        connection.send(lay_out_once(vectors, neighbours, n_dimensions, settings))
    except Exception as error:
        connection.send(error)
    finally:
        connection.close()


def _received(connection: Connection) -> FloatArray:
    try:
        answer = connection.recv()
    except EOFError as error:
        raise TopicDeskError("A layout's process ended without a result; the computer may have run out of memory.") from error
    finally:
        connection.close()
    if isinstance(answer, Exception):
        raise answer
    layout: FloatArray = answer
    return layout
