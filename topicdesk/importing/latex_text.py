"""LaTeX as plain text: pylatexenc decodes what is LaTeX, and what is plain between is kept, because it goes through a text letter by letter."""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import Any

_MARK = re.compile(r"\\[a-zA-Z]+|\\.|[\\{}$%~&#^_]|``|''|--|[!?]`", re.DOTALL)
_REACHES_FAR = re.compile(r"(?<!\\)%|\\(?:[(\[)\]]|begin\b|end\b|verb|\w*def\b|(?:re)?new\w+)|\$\$")
_WORTH_IT = 60
_NEAR = re.compile(r"\S*\s+\S+")
_FAR_END = re.compile(r"\s\S*\s*\Z")


def plain_text(text: str) -> str:
    """The text without commands, braces and ligatures; formulas stay as they are written. White space is not kept exactly.

    Raises
    ------
    ValueError
        Where it is no LaTeX that can be decoded.
    """
    while _is_enclosed(text):
        text = text.strip()[1:-1]
    if _REACHES_FAR.search(text):
        return _decoded(text)
    parts, done = [], 0
    for start, end in _plain_stretches(text):
        parts += [_decoded(text[done:start]), text[start:end]]
        done = end
    return "".join((*parts, _decoded(text[done:])))


def _plain_stretches(text: str) -> list[tuple[int, int]]:
    """Where nothing but words stands, outside of braces and formulas, and not so near to a command that they could belong to it."""
    stretches = []
    depth, in_formula, before = 0, False, 0
    for mark in (*_MARK.finditer(text), None):
        start = len(text) if mark is None else mark.start()
        if depth == 0 and not in_formula and start - before >= _WORTH_IT:
            gap = text[before:start]
            near, far = _NEAR.match(gap), _FAR_END.search(gap)
            if near and far and near.end() < far.start():
                stretches.append((before + near.end(), before + far.start()))
        if mark is not None:
            before = mark.end()
            depth += {"{": 1, "}": -1}.get(mark.group(), 0)
            in_formula ^= mark.group() == "$"
            if depth < 0:
                return []
    return stretches if depth == 0 and not in_formula else []


def _is_enclosed(text: str) -> bool:
    """Whether a pair of braces stands around all of it."""
    stripped = text.strip()
    if not (stripped.startswith("{") and stripped.endswith("}")):
        return False
    depth = 0
    for mark in _MARK.finditer(stripped):
        depth += {"{": 1, "}": -1}.get(mark.group(), 0)
        if depth <= 0:
            return mark.end() == len(stripped) and mark.group() == "}"
    return False


def _decoded(text: str) -> str:
    if not _MARK.search(text):
        return text
    try:
        return str(_decoder().latex_to_text(text))
    except Exception as error:  # pylatexenc raises many kinds
        raise ValueError(str(error).splitlines()[0] if str(error) else "no LaTeX") from error


@lru_cache(maxsize=1)
def _decoder() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)  # a command without its argument is no matter for the log
    context = get_default_latex_context_db()
    context.add_context_category("topicdesk", prepend=True, macros=[MacroTextSpec("url", simplify_repl="%s")])
    return LatexNodes2Text(latex_context=context, math_mode="verbatim")
