import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from topicdesk.stages.label_choice import Again, Candidate, ask_again, centres_of, choose, margins, telling_first
from topicdesk.stages.label_rules import are_nearly_equal


def candidate(text, margin=0.1, refusal="", log_probability=-0.5, says_more=False, place=0):
    return Candidate(text, refusal, log_probability, says_more, margin, place)


def labels(*topics):
    return [choice.label.text if choice.label else None for choice in choose(topics)]


def test_that_an_answer_nearer_to_its_own_topic_comes_before_one_that_the_model_is_surer_of():
    assert labels([candidate("Far away", -0.01, log_probability=-0.1), candidate("Close by", 0.01, log_probability=-3)]) == ["Close by"]


def test_that_of_near_answers_one_that_says_more_than_the_keywords_comes_first():
    assert labels([candidate("Key words", 0.1), candidate("More words", 0.09, says_more=True)]) == ["More words"]


def test_that_an_answer_that_speaks_of_another_topic_is_no_label():
    assert labels([candidate("Elsewhere", -0.2)]) == [None]
    assert labels([candidate("Refused", 0.2, refusal="it is a sentence")]) == [None]


def test_that_of_two_topics_that_want_one_label_the_surer_keeps_it_and_the_other_takes_its_next():
    first = [candidate("Solar power", 0.05), candidate("Roof panels", 0.01)]
    second = [candidate("Solar Power", 0.1)]
    assert labels(first, second) == ["Roof panels", "Solar Power"]
    assert labels(first[:1], second) == [None, "Solar Power"]


def test_that_the_other_fit_answers_are_alternatives_each_once():
    (choice,) = choose([[candidate("One", 0.3), candidate("Two", 0.2), candidate("two", 0.1), candidate("Three", 0.1, refusal="it is empty")]])
    assert [other.text for other in choice.alternatives] == ["Two"]


def test_that_topics_without_a_near_answer_and_those_with_nearly_the_same_are_asked_again():
    topics = [[candidate("Solar power")], [candidate("Wind farms", -0.01)], [candidate("solar powers")], [candidate("Tides of the sea")], []]
    assert ask_again(topics) == [Again(0, (2,)), Again(1), Again(2, (0,)), Again(4)]


def test_that_an_answer_which_would_do_is_asked_again_where_another_may_be_nearer():
    topics = [[candidate("Solar power", 0.1)], [candidate("Wind farms", 0.05)], [candidate("Tides", -0.01)]]
    assert ask_again(topics, near_enough=0.1) == [Again(1, (), may_stay=True), Again(2)]


def test_that_one_topic_alone_is_near_to_itself():
    vectors = np.array([[1, 0]], dtype=np.float32)
    assert margins(vectors, [0], vectors) == [1.0]
    assert not ask_again([[candidate("Solar power", 1.0)]])


def test_that_a_margin_is_the_lead_over_the_nearest_other_topic():
    centres = centres_of(np.eye(3, dtype=np.float32), np.array([0, 1, 1]), 2)
    assert np.allclose(centres[1], [0, 0.5**0.5, 0.5**0.5])
    lead = margins(np.array([[0.6, 0.8, 0]], dtype=np.float32), [0], centres)
    assert np.allclose(lead, [0.6 - 0.8 * 0.5**0.5])


@given(st.lists(st.lists(st.tuples(st.sampled_from(["solar power", "Solar Powers", "wind", "tides"]), st.floats(-0.2, 0.3)), max_size=4), max_size=6))
def test_that_no_two_labels_are_nearly_equal_whatever_was_said(said):
    chosen = [text for text in labels(*[[candidate(text, margin) for text, margin in topic] for topic in said]) if text]
    assert not any(are_nearly_equal(one, other) for place, one in enumerate(chosen) for other in chosen[:place])


def test_that_a_word_that_tells_its_topic_from_the_others_comes_before_one_that_is_only_near():
    likeness = np.array([[0.6, 0.59], [0.5, 0.1], [0.2, 0.1]], dtype=np.float32)  # near to both, nearer to its own, far
    assert telling_first(likeness, 0) == [1, 0, 2]
    assert telling_first(likeness, 1) == [0, 2, 1]
    assert telling_first(likeness[:, :1], 0) == [0, 1, 2]
    assert telling_first(likeness[:0], 0) == []
