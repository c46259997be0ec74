"""Which words and phrases a corpus has and how often each document says them: counted once, whatever the topics, of which it knows nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.core.languages import Language
from topicdesk.core.settings import KeywordSettings
from topicdesk.stages.function_words import function_words_of
from topicdesk.stages.spoken_languages import languages_of
from topicdesk.stages.words import ANY_WORD, WORD_WITH_LETTERS, Cut, cutter_of, joined, passing_over_elisions, pattern_of, without_elisions

STAGE_VERSION = 2
LONGEST_TERM = 100  # characters: a key or a picture in base64 is no keyword, and would fill the prompt
COUNTED_ONCE_UP_TO = 10_000  # documents: beyond, a term that the whole corpus says once is not kept, which leaves out most phrases
FEWEST_EMBEDDED, EMBEDDED_A_DOCUMENT, MOST_EMBEDDED = 1_000, 4, 50_000


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The terms of a corpus, in the order of the alphabet.

    Attributes
    ----------
    terms : tuple of str
    counts : scipy sparse CSR matrix of shape (n_documents, n_terms), int32
    lengths : int64 of shape (n_documents,)
        How many terms each document says, those that were not kept too.
    """

    terms: tuple[str, ...]
    counts: Any
    lengths: IntArray

    def of(self, documents: NDArray[np.bool_]) -> Vocabulary:
        """The same terms in only these documents (bool of shape (n_documents,))."""
        return Vocabulary(self.terms, self.counts[documents], self.lengths[documents])


@dataclass(frozen=True, eq=False)
class TermVectors:
    """Embeddings of the terms that many documents say: what KeyBERT and MMR choose from.

    Attributes
    ----------
    columns : int64 of shape (n_embedded,)
        Their places among the terms, ascending.
    vectors : float32 of shape (n_embedded, n_dimensions), unit rows
    """

    columns: IntArray
    vectors: FloatArray


def count_terms(texts: Sequence[str], settings: KeywordSettings, languages: Sequence[Language] | None = None) -> Vocabulary:
    """Words and phrases of up to `settings.ngram_max` words, without the function words of the corpus's languages unless they are kept.

    Parameters
    ----------
    languages : sequence of Language or None
        What the texts are read as; None for what the settings name, else for what they are in.
    """
    from scipy import sparse

    vectoriser = make_vectoriser(languages_of(texts, settings.language) if languages is None else languages, settings)
    try:
        counts = vectoriser.fit_transform(texts).astype(np.int32)
    except ValueError:  # nothing but function words, or no word at all
        return Vocabulary((), sparse.csr_matrix((len(texts), 0), dtype=np.int32), np.zeros(len(texts), dtype=np.int64))
    terms = vectoriser.get_feature_names_out()
    lengths = np.asarray(counts.sum(axis=1), dtype=np.int64).ravel()
    if len(texts) > COUNTED_ONCE_UP_TO:
        repeated = np.flatnonzero(np.asarray(counts.sum(axis=0)).ravel() > 1)
        terms, counts = terms[repeated], counts[:, repeated]
    counts.sort_indices()
    return Vocabulary(tuple(terms.tolist()), counts, lengths)


def terms_to_embed(vocabulary: Vocabulary) -> IntArray:
    """Places of the terms that most documents say, ascending: four a document, at least 1,000 and at most 50,000; ties by the alphabet.

    They depend on the corpus alone, so that another grouping of its documents embeds nothing anew.
    """
    n_documents = vocabulary.counts.shape[0]
    n_wanted = min(max(FEWEST_EMBEDDED, EMBEDDED_A_DOCUMENT * n_documents), MOST_EMBEDDED)
    said_by = np.bincount(vocabulary.counts.indices, minlength=len(vocabulary.terms))
    readable = np.flatnonzero(readable_terms(vocabulary.terms))
    common = readable[np.argsort(-said_by[readable], kind="stable")[:n_wanted]]
    return np.sort(common).astype(np.int64)


def readable_terms(terms: Sequence[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which terms only a machine would write: bool of shape (n_terms,), False for these."""
    return np.fromiter((len(term) <= LONGEST_TERM for term in terms), dtype=bool, count=len(terms))


def make_vectoriser(languages: Sequence[Language], settings: KeywordSettings) -> Any:
    """What counts the terms of texts in these languages: scikit-learn's CountVectorizer, not fitted."""
    from sklearn.feature_extraction.text import CountVectorizer

    is_dropping = settings.function_words == "drop"
    left_out = function_words_of(languages) if is_dropping else frozenset[str]()
    if any(language.is_unspaced for language in languages):
        return CountVectorizer(analyzer=_Phrases(cutter_of(languages, left_out), settings.ngram_max))
    pattern = pattern_of(languages)
    return CountVectorizer(
        ngram_range=(1, settings.ngram_max),
        stop_words=sorted(left_out) or None,
        token_pattern=pattern if is_dropping or pattern != WORD_WITH_LETTERS else ANY_WORD,
        preprocessor=_lower_without_elisions if is_dropping and any(language.has_elision for language in languages) else None,
    )


def plain_vectoriser(languages: Sequence[Language], settings: KeywordSettings) -> Any:
    """The same, of plain parameters alone, so that it can be written down: elisions are passed over by its pattern. Without spaces it tells no words."""
    from sklearn.feature_extraction.text import CountVectorizer

    vectoriser = make_vectoriser(languages, settings)
    if callable(vectoriser.analyzer):
        return CountVectorizer(ngram_range=(1, settings.ngram_max), token_pattern=pattern_of(languages))
    if vectoriser.preprocessor is not None:
        vectoriser.set_params(preprocessor=None, token_pattern=passing_over_elisions(vectoriser.token_pattern))
    return vectoriser


def _lower_without_elisions(text: str) -> str:
    return without_elisions(text.lower())


class _Phrases:
    """Words and phrases of a text whose words do not stand apart, none across a function word or a punctuation mark."""

    def __init__(self, cut: Cut, longest: int) -> None:
        self._cut, self._longest = cut, longest

    def __call__(self, text: str) -> list[str]:
        stretches = self._cut(text.lower())
        return [
            joined(stretch[start : start + n])
            for stretch in stretches
            for n in range(1, self._longest + 1)
            for start in range(len(stretch) - n + 1)
        ]  # fmt: skip
