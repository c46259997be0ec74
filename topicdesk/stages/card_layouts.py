"""Layouts by cuML on a graphics card: much quicker than the processor's, and other ones on every run. cuML is imported only to compute.

https://docs.rapids.ai/api/cuml/stable/api/#umap
"""

from __future__ import annotations

from importlib import metadata, util

import numpy as np

from topicdesk.core.arrays import FloatArray
from topicdesk.core.progress import Progress
from topicdesk.core.settings import ProjectionSettings
from topicdesk.stages.islands import nearer_islands
from topicdesk.stages.neighbours import Neighbours

PACKAGES = ("cuml-cu13", "cuml-cu12", "cuml")
MAP_DIMENSIONS = 2


def why_not(has_card: bool) -> str:
    """Why layouts cannot be made on a card here, in a sentence; empty where they can. It imports nothing."""
    if not has_card:
        return "no graphics card is in use, or the corpus is small."
    return "" if version() else "cuML is not installed; `topicdesk doctor` says how."


def version() -> str:
    """CuML's version; empty where it is not installed."""
    for name in PACKAGES if util.find_spec("cuml") else ():
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return ""


def lay_out(vectors: FloatArray, neighbours: Neighbours, settings: ProjectionSettings, progress: Progress) -> tuple[FloatArray, FloatArray]:
    """Coordinates for clustering and for the map, islands brought nearer, both of one neighbour graph.

    Raises
    ------
    RuntimeError
        Where the card or cuML fails.
    """
    layouts = []
    for number, n_dimensions in enumerate((settings.n_dimensions, MAP_DIMENSIONS)):
        progress(number, 2)
        layouts.append(_layout(vectors, neighbours, n_dimensions, settings))
    return layouts[0], nearer_islands(layouts[1])


def _layout(vectors: FloatArray, neighbours: Neighbours, n_dimensions: int, settings: ProjectionSettings) -> FloatArray:
    try:
        from cuml.manifold import UMAP
    except ImportError as error:
        raise RuntimeError(f"CUDA error: cuML cannot be loaded: {error}") from error
    model = UMAP(
        n_neighbors=neighbours.indices.shape[1],
        n_components=n_dimensions,
        min_dist=settings.min_dist,
        metric="cosine",
        precomputed_knn=(neighbours.indices, neighbours.distances),
        output_type="numpy",
    )
    return np.asarray(model.fit_transform(vectors), dtype=np.float32)
