"""The terms of a corpus and their embeddings, kept in the project in blocks: another grouping of the documents counts and embeds nothing anew."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from importlib import metadata
from typing import Any, Protocol

import numpy as np

from topicdesk.core.arrays import FloatArray
from topicdesk.core.languages import Language, find_language, named_languages
from topicdesk.core.progress import Progress
from topicdesk.core.settings import KeywordSettings
from topicdesk.project.cache import cache_key
from topicdesk.stages import spoken_languages, vocabulary
from topicdesk.stages.spoken_languages import Spoken
from topicdesk.stages.vocabulary import TermVectors, Vocabulary
from topicdesk.stages.words import segmenter_versions

DOCUMENTS_A_BLOCK = 8192
TERMS_A_BLOCK = 65_536
EMBEDDED_A_BLOCK = 2048
SHAPE = 0  # the block that is written last: where it is there, all others are

EmbedTerms = Callable[[Sequence[str]], FloatArray]


class Shelf(Protocol):
    """Where results are kept and found again by key and block."""

    def cached_array(self, key: str, block: int = 0) -> Any:
        """The array, or None."""

    def cached_values(self, key: str, block: int = 0) -> Any:
        """The plain values, or None."""

    def keep(self, key: str, value: Any, block: int = 0) -> None:
        """Commit a result."""


def found_languages(shelf: Shelf, fingerprint: str, texts: Callable[[], Sequence[str]]) -> tuple[Spoken, ...]:
    """The languages that a corpus is in, told once and kept."""
    key = cache_key("languages", spoken_languages.STAGE_VERSION, corpus=fingerprint, told_by=metadata.version("py3langid"))
    kept = shelf.cached_values(key)
    if kept is None:
        kept = [[spoken.language.code, spoken.share] for spoken in spoken_languages.spoken_languages(texts())]
        shelf.keep(key, kept)
    return tuple(Spoken(language, share) for code, share in kept if (language := find_language(code)) is not None)


def read_as(spoken: Sequence[Spoken], settings: KeywordSettings) -> tuple[Language, ...]:
    """The languages that the texts are read as: those that the researcher names, else those that were found."""
    return named_languages(settings.language) or tuple(one.language for one in spoken)


def vocabulary_key(fingerprint: str, settings: KeywordSettings, versions: dict[str, str], languages: Sequence[Language]) -> str:
    """The cache key of the counted terms; of the settings only those that say what a term is matter."""
    chosen = {"ngram_max": settings.ngram_max, "function_words": settings.function_words}
    cut_by = {"languages": [language.code for language in languages], "segmenters": segmenter_versions(languages)}
    return cache_key("vocabulary", vocabulary.STAGE_VERSION, corpus=fingerprint, settings=chosen, versions=versions, cut_by=cut_by)


def counted_terms(shelf: Shelf, key: str, texts: Sequence[str], settings: KeywordSettings, languages: Sequence[Language]) -> Vocabulary:
    """The vocabulary under `key`, counted and kept where it is not there."""
    found = kept_vocabulary(shelf, key)
    if found is None:
        found = vocabulary.count_terms(texts, settings, languages)
        _keep_vocabulary(shelf, key, found)
    return found


def kept_vocabulary(shelf: Shelf, key: str) -> Vocabulary | None:
    """The vocabulary under `key`; None where it is not there whole."""
    from scipy import sparse

    shape = shelf.cached_values(key, SHAPE)
    if shape is None:
        return None
    n_documents, n_terms = shape
    term_blocks = [shelf.cached_values(key, block) for _, block in _term_blocks(n_terms)]
    lengths, *parts = [[shelf.cached_array(key, block + i) for _, block in _document_blocks(n_documents, n_terms)] for i in range(4)]
    if any(part is None for part in (*term_blocks, *lengths, *(array for arrays in parts for array in arrays))):
        return None
    said, places, counts = (np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int32) for arrays in parts)
    starts = np.concatenate([[0], np.cumsum(said, dtype=np.int64)])
    matrix = sparse.csr_matrix((counts, places, starts), shape=(n_documents, n_terms))
    all_lengths = np.concatenate(lengths) if lengths else np.zeros(0, dtype=np.int64)
    return Vocabulary(tuple(term for terms in term_blocks for term in terms), matrix, all_lengths)


def embedded_terms(shelf: Shelf, key: str, terms: Vocabulary, embed: EmbedTerms, progress: Progress = Progress()) -> TermVectors:  # noqa: B008
    """Embeddings of the terms that many documents say, block by block from the cache or from `embed`; kept in half precision."""
    columns = vocabulary.terms_to_embed(terms)
    blocks = []
    for number, start in enumerate(range(0, len(columns), EMBEDDED_A_BLOCK)):
        progress(start, len(columns))
        wanted = columns[start : start + EMBEDDED_A_BLOCK]
        block = shelf.cached_array(key, number)
        if block is None:
            block = embed([terms.terms[place] for place in wanted]).astype(np.float16)
            shelf.keep(key, block, number)
        blocks.append(block)
    vectors = np.concatenate(blocks).astype(np.float32) if blocks else np.zeros((0, 1), dtype=np.float32)
    return TermVectors(columns, vectors)


def n_blocks_of_terms(terms: Vocabulary) -> int:
    """In how many blocks the embeddings of the terms lie."""
    return -(-len(vocabulary.terms_to_embed(terms)) // EMBEDDED_A_BLOCK)


def term_vectors_key(vocabulary_key: str, model_sha256: str, numerics: Any, versions: dict[str, str]) -> str:
    """The cache key of the terms' embeddings."""
    return cache_key("term vectors", 1, vocabulary=vocabulary_key, model=model_sha256, numerics=dataclasses.asdict(numerics), versions=versions)


def _keep_vocabulary(shelf: Shelf, key: str, terms: Vocabulary) -> None:
    n_documents, n_terms = terms.counts.shape
    for start, block in _term_blocks(n_terms):
        shelf.keep(key, terms.terms[start : start + TERMS_A_BLOCK], block)
    for start, block in _document_blocks(n_documents, n_terms):
        rows = slice(start, start + DOCUMENTS_A_BLOCK)
        part = terms.counts[rows]
        for i, array in enumerate((terms.lengths[rows], np.diff(part.indptr).astype(np.int32), part.indices.astype(np.int32), part.data)):
            shelf.keep(key, array, block + i)
    shelf.keep(key, [n_documents, n_terms], SHAPE)


def _term_blocks(n_terms: int) -> list[tuple[int, int]]:
    """(first term, block) of each block of terms."""
    return [(start, 1 + number) for number, start in enumerate(range(0, n_terms, TERMS_A_BLOCK))]


def _document_blocks(n_documents: int, n_terms: int) -> list[tuple[int, int]]:
    """(first document, first block) of each four blocks about documents: lengths, number of different terms, their places, their counts."""
    first = 1 + len(_term_blocks(n_terms))
    return [(start, first + 4 * number) for number, start in enumerate(range(0, n_documents, DOCUMENTS_A_BLOCK))]
