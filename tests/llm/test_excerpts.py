import pytest
from hypothesis import given
from hypothesis import strategies as st

from topicdesk.llm.excerpts import choose_excerpts
from topicdesk.llm.untrusted import plain

LONG = (
    "The committee met on Tuesday. It opened with the usual remarks. Solar panels on roofs were the main subject, and wind turbines at sea the second. "
    "Coffee was served at ten. The price of solar energy fell by half. Everybody went home."
)


def words(text):
    return len(text.split())


def test_that_short_documents_stay_whole():
    assert choose_excerpts(["One.", "Two words."], [], words, 40) == (["One.", "Two words."], False)


def test_that_the_most_telling_sentences_stand_for_a_long_document_in_their_order():
    excerpts, cut = choose_excerpts([LONG], ["solar", "wind", "solar energy"], words, 26)
    assert excerpts == ["... Solar panels on roofs were the main subject, and wind turbines at sea the second. ... The price of solar energy fell by half. ..."]
    assert cut


def test_that_the_beginning_stands_for_a_document_in_which_nothing_is_telling():
    assert choose_excerpts([LONG], ["quantum"], words, 12)[0][0].startswith("The committee met on Tuesday.")


def test_that_what_a_short_document_leaves_over_goes_to_the_next():
    excerpts, _ = choose_excerpts(["Short.", "word " * 100], [], words, 60)
    assert words(excerpts[1]) > 50


def test_that_a_sentence_that_is_too_long_is_cut_at_a_word_and_one_without_words_at_a_character():
    (excerpt,), _ = choose_excerpts(["many words without any end " * 40], ["end"], lambda text: len(text.split()), 20)
    assert excerpt == "many words without any end " * 3 + "many words without any ..."
    (excerpt,), cut = choose_excerpts(["深山发现的紫薇树桩，村民看了无可奈何" * 20], ["树"], len, 60)
    assert excerpt.startswith("深山发现的紫薇树桩")
    assert len(excerpt) <= 60
    assert cut


@given(st.lists(st.text(max_size=300), max_size=6), st.lists(st.text(max_size=8), max_size=4), st.integers(10, 200))
def test_that_excerpts_keep_their_budget_and_cut_is_told(documents, keywords, n_tokens):
    given = [shown for shown in map(plain, documents) if shown]
    excerpts, cut = choose_excerpts(given, [plain(keyword) for keyword in keywords], len, n_tokens)
    assert sum(map(len, excerpts)) <= n_tokens
    assert cut == (excerpts != given)


@pytest.mark.parametrize("text", ["x" * 1_000_000, "word " * 200_000, "A sentence. " * 80_000, "深山发现的紫薇树桩。" * 100_000])
def test_that_a_giant_document_is_excerpted_without_reading_all_of_it(text):
    asked = []

    def count(text):
        asked.append(len(text))
        return len(text.split()) + len(text) // 4

    (excerpt,), cut = choose_excerpts([text], ["word", "sentence"], count, 80)
    assert cut
    assert 0 < count(excerpt) <= 80
    assert sum(asked) < 3_000_000
