from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topicdesk.core.analysis import Label
from topicdesk.core.progress import Progress
from topicdesk.core.settings import LabellingSettings
from topicdesk.llm.decoder import Answer
from topicdesk.llm.prompt import Prompt
from topicdesk.stages import labelling
from topicdesk.stages.labelling import GROUP_SIZE, Question, ask_group, cleaned, groups_of, told_apart


@pytest.mark.parametrize(
    ("answer", "label"),
    [
        ("Solar energy", "Solar energy"),
        ('  "Solar energy"  ', "Solar energy"),
        ("Label: Solar energy.", "Solar energy"),
        ("Topic label: “Solar energy”", "Solar energy"),
        ("**Topic:** Solar energy", "Solar energy"),
        ("- Solar energy;", "Solar energy"),
        ("`Solar energy`", "Solar energy"),
        ("Zürich: Sonnenenergie", "Zürich: Sonnenenergie"),
        ("太阳能", "太阳能"),
    ],
)
def test_that_an_answer_is_freed_of_what_is_no_label(answer, label):
    assert cleaned(answer) == label


@pytest.mark.parametrize(
    "answer",
    ["", "   ", "...", "42", '""', "Label:", "The topic is described by the keywords sun and wind", "Sure! Here is a label", "I think it is energy",
     "Based on the documents", "one two three four five six seven eight nine", "x" * 61, "a, b, c, d", "- - - -"],
)  # fmt: skip
def test_that_an_answer_that_is_no_label_is_nothing(answer):
    assert cleaned(answer) == ""


@given(st.text())
def test_that_a_cleaned_label_is_short_holds_letters_and_stays_as_it_is(answer):
    label = cleaned(answer)
    assert len(label) <= 60
    assert label == "" or any(map(str.isalpha, label))
    assert label == label.strip()


def question(topic, *keywords):
    return Question(topic, keywords, (), f"{keywords[0]}, ...")


def test_that_equal_labels_are_told_apart_by_a_keyword_of_the_smaller_topic():
    questions = [question(0, "energy", "sun"), question(1, "energy", "wind"), question(2, "energy")]
    labels = {n: Label(text, "language model", "prompt", 1.0) for n, text in enumerate(("Energy", "energy", "ENERGY"))}
    unique = told_apart(labels, questions)
    assert [unique[n].text for n in range(3)] == ["Energy", "energy (wind)", "ENERGY (3)"]
    assert unique[1].prompt == "prompt"


@given(st.lists(st.sampled_from(["a", "A", "a (b)", "a (2)", "a (3)", "b", "a (b) (b)"]), min_size=1, max_size=7))
def test_that_labels_are_all_different_whatever_the_model_said(said):
    questions = [question(number, "b", "c") for number in range(len(said))]
    unique = told_apart({number: Label(text, "keywords") for number, text in enumerate(said)}, questions)
    assert len({label.text.lower() for label in unique.values()}) == len(said)


@given(st.integers(0, 200))
def test_that_groups_follow_from_the_number_alone_and_hold_every_place_once(n_questions):
    groups = groups_of(n_questions)
    assert [place for group in groups for place in group] == list(range(n_questions))
    assert all(len(group) == GROUP_SIZE for group in groups[:-1])


@dataclass
class Parrot:
    """Says what it is told to, in another order than it was asked."""

    said: list[str]

    def answer(self, prompts, n_new_tokens, penalty, n_parallel, progress):
        for index in reversed(range(len(prompts))):
            yield Answer(index, self.said[index], len(prompts[index]), 3, -0.1)


def test_that_a_failed_answer_falls_back_on_keywords_and_every_answer_goes_to_its_topic():
    questions = [question(4, "sun"), question(7, "wind"), question(9, "sea")]
    prompts = [Prompt((1, 2), f"prompt {number}", False, *([""] if "example" in Prompt.__dataclass_fields__ else [])) for number in range(3)]
    found = dict(ask_group(prompts, questions, LabellingSettings(), Parrot(["Sun", "", "I cannot say what this is"]), Progress()))
    assert {topic: (label.text, label.origin) for topic, label in found.items()} == {
        4: ("Sun", "language model"), 7: ("wind, ...", "keywords"), 9: ("sea, ...", "keywords"),
    }  # fmt: skip
    assert found[4].prompt == "prompt 0"
    assert found[4].n_prompt_tokens == 2


def test_that_the_number_of_threads_is_at_least_one():
    assert labelling.n_threads_of_machine() >= 1
