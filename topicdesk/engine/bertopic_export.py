"""A project's topics as a folder for BERTopic: what the writer needs besides the analysis, taken from the project's cache."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from topicdesk.core.analysis import Analysis
from topicdesk.core.arrays import FloatArray
from topicdesk.core.errors import InputError
from topicdesk.core.events import BertopicWritten
from topicdesk.core.requests import BertopicRequest
from topicdesk.engine.edit_requests import compact, with_edits
from topicdesk.engine.ground import current_analysis, vectors_of, vocabulary_of
from topicdesk.engine.workshop import Workshop
from topicdesk.exporting.bertopic_folder import UNASSIGNED, ClassTerms, topic_rows, write_bertopic
from topicdesk.project.store import Project
from topicdesk.stages.keywords import Describer, TopicKeywords, class_scores
from topicdesk.stages.spoken_languages import languages_of
from topicdesk.stages.vocabulary import Vocabulary, plain_vectoriser

PLAIN = (str, int, float, list, tuple)  # parameters of the vectoriser that JSON holds; a segmenter it does not


def export_bertopic(request: BertopicRequest, workshop: Workshop) -> BertopicWritten:
    """Write the shown analysis, with the researcher's edits.

    Raises
    ------
    InputError
        Where the project holds no analysis, what its topics rest on was cleared, or the folder cannot be written.
    """
    with Project(Path(request.project)) as project:
        if not project.has_texts:
            raise InputError(f"{project.path}: this copy was shared without its texts, from which BERTopic's table of words is counted.")
        found = current_analysis(project)
        try:
            vectors = vectors_of(project, found, workshop)
        except InputError as error:
            raise InputError(f"{project.path}: the embeddings that BERTopic needs were cleared; run once more, then export.") from error
        analysis = with_edits(project, found, workshop).analysis
        _, vocabulary = vocabulary_of(project, found)
        corpus = project.corpus()
        languages = languages_of(corpus.texts, found.settings.keywords.language)
        vectoriser = plain_vectoriser(languages, found.settings.keywords)
        parameters: dict[str, object] = {name: value for name, value in vectoriser.get_params().items() if name != "vocabulary" and isinstance(value, PLAIN)}
        counted, of_unassigned = _class_terms(analysis, vocabulary, parameters)
        try:
            written = write_bertopic(Path(request.folder), analysis, _middles(analysis, vectors), counted, of_unassigned.keywords)
        except OSError as error:
            raise InputError(f"{request.folder}: the folder cannot be written ({error.strerror}).") from error
        n_vacant = sum(not topic.size for topic in analysis.topics[: topic_rows(analysis)[-1] + 1])
        uncounted = tuple(language.name for language in languages if language.is_unspaced)
        return BertopicWritten(tuple(map(str, written)), n_vacant, 0 if corpus.spans is None else len(corpus.documents), uncounted)


def _middles(analysis: Analysis, vectors: FloatArray) -> FloatArray:
    """The mean embedding of each row's documents, as BERTopic computes it: float32 of shape (n_rows, n_dimensions)."""
    rows = topic_rows(analysis)
    topic_of = np.where(np.isfinite(analysis.positions).all(axis=1), analysis.assignment.topic_of, UNASSIGNED - 1)  # empty texts have no embedding
    middles = np.zeros((len(rows), vectors.shape[1]), dtype=np.float32)
    for row, number in enumerate(rows):
        members = topic_of == number
        if members.any():
            middles[row] = vectors[members].mean(axis=0)
    return middles


def _class_terms(analysis: Analysis, vocabulary: Vocabulary, vectoriser: dict[str, object]) -> tuple[ClassTerms, TopicKeywords]:
    """c-TF-IDF with a row for every number, and the keywords of the unassigned."""
    from scipy import sparse

    settings = analysis.settings.keywords
    assignment, place = compact(analysis)
    scores, weights = class_scores(vocabulary, assignment, settings)
    nothing = scores.shape[0]
    last = assignment.n_topics if nothing > assignment.n_topics else nothing
    place_of = place | {UNASSIGNED: last}
    padded = sparse.vstack([scores, sparse.csr_matrix((1, scores.shape[1]))], format="csr")
    matrix = padded[[place_of.get(number, nothing) for number in topic_rows(analysis)]]
    of_unassigned = Describer(vocabulary, None, settings).describe(padded[last], None)
    return ClassTerms(vocabulary.terms, matrix.indptr, matrix.indices, matrix.data, weights, vectoriser), of_unassigned
