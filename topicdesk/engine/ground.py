"""What editing stands on: terms, embeddings and coordinates of an analysis, taken from the project's cache and kept between requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from topicdesk.core.analysis import Analysis
from topicdesk.core.arrays import FloatArray
from topicdesk.core.errors import InputError
from topicdesk.engine.keys import computing_versions
from topicdesk.engine.search import meanings_of, model_of, numerics_of
from topicdesk.engine.terms import (
    counted_terms,
    embedded_terms,
    found_languages,
    kept_vocabulary,
    n_blocks_of_terms,
    read_as,
    term_vectors_key,
    vocabulary_key,
)
from topicdesk.engine.workshop import Workshop
from topicdesk.project.store import Project
from topicdesk.stages.keywords import Describer
from topicdesk.stages.vocabulary import Vocabulary

Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Ground:
    """The ground of one analysis.

    Attributes
    ----------
    key : str
        Of the analysis's keywords: the same for the same topics and terms.
    vectors : float32 of shape (n_documents, n_dimensions) or None
        Unit rows; None where the embeddings were cleared.
    describer : Describer
        Without term embeddings where they were cleared and their model is not here.
    """

    key: str
    vocabulary: Vocabulary
    vectors: FloatArray | None
    describer: Describer


@dataclass(frozen=True)
class _Shelf:
    """The project's cache as `engine/terms.py` wants it."""

    project: Project

    def cached_array(self, key: str, block: int = 0) -> Any:
        return self.project.artifacts.array(key, block)

    def cached_values(self, key: str, block: int = 0) -> Any:
        return self.project.artifacts.values(key, block)

    def keep(self, key: str, value: Any, block: int = 0) -> None:
        self.project.artifacts.put(key, "keywords", value, block)


def current_analysis(project: Project) -> Analysis:
    """The analysis that is shown, as the run left it. Raises InputError where there is none."""
    number = project.analyses.current()
    analysis = None if number is None else project.analyses.get(number, project.fingerprint or "")
    if analysis is None:
        raise InputError("There is no finished analysis to work on.")
    return analysis


def is_at_hand(project: Project, analysis: Analysis, workshop: Workshop) -> bool:
    """Whether the ground of an analysis only need be read, without a model and without room for much, so that a run can go on around it."""
    if isinstance(workshop.ground, Ground) and workshop.ground.key == analysis.keys.get("keywords", ""):
        return True
    try:
        languages = read_as(found_languages(_Shelf(project), project.fingerprint or "", _not_at_hand), analysis.settings.keywords)
        terms_key = vocabulary_key(project.fingerprint or "", analysis.settings.keywords, _counting_versions(analysis), languages)
        vocabulary = kept_vocabulary(_Shelf(project), terms_key)
        if vocabulary is None or meanings_of(project, analysis, numerics_of(analysis), workshop).blocks is None:
            return False
    except InputError:
        return False
    key = _term_vectors_key(terms_key, analysis)
    return all(project.artifacts.has(key, number) for number in range(n_blocks_of_terms(vocabulary)))


def _not_at_hand() -> Sequence[str]:
    raise InputError("The languages of the texts are not known yet.")


def ground_of(project: Project, analysis: Analysis, workshop: Workshop) -> Ground:
    """The ground of an analysis; what the cache does not hold of the terms is counted anew, which takes seconds."""
    kept, key = workshop.ground, analysis.keys.get("keywords", "")
    if isinstance(kept, Ground) and kept.key == key:
        return kept
    if not project.has_texts:
        raise InputError("This copy was shared without its texts: no further keywords can be found.")
    workshop.wait_until_warm()
    terms_key, vocabulary = vocabulary_of(project, analysis)
    describer = Describer(vocabulary, _if_there(lambda: _term_vectors(_Shelf(project), terms_key, vocabulary, analysis, workshop)), analysis.settings.keywords)
    workshop.ground = Ground(key, vocabulary, _if_there(lambda: vectors_of(project, analysis, workshop)), describer)
    return workshop.ground


def vocabulary_of(project: Project, analysis: Analysis) -> tuple[str, Vocabulary]:
    """The counted terms of an analysis with their cache key; counted anew where the cache does not hold them."""
    settings, shelf = analysis.settings.keywords, _Shelf(project)
    texts = project.corpus().texts
    languages = read_as(found_languages(shelf, project.fingerprint or "", lambda: texts), settings)
    key = vocabulary_key(project.fingerprint or "", settings, _counting_versions(analysis), languages)
    return key, counted_terms(shelf, key, texts, settings, languages)


def load_projection(project: Project, analysis: Analysis) -> FloatArray | None:
    """The coordinates that an analysis was clustered by: float32 of shape (n_documents, n_dimensions); None where cleared."""
    found = project.artifacts.array(analysis.keys["project"], 0)
    return None if found is None else found.astype(np.float32)


def coordinates(project: Project, analysis: Analysis) -> FloatArray:
    """What topics were sought in: float32 of shape (n_documents, n_dimensions). Raises InputError where they were cleared."""
    found = load_projection(project, analysis)
    if found is None:
        raise InputError("The cached projection was cleared; run once more.")
    return found


def _if_there(read: Callable[[], Result]) -> Result | None:
    try:
        return read()
    except InputError:
        return None


def _term_vectors(shelf: _Shelf, terms_key: str, vocabulary: Vocabulary, analysis: Analysis, workshop: Workshop) -> Any:
    key = _term_vectors_key(terms_key, analysis)

    def embed(terms: Sequence[str]) -> FloatArray:
        return workshop.embedding_model(model_of(analysis), workshop.numerics("auto")).embed(terms)

    return embedded_terms(shelf, key, vocabulary, embed)


def _term_vectors_key(terms_key: str, analysis: Analysis) -> str:
    used = next(model for model in analysis.models if model.role == "embedding")
    return term_vectors_key(terms_key, used.sha256, numerics_of(analysis), computing_versions(analysis.versions))


def _counting_versions(analysis: Analysis) -> dict[str, str]:
    return {name: analysis.versions.get(name, "") for name in ("scikit-learn", "numpy")}


def vectors_of(project: Project, analysis: Analysis, workshop: Workshop) -> FloatArray:
    """The embedding of each document: float32 of shape (n_documents, n_dimensions). Raises InputError where they were cleared."""
    numerics = numerics_of(analysis)
    return np.asarray(meanings_of(project, analysis, numerics, workshop).all(project))
