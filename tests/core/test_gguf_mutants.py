"""A small part of what `make bench` does with 10,000 mutants of the starter's header."""

import pytest

from tests.benchmarks.gguf_mutants import LONGEST_SECONDS, check_mutants, load_natively

pytestmark = pytest.mark.slow


def test_that_mutants_of_the_starters_header_neither_crash_the_checker_nor_what_it_passes_llama_cpp(starter_models):
    outcome = check_mutants(starter_models.language_path, range(150), seed=2)
    assert outcome.crashes == []
    assert outcome.slowest_seconds < LONGEST_SECONDS
    assert 0 < len(outcome.passed) < 150
    ends = load_natively(starter_models.language_path, outcome.passed[:8], seed=2)
    assert set(ends.values()) <= {"loaded", "refused"}, ends
