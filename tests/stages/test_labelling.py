import re
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from topicdesk.core.progress import Progress
from topicdesk.core.settings import LabellingSettings
from topicdesk.llm.decoder import Answer
from topicdesk.llm.prompt import Prompt
from topicdesk.stages import labelling
from topicdesk.stages.labelling import Asking, Question, Said, answers_in, ask_group, first_asking, further_askings, grouping_for

SUN = Question(
    0, ("solar", "panels", "energy", "grid", "roof"), ("solar panels", "energy", "photovoltaics", "roof"), ("Solar", "Energy"), ("Solar panels", "PV"),
    ("A text about the sun.",), frozenset(("solar",)), "solar, panels, energy",
)  # fmt: skip
WIND = replace(SUN, topic=1, keywords=("wind", "turbines", "energy"), keybert=("wind turbines", "energy"), starts=("Wind",), keybert_starts=("Wind turbines",))


@given(st.integers(0, 200), st.sampled_from([135_000_000, 13_000_000_000]))
def test_that_groups_follow_from_the_number_alone_and_hold_every_place_once(n_askings, n_parameters):
    grouping = grouping_for(n_parameters)
    groups = grouping.groups(n_askings)
    assert [place for group in groups for place in group] == list(range(n_askings))
    assert all(len(group) == grouping.n_questions for group in groups[:-1])
    assert grouping.n_at_once <= grouping.n_questions


def test_that_less_is_lost_of_a_large_model_where_a_group_is_broken_off():
    assert grouping_for(13_000_000_000).n_questions < grouping_for(135_000_000).n_questions


def test_that_a_small_model_is_given_the_beginning_of_its_answer_and_asked_without_it_where_that_may_be_nearer():
    first = first_asking(SUN, can_start=True)
    assert (first.keywords, first.start) == (SUN.keybert, "Solar panels")
    assert further_askings(SUN, [], [], can_start=True, may_stay=True) == [Asking(0, SUN.keywords, SUN.documents)]


def test_that_a_chat_model_is_asked_once_and_again_with_what_was_wrong():
    assert first_asking(SUN, can_start=False) == Asking(0, SUN.keywords, SUN.documents)
    (again,) = further_askings(SUN, [WIND], ["Energy"], can_start=False)
    assert "2 to 6 words" in again.hint
    assert "It must not be: Energy." in again.hint
    assert "wind, turbines, energy" in again.hint
    assert again.start == ""


def test_that_topics_with_the_same_label_are_asked_again_without_the_keywords_they_share():
    askings = further_askings(SUN, [WIND], ["Energy sources"], can_start=True)
    assert all("energy" not in asking.keywords for asking in askings)
    assert [asking.start for asking in askings] == ["", "Solar", "PV"]
    assert further_askings(WIND, [SUN], [], can_start=True)[0].keywords == WIND.keywords  # too few would be left


def test_that_a_topic_without_beginnings_is_asked_again_all_the_same():
    bare = replace(SUN, starts=(), keybert_starts=())
    assert first_asking(bare, can_start=True).start == ""
    assert len(further_askings(bare, [], [], can_start=True)) == 1
    assert not further_askings(bare, [], [], can_start=True, may_stay=True)  # it would be the same question


def said(text):
    return Said(text, -0.5, "prompt", False, (), 10, 3, 0.1)


def test_that_an_answer_goes_on_from_its_beginning():
    asking = Asking(0, (), (), "Solar")
    assert answers_in(asking, said(" energy at home")) == ["Solar energy at home"]
    assert answers_in(asking, said("ized cities")) == ["Solarized cities"]
    assert answers_in(Asking(0, (), ()), said("")) == [""]


def test_that_a_model_that_took_the_beginning_for_the_whole_gave_two_answers():
    assert answers_in(Asking(0, (), (), "MCMC"), said(" Topic label: Bayesian statistics")) == ["MCMC", "Bayesian statistics"]
    assert answers_in(Asking(0, (), ()), said("Topic label: Sun")) == ["Topic label: Sun"]


@dataclass
class Parrot:
    """Says what it is told to, in another order than it was asked."""

    said: list[str]

    def answer(self, prompts, n_new_tokens, penalty, n_parallel, progress):
        for index in reversed(range(len(prompts))):
            yield Answer(index, self.said[index], len(prompts[index]), 3, -0.1)


def test_that_every_answer_goes_to_its_place_with_what_the_card_shows():
    prompts = [Prompt((1, 2), f"prompt {number}", False, "", ("quote",)) for number in range(3)]
    found = dict(ask_group(prompts, LabellingSettings(), Parrot(["Sun", "", "Sea"]), 2, Progress()))
    assert {place: (one.text, one.prompt) for place, one in found.items()} == {0: ("Sun", "prompt 0"), 1: ("", "prompt 1"), 2: ("Sea", "prompt 2")}
    assert (found[0].n_prompt_tokens, found[0].quotes, found[0].log_probability) == (2, ("quote",), -0.1)


def test_that_the_number_of_threads_is_at_least_one():
    assert labelling.n_threads_of_machine() >= 1


def test_that_a_hint_names_no_tag_that_a_prompt_would_fill():
    (again,) = further_askings(SUN, [WIND], ["[KEYWORDS]"], can_start=False)
    assert re.search(r"\[KEYWORDS\]", again.hint)  # it is put in as untrusted text: see tests/llm/test_prompt.py
