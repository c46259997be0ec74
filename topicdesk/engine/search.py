"""Documents found by what they mean: words, or a document, against the embeddings that the map was made of."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from topicdesk.core.analysis import Analysis
from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.core.errors import InputError
from topicdesk.core.events import SearchReady
from topicdesk.core.model_files import FoundModel, choose_model, find_models, sha256_of
from topicdesk.core.requests import SearchRequest
from topicdesk.engine.embedding_plan import Embedder, Plan, plan_of
from topicdesk.engine.workshop import Workshop
from topicdesk.project.store import Project
from topicdesk.stages import embedding

N_AT_LEAST, N_AT_MOST = 10, 500
STANDS_OUT = 2.5  # standard deviations above the mean of all documents: there is no likeness below which texts are foreign in every corpus
KEPT_BYTES = 512 << 20  # of embeddings between two searches; larger ones are read block by block each time


@dataclass(frozen=True, eq=False)
class Meanings:
    """The embeddings of one analysis, as they lie in the project.

    Attributes
    ----------
    key : str
        Of all embeddings together.
    plan : Plan
    index_of : int64 of shape (n_documents,)
        The place of each document's embedding among the blocks; -1 for none.
    blocks : tuple of float32 arrays, or None
        Where they are kept in memory.
    """

    key: str
    plan: Plan
    index_of: IntArray
    blocks: tuple[FloatArray, ...] | None

    def likeness(self, project: Project, query: FloatArray) -> FloatArray:
        """Cosine of each document to a unit vector: float32 of shape (n_documents,), -inf for documents without text."""
        blocks = self.blocks if self.blocks is not None else (_block(project, key) for key in self.plan.keys)
        each = np.concatenate([block @ query for block in blocks] or [np.zeros(0, dtype=np.float32)])
        found: FloatArray = np.where(self.index_of >= 0, each[self.index_of] if len(each) else 0, -np.inf).astype(np.float32)
        return found

    def all(self, project: Project) -> FloatArray:
        """The embedding of each document: float32 of shape (n_documents, n_dimensions), zeros for documents without text."""
        blocks = self.blocks if self.blocks is not None else tuple(_block(project, key) for key in self.plan.keys)
        each = np.concatenate([*blocks, np.zeros((1, blocks[0].shape[1] if blocks else 1), dtype=np.float32)])
        found: FloatArray = each[self.index_of]
        return found

    def vector(self, project: Project, document: int) -> FloatArray:
        """The embedding of a document. Raises InputError for one without text."""
        place = int(self.index_of[document]) if 0 <= document < len(self.index_of) else -1
        if place < 0:
            raise InputError("This document has no text to compare others with.")
        number = bisect.bisect_right(self.plan.starts, place) - 1
        block = self.blocks[number] if self.blocks is not None else _block(project, self.plan.keys[number])
        vector: FloatArray = block[place - self.plan.starts[number]]
        return vector


def search(request: SearchRequest, workshop: Workshop, is_running: bool = False) -> SearchReady:
    """The documents nearest in meaning to the request's words, or to its document, nearest first.

    Parameters
    ----------
    is_running : bool
        Whether a run is under way, which a graphics card is then left to.

    Raises
    ------
    InputError
        Where the project holds no analysis, its embeddings were cleared, or the model that made them is not here.
    """
    with Project(Path(request.project)) as project:
        number = project.analyses.current()
        analysis = None if number is None else project.analyses.get(number, "")
        if analysis is None:
            raise InputError("There is no map yet to search in by meaning.")
        numerics = numerics_of(analysis)
        meanings = meanings_of(project, analysis, numerics, workshop)
        if request.document is not None:
            query = meanings.vector(project, request.document)
        else:
            model = model_of(analysis)
            if is_running and numerics.device == "cuda":
                raise InputError("Searching by meaning waits for the end of the run: the graphics card is taken.")
            query = workshop.embedding_model(model, workshop.numerics("auto")).embed([request.words])[0]
        likeness = meanings.likeness(project, query)
    rows = standing_out(likeness, request.document)
    return SearchReady(request.words, request.document, tuple(rows.tolist()), tuple(round(float(value), 4) for value in likeness[rows]))


def numerics_of(analysis: Analysis) -> embedding.EmbeddingNumerics:
    """How the embeddings were computed. Raises InputError where another version of TopicDesk did it otherwise."""
    try:
        return embedding.EmbeddingNumerics(**analysis.numerics["embedding"])
    except (KeyError, TypeError) as error:
        raise InputError("The embeddings of this analysis were made by another version of TopicDesk; run once more.") from error


def standing_out(likeness: FloatArray, itself: int | None = None) -> IntArray:
    """Rows that are nearer than nearly all others, nearest first: at least 10 where there are so many, at most 500; never `itself`."""
    known = np.isfinite(likeness)
    if itself is not None:
        known[itself] = False
    rows = np.flatnonzero(known)
    if not len(rows):
        return rows
    near = rows[np.argsort(-likeness[rows], kind="stable")]
    limit = float(likeness[rows].mean() + STANDS_OUT * likeness[rows].std())
    n_rows = int(np.clip((likeness[rows] > limit).sum(), N_AT_LEAST, N_AT_MOST))
    return near[:n_rows]


def meanings_of(project: Project, analysis: Analysis, numerics: embedding.EmbeddingNumerics, workshop: Workshop) -> Meanings:
    """What was kept from the last search, else made anew from the texts: the keys of blocks follow from them."""
    kept = workshop.meanings
    if isinstance(kept, Meanings) and kept.key == analysis.keys["embed"]:
        return kept
    corpus = project.corpus()
    distinct, of_texts = embedding.distinct_texts(list(filter(None, corpus.texts)))
    sha256 = next(model.sha256 for model in analysis.models if model.role == "embedding")
    plan = plan_of(project.artifacts, project.fingerprint or "", distinct, Embedder(sha256, numerics, analysis.versions))
    index_of = np.full(len(corpus.documents), -1, dtype=np.int64)
    index_of[corpus.with_text] = plan.places[of_texts]
    first = _block(project, plan.keys[0]) if plan.keys else np.zeros((0, 1), dtype=np.float32)
    is_small = sum(plan.sizes) * first.shape[1] * 4 <= KEPT_BYTES
    workshop.meanings = Meanings(analysis.keys["embed"], plan, index_of, tuple(_block(project, key) for key in plan.keys) if is_small else None)
    return workshop.meanings


def _block(project: Project, key: str) -> FloatArray:
    block = project.artifacts.array(key)
    if block is None:
        raise InputError("The embeddings of this map were cleared; run once more to search by meaning.")
    return np.asarray(block, dtype=np.float32)


def model_of(analysis: Analysis) -> FoundModel:
    """The model that made the map, wherever it lies now: another one's vectors cannot be compared with it."""
    used = next(model for model in analysis.models if model.role == "embedding")
    if Path(used.path).exists() and (found := choose_model("embedding", used.path)) is not None and sha256_of(found.path) == used.sha256:
        return found
    for model in find_models():
        if model.role == "embedding" and sha256_of(model.path) == used.sha256:
            return model
    raise InputError(f"The embedding model that made this map ({Path(used.path).name}) is not on this computer, so that words cannot be compared with it.")
