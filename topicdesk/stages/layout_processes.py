"""Both layouts of a projection side by side, in processes that have umap loaded and compiled before they are needed."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from topicdesk.core.arrays import FloatArray
from topicdesk.core.errors import TopicDeskError
from topicdesk.core.offline import stay_offline
from topicdesk.core.progress import Progress
from topicdesk.core.settings import ProjectionSettings
from topicdesk.stages.islands import nearer_islands
from topicdesk.stages.neighbours import Neighbours, find_neighbours
from topicdesk.stages.projection import join_neighbours, lay_out_once, principal_components

MAP_DIMENSIONS = 2
FEWEST_FOR_UMAP = 15
POLL_SECONDS = 0.2


class LayoutProcesses:
    """One server that loads umap, which takes seconds and some 300 MiB; each layout is a fork of it where the system can fork.

    It is started by `warm_up`, or by the first layout, and lives until `close`: its memory is not needed after the projection.
    """

    def __init__(self) -> None:
        self._server: multiprocessing.process.BaseProcess | None = None
        self._connection: Connection | None = None
        self._n_jobs = 0

    def warm_up(self) -> None:
        """Begin loading umap in the background; returns at once, and does nothing where that is done already."""
        if self._server is None:
            context = multiprocessing.get_context("spawn")  # a fork of the engine would take its threads' locks along
            ours, theirs = context.Pipe()
            self._server = context.Process(target=_serve, args=(theirs, os.getpid()), daemon=True)
            self._server.start()
            theirs.close()
            self._connection = ours

    def close(self) -> None:
        """End the server and its layouts, and give the memory back."""
        if self._server is not None and self._connection is not None:
            self._server.kill()
            self._server.join()
            self._connection.close()
        self._server = self._connection = None

    def lay_out(
        self, vectors: FloatArray, settings: ProjectionSettings, progress: Progress, neighbours: Neighbours | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Both layouts of one neighbour graph; principal components below 15 documents.

        Parameters
        ----------
        vectors : float32 of shape (n_documents, n_dimensions), unit rows
        neighbours : Neighbours or None
            Where they were found already.

        Returns
        -------
        for_clustering : float32 of shape (n_documents, settings.n_dimensions)
        for_map : float32 of shape (n_documents, 2)
            With islands brought nearer.

        Raises
        ------
        TopicDeskError
            Where a layout's process died.
        Cancelled
            Between two looks at the server, which is ended.
        """
        if len(vectors) < FEWEST_FOR_UMAP:
            return principal_components(vectors, settings.n_dimensions), principal_components(vectors, MAP_DIMENSIONS)
        wanted = list(dict.fromkeys((settings.n_dimensions, MAP_DIMENSIONS)))
        try:
            layouts = {n_dimensions: layout for n_dimensions, layout, _ in self._answers(vectors, wanted, settings, progress, neighbours)}
        except BaseException:
            self.close()
            raise
        return layouts[settings.n_dimensions], nearer_islands(layouts[MAP_DIMENSIONS])

    def seconds_for_one_epoch(self, n_documents: int, settings: ProjectionSettings, progress: Progress) -> float:
        """How long one epoch of a layout of so many random points takes on this machine, loading and compiling not counted.

        Raises
        ------
        Cancelled
            The server goes on loading: whoever overtakes a probe wants it soon.
        """
        vectors = np.random.default_rng(0).normal(size=(n_documents, 32)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        ((_, _, seconds),) = self._answers(vectors, [settings.n_dimensions], settings, progress)
        return seconds / 500

    def _answers(
        self, vectors: FloatArray, wanted: list[int], settings: ProjectionSettings, progress: Progress, neighbours: Neighbours | None = None
    ) -> list[tuple[int, FloatArray, float]]:
        """(n_dimensions, layout, seconds) of each layout; answers to an earlier job, which was not waited for, are passed over."""
        self.warm_up()
        assert self._connection is not None
        self._n_jobs += 1
        answers: list[tuple[int, FloatArray, float]] = []
        try:
            self._connection.send((self._n_jobs, vectors, wanted, settings, neighbours))
            while len(answers) < len(wanted):
                if self._connection.poll(POLL_SECONDS):
                    job, answer = self._connection.recv()
                    if job != self._n_jobs:
                        continue
                    if isinstance(answer, Exception):
                        raise answer
                    answers.append(answer)
                progress(len(answers), len(wanted))
        except (EOFError, OSError) as error:
            self.close()
            raise TopicDeskError("A layout's process ended without a result; the computer may have run out of memory.") from error
        return answers


def _serve(connection: Connection, parent: int) -> None:
    """The server: umap loaded and compiled, then one job after another until nobody listens."""
    _end_with(parent)  # named by the parent itself, which may have been killed before this process began
    stay_offline()
    os.environ["NUMBA_THREADING_LAYER"] = "forksafe"  # GNU OpenMP ends a process that was forked after its first use
    vectors = np.eye(60, 8, dtype=np.float32) + np.float32(0.1)
    for n_dimensions in (ProjectionSettings().n_dimensions, MAP_DIMENSIONS):
        lay_out_once(vectors, join_neighbours(find_neighbours(vectors, ProjectionSettings())), n_dimensions, ProjectionSettings())
    while True:
        try:
            number, vectors, wanted, settings, neighbours = connection.recv()
        except EOFError:
            return
        graph = join_neighbours(neighbours or find_neighbours(vectors, settings))
        can_fork = hasattr(os, "fork")
        jobs = [(vectors, graph, n_dimensions, settings) for n_dimensions in wanted]
        for answer in map(_received, [_forked(job) for job in jobs]) if can_fork else map(_timed, jobs):
            connection.send((number, answer))


def _forked(job: tuple[Any, ...]) -> Connection:
    """Start a layout in a fork of this process; its answer comes through the connection."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    server = os.getpid()
    if os.fork() == 0:
        _end_with(server)
        theirs.send(_timed(job))
        os._exit(0)
    theirs.close()
    return ours


def _received(connection: Connection) -> Any:
    try:
        return connection.recv()
    except EOFError:
        return TopicDeskError("A layout's process ended without a result; the computer may have run out of memory.")
    finally:
        connection.close()
        os.wait()


def _timed(job: tuple[Any, ...]) -> Any:
    """(n_dimensions, layout, seconds), or the error."""
    vectors, graph, n_dimensions, settings = job
    started = time.perf_counter()
    try:
        return n_dimensions, lay_out_once(vectors, graph, n_dimensions, settings), time.perf_counter() - started
    except Exception as error:
        return error


def _end_with(parent: int) -> None:
    """A thread that ends this process when its parent is gone: a killed engine must leave nothing behind."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(POLL_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
