"""LaTeX as plain text: the same as pylatexenc makes of the whole, in less time."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from topicdesk.importing import latex_text

WORDS = "words of a text that goes on for longer than one would look for a command that takes them"
PIECES = [
    *(
        "caf\\'e",
        "{\\'e}tude",
        "\\emph{lamps}",
        "\\'  e",
        "$x^2$",
        "{A {N}ested} one",
        "``said''",
        "1--2",
        "a~b",
        "50\\%",
        "\\&",
        "R\\&D",
        "\\textbf{b}",
        "{\\it i}",
    ),
    *("\\alpha", "\\cite{a,b}", "\\url{http://a.b/c_d}", "don't", "\n\n", "\\\\", "\\ss", "_", "$", "#", WORDS, WORDS, WORDS),
]


def in_one_piece(text):
    return " ".join(latex_text._decoder().latex_to_text(text).split())


@settings(deadline=None, max_examples=150, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
@example(f"\\emph {{lamps}} {WORDS} \\emph{{light}}")
@example(f"{{{{{WORDS} of {{L}}ondon}}}}")
@example(f"% a comment {WORDS}\nthen {WORDS}")
@example(f"\\begin{{itemize}}\\item {WORDS} \\item {WORDS}\\end{{itemize}}")
@example(f"{{one}} {WORDS} {{other}}")
def test_that_plain_stretches_change_nothing(text):
    assert " ".join(latex_text.plain_text(text).split()) == in_one_piece(text)


def test_that_only_what_is_latex_is_decoded(monkeypatch):
    seen = []
    monkeypatch.setattr(latex_text, "_decoded", lambda text: seen.append(text) or text)
    latex_text.plain_text(f"{{{WORDS} caf\\'e {WORDS}}}")
    assert sum(map(len, seen)) < 60


@pytest.mark.parametrize(("latex", "text"), [("{{Caf{\\'e} {L}amps}}", "Café Lamps"), ("a $x_1$ of 5\\% --- so", "a $x_1$ of 5% — so"), ("plain", "plain")])
def test_that_what_bibliographies_hold_becomes_text(latex, text):
    assert latex_text.plain_text(latex) == text
