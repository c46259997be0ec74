"""The tags in a researcher's prompt, and what is wrong with a prompt without them; it fills none."""

from __future__ import annotations

import re

DOCUMENTS, KEYWORDS, LANGUAGE = "[DOCUMENTS]", "[KEYWORDS]", "[LANGUAGE]"
_ANY_TAG = re.compile(r"\[\s*([A-Za-z]{3,12})\s*\]")
_ALIKE = {"DOCUMENT": DOCUMENTS, "DOCUMENTS": DOCUMENTS, "DOCS": DOCUMENTS, "KEYWORD": KEYWORDS, "KEYWORDS": KEYWORDS, "LANGUAGE": LANGUAGE, "LANG": LANGUAGE}


def complaint(main_prompt: str) -> str:
    """What is wrong with the tags of a main prompt, in a sentence; empty where nothing is. An empty prompt is the profile's own.

    >>> complaint("Name [KEYWORDS]")
    ''
    >>> complaint("Name [keyword]")
    'The main prompt says [keyword]; the tag is written [KEYWORDS].'
    """
    for match in _ANY_TAG.finditer(main_prompt):
        right = _ALIKE.get(match.group(1).upper())
        if right is not None and match.group() != right:
            return f"The main prompt says {match.group()}; the tag is written {right}."
    if main_prompt.strip() and DOCUMENTS not in main_prompt and KEYWORDS not in main_prompt:
        return f"The main prompt has neither {KEYWORDS} nor {DOCUMENTS}: the model would not learn what the topic is about."
    return ""
