"""What a figure of an analysis shows, from the analysis, its corpus and what is asked of the plate; nothing is drawn here."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter

import numpy as np

from topicdesk.core.analysis import Analysis
from topicdesk.core.arrays import IntArray
from topicdesk.core.corpus import Corpus
from topicdesk.core.errors import InputError
from topicdesk.core.plate import Plate
from topicdesk.figure.colouring import COLUMN, TOPIC, choices, coloured_by
from topicdesk.figure.draw import MapContent


def figure_content(analysis: Analysis, corpus: Corpus | None) -> MapContent:
    """What is drawn; texts are counted for the sizes of their dots."""
    return MapContent.of(analysis, None if corpus is None else text_lengths(corpus))


def text_lengths(corpus: Corpus) -> IntArray:
    """Characters of each text, int64 of shape (n_documents,)."""
    return np.fromiter(map(len, map(attrgetter("text"), corpus.documents)), np.int64, len(corpus.documents))


def coloured_content(content: MapContent, corpus: Corpus | None, plate: Plate) -> MapContent:
    """The same content in the colours that the plate asks for.

    Raises
    ------
    InputError
        Where the corpus has nothing of that name to colour by.
    """
    if content.analysis is None or corpus is None or plate.colour_by == TOPIC:
        return content
    colouring = coloured_by(plate.colour_by, corpus, content.analysis, plate.theme)
    if colouring is None:
        known = ", ".join(name for choice, name in choices(corpus, content.analysis) if choice.startswith(COLUMN))
        name = plate.colour_by.removeprefix(COLUMN)
        raise InputError(f"--colour-by {name}: there is no such column. Known are topic, strength, date{', ' if known else ''}{known}.")
    return replace(content, colouring=colouring)
