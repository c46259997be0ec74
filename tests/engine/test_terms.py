from pathlib import Path

import numpy as np
import pytest

from topicdesk.core.languages import named_languages
from topicdesk.core.settings import KeywordSettings
from topicdesk.engine import terms
from topicdesk.engine.terms import counted_terms, embedded_terms, kept_vocabulary
from topicdesk.project.store import Project

TEXTS = [f"solar power number {'abcdefghij'[i % 10]}{'klmnop'[i % 6]} and wind" for i in range(40)]


class ProjectShelf:
    def __init__(self, project):
        self.cached_array, self.cached_values = project.artifacts.array, project.artifacts.values
        self.keep = lambda key, value, block=0: project.artifacts.put(key, "keywords", value, block)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(terms, "DOCUMENTS_A_BLOCK", 7)
    monkeypatch.setattr(terms, "TERMS_A_BLOCK", 5)
    monkeypatch.setattr(terms, "EMBEDDED_A_BLOCK", 6)
    with Project(tmp_path / "p.topicdesk", create=True) as project:
        yield ProjectShelf(project)


ENGLISH = named_languages("English")


def embed(texts):
    return np.eye(4, dtype=np.float32)[[len(text) % 4 for text in texts]]


@pytest.mark.parametrize("texts", [TEXTS, ["the", "of"], []])
def test_that_counted_terms_come_back_from_the_project_as_they_were(shelf, texts):
    counted = counted_terms(shelf, "key", texts, KeywordSettings(), ENGLISH)
    kept = kept_vocabulary(shelf, "key")
    assert kept.terms == counted.terms
    assert kept.counts.shape == counted.counts.shape
    assert (kept.counts != counted.counts).nnz == 0
    np.testing.assert_array_equal(kept.lengths, counted.lengths)


def test_that_a_vocabulary_that_was_not_kept_whole_counts_as_absent(shelf):
    counted_terms(shelf, "key", TEXTS, KeywordSettings(), ENGLISH)
    shelf.keep("other", [40, 12], terms.SHAPE)
    assert kept_vocabulary(shelf, "other") is None


def test_that_terms_are_embedded_once_and_come_back_the_same(shelf):
    counted = counted_terms(shelf, "key", TEXTS, KeywordSettings(), ENGLISH)
    asked = []

    def counting(texts):
        asked.extend(texts)
        return embed(texts)

    first = embedded_terms(shelf, "vectors", counted, counting)
    second = embedded_terms(shelf, "vectors", counted, counting)
    assert sorted(asked) == sorted(counted.terms)
    np.testing.assert_array_equal(first.vectors, second.vectors)
    np.testing.assert_array_equal(first.vectors, embed([counted.terms[place] for place in first.columns]))
