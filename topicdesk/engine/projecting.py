"""The stage "project": embeddings become coordinates, on the card what the card does well, in the project's cache what was made before."""

from __future__ import annotations

import dataclasses

import numpy as np

from topicdesk.core import events
from topicdesk.core.arrays import FloatArray
from topicdesk.core.corpus import Corpus
from topicdesk.core.progress import Progress
from topicdesk.core.settings import ProjectionSettings
from topicdesk.engine.card_faults import on_card_or_processor
from topicdesk.engine.run import Run
from topicdesk.project.cache import cache_key
from topicdesk.stages import card_layouts, embedding, neighbours, projection
from topicdesk.stages.card_neighbours import card_neighbours
from topicdesk.stages.embedding_numerics import EmbeddingNumerics

FEWEST_FOR_CARD = 2000  # fewer are quicker found than brought to the card


def project(run: Run, corpus: Corpus, vectors: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Coordinates for clustering and for the map, NaN for documents without text.

    Where texts are embedded on a card, that finds the neighbours too, exactly; layouts are the processor's, the same on every run,
    unless the researcher asks for the card's.
    """
    found, _ = on_card_or_processor(run, lambda numerics: _project(run, corpus, vectors, numerics), "Neighbours are found")
    return found


def _project(run: Run, corpus: Corpus, vectors: FloatArray, numerics: EmbeddingNumerics) -> tuple[FloatArray, FloatArray]:
    with run.doing("project", 2, "layouts") as progress:
        settings = run.settings.projection
        on_card = numerics.device == "cuda" and len(corpus.with_text) >= FEWEST_FOR_CARD
        if settings.layout == "graphics card" and (why_not := card_layouts.why_not(on_card)):
            run.emit(events.Notice("card-layout-unavailable", f"The map is laid out by the processor, not on the graphics card: {why_not}"))
            settings = dataclasses.replace(settings, layout="reproducible")
        by = {"cuml": card_layouts.version()} if settings.layout == "graphics card" else {}
        run.keys["project"] = key = cache_key(
            "project", projection.STAGE_VERSION, embeddings=run.keys["embed"], rows=_digest(corpus), settings=dataclasses.asdict(settings),
            neighbours="graphics card" if on_card else neighbours.n_search_threads(len(corpus.with_text)),
            versions=run.versions("umap-learn", "pynndescent", "numba", "numpy", "scipy") | by,
        )  # fmt: skip
        run.projected_by = {"neighbours": "graphics card" if on_card else "processor", "layout": settings.layout, **by}
        for_clustering, positions = run.cached_array(key, 0), run.cached_array(key, 1)
        if for_clustering is None or positions is None:
            layouts = _lay_out(run, vectors[corpus.with_text], settings, on_card, progress)
            run.workshop.layouts.close()
            for_clustering, positions = (_on_all_rows(layout, corpus) for layout in layouts)
            run.keep(key, for_clustering, 0)
            run.keep(key, positions, 1)
        else:
            run.reused()
        run.emit(events.ProjectionReady(key))
        return for_clustering, positions


def _lay_out(run: Run, placed: FloatArray, settings: ProjectionSettings, on_card: bool, progress: Progress) -> tuple[FloatArray, FloatArray]:
    found = card_neighbours(placed, settings.n_neighbors) if on_card else None
    if found is not None and settings.layout == "graphics card":
        return card_layouts.lay_out(placed, found, settings, progress)
    return run.workshop.layouts.lay_out(placed, settings, progress, found)


def _digest(corpus: Corpus) -> str:
    """Which rows have a text, and which texts are repeated: the projection depends on it beside the distinct embeddings."""
    _, index_of = embedding.distinct_texts(list(filter(None, corpus.texts)))
    return cache_key("rows", 1, with_text=corpus.with_text.tolist(), index_of=index_of.tolist())


def _on_all_rows(layout: FloatArray, corpus: Corpus) -> FloatArray:
    full = np.full((len(corpus.documents), layout.shape[1]), np.nan, dtype=np.float32)
    full[corpus.with_text] = layout
    return full
