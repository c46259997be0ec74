import pytest
from hypothesis import given
from hypothesis import strategies as st

from topicdesk.stages.label_rules import Language, are_nearly_equal, cleaned, content_words, is_made_of, judge, n_words

ENGLISH = Language(frozenset(("and", "of", "the", "for", "in", "on", "with", "to")), frozenset(("und", "der", "die", "für", "de", "la", "para", "con", "in")))
KEYWORDS = ("graph", "neural networks", "graph neural", "nodes", "graphs", "node classification", "learning")
OWN = " ".join(KEYWORDS) + " message passing on molecules"
EXAMPLE = "Keywords: wine, grape, vineyard\nTopic label: Wine growing and tasting"


def refusal(answer):
    return judge(answer, KEYWORDS, OWN, EXAMPLE, ENGLISH).refusal


@pytest.mark.parametrize(
    ("answer", "label"),
    [
        ("Solar energy", "Solar energy"),
        ('  "Solar energy"  ', "Solar energy"),
        ("Label: Solar energy.", "Solar energy"),
        ("Topic label: “Solar energy”", "Solar energy"),
        ("**Topic:** Solar energy", "Solar energy"),
        ("The topic is: Solar energy", "Solar energy"),
        ("- Solar energy;", "Solar energy"),
        ("`Solar energy`", "Solar energy"),
        ("(Solar energy)", "Solar energy"),
        ("Support vector machines (SVM).", "Support vector machines"),
        ("Solar   energy\nand more", "Solar energy"),
        ("太阳能。", "太阳能"),
    ],
)
def test_that_an_answer_is_freed_of_what_is_no_label(answer, label):
    assert cleaned(answer) == label


@given(st.text())
def test_that_cleaning_twice_is_cleaning_once(answer):
    assert cleaned(cleaned(answer)) == cleaned(answer)


@pytest.mark.parametrize(
    "answer",
    ["Learning on graphs", "Graph neural networks", "Molecular property prediction", "IT security and graphs", "Node-level C++ tools",
     "Anti-learning of the Mind", "Adversarial training and adversarial attacks", "No free lunch theorems", "Protein folding in vivo"],
)  # fmt: skip
def test_that_a_label_of_two_to_six_words_is_fit(answer):
    assert refusal(answer) == ""


@pytest.mark.parametrize(
    ("answer", "is_fit"),
    [("Kraftfahrzeugsteuer", True), ("Bundesverfassungsgericht", True), ("arbeiderspartij", True), ("Covid-Impfungen", True), ("Steuer", False),
     ("Gesundheit", False), ("x2024-12-31-08-15", False), ("Kraftfahrzeug" * 5, False)],
)  # fmt: skip
def test_that_one_long_word_is_fit_where_the_language_joins_words(answer, is_fit):
    german = Language(frozenset(("und", "der")), frozenset(("the",)), joins_words=True)
    assert (judge(answer, (), answer, language=german).refusal == "") == is_fit
    assert judge(answer, (), answer, language=ENGLISH).refusal


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", "it is empty"),
        ("...", "it is empty"),
        ("2024 42", "it is empty"),
        ("Label:", "it is empty"),
        ("Graphs", "it is a single word"),
        ("x" * 61, "it is longer than 60 characters"),
        ("one two three four five six seven", "it has more than 6 words"),
        ("4 8 15 16 a b", "it is not made of words"),
        ("The topic is graphs", "it is a sentence"),
        ("Sure! Graphs and nodes", "it is a sentence"),
        ("Graphs are useful", "it is a sentence"),
        ("What about graphs?", "it is a sentence"),
        ("I think of graphs", "it is a sentence"),
        ('The "graph" of nodes', "it quotes or explains"),
        ("Graphs: nodes", "it quotes or explains"),
        ("Graphs, nodes, edges", "it is a list of keywords"),
        ("graph, nodes", "it is a list of keywords"),
        ("Nodes graphs node classification", "it is a list of keywords"),
        ("Learning on the", "it breaks off in the middle"),
        ("Graphs (and nodes", "it breaks off in the middle"),
        ("Graph and graphs", "it says a word twice"),
        ("Wine and graphs", "it repeats the example"),
        ("Lernen und Verstehen", "it is in another language"),
        ("Графы и узлы", "it is in another language"),
    ],
)
def test_that_an_answer_that_is_no_label_is_refused_with_the_reason(answer, reason):
    assert refusal(answer) == reason


def test_that_a_word_of_the_example_is_no_copy_where_the_topic_says_it_itself():
    assert judge("Wine and graphs", KEYWORDS, OWN + " wine", EXAMPLE, ENGLISH).refusal == ""


def test_that_labels_in_scripts_without_spaces_are_counted_by_characters():
    assert n_words("太阳能") == 2
    assert judge("太阳能发电技术", ("太阳能", "发电"), "太阳能 发电 技术").refusal == ""
    assert judge("太" * 13, ("太阳能",), "太阳能").refusal == "it has more than 6 words"


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        ("Graph neural networks", "graph neural network", True),
        ("Neural networks and graphs", "Graphs of neural networks", True),
        ("Image segmentation", "Medical image segmentation", False),
        ("Learning with GPT-3", "Learning with GPT-4", False),
        ("Reinforcement learning", "Supervised learning", False),
        ("Zürcher Wohnungen", "Zürcher Wohnung", True),
    ],
)
def test_that_nearly_equal_labels_are_known(one, other, are):
    assert are_nearly_equal(one, other, ENGLISH.wanted) is are
    assert are_nearly_equal(other, one, ENGLISH.wanted) is are


def test_that_a_label_of_keywords_alone_is_told_from_one_that_says_more():
    assert is_made_of("Neural networks and graphs", KEYWORDS, ENGLISH.wanted)
    assert not is_made_of("Neural networks for chemistry", KEYWORDS, ENGLISH.wanted)
    assert content_words("Theories of the networks", ENGLISH.wanted) == ["theory", "network"]


@given(st.text(), st.lists(st.text(max_size=12), max_size=5))
def test_that_whatever_is_judged_fit_is_one_short_line_with_letters(answer, keywords):
    verdict = judge(answer, keywords, answer, "", ENGLISH)
    if not verdict.refusal:
        assert len(verdict.text) <= 60
        assert 2 <= n_words(verdict.text) <= 6
        assert "\n" not in verdict.text
        assert verdict.text == verdict.text.strip().rstrip(".,;:")
