"""How a topic's own texts write a keyword ("PCA", "k-means", "GANs"), which counting has made lower case; it knows no model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

LEAST_OFTEN = 2
N_TEXTS, N_CHARACTERS = 100, 4000


def surface_forms(terms: Sequence[str], texts: Sequence[str], n_forms: int) -> list[str]:
    """The first `n_forms` terms that the texts say in one piece, as they write them most often; no two with a word in common.

    Phrases that only came together because the words between them were left out ("learning privacy") are passed over.
    """
    joined = "\n".join(text[:N_CHARACTERS] for text in texts[:N_TEXTS])
    forms: list[str] = []
    taken: set[str] = set()
    for term in terms:
        words = set(term.casefold().split())
        if words & taken or not any(map(str.isalpha, term)):
            continue
        said = Counter(re.findall(r"(?<!\w)" + r"[ -]".join(map(re.escape, term.split())) + r"(?!\w)", joined, re.IGNORECASE))
        if said.total() >= LEAST_OFTEN:
            best = min(said, key=lambda form: (-said[form], form))
            forms.append(best[:1].upper() + best[1:] if best.islower() and not re.match(r"\w-", best) else best)
            taken |= words
        if len(forms) == n_forms:
            break
    return forms
