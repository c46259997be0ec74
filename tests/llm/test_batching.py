from hypothesis import given
from hypothesis import strategies as st

from topicdesk.llm.batching import Arrangement, arrangements, common_prefix


def test_that_the_shared_beginning_leaves_a_token_of_each():
    assert common_prefix([[1, 2, 3], [1, 2, 4]]) == [1, 2]
    assert common_prefix([[1, 2], [1, 2]]) == [1]
    assert common_prefix([[1, 2], [1]]) == []
    assert common_prefix([[1, 2, 3]]) == []


def test_that_each_sequence_gets_a_stream_of_its_own_unless_memory_forbids():
    plenty = list(arrangements(700, 280, 24, 8, None))
    assert plenty[0] == Arrangement(8, 9 * 768, is_unified=False)
    assert plenty[1] == Arrangement(8, 3840, is_unified=True)
    assert next(arrangements(700, 280, 24, 8, 4000)) == Arrangement(8, 3840, is_unified=True)
    assert next(arrangements(700, 280, 24, 8, 2304)) == Arrangement(4, 2304, is_unified=True)
    assert list(arrangements(700, 280, 24, 8, 512)) == []


@given(st.integers(1, 4000), st.integers(0, 2000), st.integers(1, 128), st.integers(1, 32), st.integers(1, 40_000))
def test_that_every_arrangement_holds_the_longest_prompt_with_its_answer(longest, n_prefix, n_new_tokens, n_parallel, most_cells):
    n_prefix = min(n_prefix, longest - 1)
    found = list(arrangements(longest, n_prefix, n_new_tokens, n_parallel, most_cells))
    assert bool(found) == (most_cells >= -(-(longest + n_new_tokens) // 256) * 256)
    for arrangement in found:
        own = arrangement.n_cells if arrangement.is_unified else arrangement.n_cells // (arrangement.n_parallel + 1)
        assert longest + n_new_tokens <= own
        assert arrangement.n_cells <= most_cells
    assert [a.n_parallel for a in found] == sorted((a.n_parallel for a in found), reverse=True)
