"""The prose of docstrings, read from Python source by `ast`; no module is imported."""

from __future__ import annotations

import ast
import inspect
import re
import warnings
from collections.abc import Iterator

SHORTEST_PROSE = 100
LONGEST_TEXT = 3000

_HEADINGS = (
    "Parameters?|Other Parameters|Params|Keyword Arguments|Keyword args|Arguments|Args|Returns?|Yields?|Raises|Warns|Warnings?|See Also|Notes?|References"
    "|Examples?|Example usage|Usage|Attributes|Methods|Shape|Inputs?|Outputs?"
)
_SECTION = re.compile(
    rf"^[ \t]*(?:(?:{_HEADINGS})[ \t]*(?:\n[ \t]*[-=~]{{3,}}|:{{1,2}})[ \t]*$"
    r"|:(?:param|type|returns?|rtype|raises)\b|\.\. (?:versionadded|versionchanged|deprecated|seealso|plot|math|code-block|testcode|rubric)::"
    r"|@\w+\s|>>> |\w+ \(`[^)\n]*\):)",
    re.MULTILINE,
)
_ROLE = re.compile(r":[\w:+.-]+:`~?([^`<]*?)(?:\s*<[^`>]*>)?`")
_MARKUP = re.compile(r"``?|\*\*|^\s*\.\. [\w-]+::.*$|\|version\|", re.MULTILINE)


def public_docstrings(source: str, module: str) -> Iterator[tuple[str, str]]:
    """Qualified name and prose of each public function, class and method in `source` that says enough.

    A source that is not Python gives nothing.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for name, docstring in _walk(tree, module):
        if text := prose(docstring):
            yield name, text


def prose(docstring: str) -> str:
    """Summary and description as paragraphs, without markup; "" where that is shorter than `SHORTEST_PROSE` characters.

    Sections of parameters, examples and the like are left out: they would make topics of words such as "array_like, optional".
    """
    clean = inspect.cleandoc(docstring)
    if first := _SECTION.search(clean):
        clean = clean[: first.start()]
    plain = _MARKUP.sub("", _ROLE.sub(r"\1", clean))
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", plain)]
    text = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    return _cut(text) if len(text) >= SHORTEST_PROSE and " " in text else ""


def _cut(text: str) -> str:
    """At most `LONGEST_TEXT` characters, ending with a word."""
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT].rsplit(" ", 1)[0]


def _walk(node: ast.AST, name: str) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not child.name.startswith("_"):
            qualified = f"{name}.{child.name}"
            if docstring := ast.get_docstring(child, clean=False):
                yield qualified, docstring
            if isinstance(child, ast.ClassDef):
                yield from _walk(child, qualified)
